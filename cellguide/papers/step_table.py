"""The steps of a record as one table: step, result, limit and verdict, time, person, check; sources as footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cellguide.papers import blocks
from cellguide.papers.blocks import plain, small
from cellguide.papers.glyphs import CHANGED_MARK, MACHINE_MARK
from cellguide.papers.lines import AMBER, GREEN, GREY, RED, TEAL, Style
from cellguide.papers.sheet import Block
from cellguide.papers.voice import Voice, clock_parts, stamp

STEP_WIDTHS = (26.0, 122.0, 134.0, 78.0, 47.0, 55.0, 53.3)
TEXT_MAX = 1500  # characters of one answer that are set on paper
LIMIT_MAX = 240
NAME_MAX = 60

LEVEL_COLOURS = {"ok": GREEN, "warn": AMBER, "held": AMBER, "hard": RED}
USUAL = ("session", "password")  # how most are identified: staff number and password, as the legend says
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Runs = list[tuple[str, Style]]


class Sources:
    """The sources of limits, numbered as they are met: each is printed once, below the steps."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def mark(self, source: Mapping[str, str], voice: Voice) -> str:
        """The raised number of a source."""
        number = self.numbers.setdefault(voice.pair(source)[0], len(self.numbers) + 1)
        return str(number).translate(RAISED)


def sections(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Every section's heading and rows under one head of columns, and the sources of their limits."""
    sources = Sources()
    labels = ["", *(voice.two(f"column.{name}") for name in ("step", "result", "limit", "time", "person", "check"))]
    head = blocks.head_row(labels, STEP_WIDTHS)
    if record["sections"]:
        yield replace(head, gap=7.0)
    for number, section in enumerate(record["sections"]):
        main, second = voice.pair(section)
        if section["container"]:
            main = f"{main} · {voice.one('column.container', container=section['container'])}"
        title = blocks.heading(main, second)
        yield replace(title, head=head, before=5.0 if number == 0 else 8.0, after=1.0)
        yield from _tinted(head, section["steps"], voice, sources)
    yield from _sources(sources, voice)


def _sources(sources: Sources, voice: Voice) -> Iterator[Block]:
    if not sources.numbers:
        return
    yield blocks.words(voice.two("sources.title"), Style(7, bold=True, colour=GREY), keep=True, before=6.0)
    for text, number in sources.numbers.items():
        yield blocks.words(f"{str(number).translate(RAISED)} {voice.cut(text, TEXT_MAX)}", Style(6.8, colour=GREY))


def _tinted(head: blocks.Row, steps: list[Mapping[str, Any]], voice: Voice, sources: Sources) -> Iterator[Block]:
    table = blocks.rows(head, [_cells(step, voice, sources) for step in steps])[1:]
    for row, step in zip(table, steps, strict=True):
        level = step["verdict"]["level"] if step["verdict"] else "ok"
        if isinstance(row, blocks.Row) and level in {"warn", "held", "hard"}:
            yield replace(row, tint=LEVEL_COLOURS[level])
        else:
            yield row


def _cells(step: Mapping[str, Any], voice: Voice, sources: Sources) -> list[Runs]:
    main, second = voice.pair(step)
    label: Runs = [plain(main)]
    if second:
        label.append(small("\n" + second))
    return [
        [small(step["id"])],
        label,
        _result(step, voice),
        _verdict(step["verdict"], voice, sources),
        _time(step, voice),
        _person(step, voice),
        _check(step, voice),
    ]


def _result(step: Mapping[str, Any], voice: Voice) -> Runs:
    """The answer; a changed one carries ▲ and each old value (EU Annex 11 §8.2)."""
    if step["not_applicable"] is not None:
        reason = voice.cut(str(step["not_applicable"]), TEXT_MAX)
        return [plain(voice.two("mark.not_applicable"), GREY), small(f"\n{reason}")]
    main, second = voice.pair(step["text"])
    runs: Runs = []
    if step["machine"]:
        runs.append((f"{MACHINE_MARK} ", Style(6, colour=TEAL)))
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
    return runs


def _verdict(verdict: Mapping[str, Any] | None, voice: Voice, sources: Sources) -> Runs:
    """The limit with the number of its source, and what came of it."""
    if verdict is None:
        return []
    limit = voice.cut(voice.pair(verdict["limit"])[0], LIMIT_MAX)
    mark = sources.mark(verdict["source"], voice) if verdict["source"] else ""
    level = verdict["level"]
    word = voice.one(f"verdict.{level}")
    main = voice.cut(voice.pair(verdict["text"])[0], TEXT_MAX)
    style = Style(7, bold=True, colour=LEVEL_COLOURS[level])
    if not limit:
        word += mark
    runs: Runs = [plain(limit + mark), ("\n", style)] if limit else []
    if level == "ok" and main:  # nothing could be compared: that is all there is to say
        return [*runs, (main, Style(7, colour=GREY))]
    return [*runs, (word, style), *([(f"\n{main}", Style(6.8, colour=GREY))] if main else [])]


def _time(step: Mapping[str, Any], voice: Voice) -> Runs:
    hour, rest = clock_parts(step["at"])
    runs: Runs = [(hour, Style(7.8)), small(f"\n{rest}")]
    if step["event_at"] and step["event_at"] != step["at"]:
        event_hour, event_rest = clock_parts(step["event_at"])
        runs.append(small(f"\n{voice.one('mark.happened')} {event_hour}\n{event_rest}"))
    if step["late"]:
        runs.append((f"\n{voice.two('mark.late')}", Style(6.8, bold=True, colour=AMBER)))
    if step.get("fast"):
        runs.append((f"\n{voice.two('mark.fast')}", Style(6.8, bold=True, colour=AMBER)))
    return runs


def _person(step: Mapping[str, Any], voice: Voice) -> Runs:
    if step["machine"]:
        return [small(voice.one("mark.machine"), TEAL)]
    person = step["person"]
    if person is None:
        return [plain(voice.two("mark.no_person"), AMBER)] if step["at"] else []
    runs: Runs = [(voice.cut(voice.called(person), NAME_MAX), Style(7.8)), small(f"\n{person['id']}")]
    if step["how"] and step["how"] not in USUAL:
        runs.append(small(" · " + voice.word("how", step["how"])))
    if step.get("performer"):
        runs.append(small(f"\n{voice.one('mark.performer')}{voice.colon}{voice.cut(step['performer'], NAME_MAX)}"))
    return runs


def _check(step: Mapping[str, Any], voice: Voice) -> Runs:
    check = step["check"]
    if check is None:
        return []
    hour, rest = clock_parts(check["at"])
    name = voice.cut(voice.called(check["person"]), NAME_MAX)
    other_day = f" {rest}" if rest != clock_parts(step["at"])[1] else ""
    runs: Runs = [(name, Style(7.8)), small(f"\n{check['person']['id']} {hour}{other_day}\n")]
    good = check["kind"] == "witness" or check["match"]
    word = "witness" if check["kind"] == "witness" else "match" if good else "mismatch"
    style = Style(6.8, bold=True, colour=GREEN if good else RED)
    main = voice.cut(voice.pair(check["text"])[0], TEXT_MAX)
    if voice.one(f"mark.{word}").casefold() in main.casefold():  # the record says it in words of its own
        return [*runs, (main, style)]
    runs.append((voice.one(f"mark.{word}"), style))
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
                        [(voice.named(change["person"])[:NAME_MAX], Style(7.4)), small(when)],
                    ]
                )
    if not table:
        yield blocks.words(voice.two("changes.none"), Style(8, colour=GREY))
        return
    labels = ["", *(voice.two(f"changes.{name}") for name in ("step", "old", "new", "reason", "who"))]
    yield from blocks.rows(blocks.head_row(labels, widths), table)


def events(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """What happened beside the questions: what, when, by whom; records of earlier versions tell none."""
    found = record.get("events", ())
    if not found:
        return
    widths = (130.0, 205.0, 110.0, 70.3)
    yield blocks.heading(*voice.title("events.title"))
    table: list[list[Runs]] = [
        [
            [plain(voice.joined(one))],
            [plain(voice.cut(one["text"] or "—", TEXT_MAX))],
            [(voice.named(one["person"])[:NAME_MAX], Style(7.4))],
            [(stamp(one["at"]), Style(7))],
        ]
        for one in found
    ]
    yield from blocks.rows(blocks.head_row(["", "", "", ""], widths), table)[1:]


def clearances(record: Mapping[str, Any], voice: Voice) -> Iterator[Block]:
    """Stops that people lifted: why, who, on what proof."""
    if not record["clearances"]:
        return
    widths = (34.0, 170.0, 150.0, 90.0, 71.3)
    yield blocks.heading(*voice.title("clearances.title"))
    table: list[list[Runs]] = []
    for one in record["clearances"]:
        people = "\n".join(f"{voice.named(p)[:NAME_MAX]} · {voice.code('role', p['role'])}" for p in one["people"])
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
