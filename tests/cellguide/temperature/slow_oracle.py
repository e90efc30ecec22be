"""A second, slow implementation in plain Python, written from regulation 3 alone: exact fractions, no arrays.

Points are (minutes, value) with Fraction or int; nothing here imports the program.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

Point = tuple[Fraction, Fraction]


def excursions(points: list[Point], limit: Fraction, interval: Fraction, high: bool = True) -> list[dict[str, object]]:
    """Walk from reading to reading and keep the event that is under way."""
    sign = 1 if high else -1
    out = [sign * (value - limit) > 0 for _, value in points]
    events: list[dict[str, object]] = []
    i = 0
    while i < len(points):
        if not out[i]:
            i += 1
            continue
        j = i
        while j + 1 < len(points) and out[j + 1]:
            j += 1
        measured = worst = area = Fraction(0)
        for k in range(max(i - 1, 0), min(j + 1, len(points) - 1)):
            (t0, v0), (t1, v1) = points[k], points[k + 1]
            step = t1 - t0
            if 2 * step > 3 * interval:
                worst += step
                continue
            a, b = sign * (v0 - limit), sign * (v1 - limit)
            if out[k] and out[k + 1]:
                part, height = step, (a + b) / 2
            elif out[k]:
                part, height = step * a / (a - b), a / 2
            else:
                part, height = step * b / (b - a), b / 2
            measured += part
            worst += part
            area += part * height
        values = [sign * value for _, value in points[i : j + 1]]
        events.append(
            {
                "first": points[i][0],
                "last": points[j][0],
                "measured": measured,
                "worst": worst,
                "area": area,
                "peak": sign * max(values),
                "peak_at": points[i + values.index(max(values))][0],
                "open": j + 1 == len(points),
                "bound": None if i == 0 or j + 1 == len(points) else points[j + 1][0] - points[i - 1][0],
            }
        )
        i = j + 1
    return events


def covered(points: list[Point], interval: Fraction, start: Fraction, end: Fraction) -> Fraction:
    """Add up the steps no longer than 1.5 intervals, as far as they lie in the period."""
    total = Fraction(0)
    for (t0, _), (t1, _) in itertools.pairwise(points):
        if 2 * (t1 - t0) <= 3 * interval:
            total += max(Fraction(0), min(t1, end) - max(t0, start))
    return total


def mean_kinetic(values: list[float], weights: list[float]) -> float:
    """The formula as it is printed."""
    total = math.fsum(w * math.exp(-10000 / (value + 273.15)) for value, w in zip(values, weights, strict=True))
    return 10000 / -math.log(total / math.fsum(weights)) - 273.15


def warmest_window(points: list[tuple[int, float]], interval: int, window: int, begins: range) -> float:
    """Slide a window in the given steps over cells half way to each neighbour."""
    best = -math.inf
    for begin in begins:
        values, weights = [], []
        for k, (t, value) in enumerate(points):
            left = right = Fraction(t)
            if k and 2 * (t - points[k - 1][0]) <= 3 * interval:
                left = Fraction(t + points[k - 1][0], 2)
            if k + 1 < len(points) and 2 * (points[k + 1][0] - t) <= 3 * interval:
                right = Fraction(t + points[k + 1][0], 2)
            inside = min(right, Fraction(begin + window)) - max(left, Fraction(begin))
            if inside > 0:
                values.append(value)
                weights.append(float(inside))
        if values:
            best = max(best, mean_kinetic(values, weights))
    return best
