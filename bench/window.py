"""From the start of Python until the sign-in page takes keys, beside a window with one field; then Today.

.venv/bin/python bench/window.py ours|bare [DB STATION]      prints READY, and for ours the times after it
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def bare() -> None:
    """The least that takes keys: an application, a window, a field."""
    from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

    app = QApplication(["bare"])
    window = QWidget()
    field = QLineEdit()
    QVBoxLayout(window).addWidget(field)
    window.resize(1440, 900)
    window.show()
    _until_typed(app, window, field)


def _until_typed(app: object, window: object, field: object) -> None:
    """Send a key until the field shows it; a key before the first paint is shown nowhere."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

    assert isinstance(field, QLineEdit) and isinstance(window, QWidget)
    QApplication.processEvents()
    window.repaint()
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_9)
    until = time.perf_counter() + 5  # ours holds a key until it knows that no scanner sends it
    while field.text() != "9" and time.perf_counter() < until:
        QApplication.processEvents()
    assert field.text() == "9", field.text()
    print("READY", flush=True)


def ours(path: Path, station_folder: Path) -> None:
    """The program's own way up, then one person in, and Today painted."""
    from PySide6.QtWidgets import QLineEdit

    from db.doors import DOORS
    from ui import program
    from ui.app import make_app

    parts = make_app(["cellguide"], "zh")
    station = program.show(parts, DOORS, program.desk_of(path, station_folder, DOORS))
    fields = [field for field in station.sign_in_page.findChildren(QLineEdit) if field.isVisible()]
    _until_typed(parts.app, station.frame, fields[0])

    sys.path[:0] = [str(ROOT / "tests")]
    import makers

    proof = makers.proof(station.desk, makers.PHARMACIST)  # the password's 150 ms are not the page's
    start = time.perf_counter()
    station._enter(proof)
    parts.app.processEvents()
    station.frame.repaint()
    print(f"TODAY {(time.perf_counter() - start) * 1000:.1f}", flush=True)


def started(*arguments: str) -> tuple[float, float]:
    """(ms until READY, ms of Today) of one process."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    begun = time.perf_counter()
    command = [sys.executable, __file__, *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        took = (time.perf_counter() - begun) * 1000
        rest, said = process.communicate()  # the offscreen platform says a line about each dialog
    assert ready.strip() == "READY" and process.returncode == 0, said
    return took, float(rest.split()[1]) if rest.strip() else 0.0


def rows(path: Path, records: int, times: int = 5) -> list[object]:
    """The two take turns; medians."""
    from ledger import Row

    mine, theirs, today = [], [], []
    started("bare")  # once for the disk's cache
    for _ in range(times):
        theirs.append(started("bare")[0])
        took, page = started("ours", str(path), str(path.parent / "station"))
        mine.append(took)
        today.append(page)
    a, b, c = statistics.median(mine), statistics.median(theirs), statistics.median(today)
    return [
        Row(
            f"sign-in takes keys, {records:,} records",
            f"{a:.0f} ms",
            f"bare PySide6 {b:.0f} ms",
            a / b,
            "≤ 2.2 ×",
            a <= 2.2 * b,
        ),
        Row("Today after it", f"{c:.0f} ms", "—", c / 300, "≤ 300 ms", c <= 300),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    bare() if sys.argv[1] == "bare" else ours(Path(sys.argv[2]), Path(sys.argv[3]))
