"""A logger file as the import dialog says it: its questions with what each answer means, what was understood."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cellguide.channel_owners import belongs, sensor_serial
from cellguide.loggers.form import Channel, LoggerFile, Question
from cellguide.probes import Probe
from ui.dialogs.import_file import Asked, ChannelLine, FoundProblem, Understood
from ui.forms import Choice
from ui.kit import Mark
from ui.language import say
from ui.wiring.excursion_words import minus
from ui.wiring.temperature_words import grouped

PROBLEMS_SHOWN = 6
_DECIMALS = {".": "dot", ",": "comma"}
_TONES = {"info": "info", "warn": "warn", "error": "alarm"}
_SIGNATURES = {"consistent": "ok", "altered": "alarm", "not_checkable": "warn"}
# Fixed offsets stand after the site's own zone: a logger that was set up elsewhere knows no summer time.
_OFFSETS = tuple(f"{'-' if hour < 0 else '+'}{abs(hour):02d}:00" for hour in (0, 1, 2, 8, 9, -5, -8))


class Around(NamedTuple):
    """What else is known: the probes to choose from, the one it belongs to, the same file taken in before (id, when),
    whether it is a table that a person may describe."""

    probes: tuple[Choice, ...]
    probe: Probe | None
    twice: tuple[str, str] | None
    table: bool
    lines: tuple[Line, ...] = ()


class Line(NamedTuple):
    """One channel of several, the probe it is given to, and the import that holds it already (id, when)."""

    channel: Channel
    probe: Probe | None
    twice: tuple[str, str] | None


def asked(question: Question, site_zone: str) -> Asked:
    """One question with its possible answers; the one that is proposed says so and stands first."""
    text = say(f"logger.question.{question.about}")
    if question.about == "interval":
        return Asked("interval", text, (), question.proposal or "", "s")
    pairs = [(one.answer, _rows(one.first, one.last)) for one in question.options]
    proposal = question.proposal or ""
    if question.about in ("zone", "fold") and not pairs:
        proposal = proposal or site_zone
        pairs = [(name, "") for name in dict.fromkeys((site_zone, proposal, "UTC", *_OFFSETS))]
    if question.about == "unit" and not pairs:
        pairs = [(name, "") for name in ("C", "F", "K")]
    if question.about == "date_order" and not pairs:
        pairs = [(name, "") for name in ("ymd", "dmy", "mdy")]
    pairs.sort(key=lambda pair: pair[0] != proposal)
    about = "zone" if question.about == "fold" else question.about
    options = tuple((answer, _answer_words(about, answer, proposal, site_zone), rows) for answer, rows in pairs)
    return Asked(about, text, options, proposal)


def _rows(first: str, last: str) -> str:
    if not first and not last:
        return ""
    return say("import_page.option_rows", first=first.replace("T", " "), last=last.replace("T", " "))


def _answer_words(about: str, answer: str, proposal: str, site_zone: str) -> str:
    if about == "unit":
        text = say(f"import_page.unit.{answer}")
    elif about == "date_order":
        text = say(f"import_page.order.{answer}")
    elif about == "decimal":
        text = say(f"import_page.decimal.{_DECIMALS[answer]}")
    elif about == "zone" and answer == site_zone:
        text = say("import_page.wizard.zone_site", zone=answer)
    else:
        text = answer
    return say("import_page.proposed", text=text) if answer == proposal else text


def understood(file: LoggerFile, around: Around) -> Understood:
    """What the file was taken for, and what speaks against taking it in."""
    channel = file.temperature
    maker = file.vendor or (say("import_page.plain_table") if file.reader == "table" else file.reader)
    count = len(channel) if channel is not None else 0
    title = say("import_page.understood", reader=maker, count=grouped(count))
    if not count:
        title = say("import_page.understood_days", reader=maker, count=len(file.days))
    notice, refused, reason = _notice(file, around)
    return Understood(
        title,
        tuple(_facts(file)),
        tuple(_problems(file)),
        around.probes,
        around.probe.id if around.probe is not None else "",
        notice,
        refused,
        reason,
        around.table,
        tuple(_channel_line(one) for one in around.lines),
        _left_out(file),
    )


def _channel_line(line: Line) -> ChannelLine:
    channel = line.channel
    low, high = (f"{minus(c)} °C" if c is not None else "—" for c in (channel.min_value, channel.max_value))
    text = say("import_page.channel_text", low=low, high=high, count=grouped(len(channel)))
    taken = say("import_page.channel_taken", ident=line.twice[0]) if line.twice is not None else ""
    return ChannelLine(channel.name, text, line.probe.id if line.probe is not None else "", taken)


def _left_out(file: LoggerFile) -> str:
    """The columns that are no temperature: they stay in the raw file and are not judged."""
    names = [channel.name for channel in file.channels if channel.kind != "temperature"]
    return say("import_page.left_out", names=say("import_page.comma").join(names)) if names else ""


def _notice(file: LoggerFile, around: Around) -> tuple[Mark, bool, bool]:
    if around.twice is not None:
        text = say("import_page.same_file", ident=around.twice[0], at=around.twice[1])
        return Mark(text, "warn"), True, False
    serial = file.serial or ""
    if around.lines:
        return _notice_of_lines(file, around)
    if serial and around.probe is None:
        return Mark(say("import_page.unknown_logger", found=serial), "warn"), False, False
    if around.probe is not None and not belongs(file, file.temperature, around.probe):
        text = say("import_page.other_logger", found=serial, expected=around.probe.serial)
        return Mark(text, "warn"), False, True
    if file.signature == "altered":
        return Mark(say("logger.problem.signature_altered"), "alarm"), False, False
    return Mark(""), False, False


def _notice_of_lines(file: LoggerFile, around: Around) -> tuple[Mark, bool, bool]:
    open_lines = [one for one in around.lines if one.twice is None]
    given = [one.probe.id for one in open_lines if one.probe is not None]
    if not open_lines:
        return Mark(say("import_page.all_taken"), "warn"), True, False
    if len(set(given)) < len(given):
        return Mark(say("import_page.one_probe_twice"), "warn"), False, False
    for one in open_lines:
        if one.probe is not None and not belongs(file, one.channel, one.probe):
            facts = {"found": sensor_serial(file.serial or "", one.channel), "expected": one.probe.serial}
            return Mark(say("import_page.other_logger", **facts), "warn"), False, True
    if file.signature == "altered":
        return Mark(say("logger.problem.signature_altered"), "alarm"), False, False
    if not given and file.serial:
        return Mark(say("import_page.unknown_logger", found=file.serial), "warn"), False, False
    return Mark(""), False, False


def _facts(file: LoggerFile) -> Iterable[tuple[str, str, str]]:
    """(name, value, tone), two columns read across."""
    channel = file.temperature
    dated = channel is not None and len(channel.stamps_ms) > 0

    def fact(name: str, value: str, tone: str = "") -> tuple[str, str, str]:
        return say(f"import_page.fact.{name}"), value, tone

    yield fact(
        "device", " ".join(part for part in (file.vendor, file.model or "") if part) or say("import_page.plain_table")
    )
    yield fact("serial", file.serial or say("import_page.fact.unknown"))
    if channel is not None and len(channel):
        yield fact("first", channel.stamp(0).replace("T", " ") if dated else "—")
        yield fact("last", channel.stamp(-1).replace("T", " ") if dated else "—")
    if channel is not None and len(channel) and len(file.temperatures) == 1:
        yield fact("lowest", f"{minus(channel.min_value)} °C" if channel.min_value is not None else "—")
        yield fact("highest", f"{minus(channel.max_value)} °C" if channel.max_value is not None else "—")
    if channel is not None and len(channel):
        interval = file.interval_s or channel.interval_s
        told = say("import_page.fact.seconds", n=interval) if interval else say("import_page.fact.irregular")
        yield fact("interval", told, "" if interval else "warn")
        gaps = len(channel.gaps)
        yield fact("gaps", say("import_page.years", count=gaps) if gaps else "0", "warn" if gaps else "")
        total = grouped(len(channel))
        if channel.empty:
            total = say("import_page.fact.with_empty", count=total, empty=grouped(channel.empty))
        yield fact("count", total)
    yield fact("zone", file.zone.name or say("import_page.fact.unknown"))
    if file.days:
        yield fact("days", str(len(file.days)))
    yield fact("signature", say(f"logger.signature.{file.signature}"), _SIGNATURES.get(file.signature, ""))


def _problems(file: LoggerFile) -> Iterable[FoundProblem]:
    worst = {"error": 0, "warn": 1, "info": 2}
    found = sorted(file.problems, key=lambda one: (worst[one.severity], one.line))
    for one in found[:PROBLEMS_SHOWN]:
        where = say("import_page.line", line=one.line) if one.line else say("import_page.whole")
        text = " · ".join(part for part in (say(f"logger.problem.{one.code}"), one.text) if part)
        yield FoundProblem(where, text, _TONES[one.severity])
    if len(found) > PROBLEMS_SHOWN:
        more = say("import_page.more_problems", count=len(found) - PROBLEMS_SHOWN)
        yield FoundProblem("…", more, "info")
