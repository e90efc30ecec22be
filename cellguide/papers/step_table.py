"""The steps of a record as tables: step, result, limit and verdict, time, person, check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cellguide.papers import blocks
from cellguide.papers.blocks import plain, small
from cellguide.papers.glyphs import CHANGED_MARK
from cellguide.papers.lines import AMBER, GREEN, GREY, RED, TEAL, Style
from cellguide.papers.sheet import Block
from cellguide.papers.voice import Voice, clock_parts, named, stamp

STEP_WIDTHS = (29.0, 110.0, 117.0, 75.0, 50.0, 72.0, 62.3)
TEXT_MAX = 1500  # characters of one answer that are set on paper
NAME_MAX = 60

LEVEL_COLOURS = {"ok": GREEN, "warn": AMBER, "held": AMBER, "hard": RED}

Runs = list[tuple[str, Style]]


def sections(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Every section's heading, the head of its table and its rows."""
    for section in record["sections"]:
        main, second = voice.pair(section)
        if section["container"]:
            main = f"{main} · {voice.one('column.container', container=section['container'])}"
        yield blocks.heading(main, second)
        labels = ["", *(voice.two(f"column.{name}") for name in ("step", "result", "limit", "time", "person", "check"))]
        head = blocks.head_row(labels, STEP_WIDTHS)
        yield from _tinted(head, section["steps"], voice)


def _tinted(head: blocks.Row, steps: list[Mapping[str, Any]], voice: Voice) -> Iterator[Block]:
    for row, step in zip(blocks.rows(head, [_cells(step, voice) for step in steps]), [None, *steps], strict=True):
        level = step["verdict"]["level"] if step and step["verdict"] else "ok"
        if isinstance(row, blocks.Row) and level in {"warn", "held", "hard"}:
            yield replace(row, tint=LEVEL_COLOURS[level])
        else:
            yield row


def _cells(step: Mapping[str, Any], voice: Voice) -> list[Runs]:
    main, second = voice.pair(step)
    label: Runs = [plain(main)]
    if second:
        label.append(small("\n" + second))
    return [
        [small(step["id"])],
        label,
        _result(step, voice),
        _verdict(step["verdict"], voice),
        _time(step, voice),
        _person(step, voice),
        _check(step["check"], voice),
    ]


def _result(step: Mapping[str, Any], voice: Voice) -> Runs:
    """The answer; a changed one carries ▲ and each old value (EU Annex 11 §8.2)."""
    if step["not_applicable"] is not None:
        reason = voice.cut(str(step["not_applicable"]), TEXT_MAX)
        return [plain(voice.two("mark.not_applicable"), GREY), small(f"\n{reason}")]
    main, second = voice.pair(step["text"])
    runs: Runs = []
    if step["changes"]:
        runs.append((f"{CHANGED_MARK} ", Style(8.2, colour=AMBER, mark=True)))
    if main:
        runs.append((voice.cut(main, TEXT_MAX), Style(8.2, bold=True)))
    else:
        runs.append(plain(voice.two("mark.no_answer"), AMBER))
    if second:
        runs.append(small("\n" + voice.cut(second, TEXT_MAX)))
    for change in step["changes"]:
        old, new = voice.pair(change["old"])[0], voice.pair(change["new"])[0]
        runs.append(small(f"\n{voice.cut(old, 200)} → {voice.cut(new, 200)}", AMBER))
    if step.get("comment"):
        runs.append(small("\n" + voice.cut(step["comment"], TEXT_MAX)))
    if step["machine"]:
        runs.append(small(f"\n◆ {voice.two('mark.machine')}", TEAL))
    return runs


UNITS = {"c": "°C", "s": "s", "min": "min", "h": "h", "d": "d", "percent": "%", "kg": "kg"}
SAID_BY_THE_VERDICT = {"silent", "missing", "yes", "no"}  # facts without a value to print
BOUNDS = {"max": "≤ ", "min": "≥ "}


def limit_words(limit: str) -> str:
    """A limit as people write it. The record has ``name = value``; units and bounds stand last in names.

    >>> limit_words("profile.storage_c_max = -150"), limit_words("site.transport_gap_min = 10")
    ('≤ −150 °C', '10 min')
    >>> limit_words("site.o2_percent_min = 19.5"), limit_words("shipment.lot = DEMO-1"), limit_words("≤ 3 h")
    ('≥ 19.5 %', '= DEMO-1', '≤ 3 h')
    """
    name, equals, value = limit.partition(" = ")
    if not equals or not re.fullmatch(r"[a-z]+\.[a-z0-9_]+", name):
        return limit
    if value in SAID_BY_THE_VERDICT:
        return ""
    if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", value):
        return f"= {stamp(value)}"
    if not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return f"= {value}"
    number = value.replace("-", "−")
    *before, last = re.split(r"[._]", name)
    unit = next((UNITS[word] for word in reversed(before) if word in UNITS), "")
    if last in BOUNDS and unit:
        return f"{BOUNDS[last]}{number} {unit}"
    return f"{number} {UNITS[last]}" if last in UNITS else f"= {number}"


def _verdict(verdict: Mapping[str, Any] | None, voice: Voice) -> Runs:
    if verdict is None:
        return []
    limit = voice.cut(limit_words(verdict["limit"] or ""), 120)
    runs: Runs = [plain(limit)] if limit else []
    gap = "\n" if runs else ""
    main, second = voice.pair(verdict["text"])
    style = Style(7, bold=True, colour=LEVEL_COLOURS[verdict["level"]])
    if verdict["level"] == "ok" and main:
        runs += [(gap + voice.cut(main, TEXT_MAX), style), small(f" {second}" if second else "")]
    else:  # what is not in order says its level in our own word, and then its own
        word = voice.two(f"verdict.{verdict['level']}")
        runs += [(gap + word, style), *(small("\n" + voice.cut(text, TEXT_MAX)) for text in (main, second) if text)]
    if verdict["source"]:
        runs.append(small("\n" + voice.cut(verdict["source"], TEXT_MAX)))
    return runs


def _time(step: Mapping[str, Any], voice: Voice) -> Runs:
    hour, rest = clock_parts(step["at"])
    runs: Runs = [(hour, Style(7.8)), small(f"\n{rest}")]
    if step["event_at"] and step["event_at"] != step["at"]:
        event_hour, event_rest = clock_parts(step["event_at"])
        runs.append(small(f"\n{voice.one('mark.happened')} {event_hour}\n{event_rest}"))
    if step["late"]:
        runs.append((f"\n{voice.two('mark.late')}", Style(6.8, bold=True, colour=AMBER)))
    return runs


def _person(step: Mapping[str, Any], voice: Voice) -> Runs:
    if step["machine"]:
        return [small(voice.two("mark.machine"), TEAL)]
    person = step["person"]
    if person is None:
        return [plain(voice.two("mark.no_person"), AMBER)] if step["at"] else []
    runs: Runs = [(voice.cut(person["name"], NAME_MAX), Style(7.8)), small(f"\n{person['id']}")]
    if step["how"]:
        runs.append(small(" · " + voice.word("how", step["how"])))
    if step.get("performer"):
        runs.append(small(f"\n{voice.two('mark.performer')}{voice.colon}{voice.cut(step['performer'], NAME_MAX)}"))
    return runs


def _check(check: Mapping[str, Any] | None, voice: Voice) -> Runs:
    if check is None:
        return []
    hour, rest = clock_parts(check["at"])
    name = voice.cut(check["person"]["name"], NAME_MAX)
    runs: Runs = [(name, Style(7.8)), small(f"\n{check['person']['id']}\n{hour} {rest[:5]}\n")]
    good = check["kind"] == "witness" or check["match"]
    word = "witness" if check["kind"] == "witness" else "match" if good else "mismatch"
    style = Style(6.8, bold=True, colour=GREEN if good else RED)
    main = voice.cut(voice.pair(check["text"])[0], TEXT_MAX)
    if voice.one(f"mark.{word}").casefold() in main.casefold():  # the record says it in words of its own
        return [*runs, (main, style)]
    runs.append((voice.two(f"mark.{word}"), style))
    return [*runs, small("\n" + main)] if main else runs


def changes(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Every change: old → new, who, when, why."""
    widths = (34.0, 92.0, 104.0, 104.0, 92.0, 89.3)
    yield blocks.heading(*voice.title("changes.title"))
    table: list[list[Runs]] = []
    for section in record["sections"]:
        for step in section["steps"]:
            for change in step["changes"]:
                when = f"\n{stamp(change['at'])}"
                table.append(
                    [
                        [small(step["id"])],
                        [plain(voice.pair(step)[0])],
                        [plain(voice.cut(voice.joined(change["old"]), TEXT_MAX), GREY)],
                        [plain(voice.cut(voice.joined(change["new"]), TEXT_MAX))],
                        [plain(voice.cut(change["reason"], TEXT_MAX))],
                        [(named(change["person"])[:NAME_MAX], Style(7.4)), small(when)],
                    ]
                )
    if not table:
        yield blocks.words(voice.two("changes.none"), Style(8, colour=GREY))
        return
    labels = ["", *(voice.two(f"changes.{name}") for name in ("step", "old", "new", "reason", "who"))]
    yield from blocks.rows(blocks.head_row(labels, widths), table)


def clearances(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Stops that people lifted: why, who, on what proof."""
    if not record["clearances"]:
        return
    widths = (34.0, 170.0, 150.0, 90.0, 71.3)
    yield blocks.heading(*voice.title("clearances.title"))
    table: list[list[Runs]] = []
    for one in record["clearances"]:
        people = "\n".join(f"{named(p)[:NAME_MAX]} · {voice.code('role', p['role'])}" for p in one["people"])
        table.append(
            [
                [small(one["step"])],
                [plain(voice.cut(one["reason"], TEXT_MAX))],
                [(people, Style(7.4))],
                [(voice.cut(one["proof"] or "—", TEXT_MAX), Style(7.4))],
                [(stamp(one["at"]), Style(7))],
            ]
        )
    labels = ["", *(voice.two(f"clearances.{name}") for name in ("reason", "people", "proof", "at"))]
    yield from blocks.rows(blocks.head_row(labels, widths), table)


def deviations(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Deviations that the run opened, with their state when the record was frozen."""
    yield blocks.heading(*voice.title("deviations.title"))
    if not record["deviations"]:
        yield blocks.words(voice.two("deviations.none"), Style(8, colour=GREY))
        return
    widths = (100.0, 315.0, 100.3)
    table: list[list[Runs]] = []
    for one in record["deviations"]:
        main, second = voice.pair(one)
        text: Runs = [plain(voice.cut(main, TEXT_MAX))]
        if second:
            text.append(small("\n" + voice.cut(second, TEXT_MAX)))
        state = Style(7.4, bold=True, colour=GREEN if one["state"] == "closed" else AMBER)
        table.append([[(one["id"], Style(7.8, bold=True))], text, [(voice.code("deviations", one["state"]), state)]])
    yield from blocks.rows(blocks.head_row(["", "", ""], widths), table)[1:]
