"""What may not stand in this house, each with what stands there instead (models 5 and 9)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cellguide import canonical
from cellguide.cli.verbs import VERBS
from cellguide.templates import released

ROOT = Path(__file__).resolve().parents[1]
SELF = "tests/test_tidy.py"
CODE = r"(cellguide|db|ui)/.*\.py|main\.py"
TEXTS = {".py", ".md", ".toml", ".qss", ".in", ".sh", ".yml", ""}


class Ban(NamedTuple):
    """``wrong``: what may not stand there; ``instead``: what does; ``where``: files it is looked for in; ``unless``:
    files where it may stand, with the reason."""

    wrong: str
    instead: str
    where: str = r".*\.py"
    unless: dict[str, str] = {}


BANS = (
    Ban(r"from __feature__", "Qt's own names"),
    Ban(r"import \*", "the names"),
    Ban(
        r"datetime\.(now|utcnow|today)\b|\bdate\.today\b|\btime\.time(_ns)?\b",
        "a Moment as an argument",
        CODE,
        {"cellguide/clock.py": "the one place that reads the time"},
    ),
    Ban(
        r"(?i)INSERT OR (REPLACE|IGNORE) INTO entry|OR REPLACE INTO blob|(UPDATE|DELETE FROM) (entry|blob)\b",
        "append",
        r"(db|cellguide)/.*",
    ),
    Ban(
        r"\.upsert\w*\(|\.transform\(", "plain sqlite3; transform drops the triggers (engineering-review 10)", r"db/.*"
    ),
    Ban(
        r"(?<![\w.])print\(",
        "logging, or a value handed back",
        CODE,
        {
            "cellguide/cli/__init__.py": "a mouth",
            "cellguide/cli/verbs.py": "a mouth",
            "cellguide/cli/paper_verdict.py": "a mouth",
            "main.py": "before there is anything else to say it with",
            "ui/program.py": "there is no window yet",
            "ui/tour.py": "a verb that needs the window's libraries",
        },
    ),
    Ban(
        r"(?<!app)\.exec\(",
        "open() and a signal: exec() runs a second event loop",
        r"ui/.*",
        {"ui/tour.py": "nobody sits there"},
    ),
    Ban(r"QMessageBox\b", "a notice bar, or a Dialog of ours", r"ui/.*"),
    Ban(r"constBits", "QImage's equality"),
    Ban(r"\bunittest\.mock\b|\bMagicMock\b", "the real thing, in memory", r"tests/.*"),
    Ban(r"\btime\.sleep\(|qtbot\.wait\(", "a clock that is moved by hand, or waitUntil", r"(tests|cellguide|db|ui)/.*"),
    Ban(r"mark\.skip\b(?!\w)(?!\([^)]*reason=)|pytest\.skip\(\)", "skipif or skip with the reason", r"tests/.*"),
    Ban(r"""["'].*-s\b.*["']\s*#?\s*addopts|addopts\s*=.*\s-s\b""", "captured output", r"pyproject\.toml"),
    Ban(r"\b(FIXME|TODO|XXX)\b", "doing it now", r".*"),
    Ban(r"(?i)compliant with", "designed to support", r".*"),
    Ban(
        r"(?<![\w.<])/(root|home/\w+|work|Users/\w+)/",
        "a path relative to this one",
        r".*",
        {"tests/db/test_opening.py": "invented homes in which a database may lie"},
    ),
    Ban(
        r"(?i)pypi\.org|pythonhosted\.org|/simple/?\b|(tsinghua|aliyun|tencent)\S*/pypi|index-url|trusted-host",
        "no name of an index",
        r".*",
        {"Makefile": "--no-emit-index-url keeps it out of the lock"},
    ),
    Ban(r"(?i)\b(claude|anthropic|chatgpt|openai|copilot|llm)\b", "what the thing does", r".*"),
)

# What the ban on a whole word would hit by being its own rule or its own example. file → why.
QUOTES = {SELF: "the list itself", "tests/test_words.py": "looks for the same words in sentences"}


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the tree that git knows or would add."""
    done = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:  # a copy without its history
        skipped = re.compile(r"(^|/)(\.venv|\.git|\.\w+_cache|\.hypothesis|__pycache__|demo-out|tour-out)(\.new)?/")
        names = (path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if path.is_file())
        return tuple(sorted(name for name in names if not skipped.search(name)))
    return tuple(sorted(name for name in done.stdout.splitlines() if (ROOT / name).is_file()))


@cache
def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8", errors="replace")


def house_texts() -> Iterator[str]:
    """Texts written here: no fixtures in other people's dialects, no locks, no licences."""
    for name in tracked():
        if (
            Path(name).suffix in TEXTS
            and not name.startswith(("tests/data/", "LICENSE"))
            and not name.endswith(".lock")
        ):
            yield name


@pytest.mark.parametrize("ban", BANS, ids=lambda ban: re.sub(r"\W+", " ", ban.instead)[:40])
def test_what_is_banned_stands_nowhere(ban: Ban) -> None:
    wrong = re.compile(ban.wrong)
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in house_texts()
        if re.fullmatch(ban.where, name) and name not in ban.unless and name not in QUOTES
        for number, line in enumerate(text_of(name).splitlines(), 1)
        if wrong.search(line)
    ]
    assert found == [], f"instead: {ban.instead}"


def test_every_exception_from_a_ban_is_still_needed() -> None:
    spare = [
        f"{ban.instead}: {name}"
        for ban in BANS
        for name in ban.unless
        if name not in tracked() or not re.search(ban.wrong, text_of(name))
    ]
    assert spare == []


DRAWERS = {"utils", "util", "common", "helpers", "helper", "misc", "base", "manager", "managers", "tools", "stuff"}


def test_no_file_is_a_drawer() -> None:
    """Such a name takes in whatever nobody found a place for, and everything comes to import it (models 5)."""
    assert [name for name in tracked() if {Path(name).stem, *Path(name).parts[:-1]} & DRAWERS] == []


# --- sizes: said, never failed (engineering-review G: a failing test breeds drawers) ----------------------------------


def test_long_files_and_functions_are_said() -> None:
    long = []
    for name in tracked():
        if re.fullmatch(CODE, name):
            lines = text_of(name).splitlines()
            if len(lines) > 400:
                long.append(f"{name}: {len(lines)} lines")
            for node in ast.walk(ast.parse(text_of(name))):
                if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 70:
                    long.append(
                        f"{name}:{node.lineno}: {node.name} has {(node.end_lineno or 0) - node.lineno + 1} lines"
                    )
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for line in long:
            warnings.warn(line, stacklevel=1)
    assert len(said) == len(long)
    print("\n".join(long))


# --- packaged things --------------------------------------------------------------------------------------------------


def test_no_lock_names_an_index_and_every_pin_has_its_hashes() -> None:
    for name in ("requirements.lock", "requirements-bench.lock"):
        text = text_of(name)
        assert not re.search(r"https?://|^\s*(-i|--index|--extra-index|--find-links|--trusted)", text, re.MULTILINE), (
            name
        )
        pins = re.split(r"\n(?=\S)", "\n" + text.replace("\\\n", " "))
        bare = [pin[:60] for pin in pins if re.match(r"[A-Za-z0-9]", pin.strip()) and "--hash=sha256:" not in pin]
        assert bare == [], name
        assert all(
            re.match(r"[\w.\[\]-]+==", pin.strip()) for pin in pins if pin.strip() and not pin.strip().startswith("#")
        ), name


def test_the_lock_holds_every_dependency_of_pyproject() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[=<>;@ ]", want)[0].lower().replace("_", "-") for want in wanted}
    pinned = {name.lower() for name in re.findall(r"^([\w.-]+)==", text_of("requirements.lock"), re.MULTILINE)}
    assert names - pinned == set()


def test_every_template_is_released_with_the_hash_of_its_bytes() -> None:
    files = {
        (path.parent.name, int(path.stem)): canonical.sha256(path.read_bytes())
        for path in (ROOT / "resources" / "templates").glob("*/*.toml")
    }
    assert files == released.released(), "a released version never changes: write the next one, and pin it"


def test_the_changelog_has_its_form() -> None:
    """Keep a Changelog: versions newest first, each with a date unless unreleased, sections by their known names."""
    text = text_of("CHANGELOG.md")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads
    for head in heads:
        assert re.fullmatch(r"\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}", head), head
    numbers = [tuple(map(int, re.findall(r"\d+", head)[:3])) for head in heads if head != "[Unreleased]"]
    assert numbers == sorted(numbers, reverse=True)
    sections = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert sections <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known limits"}, sections
    items = re.split(r"^## .+$", text, flags=re.MULTILINE)[1:]
    assert all(re.search(r"^- \S", item, re.MULTILINE) for item in items), "a version without a line"


# --- commands ---------------------------------------------------------------------------------------------------------


def documents() -> str:
    return "\n".join(text_of(name) for name in tracked() if name.endswith(".md"))


@pytest.mark.parametrize("verb", [verb.name for verb in VERBS])
def test_every_verb_is_described_where_people_read(verb: str) -> None:
    assert re.search(rf"main\.py {verb}\b|`{verb}\b|^    .*\b{verb}\b", documents(), re.MULTILINE)


def test_every_verb_that_is_described_exists() -> None:
    described = set(re.findall(r"main\.py ([a-z]+)\b", documents()))
    assert described - {verb.name for verb in VERBS} - {"tour"} == set()


HELP = """
import contextlib, io, sys
from cellguide import cli
from cellguide.cli.verbs import VERBS
for name in ["", *(verb.name for verb in VERBS)]:
    heard = io.StringIO()
    try:
        with contextlib.redirect_stdout(heard):
            cli.main([*([name] if name else []), "--help"], None)
    except SystemExit as ended:
        print(name or "all", ended.code, len(heard.getvalue()))
loaded = {"numpy", "reportlab", "pikepdf", "PySide6"} & set(sys.modules)
print("loaded", len(loaded), *loaded)
"""


def test_every_verb_has_help_and_help_loads_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *lines, loaded = [line.split() for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["all", *(verb.name for verb in VERBS)]
    assert all(line[1] == "0" and int(line[2]) > 60 for line in lines), lines
    assert loaded == ["loaded", "0"]


def test_every_make_target_has_its_line_of_help() -> None:
    text = text_of("Makefile")
    named = set(re.findall(r"^([a-z]+):", text, re.MULTILINE))
    helped = set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE))
    assert named - helped <= {"setup", "lock"}
    assert helped >= {"help", "run", "test", "check", "format", "demo", "tour", "bench"}
