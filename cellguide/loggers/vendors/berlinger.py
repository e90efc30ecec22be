"""Berlinger Fridge-tag 2, 2L, Ultra Low and Q-tag CLm doc: the text file beside the PDF (formats 1.1, 1.2)."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from ...refusal import Refusal
from .. import berlinger_signature, stamps
from ..assemble import Column, Findings, Table, assemble
from ..form import DaySummary, DeviceLimit, Event, LoggerFile, Option, Question
from ..reader import Device, Extras, Reader, finish
from ..source import Answers, Source

_NAME, _VERSION, _VENDOR = "berlinger", "1", "Berlinger"
_FIRST = re.compile(r"Device: ?(Q-tag|Fridge-tag)")
_SIDES = {"1": ("low", "single"), "2": ("high", "single"), "3": ("low", "cumulative"), "4": ("high", "cumulative")}


class Pair(NamedTuple):
    """One ``key: value`` with the keys it stands under; a line may hold several."""

    path: tuple[str, ...]
    key: str
    value: str
    line: int


def _pairs(text: str) -> tuple[list[Pair], list[tuple[int, list[str]]]]:
    """Split the file into pairs and TAB rows of the block ``Data``. Raises Refusal ``logger.broken_structure``."""
    pairs: list[Pair] = []
    rows: list[tuple[int, list[str]]] = []
    stack: list[str] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip():
            continue
        if raw.startswith("\t"):
            if stack and stack[0] == "Data":
                rows.append((number, raw[1:].split("\t")))
            continue
        indent = len(raw) - len(raw.lstrip(" "))
        if indent > len(stack):
            raise Refusal("logger.broken_structure", line=number)
        del stack[indent:]
        parts = re.split(r", (?=[\w ]+:)", raw.strip())
        for part in parts:
            key, colon, value = part.partition(":")
            if not colon:
                raise Refusal("logger.broken_structure", line=number)
            pairs.append(Pair(tuple(stack), key.strip(), value.strip(), number))
        if len(parts) == 1 and not pairs[-1].value:
            stack.append(pairs[-1].key)
    return pairs, rows


def _number(value: str, line: int) -> Decimal | None:
    """A temperature as the device writes it; ``---`` and ``--.-`` are none."""
    if not value or set(value) <= {"-", "."}:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise Refusal("logger.bad_value", line=line, text=value[:40]) from None
    if not number.is_finite():
        raise Refusal("logger.bad_value", line=line, text=value[:40])
    return number


def _celsius(value: Decimal | None, unit: str) -> Decimal | None:
    if value is None or unit == "C":
        return value
    return ((value - 32) * 5 / 9).quantize(Decimal("0.001"))


def _minutes(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def _days(pairs: list[Pair], unit: str) -> tuple[DaySummary, ...]:
    """The device's day summaries, oldest first. Raises Refusal ``logger.truncated``, ``logger.bad_value``."""
    by_day: dict[str, list[Pair]] = {}
    for pair in pairs:
        if len(pair.path) >= 2 and pair.path[0] == "Hist" and pair.path[1].isdecimal():
            by_day.setdefault(pair.path[1], []).append(pair)
    days = []
    for entries in by_day.values():
        found = {(*entry.path[2:], entry.key): entry for entry in entries}
        missing = {("Date",), ("Min T",), ("Max T",), ("Avrg T",)} - set(found)
        if missing:
            raise Refusal("logger.truncated", line=entries[-1].line)
        values = {
            key: _celsius(_number(found[key,].value, found[key,].line), unit) for key in ("Min T", "Max T", "Avrg T")
        }
        text = {key: entry.value for key, entry in found.items()}
        try:
            day = date.fromisoformat(text["Date",])
        except ValueError:
            raise Refusal("logger.bad_value", line=found["Date",].line, text=text["Date",][:40]) from None
        days.append(
            DaySummary(
                day=day,
                min_c=values["Min T"],
                max_c=values["Max T"],
                mean_c=values["Avrg T"],
                min_at=text.get(("TS Min T",), "").strip("-"),
                max_at=text.get(("TS Max T",), "").strip("-"),
                low_min=_minutes(text.get(("Alarm", "0", "t Acc"))),
                high_min=_minutes(text.get(("Alarm", "1", "t Acc"))),
                low_alarm_at=text.get(("Alarm", "0", "TS A"), ""),
                high_alarm_at=text.get(("Alarm", "1", "TS A"), ""),
                sensor_off_min=_minutes(text.get(("Ext Sensor timeout", "t AccST"))),
            )
        )
    return tuple(sorted(days, key=lambda summary: summary.day))


def _limits(pairs: list[Pair], unit: str) -> tuple[DeviceLimit, ...]:
    alarms: dict[str, dict[str, Pair]] = {}
    for pair in pairs:
        if len(pair.path) == 3 and pair.path[:2] == ("Conf", "Alarm"):
            alarms.setdefault(pair.path[2], {})[pair.key] = pair
    limits = []
    for number, alarm in alarms.items():
        kind = alarm["Type"].value if "Type" in alarm else {"0": "3", "1": "4"}.get(number, "0")
        if kind not in _SIDES or "T AL" not in alarm:
            continue
        side, mode = _SIDES[kind]
        value = _celsius(_number(alarm["T AL"].value, alarm["T AL"].line), unit)
        if value is not None:
            delay = _minutes(alarm["t AL"].value) if "t AL" in alarm else None
            limits.append(DeviceLimit("low" if side == "low" else "high", value, mode, delay))
    return tuple(limits)


def _events(pairs: list[Pair]) -> tuple[Event, ...]:
    """Activation, start, stop and read-out, the daily checks, and a probe that was off."""
    kinds = {"TS Actv": "start", "TS Start": "start", "TS Stop": "stop", "TS Report Creation": "read_out"}
    dates = {pair.path[1]: pair.value for pair in pairs if pair.key == "Date" and len(pair.path) == 2}
    events = []
    for pair in pairs:
        at, kind = pair.value, kinds.get(pair.key, "") if pair.path in (("Hist",), ("Res",)) else ""
        if len(pair.path) == 3 and pair.path[2] in ("Checked", "Ext Sensor timeout") and pair.key.startswith("TS"):
            at, kind = f"{dates.get(pair.path[1], '')} {at}", "ack" if pair.path[2] == "Checked" else "probe_off"
        stamp = stamps.parse(at, "ymd") if kind else None
        if stamp is not None:
            events.append(Event(stamp.wall_ms, kind, f"{pair.key}: {pair.value}"))
    return tuple(sorted(events, key=lambda event: event.at_ms or 0))


def _recognises(source: Source) -> bool:
    return _FIRST.match(source.head) is not None


def _read(source: Source, answers: Answers) -> LoggerFile:
    pairs, rows = _pairs(source.text)
    top = {(*pair.path, pair.key): pair.value for pair in pairs}
    model = top.get(("Device",), "")
    unit = top.get(("Conf", "Temp unit"), "C" if "CLm" in model else "")
    findings = Findings()
    known_unit = unit if unit in ("C", "F") else None
    days_unit = known_unit or answers.unit
    days = _days(pairs, days_unit or "C")
    if days and days_unit is None:
        findings.ask(Question("unit", (Option("C"), Option("F"))))
    interval = _minutes(top.get(("Conf", "Logging Interval")))
    interval_ms = interval * 60_000 if interval else None
    data = [(line, cells) for line, cells in rows if cells[0][:1].isdigit()]
    if not data and not days:
        raise Refusal("logger.no_rows")
    if data:
        temperatures = [cells[1] if len(cells) > 1 else "" for _, cells in data]
        marks = bytes(len(cells) > 2 and cells[2].strip() == "x" for _, cells in data)
        assemble(
            Table(
                lines=[line for line, _ in data],
                stamps=[cells[0] for _, cells in data],
                columns=[Column("T", "temperature", known_unit, temperatures)],
                marks=marks,
                orders=("ymd",),
                interval_ms=interval_ms,
            ),
            answers,
            findings,
        )
    signature = berlinger_signature.verdict(source.untrusted_data)
    if signature != "consistent":
        findings.problem(f"signature_{signature}", "error" if signature == "altered" else "warn")
    if data and signature == "none":
        findings.problem("truncated", "error", source.text.count("\n") + 1)
    reported = [(pair.key, pair.value) for pair in pairs if pair.path == ("Res",) and pair.value]
    notes = tuple((pair.key, pair.value) for pair in pairs if pair.path == ("Conf",) and pair.value)
    device = Device(
        model=model,
        serial=top.get(("Conf", "Serial")),
        firmware=top.get(("Fw Vers",)),
        proposed_zone="UTC" if "CLm" in model else None,
        interval_ms=interval_ms,
    )
    limits = _limits(pairs, days_unit or "C")
    extras = Extras(days, days_unit, _events(pairs), limits, tuple(reported), signature, notes)
    return finish(source, (_NAME, _VERSION, _VENDOR), device, findings, answers, extras)


READER = Reader(_NAME, _VERSION, _VENDOR, (".txt",), _recognises, _read, genuine=True)
