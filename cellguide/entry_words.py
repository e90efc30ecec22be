"""What an entry says to a person: its act, what it is about, and each field that changed, old and new, in words.

The ledger holds codes and documents (DESIGN.md 3); this is where they get their words for the audit trail on the
screen (REG-017). What has no word, a name, a number, what somebody typed, stands as it is; nothing is left out but
the bytes of keys and signatures, whose beginning is enough to find them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .entry import Entry
from .words import Lang, catalogue, say

VALUE_MAX = 400  # characters of one value; the whole stands in the ledger and its export
_NAMELESS = frozenset({"view", "certificate", "checkpoint"})  # kinds whose ids only the program reads
_EMPTY: tuple[object, ...] = (None, "", [], {})
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d:\d\d|Z)?")
_BYTES = re.compile(r"[0-9a-f]{40,}|[A-Za-z0-9+/]{60,}={0,2}")

# Where a field's name has its words, by the kind of object; then in the trail's own catalogue.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "order": ("order.field",),
    "shipment": ("shipment.field",),
    "place": ("fact.place",),
}
# Where a code has its words: by kind and field, by field anywhere.
_CODES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "order": {"state": ("fact.order",), "clinical": ("order.result",), "type": ("order.number",)},
    "record": {"state": ("fact.record",), "kind": ("fact.task",)},
    "revision": {"kind": ("fact.task",)},
    "shipment": {"state": ("shipment.state",)},
    "container": {
        "state": ("container.state",),
        "before": ("container.state",),
        "name": ("container.fact", "container.authorisation"),
    },
    "deviation": {"state": ("deviations_page.state",), "severity": ("deviation.severity",)},
    "person": {"state": ("people.state", "history.value")},
    "profile": {"state": ("products_page.state",)},
    "place": {"kind": ("map.kind",), "phase": ("map.phase",), "zone": ("map.zone",)},
    "probe": {"sits": ("temperature_page.sits",)},
    "site": {
        "base": ("settings.base",),
        "names_on_board": ("settings.names",),
        "languages": ("history.language",),
    },
}
_ANYWHERE: Mapping[str, tuple[str, ...]] = {
    "authorisation": ("container.authorisation",),
    "fact": ("container.fact",),
    "event": ("container.fact", "container.authorisation"),
    "from": ("container.state",),
    "how": ("history.how",),
    "meaning": ("station.meaning",),
    "required": ("station.meaning",),
    "role": ("people.role",),
    "roles": ("people.role",),
    "opened_role": ("people.role",),
    "signed_in_role": ("people.role",),
    "state": ("container.state", "history.value"),
    "task": ("fact.task",),
    "to": ("container.state",),
    "what": ("history.value",),
    "moved": ("history.moved",),
}


class Change(NamedTuple):
    """One field of an entry: its name, what stood there (``""``: nothing), what stands there now."""

    name: str
    old: str
    new: str


def act_words(act: str, lang: Lang) -> str:
    """What the act is called, also those that no role is asked for.

    >>> act_words("void_record", "en"), act_words("lock_session", "en")
    ('void a record', 'lock the screen')
    """
    for key in (f"act.{act}", f"history.act.{act}"):
        if key in catalogue(key.partition(".")[0]):
            return say(key, lang)
    return act


def acts() -> tuple[str, ...]:
    """Every act that has a name, by that name."""
    found = (key for area in ("act", "history") for key in catalogue(area) if key.startswith(("act.", "history.act.")))
    return tuple(key.rpartition(".")[2] for key in found)


def kind_words(kind: str, lang: Lang) -> str:
    """What kind of thing an entry is about."""
    return _word(kind, ("history.kind",), lang)


def about(kind: str, id: str, lang: Lang) -> str:
    """The object with its kind; a thing of which there is one has no id worth saying.

    >>> about("order", "O-A-2026-000001", "en"), about("site", "site", "en")
    ('Order O-A-2026-000001', 'Site')
    """
    kind_said = kind_words(kind, lang)
    return kind_said if kind in _NAMELESS or id in (kind, "station", "last") else f"{kind_said} {id}"


def changes(entry: Entry, lang: Lang) -> tuple[Change, ...]:
    """Each field that the entry changed, with what stood there before. What it repeats, and what was empty and stays
    so, is left out; of a list that only grew, what came to it. The state stands first."""
    old: Mapping[str, Any] = entry.fields.get("old") or {}
    found = []
    for name, value in sorted(entry["new"].items(), key=lambda item: item[0] != "state"):
        before: Any = old.get(name)
        if value == before or (before in _EMPTY and value in _EMPTY):
            continue
        if isinstance(value, list) and isinstance(before, list) and value[: len(before)] == before:
            before, value = None, value[len(before) :]
        was = "" if before in _EMPTY else value_words(entry.kind, name, before, lang)
        found.append(Change(field_words(entry.kind, name, lang), was, value_words(entry.kind, name, value, lang)))
    return tuple(sorted(found, key=_weight))


def _weight(change: Change) -> int:
    """A hash says least to a person."""
    return 1 if change.new.endswith("…") and " " not in change.new else 0


def field_words(kind: str, name: str, lang: Lang) -> str:
    """A field's name; the ledger's own where it has no words."""
    return _word(name, (*_NAMES.get(kind, ()), "history.field"), lang)


def value_words(kind: str, name: str, value: Any, lang: Lang) -> str:
    """A field's value on one line.

    >>> value_words("container", "state", "locked", "en"), value_words("site", "ink_lines", True, "zh")
    ('locked, to be settled', '是')
    """
    said = _said(kind, name, value, lang)
    return said if len(said) <= VALUE_MAX else said[:VALUE_MAX] + "…"


def _said(kind: str, name: str, value: Any, lang: Lang) -> str:
    if value in _EMPTY:
        return "—"
    if isinstance(value, bool):
        return say(f"order.result.{'yes' if value else 'no'}", lang)
    if isinstance(value, Mapping):
        return _joined("；" if lang == "zh" else "; ", (_pair(kind, name, *item, lang) for item in value.items()))
    if isinstance(value, list):
        return _joined("、" if lang == "zh" else ", ", (_said(kind, name, item, lang) for item in value))
    return _plain(kind, name, str(value), lang)


def _pair(kind: str, outer: str, name: str, value: Any, lang: Lang) -> str:
    coded = outer if outer in _CODES.get(kind, {}) else name
    colon = "：" if lang == "zh" else ": "
    return f"{field_words(kind, name, lang)}{colon}{_said(kind, coded, value, lang)}"


def _plain(kind: str, name: str, text: str, lang: Lang) -> str:
    if name == "about" and ":" in text:
        kind_of, _, id = text.partition(":")
        return about(kind_of, id, lang)
    prefixes = _CODES.get(kind, {}).get(name) or _ANYWHERE.get(name, ())
    if prefixes:
        return _word(text, prefixes, lang)
    stamp = _STAMP.fullmatch(text)
    if stamp:
        return f"{stamp[1]} {stamp[2]}"
    return f"{text[:16]}…" if _BYTES.fullmatch(text) else text


def _joined(between: str, parts: Iterable[str]) -> str:
    return between.join(parts)


def _word(code: str, prefixes: Iterable[str], lang: Lang) -> str:
    for prefix in prefixes:
        if f"{prefix}.{code}" in catalogue(prefix.partition(".")[0]):
            return say(f"{prefix}.{code}", lang)
    return code
