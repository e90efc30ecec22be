"""A profile's fields in words, for screens, the command line and paper alike."""

from __future__ import annotations

from ..facts import SILENT, Unknown
from ..words import Lang, say
from . import schema
from .profile import Clock, LdRule, Profile, Text, Value

_MINUS = "\N{MINUS SIGN}"


def show(profile: Profile, field: str, lang: Lang) -> str:
    """Return the field's value as a person reads it: "≤ −150 °C", "30 min", "no label limit".

    Raises KeyError for an unknown field.
    """
    return show_value(field, profile.look(field).value, lang)


def show_value(field: str, value: Value | Unknown, lang: Lang) -> str:
    """Return one value of ``field`` in words; ``compare`` hands both sides of a difference to it."""
    kind = schema.FIELDS[field].kind
    if isinstance(value, Unknown):
        return say("product.silent" if value is SILENT else "product.missing", lang)
    if isinstance(value, Text):
        return value.say(lang)
    if isinstance(value, bool):
        return say("product.yes" if value else "product.no", lang)
    if isinstance(value, tuple):
        return _rows(field, value, lang)
    if kind == "word":
        return _words(field, (str(value),), lang)
    if kind == "seconds" and isinstance(value, int):
        return show_length(value, lang)
    if kind == "temp_c":
        bound = "≤ " if field.endswith("_c_max") else "≥ " if field.endswith("_c_min") else ""
        return f"{bound}{value} °C".replace("-", _MINUS)
    return f"{value} {say(f'product.unit.{kind}', lang)}" if kind in ("days", "months") else str(value)


def show_clock(clock: Clock, lang: Lang) -> str:
    """Return the rule's name, as it stands under a deadline."""
    return say(
        "product.clock",
        lang,
        anchor=say(f"product.mark.{clock.anchor}", lang),
        target=say(f"product.mark.{clock.target}", lang),
        limit=show_length(clock.limit_s, lang),
        scope=say(f"product.scope.{clock.scope}", lang),
    )


def show_ld_rule(rule: LdRule, lang: Lang) -> str:
    """Return the rule in one sentence, with the indication it holds for."""
    lead = rule.anchor.removeprefix("DAY_MINUS_")
    key = "DAY_MINUS" if lead != rule.anchor else rule.anchor
    span = str(rule.days_min) if rule.days_min == rule.days_max else f"{rule.days_min}–{rule.days_max}"
    sentence = say(f"product.ld.{key}", lang, days=span, lead=lead)
    return f"{rule.indication.say(lang)}: {sentence}" if rule.indication else sentence


def show_length(seconds: int, lang: Lang) -> str:
    """Return a length of time in the largest unit that keeps it whole.

    >>> show_length(9000, "en"), show_length(10800, "en"), show_length(150, "en")
    ('150 min', '3 h', '150 s')
    """
    for size, unit in ((3600, "hours"), (60, "minutes")):
        if seconds % size == 0:
            return f"{seconds // size} {say(f'product.unit.{unit}', lang)}"
    return f"{seconds} {say('product.unit.seconds', lang)}"


def show_devices(profile: Profile, lang: Lang) -> str:
    """Return the sentence of the infusion set step: what may hang, and what never may (clinical-review E1, 3.6)."""
    allowed = profile.fact("filter_devices")
    if not isinstance(allowed, tuple):
        return say("product.devices_unknown", lang)
    forbidden = tuple(device for device in schema.DEVICES if device not in allowed)
    return say(
        "product.devices",
        lang,
        allowed=_words("filter_devices", tuple(str(device) for device in allowed), lang),
        forbidden=_words("filter_devices", forbidden, lang),
    )


def show_sources(profile: Profile, field: str, lang: Lang) -> str:
    """Return the line under a limit: basis, source, label version and date; "" where there is none."""
    lines = []
    for source in profile.look(field).sources:
        parts = [say(f"product.basis.{source.basis}", lang)]
        if source.basis != schema.DEFAULT_BASIS:
            # A source that begins with its basis says it for itself.
            text = source.text.say(lang)
            parts = [text] if text.startswith(parts[0]) else [*parts, text]
            stated = [x for x in (source.label_version, source.label_date) if x != schema.NOT_STATED]
            parts += stated or ([] if source.basis == schema.INVENTED else [say("product.not_stated", lang)])
        lines.append(", ".join(dict.fromkeys(parts)))
    return "; ".join(lines)


def _rows(field: str, rows: tuple[object, ...], lang: Lang) -> str:
    sentences = [
        show_clock(row, lang) if isinstance(row, Clock) else show_ld_rule(row, lang)
        for row in rows
        if isinstance(row, Clock | LdRule)
    ]
    return "; ".join(sentences) if sentences else _words(field, tuple(str(row) for row in rows), lang)


def _words(field: str, words: tuple[str, ...], lang: Lang) -> str:
    return ("、" if lang == "zh" else ", ").join(say(f"product.word.{field}.{word}", lang) for word in words)
