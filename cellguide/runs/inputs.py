"""What a person, a scanner or a camera gives → the plain value that is kept, and back to what can be compared.

Kept forms by ``ask``: yn "yes"/"no" · num {"typed", "decimal"} · time ISO with offset · date "YYYY-MM-DD" · scan
{"text", "how"[, "hex"]} · choice a code · many [codes] · text, place a text · photo, file {"sha256"[, "name"]} · set
{field: num} · sign {"meaning", "statement"} · calc {"number"|"text"|"flag"|"day"|"time"|"codes": …}.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..clock import Moment, parse_iso
from ..facts import MISSING, SILENT, Unknown
from ..refusal import Refusal
from ..templates.fact_names import FactValue
from ..templates.values import Part, Step
from .numbers import parse_number

_SHA256 = re.compile(r"[0-9a-f]{64}")
# Same identifier, other keys: full-width forms, spaces and hyphens of every kind, letter case. Chinese characters are
# left exactly as they are: normalising them would make two names one (engineering-review 32).
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, " \u3000\u00a0\t-‐‑‒–—−－_"), None
)


def fold(text: str) -> str:
    """The identifier without what differs between label, scanner and keyboard.

    >>> fold("ＤＣ－24097") == fold("dc 24097")
    True
    """
    return text.translate(_FOLD).casefold()


def same_text(one: str, other: str) -> bool:
    """True when both are the same identifier; nothing equals an identifier that is empty."""
    folded = fold(one)
    return bool(folded) and folded == fold(other)


def read_input(spec: Step | Part, untrusted_value: Any, at: Moment) -> Any:
    """Return the plain form of what was given for a step or a part.

    ``at`` is the moment of entry; a ``time`` given as None is that moment. Raises Refusal: ``run.bad_value`` (and
    those of ``parse_number``), ``run.not_nfc``, ``run.future``.
    """
    reader = _READERS[spec.ask]
    try:
        return reader(spec, untrusted_value, at)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Refusal("run.bad_value", step=spec.id, ask=spec.ask) from error


def _yn(_spec: Step | Part, raw: Any, _at: Moment) -> str:
    return str({"yes": "yes", "no": "no", True: "yes", False: "no"}[raw])


def _num(spec: Step | Part, raw: Any, _at: Moment) -> dict[str, str]:
    number = parse_number(str(raw["typed"] if isinstance(raw, Mapping) else raw), signed=spec.signed)
    return {"typed": number.typed, "decimal": number.decimal}


def _time(spec: Step | Part, raw: Any, at: Moment) -> str:
    moment = at if raw is None else raw if isinstance(raw, Moment) else parse_iso(str(raw))
    if moment.utc_ms > at.utc_ms and not spec.future:
        raise Refusal("run.future", step=spec.id, given=moment.iso, now=at.iso)
    return moment.iso


def _date(_spec: Step | Part, raw: Any, _at: Moment) -> str:
    return (raw if isinstance(raw, date) else date.fromisoformat(str(raw))).isoformat()


def _scan(_spec: Step | Part, raw: Any, _at: Moment) -> dict[str, str]:
    given = raw if isinstance(raw, Mapping) else {"text": raw, "how": "scanned"}
    text, how = str(given["text"]), str(given.get("how", "scanned"))
    if not fold(text) or how not in ("scanned", "typed", "photo"):
        raise ValueError(how)
    kept = {"text": text, "how": how}
    if unicodedata.normalize("NFC", text) != text:
        kept["hex"] = text.encode("utf-8").hex()  # as read, whatever a later reader does to the text
    return kept


def _choice(spec: Step | Part, raw: Any, _at: Moment) -> str:
    if raw not in spec.of:
        raise ValueError(raw)
    return str(raw)


def _many(spec: Step | Part, raw: Any, _at: Moment) -> list[str]:
    given = {str(code) for code in raw}
    if isinstance(raw, str) or not given or given - set(spec.of):
        raise ValueError(raw)
    return [code for code in spec.of if code in given]


def _text(spec: Step | Part, raw: Any, _at: Moment) -> str:
    text = str(raw["text"] if isinstance(raw, Mapping) else raw).strip()
    if not text or not isinstance(raw, Mapping | str):
        raise ValueError("empty")
    composed = unicodedata.normalize("NFC", text)
    if composed != text and not (isinstance(raw, Mapping) and raw.get("as_typed") is True):
        raise Refusal("run.not_nfc", step=spec.id, typed=text, usual=composed)
    return text


def _blob(_spec: Step | Part, raw: Any, _at: Moment) -> dict[str, str]:
    digest = str(raw["sha256"])
    if not _SHA256.fullmatch(digest):
        raise ValueError(digest)
    name = str(raw.get("name", ""))
    return {"sha256": digest, "name": name} if name else {"sha256": digest}


def _set(spec: Step | Part, raw: Any, at: Moment) -> dict[str, dict[str, str]]:
    if not raw or set(raw) - set(spec.of):
        raise ValueError(raw)
    return {name: _num(spec, raw[name], at) for name in spec.of if name in raw}


def _sign(_spec: Step | Part, raw: Any, _at: Moment) -> dict[str, str]:
    if not _SHA256.fullmatch(str(raw["statement"])):
        raise ValueError("statement")
    return {"meaning": str(raw["meaning"]), "statement": str(raw["statement"])}


_READERS = {
    "yn": _yn,
    "num": _num,
    "time": _time,
    "date": _date,
    "scan": _scan,
    "choice": _choice,
    "many": _many,
    "text": _text,
    "place": _text,
    "photo": _blob,
    "file": _blob,
    "set": _set,
    "sign": _sign,
}


# --- and back ---------------------------------------------------------------------------------------------------


def keep_fact(value: FactValue) -> dict[str, Any]:
    """A computed value as it is kept in an answer; ``comparable`` reads it back."""
    if isinstance(value, bool):
        return {"flag": value}
    if isinstance(value, int | Decimal):
        return {"number": str(value)}
    if isinstance(value, Moment):
        return {"time": value.iso}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, tuple):
        return {"codes": list(value)}
    return {"text": value}


def _kept_fact(kept: Mapping[str, Any]) -> FactValue:
    [(kind, value)] = kept.items()
    if kind == "number":
        return Decimal(value)
    if kind == "time":
        return parse_iso(value)
    if kind == "day":
        return date.fromisoformat(value)
    if kind == "codes":
        return tuple(value)
    return value if isinstance(value, bool) else str(value)


def comparable(spec: Step | Part, kept: Any) -> FactValue | Unknown:
    """The value a condition compares. None is MISSING; a computed silence is SILENT."""
    if kept is None:
        return MISSING
    if spec.ask == "calc":
        return SILENT if "silent" in kept else _kept_fact(kept)
    if spec.ask == "num":
        return Decimal(kept["decimal"])
    if spec.ask == "time":
        return parse_iso(kept)
    if spec.ask == "date":
        return date.fromisoformat(kept)
    if spec.ask == "scan":
        return str(kept["text"])
    if spec.ask in ("many", "set"):
        return tuple(kept)
    if spec.ask in ("photo", "file"):
        return str(kept["sha256"])
    if spec.ask == "sign":
        return str(kept["statement"])
    return str(kept)


def agree(step: Step, one: Any, other: Any) -> bool:
    """True when two people gave the same value: decimals as decimals, identifiers as identifiers (REG-055)."""
    left, right = comparable(step, one), comparable(step, other)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return abs(left - right) <= Decimal(step.agree_within or "0")
    if isinstance(left, str) and isinstance(right, str):
        return same_text(left, right)
    return left == right
