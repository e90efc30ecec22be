"""Every sentence is said somewhere, every sentence that is said exists, in both languages, with the same facts."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cellguide import words
from cellguide.templates.fact_names import FACTS

ROOT = Path(__file__).resolve().parents[1]
WORDS = ROOT / "resources" / "words"
AREAS = tuple(sorted(path.stem for path in WORDS.glob("*.toml")))
REFUSALS = tuple(area for area in AREAS if area.startswith("refusal_"))

# Keys that are put together in a way no pattern in the code shows. prefix → where the rest comes from.
DYNAMIC = {
    "answer.fact.shipment.logger_alarm.": "answer_words: the calculation's name, which has a dot, and its result",
    "logger.problem.signature_": "the reader joins signature_ with what it found",
    "act.": "refusal_words puts the prefix before an act's name",
    "history.act.": "entry_words puts the prefix before an act's name",
    "history.field.": "the same before a field of an entry",
    "history.how.": "the same before how a person was known",
    "history.kind.": "the same before a kind of object",
    "history.language.": "the same before a code",
    "history.moved.": "the same before a code",
    "history.value.": "the same before a code",
    "fact.": "refusal_words puts the prefix before a code",
    "order.point.": "orders.open_points joins a paper's name with _missing or _lapsed",
    "paper.where.record.json": "the attachment's own name, which has a dot",
}

# Sentences that nothing says yet. prefix → what will say them. A line whose sentences are said fails and goes.
WAITING = {
    "logger.kind.": "the kind of a channel: the import dialog of Temperature",
    "logger.severity.": "how much a reader's finding weighs: the same",
    "run.ask.": "how a question is asked: the checklist as a paper, before it is walked",
    "temperature_rule.": "verdicts of temperature: the page Temperature",
    "verdict.": "the verdict as a sentence: verify and Settings print the word only",
}

# Strings that look like keys of an area and are something else. whole string → what it is.
NOT_KEYS = {"station.json": "the file that the station's key lies in"}

# Functions that are handed names of other things.
NOT_SAYING = frozenset({"Refusal", "getLogger", "startswith", "fact", "source", "import_module"})

# Areas whose name is put in front by a function of their own. area → which.
AREAS_IN_FRONT = {"paper": "papers.voice.Voice", "cli": "cli.main puts it before the verb's name"}


class Literal(NamedTuple):
    """A string in the code; ``pattern``: an f-string, its holes as ``\\w+``; ``call``: the function it is handed to."""

    where: str
    text: str
    pattern: bool
    call: str


@cache
def trees() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """(file, every node of it): walked once for all questions."""
    paths = [
        ROOT / "main.py",
        *(path for top in ("cellguide", "db", "ui") for path in sorted((ROOT / top).rglob("*.py"))),
    ]
    return tuple(
        (path.relative_to(ROOT).as_posix(), tuple(ast.walk(ast.parse(path.read_text("utf-8"))))) for path in paths
    )


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def pattern_of(node: ast.JoinedStr) -> str:
    return "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else HOLE for part in node.values)


@cache
def literals() -> tuple[Literal, ...]:
    """Every string of the code except docstrings."""
    found: list[Literal] = []
    for where, nodes in trees():
        silent = {id(part) for node in nodes for part in unheard(node)}
        calls = {id(one): name_of(node) for node in nodes if isinstance(node, ast.Call) for one in handed(node)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr):
                found.append(Literal(f"{where}:{node.lineno}", pattern_of(node), True, calls.get(id(node), "")))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
                found.append(Literal(f"{where}:{node.lineno}", node.value, False, calls.get(id(node), "")))
    return tuple(found)


def unheard(node: ast.AST) -> list[ast.expr]:
    """Strings that are not strings of their own: docstrings, and the pieces of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body:
        first = node.body[0]
        return [first.value] if isinstance(first, ast.Expr) else []
    return []


def handed(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call, and both sides where one is a choice."""
    for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
        yield value
        if isinstance(value, ast.IfExp):
            yield from (value.body, value.orelse)


HOLE = r"[\w.-]+"


@cache
def tokens() -> frozenset[str]:
    """Every word of code and of packaged data except the sentences themselves."""
    texts = [path.read_text("utf-8") for top in ("cellguide", "db", "ui") for path in (ROOT / top).rglob("*.py")]
    texts += [path.read_text("utf-8") for path in (ROOT / "resources").rglob("*.toml") if path.parent != WORDS]
    return frozenset(word for text in texts for word in re.findall(r"[\w-]+", text)) | {
        word.replace("-", "_") for text in texts for word in re.findall(r"[\w-]+", text)
    }


def entries(area: str) -> dict[str, dict[str, str]]:
    return words.catalogue(area)


def names_in(text: str) -> set[str]:
    """The {facts} of a sentence."""
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


# --- both languages ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("area", AREAS)
def test_every_entry_has_both_languages_and_nothing_else(area: str) -> None:
    """``words.catalogue`` walks past an entry that lacks a language; here it is found."""

    def wrong(prefix: str, node: object) -> Iterator[str]:
        if not isinstance(node, dict):
            yield f"{prefix}: a text outside any entry"
        elif any(isinstance(value, str) for value in node.values()):
            if set(node) != {"zh", "en"} or not all(isinstance(text, str) and text.strip() for text in node.values()):
                yield f"{prefix}: {sorted(node)}"
        else:
            for name, value in node.items():
                yield from wrong(f"{prefix}.{name}", value)

    assert list(wrong(area, tomllib.loads((WORDS / f"{area}.toml").read_text("utf-8")))) == []


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_name_the_same_facts(area: str) -> None:
    different = {
        key: (zh, en)
        for key, text in entries(area).items()
        if (zh := names_in(text["zh"])) != (en := names_in(text["en"]))
    }
    assert different == {}


# --- keys -------------------------------------------------------------------------------------------------------------


def said() -> Iterator[tuple[str, Literal]]:
    """(key, literal) of what looks like a key of an area; a paper's voice puts its own area in front."""
    shape = re.compile(r"[a-z_]+(\.[\w+-]+)+")
    for one in literals():
        if not one.pattern and shape.fullmatch(one.text) and one.call not in NOT_SAYING:
            if one.where.startswith("cellguide/papers/") and f"paper.{one.text}" in known():
                yield f"paper.{one.text}", one
            elif one.text.partition(".")[0] in AREAS:
                yield one.text, one


@cache
def known() -> frozenset[str]:
    return frozenset(key for area in AREAS for key in entries(area))


@cache
def prefixes() -> frozenset[str]:
    return frozenset(key[: at.start()] for key in known() for at in re.finditer(r"\.", key))


def test_every_key_that_is_said_exists() -> None:
    """A fact of a template, a refusal's code that is compared, and a prefix that a word is put behind exist too."""
    lost = [
        f"{one.where}: {key}"
        for key, one in said()
        if key not in known() | prefixes() | set(FACTS) | set(NOT_KEYS) and sentence_of(key) is None
    ]
    assert lost == []


@cache
def whole_strings() -> frozenset[str]:
    texts = {one.text for one in literals() if not one.pattern}
    return frozenset(texts | {f"paper.{one.text}" for one in literals() if one.where.startswith("cellguide/papers/")})


@cache
def patterns(area: str) -> tuple[re.Pattern[str], ...]:
    """F-strings, and prefixes handed to a call, that stand for keys of ``area``; each hole becomes a group."""
    found = set()
    for one in literals():
        texts = [one.text, rf"paper\.{one.text}"] if one.where.startswith("cellguide/papers/") else [one.text]
        if one.pattern:
            found |= {text for text in texts if text.startswith(rf"{area}\.")}
        elif one.call and one.text.startswith(f"{area}.") and one.text in prefixes():
            found.add(re.escape(f"{one.text}.") + HOLE)
    return tuple(re.compile(text.replace(HOLE, "([^.]+)")) for text in sorted(found))


def is_said(key: str) -> bool:
    """As it stands, or by a pattern whose holes are filled with words of the code or the data. Where the pattern is
    the area and one hole (``f"people.{state}"``), what fills it must stand in the code as a string of its own."""
    area, _, rest = key.partition(".")
    if key in whole_strings() or any(key.startswith(prefix) for prefix in DYNAMIC):
        return True
    bare = rf"{area}\.([^.]+)"
    if rest in whole_strings() and (
        area in AREAS_IN_FRONT or any(pattern.pattern == bare for pattern in patterns(area))
    ):
        return True
    found = [pattern.fullmatch(key) for pattern in patterns(area) if pattern.pattern != bare]
    return any(set(re.findall(r"[\w-]+", " ".join(match.groups()))) <= tokens() for match in found if match is not None)


def test_every_sentence_is_said_somewhere() -> None:
    unsaid = [key for key in sorted(known()) if not key.startswith("refusal_") and not is_said(key)]
    assert [key for key in unsaid if not key.startswith(tuple(WAITING))] == []


def test_what_waits_for_its_screen_still_waits() -> None:
    """Otherwise its line in ``WAITING`` goes."""
    unsaid = [key for key in known() if not is_said(key)]
    assert [prefix for prefix in WAITING if not any(key.startswith(prefix) for key in unsaid)] == []


# --- refusals ---------------------------------------------------------------------------------------------------------


class Raised(NamedTuple):
    """One ``Refusal(…)`` in the code; ``facts``: None when they are handed on whole (``**facts``)."""

    where: str
    code: str
    pattern: bool
    facts: frozenset[str] | None


@cache
def raised() -> tuple[Raised, ...]:
    found = []
    for where, nodes in trees():
        for node in nodes:
            if not (isinstance(node, ast.Call) and name_of(node) == "Refusal" and node.args):
                continue
            whole = any(keyword.arg is None for keyword in node.keywords)
            facts = None if whole else frozenset(str(keyword.arg) for keyword in node.keywords)
            first = node.args[0]
            for code in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                at = f"{where}:{node.lineno}"
                if isinstance(code, ast.Constant):
                    found.append(Raised(at, str(code.value), False, facts))
                elif isinstance(code, ast.JoinedStr):
                    found.append(Raised(at, pattern_of(code), True, facts))
    return tuple(found)


def sentence_of(code: str) -> dict[str, str] | None:
    area = f"refusal_{code.partition('.')[0]}"
    return entries(area).get(f"refusal_{code}") if area in AREAS else None


def test_every_refusal_has_its_sentence() -> None:
    assert (
        sorted({f"{one.where}: {one.code}" for one in raised() if not one.pattern and sentence_of(one.code) is None})
        == []
    )


def test_every_fact_that_a_refusals_sentence_names_is_passed_where_it_is_raised() -> None:
    wrong = []
    for one in raised():
        text = None if one.pattern else sentence_of(one.code)
        if text is not None and one.facts is not None and (missing := names_in(text["zh"]) - one.facts):
            wrong.append(f"{one.where}: {one.code} lacks {sorted(missing)}")
    assert wrong == []


def test_every_refusals_sentence_is_raised_somewhere() -> None:
    """Directly, by a pattern whose holes are words of the code, or by a code kept in a table before it is raised."""
    shown = [re.compile(one.code.replace(HOLE, "[^.]+")) for one in raised() if one.pattern]
    unraised = []
    for code in sorted(key.removeprefix("refusal_") for area in REFUSALS for key in entries(area)):
        by_pattern = code.rpartition(".")[2] in tokens() and any(pattern.fullmatch(code) for pattern in shown)
        if code not in whole_strings() and f"refusal_{code}" not in whole_strings() and not by_pattern:
            unraised.append(code)
    assert unraised == []


# --- what may not be written ------------------------------------------------------------------------------------------

# The sentence that says so is a search word, or speaks of resuscitation itself. key → why.
RESUSCITATION: dict[str, str] = {}


def test_thaw_is_never_called_resuscitation() -> None:
    """复融, not 复苏 (clinical-review 3.6): a search finds the old word, no person reads it."""
    keys = [
        key
        for area in AREAS
        for key, text in entries(area).items()
        if "复苏" in text["zh"] and key not in RESUSCITATION
    ]
    files = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "resources").rglob("*")
        if path.suffix in (".toml", ".md")
        and path.parent != WORDS
        and "复苏" in strip_search_words(path.read_text("utf-8"))
    ]
    assert (keys, files) == ([], [])


def strip_search_words(text: str) -> str:
    """Lines that give words to search by, and comments, are not read by a person at the bedside."""
    return "\n".join(
        line for line in text.splitlines() if not re.match(r"\s*(#|search|synonym|also_called|words)\b", line)
    )


def test_no_sentence_claims_compliance() -> None:
    claims = re.compile(r"compliant with|complies with|符合.{0,12}(要求|规定)并|guarantees? compliance", re.IGNORECASE)
    found = [
        key for area in AREAS for key, text in entries(area).items() if claims.search(text["en"] + " " + text["zh"])
    ]
    assert found == []
