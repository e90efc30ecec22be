"""Builders of series in minutes and text, as the vectors of regulation 3 are written."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cellguide.temperature.limits import MINUTE_MS, Limit, Period, Side
from cellguide.temperature.series import Kind, Series, series_of_points
from cellguide.temperature.stream import Stream, streams

START_MS = 1_795_305_600_000
"""Minute 0 of every vector: 2026-11-22 00:00 UTC."""


def at(minutes: float) -> int:
    return START_MS + round(minutes * MINUTE_MS)


def a_series(
    points: Iterable[tuple[float, str | None]],
    interval_min: float | None = 10,
    *,
    source: str = "import-1",
    sensor: str = "probe-1",
    kind: Kind = Kind.AUTOMATIC,
) -> Series:
    interval_ms = None if interval_min is None else round(interval_min * MINUTE_MS)
    pairs = [(at(minute), None if text is None else Decimal(text)) for minute, text in points]
    return series_of_points(source, sensor, pairs, interval_ms=interval_ms, kind=kind)


def a_stream(points: Iterable[tuple[float, str | None]], interval_min: float | None = 10) -> Stream:
    return streams([a_series(points, interval_min)])[0]


def steady(text: str, first: int, last: int, step: int = 10) -> list[tuple[float, str | None]]:
    """The same value from minute ``first`` to ``last`` inclusive."""
    return [(minute, text) for minute in range(first, last + 1, step)]


def high(text: str, *, inclusive: bool = False) -> Limit:
    return Limit(Side.HIGH, Decimal(text), "test", inclusive)


def low(text: str, *, inclusive: bool = False) -> Limit:
    return Limit(Side.LOW, Decimal(text), "test", inclusive)


def span(first: float, last: float) -> Period:
    return Period(at(first), at(last))


def minutes(ms: int | None) -> float | None:
    return None if ms is None else ms / MINUTE_MS
