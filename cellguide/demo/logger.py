"""A shipper's history for demonstrations: a plain two-column file, plainly invented."""

from __future__ import annotations

from datetime import timedelta

from ..clock import Moment

STEP_MIN = 5


def shipper_csv(start: Moment, *, hours: int, warm_c: str = "") -> bytes:
    """Readings every five minutes near −185 °C; with ``warm_c`` a quarter of an hour at that temperature half-way."""
    lines = ["Time,Temperature (°C)"]
    count = hours * 60 // STEP_MIN
    for n in range(count + 1):
        stamp = (start.local + timedelta(minutes=STEP_MIN * n)).strftime("%Y-%m-%d %H:%M:%S")
        swing = (n * 37 % 23) - 11
        value = f"{-185 + swing / 10:.1f}"
        if warm_c and count // 2 <= n < count // 2 + 3:
            value = warm_c
        lines.append(f"{stamp},{value}")
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")
