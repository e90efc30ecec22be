"""The house stands as pyproject.toml says, and what says so can fail (docs/architecture.md)."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORED = {"cellguide", "cellguide.acts", "cellguide.papers", "db", "ui"}
QT = {"QtCore", "QtGui", "QtWidgets", "QtSvg", "QtPrintSupport"}
# The one module of the Addons, behind two doors (DESIGN.md 11): the rest of that wheel holds GPL modules too.
MULTIMEDIA_DOORS = re.compile(r"ui/runner/(camera|sound)\w*\.py")

LINT = """
import sys
sys.path.insert(0, ".")
from importlinter.application import use_cases
from importlinter import api  # configures the linter
sys.exit(0 if use_cases.lint_imports(config_filename="pyproject.toml", cache_dir=None, no_logo=True) else 1)
"""


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything a file imports, at its top or later; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def lint(folder: Path) -> tuple[dict[str, bool], str]:
    """Run the contracts over the packages in ``folder``: {contract: kept}, and what the linter said."""
    environment = os.environ | {"COLUMNS": "200", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", LINT], cwd=folder, env=environment, capture_output=True, text=True)
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert found, done.stdout + done.stderr
    return {name.strip(): word == "KEPT" for name, word in found}, done.stdout


def contracts() -> list[dict[str, Any]]:
    tree = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, Any]] = tree["tool"]["importlinter"]["contracts"]
    return found


def floor_plans() -> list[dict[str, Any]]:
    """Contracts that give every module of a package its floor."""
    return [contract for contract in contracts() if contract["type"] == "layers" and "containers" in contract]


def test_every_import_contract_of_pyproject_is_kept() -> None:
    kept, said = lint(ROOT)
    assert set(kept) == {str(contract["name"]) for contract in contracts()}
    assert all(kept.values()), said


def test_every_floor_plan_is_exhaustive_and_every_package_with_floors_has_one() -> None:
    assert [plan["name"] for plan in floor_plans() if plan.get("exhaustive") is not True] == []
    planned = {container for plan in floor_plans() for container in plan["containers"]}
    assert planned >= FLOORED, "a module without a floor would pass unseen (engineering-review 30)"


# Each plants one module into a copy of the house; the named contract must break over it.
PLANTS = {
    "cellguide/runs/planted.py": ("from cellguide.acts import staff", "Floors of the domain"),
    "cellguide/planted.py": ("", "Floors of the domain"),
    "cellguide/orders_planted/__init__.py": ("import sqlite3", "The domain knows no screen and no database"),
    "cellguide/acts/planted.py": (
        "def later():\n    import PySide6.QtCore",
        "The domain knows no screen and no database",
    ),
    "cellguide/desk_planted.py": ("import ui.kit", "Floors of the house"),
    "ui/planted.py": ("import reportlab", "Screens know no database and draw no paper"),
    "ui/pages/planted.py": ("import db", "Floors of the house"),
    "db/planted.py": ("import pikepdf", "The database knows no screen and no paper"),
    "cellguide/signature_planted.py": ("import pyhanko", "Only papers print and seal"),
    "ui/wiring/planted.py": ("import numpy", "Numbers in bulk belong to temperature and loggers"),
}


def test_each_contract_breaks_over_a_planted_module(tmp_path: Path) -> None:
    for package in ("cellguide", "db", "ui"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, (text, _) in PLANTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n", "utf-8")
    for plan in floor_plans():
        for container in plan["containers"]:
            (tmp_path / str(container).replace(".", "/") / "floorless.py").write_text("", "utf-8")
    kept, said = lint(tmp_path)
    broken = said.split("Broken contracts")[1]
    for plan in floor_plans():
        assert not kept[plan["name"]] and all(f"{container}.floorless" in broken for container in plan["containers"])
    for name, (_, contract) in PLANTS.items():
        assert not kept[contract], f"{contract} did not see {name}"
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert module in broken, f"{name} is not named as what broke {contract}"


def test_main_is_thin_and_nobody_imports_it() -> None:
    assert len((ROOT / "main.py").read_text("utf-8").splitlines()) <= 80
    importers = [
        f"{name_of(path)}:{line}"
        for path in sources("cellguide", "db", "ui")
        for line, name in imported(path)
        if name == "main" or name.startswith("main.")
    ]
    assert importers == []


WITHOUT_QT = """
import importlib, pkgutil, sys
class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "sqlite3", "_sqlite3", "sqlite_utils"):
            raise ImportError(name + " is not there")
sys.meta_path.insert(0, NoQt())
import cellguide
count = 0
for module in pkgutil.walk_packages(cellguide.__path__, "cellguide."):
    if not module.name.startswith("cellguide.papers"):
        importlib.import_module(module.name)
        count += 1
loaded = [name for name in ("reportlab", "pyhanko", "pikepdf", "pypdfium2") if name in sys.modules]
print(count, loaded)
"""


def test_the_domain_is_imported_where_there_is_no_qt_and_no_database() -> None:
    """And none of it loads a printing library by being imported: those load with the papers."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", WITHOUT_QT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    count, _, loaded = done.stdout.strip().partition(" ")
    assert int(count) > 100
    assert loaded == "[]"


def qt_imports(*folders: str) -> Iterator[tuple[str, str]]:
    """(file:line, Qt module) of each import from PySide6."""
    for path in sources(*folders):
        for line, name in imported(path):
            parts = name.split(".")
            if parts[0] == "PySide6":
                yield f"{name_of(path)}:{line}", parts[1] if len(parts) > 1 else "PySide6"


def test_screens_use_only_the_qt_modules_that_are_allowed() -> None:
    wrong = [
        f"{where}: {module}"
        for where, module in qt_imports("ui")
        if module not in QT and not (module == "QtMultimedia" and MULTIMEDIA_DOORS.match(where))
    ]
    assert wrong == []


def test_of_the_addons_nothing_but_multimedia_is_imported_anywhere() -> None:
    """Tests and benches too, which may besides use QtTest; GPL modules lie in the same wheel (DESIGN.md 11)."""
    known = QT | {"QtTest", "QtMultimedia"}
    wrong = [
        f"{where}: {module}"
        for where, module in qt_imports("tests", "bench", "ui", "cellguide", "db")
        if module not in known
    ]
    assert wrong == []


@pytest.mark.parametrize("door", ["camera", "sound"])
def test_multimedia_is_imported_inside_a_function_only(door: str) -> None:
    """It takes 200 ms and fails on machines without its libraries: importing the window must not depend on it."""
    for path in (ROOT / "ui" / "runner").glob(f"{door}*.py"):
        top = ast.parse(path.read_text("utf-8")).body
        eager = [
            node
            for node in top
            if isinstance(node, ast.Import | ast.ImportFrom) and "QtMultimedia" in ast.unparse(node)
        ]
        assert eager == []


# Which third-party library each floor may know (engineering-review 30); what import contracts say of whole
# packages is said here of single modules.
THIRD_PARTY = {
    "cryptography": r"cellguide/(keys|proof)\.py|cellguide/papers/seal\.py|cellguide/loggers/\w+\.py|db/machine\.py",
    "biip": r"cellguide/labels\w*(/\w+)?\.py",
    "zxingcpp": r"cellguide/(papers|labels)/\w+\.py|ui/.+\.py",
    "pypinyin": r"cellguide/(patients|papers/glyphs)\.py",
    "PIL": r"cellguide/papers/\w+\.py",  # Pillow comes with reportlab
    "openpyxl": r"cellguide/loggers/.+\.py",
    "defusedxml": r"cellguide/loggers/.+\.py",
    "olefile": r"cellguide/loggers/.+\.py",
    "pypdfium2": r"cellguide/(papers|loggers/vendors)/\w+\.py|ui/.+\.py",
    "sqlite_utils": r"db/\w+\.py",
    "dateutil": r"cellguide/.+\.py",
}


def test_third_party_libraries_are_known_only_on_their_floors() -> None:
    ours = {"cellguide", "db", "ui", "resources", "main"}
    contracted = {
        "PySide6",
        "shiboken6",
        "reportlab",
        "pikepdf",
        "pyhanko",
        "pyhanko_certvalidator",
        "asn1crypto",
        "numpy",
    }
    wrong = []
    for path in sources("cellguide", "db", "ui"):
        for line, name in imported(path):
            top = name.partition(".")[0]
            if top in sys.stdlib_module_names or top in ours | contracted:
                continue
            if not re.fullmatch(THIRD_PARTY.get(top, "nowhere"), name_of(path)):
                wrong.append(f"{name_of(path)}:{line}: {name}")
    assert wrong == []
