"""Whose channels a logger file holds: found by serial number, by serial number and channel, or by a described heading.

Pure. What fits two probes fits none: a person is asked (DESIGN.md 6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .loggers import generic
from .loggers.description import SourceDescription
from .loggers.form import Channel, LoggerFile
from .loggers.readers import FALLBACK
from .loggers.reading import claimants
from .loggers.source import Source
from .probes import Probe, same_serial


def described_by(source: Source, descriptions: Mapping[str, SourceDescription]) -> frozenset[str]:
    """The probes, by id, whose source description this table's heading fits. None for a vendor's file, and none by a
    description without a heading: a table's width alone says nothing about whose it is."""
    if any(reader is not FALLBACK for reader in claimants(source)):
        return frozenset()
    return frozenset(id for id, one in descriptions.items() if one.header_rows and generic.fits(one, source))


def sensor_serial(serial: str, channel: Channel) -> str:
    """What a probe is registered as when its logger has several: the logger's serial number and the channel.

    The sensor's own number where the file names one beside the logger's (``SEN S/N``), else the channel's name.
    """
    return f"{serial}/{channel.sensor or channel.name}" if serial else ""


def belongs(file: LoggerFile, channel: Channel | None, probe: Probe) -> bool:
    """Whether a file that names a serial number names this probe's; one that names none contradicts nobody."""
    serial = file.serial or ""
    if not serial or same_serial(serial, probe.serial):
        return True
    own = () if channel is None else (sensor_serial(serial, channel), channel.sensor)
    return any(same_serial(one, probe.serial) for one in own)


def owner(
    file: LoggerFile, channel: Channel | None, known: Sequence[Probe], described: Collection[str]
) -> Probe | None:
    """The one probe that a channel belongs to (``channel`` None: the file has day summaries only), else None.

    ``described``: ids of the probes whose reviewed source description has this table's heading. A logger of several
    channels names a probe by serial number and channel, or by the channel that the probe was given before.
    """
    serial = file.serial or ""
    alone = channel is None or len(file.temperatures) == 1
    name = channel.name if channel is not None else ""
    exact = [one for one in known if same_serial(sensor_serial(serial, channel), one.serial)] if channel else []
    if not exact and channel is not None and channel.sensor and serial:
        exact = [one for one in known if same_serial(channel.sensor, one.serial)]
    if not exact:
        of_source = [one for one in known if (same_serial(serial, one.serial) if serial else one.id in described)]
        exact = [one for one in of_source if alone or (one.answers or {}).get("channel") == name]
    return exact[0] if len(exact) == 1 else None


def owners(file: LoggerFile, known: Sequence[Probe], described: Collection[str]) -> dict[str, Probe]:
    """Temperature channel → its probe, for every channel that has one; "" stands for a file of day summaries."""
    channels: tuple[Channel | None, ...] = file.temperatures or (None,)
    found = {one.name if one is not None else "": owner(file, one, known, described) for one in channels}
    return {name: probe for name, probe in found.items() if probe is not None}


def source_of(file: LoggerFile, known: Sequence[Probe], described: Collection[str]) -> Probe | None:
    """A probe by which the file's source is known: with its answers it is read. None for a source of no probe."""
    found = owners(file, known, described)
    if found:
        return next(iter(found.values()))
    serial = file.serial or ""
    return next((one for one in known if same_serial(serial, one.serial)), None)
