"""CellGuide's composition root: argv → the command line or the window. It wires; nobody imports it."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path


def _inside_environment() -> bool:
    """True when the libraries are here; otherwise hand over to .venv's Python or name the command."""
    try:
        import PySide6  # noqa: F401
    except ImportError:
        folder = Path(__file__).resolve().parent / ".venv"
        python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        if python.exists() and Path(sys.prefix).resolve() != folder:
            sys.exit(subprocess.call([str(python), *sys.argv]))  # noqa: S603 - our own interpreter, our own arguments
        print("CellGuide is not set up yet. Run: make run", file=sys.stderr)
        sys.exit(2)
    return True


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(argv: list[str]) -> int:
    """Run a verb, or open the window; without a display, run the demonstration and say where its papers are."""
    _inside_environment()
    if argv and not argv[0].startswith("--db"):
        from cellguide import cli
        from db.doors import DOORS

        if argv[0] == "tour":
            from ui import tour

            return cli.guarded(lambda: tour.main(argv[1:], DOORS))
        return cli.main(argv, DOORS)
    if not _has_display():
        from cellguide import cli
        from db.doors import DOORS

        print("No display here: running the demonstration instead of the window.")
        return cli.main(["demo", "--out", "demo-out"], DOORS)
    from db.doors import DOORS
    from ui import program

    return program.main(argv, DOORS)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main(sys.argv[1:]))
