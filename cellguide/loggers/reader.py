"""What a reader of one vendor's files is, and how it hands over what it understood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..refusal import Refusal
from . import analyse
from .assemble import Findings
from .form import (
    NO_ZONE,
    Channel,
    DaySummary,
    DeviceLimit,
    Event,
    LoggerFile,
    Option,
    Question,
    Signature,
    Zone,
    offset_text,
)
from .instants import zone_name
from .source import Answers, Source


@dataclass(frozen=True, slots=True)
class Reader:
    """One vendor's format. ``recognises`` looks at content, never at the name, and never raises on foreign bytes
    other than a Refusal; ``read`` gives a LoggerFile or raises Refusal. ``endings`` serve the file dialog only.
    ``genuine`` says whether it was checked against files of real devices."""

    name: str
    version: str
    vendor: str
    endings: tuple[str, ...]
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Answers], LoggerFile]
    genuine: bool


@dataclass(frozen=True, slots=True)
class Device:
    """What a file says about the device that made it."""

    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    zone: str | None = None
    proposed_zone: str | None = None
    interval_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What only some formats have beside readings; ``days_unit``: the unit of the day summaries as read."""

    days: tuple[DaySummary, ...] = ()
    days_unit: str | None = None
    events: tuple[Event, ...] = ()
    limits: tuple[DeviceLimit, ...] = ()
    reported: tuple[tuple[str, str], ...] = ()
    signature: Signature = "none"
    notes: tuple[tuple[str, str], ...] = ()


def finish(
    source: Source,
    reader: tuple[str, str, str],
    device: Device,
    findings: Findings,
    answers: Answers,
    extras: Extras = Extras(),
) -> LoggerFile:
    """Put a file together. ``reader``: name, version, vendor. A zone that nobody has named becomes a question."""
    name, version, vendor = reader
    channels = _ordered(findings, answers)
    first = next((channel for channel in channels if channel.kind == "temperature"), None)
    zone = _zone(device, findings, answers)
    if zone == NO_ZONE:
        findings.ask(Question("zone", proposal=device.proposed_zone))
    return LoggerFile(
        source=source.file,
        reader=name,
        reader_version=version,
        vendor=vendor,
        model=device.model or None,
        serial=device.serial or None,
        firmware=device.firmware or None,
        zone=zone,
        unit=first.unit if first is not None else extras.days_unit,
        interval_s=analyse.seconds(device.interval_ms),
        channels=channels,
        days=extras.days,
        events=extras.events,
        limits=extras.limits,
        summary_reported=extras.reported,
        signature=extras.signature,
        questions=tuple(findings.questions),
        problems=tuple(findings.problems),
        notes=extras.notes,
    )


def _ordered(findings: Findings, answers: Answers) -> tuple[Channel, ...]:
    """The channels with the chosen temperature first; of several that nobody chose among, a question."""
    findings.channels[:] = _told_apart(findings.channels)
    names = [channel.name for channel in findings.channels if channel.kind == "temperature"]
    if len(names) < 2:
        return tuple(findings.channels)
    if answers.channel is None:
        findings.ask(Question("channel", tuple(Option(name) for name in names), proposal=names[0]))
    elif answers.channel not in names:
        allowed = ", ".join(names)
        raise Refusal("logger.answer_unknown", question="channel", answer=answers.channel, allowed=allowed)
    return tuple(sorted(findings.channels, key=lambda channel: channel.name != answers.channel))


def _told_apart(channels: Sequence[Channel]) -> Iterator[Channel]:
    """Channels that a file gives one name are numbered, so that each can be given to a probe of its own."""
    seen: dict[str, int] = {}
    for channel in channels:
        count = seen[channel.name] = seen.get(channel.name, 0) + 1
        yield channel if count == 1 else replace(channel, name=f"{channel.name} ({count})")


def _zone(device: Device, findings: Findings, answers: Answers) -> Zone:
    """The file's own zone stands above what a person says; a contradiction is shown."""
    offsets: set[int] = set()
    for channel in findings.channels:
        offsets.update(set(channel.offsets_min or ()))
    asked = None if answers.zone is None else zone_name(answers.zone)
    in_file = offset_text(offsets.pop()) if len(offsets) == 1 else device.zone
    if offsets:
        return Zone(None, "file")
    if in_file is None:
        return Zone(asked, "asked") if asked else NO_ZONE
    if asked not in (None, in_file):
        findings.problem("zone_in_file", "warn", 0, f"{in_file} ≠ {asked}")
    return Zone(in_file, "file")


def limits_c(pairs: Iterable[tuple[str, str]], mode: str = "threshold") -> tuple[DeviceLimit, ...]:
    """Make limits from (side, number) pairs in °C, leaving out what is no number."""
    made = []
    for side, text in pairs:
        number = text.strip().replace(",", ".").lstrip("+")
        if side in ("low", "high") and number.lstrip("-").replace(".", "", 1).isdecimal():
            made.append(DeviceLimit("low" if side == "low" else "high", Decimal(number), mode))
    return tuple(made)
