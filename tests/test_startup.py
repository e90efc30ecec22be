"""What a person waits for at the start is not loaded by what they may do later; and nothing ever calls the network."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import makers
import pytest

import db
from cellguide.clock import SetClock
from cellguide.desk import Desk

ROOT = Path(__file__).resolve().parents[1]

# Each is loaded when it is first needed, or in the pool while somebody types their password (DESIGN.md 9).
HEAVY = (
    "numpy",
    "pandas",
    "sqlite_utils",
    "reportlab",
    "pikepdf",
    "pyhanko",
    "biip",
    "cryptography.x509",
    "PIL",
    "openpyxl",
    "pypdfium2",
    "pypinyin",
    "zxingcpp",
    "aiohttp",
    "requests",
    "PySide6.QtMultimedia",
    "PySide6.QtNetwork",
)

SIGN_IN = """
import sys
from pathlib import Path
from PySide6.QtCore import QEvent, QObject
from db.doors import DOORS
from ui import program
from ui.app import make_app

class Painted(QObject):
    seen = False
    def eventFilter(self, watched, event):
        self.seen = self.seen or event.type() == QEvent.Type.Paint
        return False

parts = make_app(["cellguide"], "zh")
station = program.show(parts, DOORS, program.desk_of(Path(sys.argv[1]), Path(sys.argv[2]), DOORS))
painted = Painted()
station.sign_in_page.installEventFilter(painted)
station.sign_in_page.update()
for _ in range(200):
    parts.app.processEvents()
    if painted.seen:
        break
assert painted.seen and station.sign_in_page.isVisible()
print(*(name for name in sys.argv[3].split() if name in sys.modules))
"""


@pytest.fixture
def founded(tmp_path: Path, machine: db.Machine, clock: SetClock) -> Path:
    """A database on the disk with a site and its people, closed again."""
    path = tmp_path / "cellguide.db"
    store = db.open_store(path, machine, create=True)
    makers.found(Desk(store, clock, pepper=machine.pepper, demo=True))
    store.close()
    return path


def run_python(text: str, *arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", text, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)


def test_the_sign_in_page_is_painted_without_any_heavy_library(founded: Path, machine: db.Machine) -> None:
    done = run_python(SIGN_IN, str(founded), str(machine.folder), " ".join(HEAVY))
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


NO_NETWORK = """
import socket, sys
calls = []

def refuse(name):
    def refused(*arguments, **_):
        calls.append((name, arguments[1:] if name.startswith("socket.") else arguments))
        raise OSError("no network in this house")
    return refused

class Closed(socket.socket):
    connect = refuse("socket.connect")
    connect_ex = refuse("socket.connect_ex")
    sendto = refuse("socket.sendto")
    bind = refuse("socket.bind")

socket.socket = Closed
socket.create_connection = refuse("create_connection")
for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr", "getfqdn"):
    setattr(socket, name, refuse(name))
WATCHED = ("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "urllib.Request")
sys.addaudithook(lambda event, arguments: calls.append((event, arguments[1:])) if event in WATCHED else None)

from pathlib import Path
from cellguide import demo
from cellguide.demo import month
from cellguide.keys import Cost
from db.doors import DOORS
month.SCENES = month.SCENES[:2]  # the tank, and the first product that comes
written = demo.make(Path(sys.argv[1]), DOORS, cost=Cost(64, 1, 1))
from cellguide import cli
paper = next(path for path in written if path.suffix == ".pdf")
assert cli.main(["verify", str(paper)], DOORS) == 0
assert cli.main(["verify", str(written[0])], DOORS) == 0
print("calls", calls)
"""


@pytest.mark.req("REG-048")
def test_a_receipt_is_walked_signed_and_verified_without_one_socket(tmp_path: Path) -> None:
    """pyHanko brings an HTTP client along: nothing here may ever wake it (engineering-review 29)."""
    done = run_python(NO_NETWORK, str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "calls []", done.stdout


def test_the_watch_over_sockets_sees_one() -> None:
    """The hook that the test above relies on does fire."""
    text = "import socket, sys\nseen = []\nsys.addaudithook(lambda event, _: seen.append(event))\n"
    text += "try:\n socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))\nexcept OSError: pass\n"
    text += "print('socket.connect' in seen)"
    assert run_python(text).stdout.strip() == "True"
