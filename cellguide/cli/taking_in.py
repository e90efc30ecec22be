"""The verb ``import``: a logger's file taken in for its probe by a person who signs in, through the same acts."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..desk import Desk
from ..refusal import Refusal
from ..words import Word, say

# What the judgement of a file must not be for the verb to end with 0; what it cannot show is no fault of the file.
WANTING = ("excursion", "not_demonstrated")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``--db`` and ``--station`` are added by the caller."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--probe", default="", metavar="P", help="its id or serial number; else by FILE's own")
    parser.add_argument(
        "--channel", action="append", default=[], metavar="NAME=P", help="one of several channels and its probe"
    )
    parser.add_argument("--zone", help="the zone of FILE's times, where FILE does not say it")
    parser.add_argument("--unit", choices=["C", "F", "K"], help="the unit of FILE's readings, likewise")
    parser.add_argument("--answer", action="append", default=[], metavar="NAME=TEXT", help="date_order=dmy")
    parser.add_argument("--reason", default="", help="why the file of another logger belongs to this probe")


def loaded(path: Path) -> bytes:
    """The file's bytes, read before anybody is asked for a password. Raises ``logger.unreadable``, ``.too_large``."""
    from ..loggers.source import load

    return load(path)


def take_in(desk: Desk, data: bytes, args: argparse.Namespace) -> tuple[int, list[str]]:
    """Take the file in: 0 where it is in range, 1 where it is out of range or time is unknown for too long, and a line
    for what came of each channel.

    Raises what ``imports.take_in_channels`` raises, ``cli.pair``, ``cli.probe_or_channel``, ``probe.unknown``.
    """
    from ..acts import imports
    from . import language

    lang = language()
    if args.probe and args.channel:
        raise Refusal("cli.probe_or_channel")
    given: str | dict[str, str] = {name: probe_named(desk, text) for name, text in map(_pair, args.channel)}
    if not given:
        given = probe_named(desk, args.probe) if args.probe else ""
    answers = dict(map(_pair, args.answer))
    ids = imports.take_in_channels(
        desk, data, args.file.name, given, zone=args.zone, unit=args.unit, answers=answers, reason=args.reason
    )
    found, lines = 0, []
    for id in ids:
        held = desk.store.get("series", id)
        assert held is not None
        verdict = str(held.doc["judgement"]["verdict"])
        found = 1 if verdict in WANTING else found
        word = Word(verdict, f"temperature_rule.verdict.{verdict}")
        channel = held.doc["channel"] or "–"
        lines.append(say("cli.taken_in", lang, import_id=id, channel=channel, count=held.doc["count"], verdict=word))
    return found, lines


def probe_named(desk: Desk, text: str) -> str:
    """A probe's id by its id or its serial number. Raises Refusal ``probe.unknown``."""
    from ..acts import probes

    found = probes.by_serial(desk, text)
    return found.id if found is not None else probes.get(desk, text).id


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.rpartition("=")
    if not (sign and name and value):
        raise Refusal("cli.pair", given=text)
    return name, value
