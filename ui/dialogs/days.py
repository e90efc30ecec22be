"""A typed day as it is kept."""

from __future__ import annotations

from ui.forms import DateField


def iso(field: DateField) -> str:
    """The day as YYYY-MM-DD; what is no day stays as it was typed, so that the refusal can name it."""
    day = field.day()
    return day.isoformat() if day is not None else field.value()
