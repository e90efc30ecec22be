"""Mean kinetic temperature: T_K = (ΔH/R) / −ln(Σ wᵢ·e^(−ΔH/(R·Tᵢ)) / Σ wᵢ), Tᵢ in kelvin (USP; Haynes 1971).

Default ΔH/R = 10000 K exactly (USP: ΔH = 83.144 kJ/mol, R = 8.3144×10⁻³ kJ/(K·mol)). It is an Arrhenius mean: it
has no meaning across a glass transition, so it is refused below −25 °C and for excursions to the cold side
(regulation 3.1), and it is never the only reason to release anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from ..refusal import Refusal
from .excursions import Excursion
from .limits import Limit, Period, Side
from .series import Floats, Kind, Times
from .stream import Stream

DH_OVER_R_K = 10_000.0
FLOOR_C = -25.0
KELVIN = 273.15
COLD_CHAIN_C = Decimal(15)
"""USP <1079.2>: controlled cold, excursions up to 15 °C; above it is room temperature."""
COLD_WINDOW_MS, ROOM_WINDOW_MS = 86_400_000, 30 * 86_400_000
SENSOR_CODES_C = (-127.0, 85.0, -999.0, 999.9)
"""What common sensors say when they mean "no sensor", "just switched on", "no value"."""


class Mkt(NamedTuple):
    """``mkt_c``, ``mean_c``: °C over the covered time of the window ``start_ms`` … ``end_ms``; ``covered_ms`` of
    it; ``whole``: False when the readings do not reach over a full window, and all there are were used."""

    mkt_c: float
    mean_c: float
    start_ms: int
    end_ms: int
    covered_ms: int
    dh_over_r_k: float
    whole: bool


def mean_kinetic_c(
    values_c: Sequence[float] | Floats,
    weights: Sequence[float] | Floats | None = None,
    *,
    dh_over_r_k: float = DH_OVER_R_K,
) -> float:
    """Return the mean kinetic temperature in °C of values (n,) with weights (n,), equal when None.

    Raises Refusal ``temperature.mkt_frozen``, ``.mkt_nothing``, ``.mkt_weights``, ``.not_a_number``,
    ``.impossible`` or ``.sensor_code``.

    >>> round(mean_kinetic_c([20, 2, 25], [2, 4, 1]), 6)
    15.677581
    """
    values = np.asarray(values_c, np.float64)
    share = np.ones_like(values) if weights is None else np.asarray(weights, np.float64)
    if share.shape != values.shape or not np.isfinite(share).all() or bool((share < 0).any()):
        raise Refusal("temperature.mkt_weights")
    if not values.size or not share.sum() > 0:
        raise Refusal("temperature.mkt_nothing")
    check_values(values)
    power = -dh_over_r_k / (values + KELVIN)
    top = float(power.max())  # log-sum-exp: the largest term is 1, whatever ΔH/R is
    mean = float(np.dot(share, np.exp(power - top)) / share.sum())
    result = dh_over_r_k / -(top + math.log(mean)) - KELVIN
    # The last bit of a quotient of exponentials may fall outside the values; the mean cannot.
    return min(max(result, float(values.min())), float(values.max()))


def check_values(values: Floats) -> None:
    """Refuse values (n,) in °C for which the number would mean nothing."""
    if not np.isfinite(values).all():
        raise Refusal("temperature.not_a_number")
    codes = values[np.isin(values, SENSOR_CODES_C)]
    if codes.size:
        raise Refusal("temperature.sensor_code", value_c=f"{codes[0]:g}")
    lowest = float(values.min())
    if lowest < -KELVIN:
        raise Refusal("temperature.impossible", value_c=f"{lowest:g}")
    if lowest < FLOOR_C:
        raise Refusal("temperature.mkt_frozen", lowest_c=f"{lowest:g}", floor_c=f"{FLOOR_C:g}")


def warmest_window(
    stream: Stream,
    window_ms: int,
    excursion: Excursion | None = None,
    period: Period | None = None,
    *,
    dh_over_r_k: float = DH_OVER_R_K,
) -> Mkt:
    """Return the largest MKT over every window of that length that contains the excursion (exact, not sampled).

    An excursion longer than the window: over every window inside it. None: over every window. ``period``: use
    readings of that time alone. Each reading stands for half the linked time on either side; gaps weigh nothing
    and show in ``covered_ms``. Raises Refusal as ``mean_kinetic_c``, and ``temperature.mkt_cold_side`` or
    ``.mkt_round`` (readings taken by hand have no time between them).
    """
    if excursion is not None and excursion.limit.side is Side.LOW:
        raise Refusal("temperature.mkt_cold_side")
    if stream.kind is Kind.ROUND:
        raise Refusal("temperature.mkt_round")
    if window_ms <= 0:
        raise Refusal("temperature.period_empty")
    edges, values = _cells(stream, period)
    if not values.size:
        raise Refusal("temperature.mkt_nothing")
    check_values(values)
    first, last = int(edges[0, 0]), int(edges[-1, 1])
    whole = last - first >= window_ms
    begins = _begins(edges, window_ms, excursion) if whole else np.array([first], np.int64)
    ends = begins + window_ms if whole else np.array([last], np.int64)
    top = -dh_over_r_k / (float(values.max()) + KELVIN)
    lengths = (edges[:, 1] - edges[:, 0]).astype(np.float64)
    kinetic = np.exp(-dh_over_r_k / (values + KELVIN) - top)
    covered = _between(edges, lengths, begins, ends)
    heat = _between(edges, lengths * kinetic, begins, ends)
    usable = covered > 0
    if not bool(usable.any()):
        raise Refusal("temperature.mkt_nothing")
    best = int(np.argmax(np.where(usable, heat / np.where(usable, covered, 1.0), -1.0)))
    mean = float(_between(edges, lengths * values, begins[best : best + 1], ends[best : best + 1])[0] / covered[best])
    mkt_c = dh_over_r_k / -(top + math.log(float(heat[best] / covered[best]))) - KELVIN
    return Mkt(mkt_c, mean, int(begins[best]), int(ends[best]), round(float(covered[best])), dh_over_r_k, whole)


def window_ms(upper: Limit | None) -> int:
    """Return the window that belongs to a store's upper limit: 24 h for controlled cold, 30 days for room."""
    return COLD_WINDOW_MS if upper is not None and upper.value_c <= COLD_CHAIN_C else ROOM_WINDOW_MS


def of_period(known: Sequence[Stream], upper: Limit | None, events: Sequence[Excursion], period: Period) -> Mkt:
    """Return the largest MKT over every window of the period, of whichever stream is warmest: no window around an
    excursion inside it is warmer. Raises what ``warmest_window`` raises; an excursion to the cold side of one of the
    streams refuses it."""
    automatic = [stream for stream in known if stream.kind is Kind.AUTOMATIC]
    if not automatic:
        raise Refusal("temperature.mkt_nothing")
    sensors = {stream.sensor for stream in automatic}
    if any(event.limit.side is Side.LOW and event.sensor in sensors for event in events):
        raise Refusal("temperature.mkt_cold_side")
    window = window_ms(upper)
    return max(warmest_window(stream, window, None, period) for stream in automatic)


def around(known: Sequence[Stream], upper: Limit | None, event: Excursion) -> Mkt:
    """Return the largest MKT over every window that contains an excursion, by the readings of the sensor that showed
    it, those beside the period included. Raises what ``warmest_window`` raises."""
    for stream in known:
        if stream.sensor == event.sensor and stream.kind is Kind.AUTOMATIC:
            return warmest_window(stream, window_ms(upper), event)
    raise Refusal("temperature.mkt_nothing")


def mean_c(stream: Stream, period: Period) -> float | None:
    """Return the plain mean in °C over the covered time of a period, None where nothing is covered.

    Each reading weighs as in ``warmest_window``; unlike the kinetic mean it is refused nowhere, and it hides peaks.
    """
    edges, values = _cells(stream, period)
    if not values.size:
        return None
    return float(np.average(values, weights=(edges[:, 1] - edges[:, 0]).astype(np.float64)))


def _cells(stream: Stream, period: Period | None) -> tuple[Times, Floats]:
    """Time each reading stands for, (k, 2), and its °C, (k,): half way to each linked neighbour."""
    t_ms, half = stream.t_ms, np.where(stream.linked, np.diff(stream.t_ms), 0)
    left = t_ms - np.concatenate([[0], half - half // 2])
    right = t_ms + np.concatenate([half // 2, [0]])
    values = stream.warm.astype(np.float64) / 10**stream.scale
    edges = np.column_stack([left, right])
    if period is not None:
        edges = np.clip(edges, *period)
    kept = edges[:, 1] > edges[:, 0]
    return edges[kept], values[kept]


def _begins(edges: Times, window_ms: int, excursion: Excursion | None) -> Times:
    """Starts of the windows among which the largest must be: between them the mean moves one way only."""
    low, high = int(edges[0, 0]), int(edges[-1, 1]) - window_ms
    if excursion is not None:
        start_ms = excursion.start_ms
        end_ms = excursion.last_out_ms if excursion.end_ms is None else excursion.end_ms
        a, b = sorted((start_ms, end_ms - window_ms))
        low, high = min(max(low, a), high), max(min(high, b), low)
    corners = np.unique(np.concatenate([edges.ravel(), edges.ravel() - window_ms, [low, high]]))
    return corners[(corners >= low) & (corners <= high)]


def _between(edges: Times, amounts: Floats, begins: Times, ends: Times) -> Floats:
    """How much of ``amounts``, spread evenly over their cells, lies between each begin and end."""
    passed = np.concatenate([[0.0], np.cumsum(amounts)])
    stamps = edges.ravel()
    heights = np.column_stack([passed[:-1], passed[1:]]).ravel()
    inside: Floats = np.interp(ends, stamps, heights) - np.interp(begins, stamps, heights)
    return inside
