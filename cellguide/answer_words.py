"""Answers and verdicts as words in both languages, as the record freezes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .runs.state import Verdict
from .templates.values import Part, Step
from .words import LANGS, Lang, say

Both = dict[str, str]


def both(key: str, **facts: object) -> Both:
    """One sentence in both languages."""
    return {lang: say(key, lang, **facts) for lang in LANGS}


def value_words(spec: Step | Part, kept: Any) -> Both:
    """The kept value of an answer (``runs.inputs`` has the forms) as a person reads it."""
    return {lang: _words(spec, kept, lang) for lang in LANGS}


def _words(spec: Step | Part, kept: Any, lang: Lang) -> str:
    if kept is None:
        return "—"
    reader = _READERS.get(spec.ask)
    return reader(spec, kept, lang) if reader is not None else str(kept)


def _coded(spec: Step | Part, code: str, lang: Lang) -> str:
    if code in spec.of and spec.words:
        return spec.words[spec.of.index(code)].say(lang)
    return code


def _unit(spec: Step | Part) -> str:
    return f" {spec.unit}" if spec.unit else ""


def _stamp(iso: str) -> str:
    """Date, time to the second and offset.

    >>> _stamp("2026-11-22T08:36:55.123+08:00")
    '2026-11-22 08:36:55 +08:00'
    """
    return f"{iso[:10]} {iso[11:19]} {iso[-6:]}" if len(iso) >= 25 else iso


def minus(number: str) -> str:
    """A number with the true minus sign, as paper and screens print temperatures.

    >>> minus("-151.2 °C")
    '−151.2 °C'
    """
    return number.replace("-", "−", 1) if number.startswith("-") else number


def _calc(spec: Step | Part, kept: Mapping[str, Any], lang: Lang) -> str:
    [(kind, value)] = kept.items()
    if kind == "silent":
        return say("answer.no_label_limit", lang)
    if kind == "flag":
        return say("answer.yes" if value else "answer.no", lang)
    if kind == "time":
        return _stamp(value)
    if kind == "codes":
        return ", ".join(_coded(spec, code, lang) for code in value) or "—"
    if kind == "number":
        return minus(f"{value}{_unit(spec)}")
    return _coded(spec, str(value), lang)


_READERS = {
    "yn": lambda spec, kept, lang: say(f"answer.{kept}", lang),
    "num": lambda spec, kept, lang: minus(f"{kept['decimal']}{_unit(spec)}"),
    "time": lambda spec, kept, lang: _stamp(kept),
    "scan": lambda spec, kept, lang: str(kept["text"])
    + ("" if kept["how"] == "scanned" else f" ({say('answer.' + kept['how'], lang)})"),
    "choice": lambda spec, kept, lang: _coded(spec, kept, lang),
    "many": lambda spec, kept, lang: ", ".join(_coded(spec, code, lang) for code in kept),
    "photo": lambda spec, kept, lang: f"{say('answer.photo', lang)} {kept['sha256'][:8]}",
    "file": lambda spec, kept, lang: f"{kept.get('name', say('answer.file', lang))} · SHA-256 {kept['sha256'][:16]}",
    "set": lambda spec, kept, lang: " · ".join(f"{_coded(spec, name, lang)} {num['decimal']}" for name, num in kept.items()),
    "sign": lambda spec, kept, lang: say(f"answer.signed_{kept['meaning']}", lang),
    "calc": _calc,
}


def verdict_words(verdict: Verdict) -> Both:
    """What the rules said, in a few words."""
    if verdict.why == "silent" and not verdict.limit:
        return both("answer.no_label_limit")
    return both(f"answer.level_{verdict.level}")
