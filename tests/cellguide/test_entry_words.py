"""What an entry says: acts, objects and fields in both languages; codes in words, names and numbers as they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cellguide import entry_words
from cellguide.acts import history
from cellguide.clock import Moment
from cellguide.entry import Actor, Change, Entry, Place, write
from cellguide.words import LANGS, Lang
from db.tables import KINDS

ROOT = Path(__file__).resolve().parents[2]
AT = Moment(1795307815123, 480)


def written_acts() -> Iterator[str]:
    """Every act's name that the house writes: the first argument of ``write`` and ``append``, and of ``begin``."""
    for top in ("cellguide", "db"):
        for path in (ROOT / top).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                    continue
                first = node.args[0]
                enough = node.func.attr == "begin" or (node.func.attr in ("write", "append") and len(node.args) > 1)
                if enough and isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def entry(kind: str, new: dict[str, object], old: dict[str, object] | None = None, id: str = "X") -> Entry:
    who, place = Actor("900011", "pharmacist", "password"), Place("A", 1, "0" * 64)
    return write("change_site", Change(kind, id, new), who=who, at=AT, place=place, version=2, old=old or {})


@pytest.mark.req("REG-017", "REG-050")
def test_every_act_that_is_ever_written_has_a_name_in_both_languages() -> None:
    acts = set(written_acts())
    assert len(acts) > 60
    nameless = {act for act in acts for lang in LANGS if entry_words.act_words(act, lang) == act}
    assert nameless == set()
    assert acts <= set(entry_words.acts()), "and can be filtered for"


def test_every_exception_is_an_act_that_is_written() -> None:
    assert history.EXCEPTIONS - set(written_acts()) - THROUGH_A_VARIABLE == set()


THROUGH_A_VARIABLE = frozenset({"open_envelope", "void_record"})  # handed on by name


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_every_kind_of_object_has_a_name_in_both_languages(kind: str) -> None:
    assert {entry_words.kind_words(kind, lang) for lang in LANGS}.isdisjoint({kind}) or kind == "print"


def test_only_what_changed_is_told_and_the_state_stands_first() -> None:
    told = entry_words.changes(
        entry(
            "container",
            {"place": "A/1", "state": "locked", "lot": "L1", "din": ""},
            {"place": "", "state": "pending", "lot": "L1", "din": ""},
        ),
        "en",
    )
    assert told == (
        entry_words.Change("State", "pending acceptance", "locked, to be settled"),
        entry_words.Change("Place", "", "A/1"),
    )


def test_what_was_taken_away_is_told_as_a_dash() -> None:
    (told,) = entry_words.changes(entry("order", {"bed": ""}, {"bed": "3 床"}), "zh")
    assert told == entry_words.Change("床号", "3 床", "—")


def test_of_a_list_that_only_grew_the_new_items_are_told_and_of_another_both() -> None:
    grown = entry("record", {"signed": ["S1", "S2"]}, {"signed": ["S1"]})
    assert entry_words.changes(grown, "zh") == (entry_words.Change("已有签名", "", "S2"),)
    other = entry("record", {"signed": ["S2"]}, {"signed": ["S1"]})
    assert entry_words.changes(other, "zh") == (entry_words.Change("已有签名", "S1", "S2"),)


@pytest.mark.parametrize(
    ("kind", "name", "value", "lang", "said"),
    [
        ("order", "verified_at", "2026-11-22T08:36:55.123+08:00", "zh", "2026-11-22 08:36:55"),
        ("record", "sha256", "0123456789abcdef" * 4, "en", "0123456789abcdef…"),
        ("person", "roles", ["nurse", "quality"], "zh", "护士、质量管理员"),
        ("order", "clinical", {"hbsag": "neg"}, "en", "HBsAg: negative"),
        ("site", "ink_lines", False, "en", "no"),
        ("clock", "moved", "back", "zh", "时钟被拨回"),
        ("view", "about", "order:O-A-2026-000001", "en", "Order O-A-2026-000001"),
        ("order", "bed", "3 床", "en", "3 床"),
        ("place", "capacity", None, "en", "—"),
    ],
)
def test_values_in_words(kind: str, name: str, value: object, lang: Lang, said: str) -> None:
    assert entry_words.value_words(kind, name, value, lang) == said


def test_a_very_long_value_is_cut_and_says_so() -> None:
    said = entry_words.value_words("deviation", "text", "长" * 5000, "zh")
    assert said == "长" * entry_words.VALUE_MAX + "…"


@pytest.mark.parametrize("strange", ["", "no_such_act", "."])
def test_a_code_without_words_stands_as_it_is(strange: str) -> None:
    assert entry_words.act_words(strange, "zh") == strange
    assert entry_words.field_words("order", strange, "en") == strange
