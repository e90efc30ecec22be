"""What the Temperature page says beside the curve: the same rows that a temperature record of that time would print.

Pure. Nothing here is smoothed: overlaps, conflicts, gaps, clocks that stepped back and doubtful probes are all named.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .answer_words import Both, both
from .refusal import Refusal
from .temperature import mkt
from .temperature.guard import CertificateState
from .temperature.limits import Side
from .temperature_tables import Known, Row, conflict_rows, gap_rows, limit_rows
from .temperature_writing import celsius, length, moment

ROWS_SHOWN = 12  # of one kind; a record prints all of them
_GOOD_GRADE = "green"


class Note(NamedTuple):
    """One heading with its lines; ``level``: "", ok or warn."""

    title: Both
    lines: tuple[Both, ...]
    level: str


def notes(known: Known) -> tuple[Note, ...]:
    """Everything a person must know beside the verdict, what is wrong first."""
    found = [_coverage(known), _calibration(known), *_conflicts(known), *_gaps(known), *_limits(known), *_mkt(known)]
    return tuple(sorted(found, key=lambda note: note.level != "warn"))


def _coverage(known: Known) -> Note:
    one = known.judgement
    title = both(f"temperature_rule.coverage.{one.grade}")
    facts = {"percent": one.coverage.percent, "readings": one.readings, "expected": one.expected}
    facts |= {"unknown": length(one.coverage.unknown_ms)}
    lines = [both("temperature_page.notes.coverage", **facts)]
    if one.duplicates or one.absent:
        lines.append(both("temperature_page.notes.twice", twice=one.duplicates, absent=one.absent))
    return Note(title, tuple(lines), "ok" if one.grade == _GOOD_GRADE else "warn")


def _calibration(known: Known) -> Note:
    state = known.judgement.calibration
    lines = [both("temperature_page.notes.calibration", serial=known.probe.serial)]
    level = "ok" if state is CertificateState.VALID else "warn"
    return Note(both(f"temperature_rule.calibration.{state.value}"), tuple(lines), level)


def _conflicts(known: Known) -> list[Note]:
    rows = list(conflict_rows(known))
    level = "warn" if any(level for _, level in rows) else ""
    return [Note(both("temperature_record.table.conflicts"), _lines(rows), level)] if rows else []


def _gaps(known: Known) -> list[Note]:
    rows = [(cells[:4], level) for cells, level in gap_rows(known)]  # readings that are missing stand in the record
    return [Note(both("temperature_record.table.gaps"), _lines(rows), "warn")] if rows else []


def _limits(known: Known) -> list[Note]:
    """How far each limit can be told, and the site's own rules."""
    rows = list(limit_rows(known))
    level = "warn" if any(level for _, level in rows) else ""
    return [Note(both("temperature_record.table.limits"), _lines(rows), level)] if rows else []


def _mkt(known: Known) -> list[Note]:
    """Around each excursion the largest over every window that contains it."""
    one, lines = known.judgement, []
    for event in one.excursions:
        if event.limit.side is Side.HIGH:
            try:
                found = mkt.around(known.streams, one.upper, event)
            except Refusal:
                continue  # the figure's own card says why there is none
            value = celsius(Decimal(repr(found.mkt_c)).quantize(Decimal("0.1"), ROUND_HALF_UP))
            window = f"{moment(found.start_ms, known.zone)} – {moment(found.end_ms, known.zone)}"
            facts = {"peak": celsius(event.peak_c), "value": value, "window": window}
            facts |= {"covered": length(found.covered_ms), "ratio": f"{found.dh_over_r_k:g}"}
            lines.append(both("temperature_page.notes.mkt", **facts))
    return [Note(both("temperature_page.tile.mkt"), tuple(lines), "")] if lines else []


def _lines(rows: list[Row]) -> tuple[Both, ...]:
    """Each row in one line, without its empty cells; more than fit are counted."""
    found: list[Both] = []
    for cells, _ in rows[:ROWS_SHOWN]:
        told: Both = {}
        for lang in ("zh", "en"):
            parts = (cell[lang].replace("\n", " ") for cell in cells if cell[lang] not in ("", "—"))
            told[lang] = " · ".join(parts)
        found.append(told)
    if len(rows) > ROWS_SHOWN:
        found.append(both("temperature_page.notes.more", n=len(rows) - ROWS_SHOWN))
    return tuple(found)
