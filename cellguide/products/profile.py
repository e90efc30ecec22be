"""The values of a loaded profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..facts import MISSING, Unknown
from . import schema


class Text(NamedTuple):
    """Words in one or both languages; an empty string where a language is not given."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The words in ``lang``, or in the language there is.

        >>> Text("", "store frozen").say("zh")
        'store frozen'
        """
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)


class Source(NamedTuple):
    """Where a fact was read. ``label_version`` and ``label_date`` say "not stated" rather than nothing."""

    key: str
    basis: str
    text: Text
    url: str
    label_version: str
    label_date: str


class Clock(NamedTuple):
    """From one mark to another within ``limit_s`` seconds, for each ``scope``."""

    anchor: str
    target: str
    limit_s: int
    scope: str
    sources: tuple[Source, ...]
    note: Text | None = None


class LdRule(NamedTuple):
    """When the infusion may follow lymphodepletion, in calendar days from ``days_min`` to ``days_max`` (E6).

    ``anchor``: ``LD_START`` or ``LD_END`` count forward from that day. ``DAY_MINUS_n`` is a label that counts back from
    the infusion: lymphodepletion begins n days before it, and the days are counted from its last day.
    """

    anchor: str
    days_min: int
    days_max: int
    indication: Text | None
    sources: tuple[Source, ...]
    note: Text | None = None

    def met(self, ld_start: date, ld_end: date, infusion: date) -> bool:
        """Whether an infusion on that day keeps the rule."""
        counted_from = ld_start if self.anchor == "LD_START" else ld_end
        if self.anchor.startswith("DAY_MINUS_"):
            lead_days = int(self.anchor.removeprefix("DAY_MINUS_"))
            if (infusion - ld_start).days != lead_days:
                return False
        return self.days_min <= (infusion - counted_from).days <= self.days_max


Value = Text | str | bool | int | Decimal | tuple[str, ...] | tuple[Clock | LdRule, ...]


class Fact(NamedTuple):
    """One field as the file has it: a value or an Unknown, with what it rests on.

    ``partial``: some rows (clocks, lymphodepletion rules) were read and the note says which were not; it blocks
    verification as a missing field does.
    """

    value: Value | Unknown
    sources: tuple[Source, ...] = ()
    note: Text | None = None
    partial: bool = False


ABSENT = Fact(MISSING)
OWN_DEFAULT = Source(
    "DEFAULT",
    schema.DEFAULT_BASIS,
    Text("说明书未载明时本程序的默认值", "this program's default where the label is not quoted"),
    "",
    "–",
    "–",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A medicine in one jurisdiction: its handling limits, each with its source. It knows no status: who verified it
    is an entry of two pharmacists over ``sha256``, the hash of the file's bytes."""

    id: str
    revision: int
    jurisdiction: str
    demonstration: bool
    file_name: str
    sha256: str
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]

    def fact(self, name: str) -> Value | Unknown:
        """Return the value of ``profile.<field>`` (the prefix may be left out), SILENT or MISSING.

        Raises KeyError for a name outside ``schema.FACTS``: that is a mistake in a template, found when it loads.
        """
        short = name.removeprefix("profile.")
        if short in schema.HEADER_FACTS:
            value: Value = getattr(self, short)
            return value
        return self.look(short).value

    def look(self, field: str) -> Fact:
        """Return the fact with its sources and note, derived where the label's rule decides it (filter, next bag)."""
        fact = self.facts.get(field, ABSENT)
        if fact.value is MISSING and field == "filter_devices":
            return self._devices()
        if isinstance(fact.value, Unknown) and field == "next_after_infused":
            return self._next_lock(fact)
        schema.FIELDS[field]
        return fact

    def _devices(self) -> Fact:
        """Lines that may be used. A silent label still opens no filter that holds cells back (clinical-review 4.2)."""
        rule = self.facts.get("filter_rule", ABSENT)
        if rule.value is MISSING:
            return ABSENT
        named = rule.value if isinstance(rule.value, str) else "NO_LEUKODEPLETING"
        return Fact(schema.FILTER_RULES[named], rule.sources, rule.note)

    def _next_lock(self, fact: Fact) -> Fact:
        """The next bag stays locked until the one before is infused, unless the insert says otherwise (E27).

        A silent insert does not say otherwise. Vials may be drawn up together, so for them nobody but the insert knows.
        """
        if self.facts.get("container_type", ABSENT).value == "bag":
            return Fact(True, (OWN_DEFAULT,), fact.note)
        return fact
