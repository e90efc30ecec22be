"""What a refusal says to a person: its sentence, with the codes among its facts in the language of the moment.

A refusal's facts are codes (DESIGN.md: sentences live where language lives); this is where they get their words. What
has none, a number, a name, what somebody typed, stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .refusal import Refusal
from .words import Lang, Word, catalogue, say

# Which words a fact of that name may be one of: everywhere, and in refusals that begin with the word given.
_ROLES = ("people.role",)
_EVERYWHERE: Mapping[str, tuple[str, ...]] = {
    "role": _ROLES,
    "roles": _ROLES,
    "needed": _ROLES,
    "act": ("act",),
    "authorisation": ("container.authorisation",),
    "meaning": ("station.meaning",),
    "task": ("fact.task",),
    "type": ("order.number",),
}
_IN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "container": {"state": ("container.state",), "fact": ("container.fact",)},
    "excursion": {"cause": ("letter.cause",)},
    "order": {"field": ("order.field",), "fields": ("order.field",), "state": ("fact.order", "container.state")},
    "patient": {"field": ("order.field",)},
    "person": {"field": ("people.person",)},
    "place": {"field": ("fact.place",), "kind": ("map.kind",), "state": ("container.state",), "zone": ("map.zone",)},
    "probe": {"allowed": ("temperature_page.sits",), "given": ("probe.as_found", "temperature_page.sits")},
    "profile": {"fields": ("product.field",), "state": ("products_page.state",)},
    "record": {"state": ("fact.record",)},
    "run": {
        "about": ("run.note",),
        "check": ("run.check",),
        "given": _ROLES,
        "preset": ("run.reason",),
        "proof": ("fact.proof",),
        "what": ("run.missing",),
    },
    "shipment": {"field": ("shipment.field",)},
    "sign": {"first": ("station.meaning",)},
}
_BETWEEN = re.compile(r"( \+ |, |\|)")
_JOINED: Mapping[str, Mapping[Lang, str]] = {
    " + ": {"zh": "＋", "en": " + "},
    ", ": {"zh": "、", "en": ", "},
    "|": {"zh": "或", "en": " or "},
}


def said(refusal: Refusal, lang: Lang) -> str:
    """The sentence.

    >>> said(Refusal("sign.role", meaning="approved", role="nurse"), "en")
    'The role Nurse may not sign “Approved”. Nothing was signed.'
    """
    area = refusal.code.partition(".")[0]
    facts = {name: _worded(value, _prefixes(area, name), lang) for name, value in refusal.facts.items()}
    return say(f"refusal_{refusal.code}", lang, **facts)


def _prefixes(area: str, name: str) -> tuple[str, ...]:
    return _IN.get(area, {}).get(name, ()) + _EVERYWHERE.get(name, ())


def _worded(value: object, prefixes: tuple[str, ...], lang: Lang) -> object:
    if not prefixes or not isinstance(value, str) or isinstance(value, Word):
        return value
    pieces = _BETWEEN.split(value)
    return "".join(_JOINED[one][lang] if one in _JOINED else _word(one, prefixes, lang) for one in pieces)


def _word(code: str, prefixes: tuple[str, ...], lang: Lang) -> str:
    for prefix in prefixes:
        if f"{prefix}.{code}" in catalogue(prefix.partition(".")[0]):
            return say(f"{prefix}.{code}", lang)
    return code
