"""A logger file on its way in: read with what is known of its source, its channels given to their probes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..clock import Moment
from ..desk import Desk
from ..entry import STATION, Actor
from ..probes import Probe
from ..refusal import Refusal
from ..store import Laying, Shelf
from ..temperature.limits import Period
from . import probes as probe_acts

if TYPE_CHECKING:
    from ..imports import Kept, Taken
    from ..loggers.form import LoggerFile

# Channel → the probe it is given to; "" is the file's only channel, or the one that its answers name.
Given = Mapping[str, str]


class Pending(NamedTuple):
    """A file that is to be read. ``chosen``: channel → probe as a person says, empty to find them by what the file says
    of itself; ``descriptions``: of probes in use, by their ids."""

    at: Moment
    who: Actor
    data: bytes
    name: str
    chosen: Mapping[str, Probe]
    probes: tuple[Probe, ...]
    descriptions: Mapping[str, Any]
    said: Mapping[str, str]
    reason: str
    shelf: Shelf


class Read(NamedTuple):
    """One channel of a file that was understood, and whose it is. ``learnt``: what its probe remembers from now on;
    ``source``: of its description, where the probe had none."""

    pending: Pending
    taken: Taken
    probe: Probe
    period: Period
    kept: Kept
    learnt: Mapping[str, str]
    source: str


def pending_import(
    desk: Desk,
    data: bytes,
    name: str,
    given: str | Given = "",
    *,
    zone: str | None = None,
    unit: str | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    station: bool = False,
) -> Pending:
    """Read what reading the file needs. ``given``: a probe's id, or channel → probe's id for a logger of several; ""
    to find them by serial number, channel and described heading. ``reason``: why the file of another logger is taken.
    ``station``: a watched folder, nobody sits there, and only a description that two people saw counts."""
    at, who = (desk.now(), STATION) if station else desk.begin("take_in_file")
    known = tuple(probe_acts.listed(desk))
    said = dict(answers or {}) | {key: value for key, value in (("zone", zone), ("unit", unit)) if value}
    pairs = given if isinstance(given, Mapping) else {"": given} if given else {}
    chosen = {channel: probe_acts.get(desk, id) for channel, id in pairs.items()}
    described = descriptions(desk, known, reviewed=station)
    return Pending(at, who, data, name, chosen, known, described, said, reason, desk.store.shelf)


def descriptions(desk: Desk, known: Sequence[Probe], *, reviewed: bool = False) -> dict[str, Any]:
    """Probe's id → the ``SourceDescription`` its files are read with; ``reviewed``: only where two people saw it."""
    found = {}
    for one in known:
        held = desk.store.get("source", one.source) if one.source else None
        if held is not None and (held.doc.get("reviewed_by") or not reviewed):
            found[one.id] = probe_acts.description_of(desk, one)
    return found


def read_pending(pending: Pending) -> tuple[Read, ...]:
    """Understand the file, while its bytes are hashed and laid into the store's shelf beside it. Slow, for the pool.

    One answer for each channel that has a probe. Raises what ``imports.take`` raises, ``import.no_probe``,
    ``import.other_logger``; the shelf is then as it was.
    """
    laying = pending.shelf.begin(pending.data)
    try:
        return _read(pending, laying)
    except BaseException:
        laying.drop()
        raise


def _read(pending: Pending, laying: Laying) -> tuple[Read, ...]:
    from .. import channel_owners, imports

    described = _described(pending)
    lead = next(iter(pending.chosen.values()), None) or _lead(pending, described)
    file = _with_answers(pending, lead, laying)
    several = len(file.temperatures) > 1
    owners = pending.chosen or channel_owners.owners(file, pending.probes, described)
    if not owners:
        imports.ask(file)
        raise Refusal("import.no_probe", name=pending.name, serial=file.serial or "–")
    found = []
    for channel, probe in owners.items():
        said = _said(pending, lead if several else probe, probe)
        named = channel if several else ""
        taken = imports.taken_of(
            pending.data, file, said, channel=named, now_ms=pending.at.utc_ms, sensor=probe.id
        )  # fmt: skip
        if not pending.reason and not channel_owners.belongs(taken.file, taken.file.temperature, probe):
            raise Refusal("import.other_logger", found=taken.file.serial, expected=probe.serial)
        found.append((probe, taken, {"channel": named} if named else {}))
    raw, reviewed = laying.keep(), pending.who != STATION
    reads = []
    for probe, taken, learnt in found:
        kept = imports.keep(taken, probe=probe.id, place=probe.place, reviewed=reviewed, laid=raw)
        first_ms, last_ms = int(kept.doc["first_ms"]), int(kept.doc["last_ms"])
        period = Period(first_ms, max(last_ms, first_ms + 1))
        source = "" if probe.source or lead.id not in described else lead.source
        reads.append(Read(pending, taken, probe, period, kept, learnt, source))
    return tuple(reads)


def _described(pending: Pending) -> frozenset[str]:
    from .. import channel_owners
    from ..loggers.source import Source

    if not pending.descriptions:
        return frozenset()
    return channel_owners.described_by(Source(pending.data, pending.name), pending.descriptions)


def _lead(pending: Pending, described: Collection[str]) -> Probe:
    """The probe by whose answers and description the file is read. Raises ``import.no_probe``."""
    from .. import channel_owners, loggers

    if described:
        return next(one for one in pending.probes if one.id in described)
    file = loggers.read(pending.data, pending.name, answers=dict(pending.said))
    found = channel_owners.source_of(file, pending.probes, described)
    if found is None:
        raise Refusal("import.no_probe", name=pending.name, serial=file.serial or "–")
    return found


def _with_answers(pending: Pending, lead: Probe, laying: Laying) -> LoggerFile:
    from .. import loggers

    description = pending.descriptions.get(lead.id)
    said = _said(pending, lead, lead)
    try:
        return loggers.read(
            pending.data, pending.name, answers=said, description=description, digest=laying.digest
        )  # fmt: skip
    except Refusal as refusal:
        if (refusal.code, refusal.facts.get("question")) != ("logger.answer_unknown", "channel"):
            raise
        if "channel" in pending.said:
            raise
    # The channel that was remembered is not in this file (another setting of the same logger): ask anew.
    del said["channel"]
    return loggers.read(pending.data, pending.name, answers=said, description=description, digest=laying.digest)


def _said(pending: Pending, lead: Probe, probe: Probe) -> dict[str, str]:
    """What is known of the source, what was said of this file, and the probe's own interval."""
    said = dict(lead.answers or {}) | dict(pending.said)
    if "interval" not in said and probe.interval_s:
        said["interval"] = probe.interval_s
    return said
