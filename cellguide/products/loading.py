"""Text → Profile, or one Refusal that names file, line and reason. Pure but for ``load_packaged``."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import Any, TypeVar

from .. import resources
from ..facts import MISSING, SILENT
from ..refusal import Refusal
from . import reading, schema
from .lines import Path, line_of, line_of_syntax_error
from .profile import Clock, Fact, LdRule, Profile, Source, Text
from .reading import NotA, Wrong

_FOLDER = "products"
_LIMIT_CHARS = 262_144
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SOURCE_KEY = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_LD_ANCHOR = re.compile(r"LD_START|LD_END|DAY_MINUS_[1-9]\d?")
_PAIRS = (
    ("containers_min", "containers_max"),
    ("thaw_usual_s_min", "thaw_usual_s_max"),
    ("thaw_usual_s_max", "thaw_s_max"),
    ("thaw_c", "thaw_c_max"),
    ("post_thaw_c_min", "post_thaw_c_max"),
    ("rate_ml_min_min", "rate_ml_min_max"),
    ("flush_ml_min", "flush_ml_max"),
    ("premed_before_s_min", "premed_before_s_max"),
    ("toci_doses_min", "toci_doses_max"),
)
_Read = TypeVar("_Read")


def profile_ids() -> tuple[str, ...]:
    """Ids of the packaged profiles, sorted."""
    return tuple(name.removesuffix(".toml") for name in resources.names(_FOLDER, ".toml"))


def packaged_text(profile_id: str) -> str:
    """The text of a packaged profile: what is kept as a blob when it is verified or used.

    Raises Refusal ``product.unknown``.
    """
    if profile_id not in profile_ids():
        raise Refusal("product.unknown", id=profile_id)
    return resources.read_text(f"{_FOLDER}/{profile_id}.toml")


def load_packaged(profile_id: str) -> Profile:
    """Read a packaged profile. Raises Refusal ``product.unknown`` or as ``load``."""
    return load(packaged_text(profile_id), f"{profile_id}.toml")


def load(text: str, file_name: str) -> Profile:
    """Read a profile from ``text``.

    Raises Refusal ``product.bad_profile.<reason>`` with facts ``file``, ``line`` (1-based), ``reason``, ``at`` (the
    field) and what was found.
    """
    try:
        tree = _parsed(text)
        return _profile(tree, text, file_name)
    except Wrong as wrong:
        facts = {name: value for name, value in wrong.facts.items() if name != "line"}
        at = int(str(wrong.facts.get("line", 0))) or line_of(text, wrong.path)
        where = ".".join(str(part + 1) if isinstance(part, int) else part for part in wrong.path)
        raise Refusal(
            f"product.bad_profile.{wrong.reason}", file=file_name, line=at, reason=wrong.reason, at=where, **facts
        ) from None


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > _LIMIT_CHARS:
        raise Wrong("too_long", (), found=len(text), limit=_LIMIT_CHARS)
    try:
        text.encode()
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=reading.number)
    except (ValueError, RecursionError) as fault:  # TOMLDecodeError is a ValueError; so is a number of 5000 digits
        raise Wrong("syntax", (), line=line_of_syntax_error(text, str(fault)), found=reading.picture(fault)) from None


def _at(path: Path, read: Callable[..., _Read], *raw: object) -> _Read:
    """``read(*raw)``, its complaint placed at ``path``."""
    try:
        return read(*raw)
    except NotA as fault:
        raise Wrong(fault.reason, path, **fault.facts) from None


def _table(raw: object, path: Path, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Any]:
    """``raw`` as a table with known keys. Names the line of the first unknown key, or of the table that lacks one."""
    if not isinstance(raw, dict):
        raise Wrong("not_a_table", path, found=reading.picture(raw))
    known = set(allowed) | set(required)
    for key in raw:
        if key not in known:
            raise Wrong("unknown_field", (*path, key), found=reading.picture(key))
    for key in required:
        if key not in raw:
            raise Wrong("lacks", path, found=key)
    return raw


def _profile(tree: dict[str, Any], text: str, file_name: str) -> Profile:
    _table(
        tree,
        (),
        ("demonstration", "fact", *schema.TABLES.values()),
        ("schema", "id", "revision", "jurisdiction", "source"),
    )
    if tree["schema"] != schema.SCHEMA or isinstance(tree["schema"], bool):
        raise Wrong("other_schema", ("schema",), found=reading.picture(tree["schema"]), known=schema.SCHEMA)
    profile_id = _at(("id",), reading.line, tree["id"])
    if _ID.fullmatch(profile_id) is None:
        raise Wrong("bad_id", ("id",), found=reading.picture(profile_id))
    revision = _at(("revision",), reading.count, tree["revision"])
    jurisdiction = _at(("jurisdiction",), reading.word, tree["jurisdiction"], schema.JURISDICTIONS)
    demonstration = _at(("demonstration",), reading.flag, tree.get("demonstration", False))
    if demonstration != (jurisdiction == schema.DEMONSTRATION_JURISDICTION):
        raise Wrong("demonstration_mark", ("jurisdiction",), found=jurisdiction)
    sources = _sources(tree["source"], demonstration)
    facts = _facts(tree, sources)
    _check_together(facts)
    return Profile(
        id=profile_id,
        revision=revision,
        jurisdiction=jurisdiction,
        demonstration=demonstration,
        file_name=file_name,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        facts=MappingProxyType(facts),
        sources=MappingProxyType(sources),
    )


def _sources(raw: object, demonstration: bool) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    if not isinstance(raw, dict):
        raise Wrong("not_a_table", ("source",), found=reading.picture(raw))
    for key, entry in raw.items():
        path: Path = ("source", key)
        if _SOURCE_KEY.fullmatch(key) is None:
            raise Wrong("bad_source_key", path, found=reading.picture(key))
        item = _table(entry, path, ("url",), ("basis", "text", "label_version", "label_date"))
        basis = _at((*path, "basis"), reading.word, item["basis"], schema.BASES)
        if demonstration != (basis == "invented"):
            raise Wrong("demonstration_source", (*path, "basis"), found=basis)
        words = {
            name: _at((*path, name), reading.line, item[name]) for name in ("url", "label_version") if name in item
        }
        text = _at((*path, "text"), reading.text, item["text"])
        when = _at((*path, "label_date"), reading.label_date, item["label_date"])
        sources[key] = Source(key, basis, text, words.get("url", ""), words["label_version"], when)
    return sources


def _cited(item: dict[str, Any], path: Path, sources: dict[str, Source]) -> tuple[Source, ...]:
    raw = item.get("source", [])
    cited = []
    for key in raw if isinstance(raw, list) else [raw]:
        if not isinstance(key, str) or key not in sources:
            raise Wrong("unknown_source", (*path, "source"), found=reading.picture(key))
        cited.append(sources[key])
    if not cited:
        raise Wrong("no_source", path)
    return tuple(cited)


def _note(item: dict[str, Any], path: Path, name: str = "note") -> Text | None:
    return _at((*path, name), reading.text, item[name]) if name in item else None


def _facts(tree: dict[str, Any], sources: dict[str, Source]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    entries = _table(tree.get("fact", {}), ("fact",), schema.FIELDS)
    for name, raw in entries.items():
        facts[name] = _fact(schema.FIELDS[name], raw, ("fact", name), sources)
    for name, table in schema.TABLES.items():
        if table not in tree:
            continue
        rest = facts.get(name)
        if rest is not None and rest.value is not MISSING:
            raise Wrong("both_ways", ("fact", name), found=name)
        raw = tree[table]
        if not isinstance(raw, list) or not raw:
            raise Wrong("not_a_table", (table,), found=reading.picture(raw))
        read = _clock if table == "clock" else _ld_rule
        rows = tuple(read(row, (table, at), sources) for at, row in enumerate(raw))
        cited = tuple(dict.fromkeys(source for row in rows for source in row.sources))
        facts[name] = Fact(rows, cited, rest.note if rest else None, partial=rest is not None)
    return facts


def _fact(field: schema.Field, raw: object, path: Path, sources: dict[str, Source]) -> Fact:
    item = _table(raw, path, ("value", "silent", "missing", "source", "note"))
    ways = [way for way in ("value", "silent", "missing") if way in item]
    if len(ways) != 1:
        raise Wrong("one_way", path, found=" ".join(ways) or "–")
    if ways == ["missing"]:
        if "source" in item or "note" in item:
            raise Wrong("missing_with_source", path, found=field.name)
        return Fact(MISSING, (), _note(item, path, "missing"))
    cited = _cited(item, path, sources)
    note = _note(item, path)
    if ways == ["silent"]:
        if item["silent"] is not True:
            raise Wrong("silent_is_true", (*path, "silent"), found=reading.picture(item["silent"]))
        return Fact(SILENT, cited, note)
    if field.name in schema.TABLES:
        raise Wrong("table_instead", path, found=schema.TABLES[field.name])
    return Fact(_at((*path, "value"), reading.value_of, field, item["value"]), cited, note)


def _clock(raw: object, path: Path, sources: dict[str, Source]) -> Clock:
    item = _table(raw, path, ("source", "note"), ("anchor", "target", "limit", "scope"))
    anchor = _at((*path, "anchor"), reading.word, item["anchor"], schema.MARKS)
    target = _at((*path, "target"), reading.word, item["target"], schema.MARKS)
    if schema.MARKS.index(anchor) >= schema.MARKS.index(target):
        raise Wrong("clock_backwards", (*path, "target"), found=f"{anchor} {target}")
    limit_s = _at((*path, "limit"), reading.seconds, item["limit"])
    scope = _at((*path, "scope"), reading.word, item["scope"], schema.SCOPES)
    return Clock(anchor, target, limit_s, scope, _cited(item, path, sources), _note(item, path))


def _ld_rule(raw: object, path: Path, sources: dict[str, Source]) -> LdRule:
    item = _table(raw, path, ("source", "note", "indication"), ("anchor", "days_min", "days_max"))
    anchor = _at((*path, "anchor"), reading.line, item["anchor"])
    if _LD_ANCHOR.fullmatch(anchor) is None:
        raise Wrong("unknown_word", (*path, "anchor"), found=anchor, allowed="LD_START LD_END DAY_MINUS_n")
    days_min = _at((*path, "days_min"), reading.count, item["days_min"])
    days_max = _at((*path, "days_max"), reading.count, item["days_max"])
    if days_min > days_max:
        raise Wrong("upside_down", (*path, "days_max"), found=f"{days_min} {days_max}")
    indication = _note(item, path, "indication")
    return LdRule(anchor, days_min, days_max, indication, _cited(item, path, sources), _note(item, path))


def _check_together(facts: dict[str, Fact]) -> None:
    """Fields that contradict each other are refused: a person mistyped one of them."""
    for low, high in _PAIRS:
        values = [facts[name].value for name in (low, high) if name in facts]
        numbers = [value for value in values if isinstance(value, reading.NUMBERS)]
        if len(numbers) == 2 and numbers[0] > numbers[1]:
            raise Wrong("upside_down", ("fact", high), found=f"{numbers[0]} {numbers[1]}")
    devices = facts["filter_devices"].value if "filter_devices" in facts else ()
    rule = facts["filter_rule"].value if "filter_rule" in facts else MISSING
    allowed = schema.FILTER_RULES[rule] if isinstance(rule, str) else schema.FILTER_RULES["NO_LEUKODEPLETING"]
    for device in devices if isinstance(devices, tuple) else ():
        if device not in allowed:
            raise Wrong("forbidden_device", ("fact", "filter_devices"), found=device)
