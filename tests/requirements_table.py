"""The last column of docs/requirements.md: which test files carry a mark of which requirement.

``python tests/requirements_table.py`` writes it anew; the words before it are written by hand.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parent
PAGE = TESTS.parent / "docs" / "requirements.md"
ROW = re.compile(r"^\| (REG-\d{3}) \| (.+?) \| (.+?) \| (.*?) \|$", re.MULTILINE)


def marked() -> dict[str, list[str]]:
    """Requirement → the test files in which ``@pytest.mark.req`` names it, in order, read without importing them."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), f"{path.name}: a requirement is named by its text"
                    found[str(argument.value)].add(path.stem.removeprefix("test_"))
    return {name: sorted(files) for name, files in sorted(found.items())}


def rows(text: str) -> dict[str, tuple[str, str, str]]:
    """Requirement → (title, state, test files) as the page has them."""
    return {row[1]: (row[2], row[3], row[4]) for row in ROW.finditer(text)}


def column(files: list[str]) -> str:
    """The cell for these files."""
    return ", ".join(files) or "—"


def written(text: str) -> str:
    """The page with its last column as the tests have it."""
    shown = marked()
    return ROW.sub(lambda row: f"| {row[1]} | {row[2]} | {row[3]} | {column(shown.get(row[1], []))} |", text)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
