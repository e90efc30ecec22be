"""The sign-in window loads what it needs and no more; the window's floor keeps to itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KIT = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport")
HEAVY = ("numpy", "sqlite_utils", "reportlab", "pikepdf", "pyhanko", "biip", "cryptography.x509", "pypdfium2",
         "PySide6.QtMultimedia", "PySide6.QtPrintSupport", "ui.rows", "ui.pages.records", "ui.pages.today",
         "ui.pages.people", "ui.pages.settings", "ui.dialogs.sign", "db", "sqlite3")  # fmt: skip
START = """
import sys
from ui.app import make_app
from ui.frame import Frame
parts = make_app(["cellguide"])
from ui.pages.signin import SignInPage
window = Frame()
window.show_cover(SignInPage())
window.show()
parts.app.processEvents()
print(" ".join(sorted(sys.modules)))
"""


def test_the_sign_in_window_stands_without_the_heavy_libraries() -> None:
    run = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(run.stdout.split())
    assert "ui.pages.signin" in loaded
    assert [name for name in HEAVY if name in loaded] == []


def imports(file: Path) -> list[tuple[str, bool]]:
    """Every imported name of a file, and whether it is imported with the file."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    found: list[tuple[str, bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{name.name}" for name in node.names] if node.module == "PySide6" else [node.module]
            found += [(name, id(node) in top) for name in names]
        elif isinstance(node, ast.Import):
            found += [(name.name, id(node) in top) for name in node.names]
    return found


def test_the_window_imports_no_sql_draws_no_paper_and_only_the_essentials_of_qt() -> None:
    files = sorted((ROOT / "ui").rglob("*.py"))
    assert len(files) > 25
    for file in files:
        for name, at_once in imports(file):
            first, _, rest = name.partition(".")
            assert first not in ("db", "sqlite3", "sqlite_utils", "reportlab", "pikepdf", "pyhanko"), (file, name)
            if first == "PySide6":
                part = rest.partition(".")[0]
                assert part in KIT or (part == "QtMultimedia" and not at_once), (file, name)
                assert part != "QtPrintSupport" or not at_once, (file, name)
