"""Untrusted scan text → what it is: the symbology's prefix taken off, the standard recognised, fields and faults.

Nothing is guessed: what fits no standard is ``plain`` with its text alone, and a field is there only where its standard
says so. Whoever compares decides what a fault means; the raw text is kept with the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from . import gs1, isbt, national
from .found import Found

_PREFIX = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_CHARS_MAX = 4000  # longer than any symbol holds
# Full-width forms that an input method makes of a scanner's keys.
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# Worth saying, and no reason to doubt a field: a scanner's habit, and a label that spreads its code over two symbols.
HARMLESS = frozenset({"leading_separator", "incomplete"})


class Scan(NamedTuple):
    """``raw``: as it came · ``text``: without prefix and closing separators · ``symbology``: the prefix, "" for none ·
    ``standard``: gs1, isbt128, sec, hibc, eurocode, trace_code, resident_id or plain · ``fields``: name → text."""

    raw: str
    text: str
    symbology: str
    standard: str
    fields: Mapping[str, str]
    faults: tuple[str, ...] = ()

    @property
    def doubtful(self) -> bool:
        """True where a fault says that a field may not be what the label has."""
        return bool(set(self.faults) - HARMLESS)


def _no_kinds(_text: str) -> Sequence[str]:
    return ()


def read(untrusted_text: str, plain_kinds: Callable[[str], Sequence[str]] = _no_kinds) -> Scan:
    """Read a scan. ``plain_kinds``: which fields a number without any standard may be, by the product's pattern; the
    field is named where there is exactly one.

    >>> read("]d201095060001343521727063010DC260914").fields["lot"]
    'DC260914'
    >>> read("DEMO-24100137").standard
    'plain'
    """
    text = untrusted_text[:_CHARS_MAX].strip(" \t\r\n").translate(_WIDE)
    prefix = _PREFIX.match(text)
    symbology = prefix[0] if prefix else ""
    text = text[len(symbology) :]
    separated = text.endswith(gs1.GS)
    text = text.rstrip(gs1.GS)
    found = _found(text, symbology, plain_kinds)
    faults = found.faults
    if len(untrusted_text) > _CHARS_MAX:
        faults = (*faults, "too_long")
    if separated and "separator_lost" in faults:  # the scanner does send separators: this one is the label's own text
        faults = tuple(fault for fault in faults if fault != "separator_lost")
    return Scan(untrusted_text, text, symbology, found.standard, found.fields, faults)


def _found(text: str, symbology: str, plain_kinds: Callable[[str], Sequence[str]]) -> Found:
    """The classifier's order of formats.md 3.7; the product's own pattern comes before every guess by form."""
    kinds = plain_kinds(text)
    if symbology in gs1.MESSAGES:
        found = gs1.read(text, said=True)
        assert found is not None
        if found.fields or not kinds:
            return found
    if symbology in gs1.NUMBERS:
        return gs1.number(text.partition("|")[0], gs1.NUMBERS[symbology])
    if len(kinds) == 1:
        return Found("plain", {kinds[0]: text})
    if kinds or not text:
        return Found("plain", {})
    if isbt.may_be(text):
        return isbt.read(text)
    other = national.read(text)
    if other is not None:
        return other
    element = gs1.read(text, said=False) if gs1.may_be(text) or gs1.GS in text else None
    if element is not None:
        return element
    if text.isascii() and text.isdigit() and len(text) in (12, 13, 14) and gs1.check_digit_fits(text):
        return gs1.number(text, len(text))
    return Found("plain", {})
