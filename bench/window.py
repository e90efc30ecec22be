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
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TYPING_S = 1.0  # nobody types a staff number and a password faster; the program makes Today ready meanwhile


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

    until = time.perf_counter() + TYPING_S
    while time.perf_counter() < until:
        parts.app.processEvents()

    sys.path[:0] = [str(ROOT / "tests")]
    import makers

    proof = makers.proof(station.desk, makers.PHARMACIST)  # the password's 150 ms are not the page's
    start = time.perf_counter()
    station._enter(proof)
    parts.app.processEvents()
    station.frame.repaint()
    print(f"TODAY {(time.perf_counter() - start) * 1000:.1f}", flush=True)
    print(f"PAGES {_slowest_page(parts.app, station):.1f}", flush=True)


def _slowest_page(app: Any, station: Any) -> float:
    """ms until a page that was opened before has read everything again and is painted; of all pages the slowest."""
    took = []
    for name in station.frame.offered():
        station.frame.open_page(name)
        app.processEvents()
        start = time.perf_counter()
        station.changed.emit()
        station.frame.open_page(name)
        app.processEvents()
        station.frame.repaint()
        took.append((time.perf_counter() - start) * 1000)
    return max(took)


def started(*arguments: str) -> tuple[float, float, float]:
    """(ms until READY, ms of Today, ms of the slowest page) of one process."""
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
    said = dict(line.split() for line in rest.splitlines() if line.startswith(("TODAY", "PAGES")))
    return took, float(said.get("TODAY", 0)), float(said.get("PAGES", 0))


def rows(small: tuple[Path, int], large: tuple[Path, int], times: int = 5) -> list[object]:
    """Ours and the bare window take turns, the grown database and the small one too; medians."""
    from ledger import Row

    path, records = large
    mine, theirs, today, page, little = [], [], [], [], []
    started("bare")  # once for the disk's cache
    for _ in range(times):
        theirs.append(started("bare")[0])
        little.append(started("ours", str(small[0]), str(small[0].parent / "station"))[2])
        for found, value in zip(
            (mine, today, page), started("ours", str(path), str(path.parent / "station")), strict=True
        ):
            found.append(value)
    a, b, c = statistics.median(mine), statistics.median(theirs), statistics.median(today)
    d, e = statistics.median(page), statistics.median(little)
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
        Row(
            "a page read again, the slowest of all",
            f"{d:.0f} ms",
            f"{small[1]:,} records {e:.0f} ms",
            d / e,
            "flat",
            d < 3 * e,
        ),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    bare() if sys.argv[1] == "bare" else ours(Path(sys.argv[2]), Path(sys.argv[3]))
