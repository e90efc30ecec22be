"""A watched folder: what lies in it is taken in by the station, as unreviewed, and reported (engineering-review 19).

A station watches one folder. Each file in it finds its probes by the logger's own serial number, by serial number and
channel, or by a reviewed description of its heading; a file that leaves something open is reported and waits for a
person. No file is touched or moved.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from .. import canonical
from ..desk import Desk
from ..entry import STATION, Change, Doc
from ..refusal import Refusal
from .file_reading import pending_import, read_pending
from .imports import Judged, filing, gather_pending, judge_pending, still_to_take

Slow = Callable[[], Any]
# What a probe that is registered, or a description that is saved, may put right: such a file is tried again then.
WAITING = frozenset({"import.no_probe", "import.question", "import.other_logger", "logger.description_differs"})


class Watched(NamedTuple):
    """What became of one file: the imports' ids, one for each channel, or the code and facts of why it was not taken
    in."""

    name: str
    series: tuple[str, ...]
    code: str
    facts: Mapping[str, object]


class Found(NamedTuple):
    """A file as it lies there; ``state``: its size and its last change."""

    path: Path
    state: str


def watched_folder(desk: Desk) -> str:
    """The folder that this station watches, "" for none."""
    held = desk.store.get("source", f"F-{desk.store.station}")
    return str(held.doc["folder"]) if held is not None else ""


def choose_watch_folder(desk: Desk, folder: str) -> None:
    """Say which folder is watched from now on; "" for none. Raises ``import.folder``."""
    at, who = desk.begin("describe_source")
    if folder:
        look_into(folder)
    doc: Doc = {"state": "folder", "folder": folder, "fingerprint": ""}
    desk.write("describe_source", [Change("source", f"F-{desk.store.station}", doc)], at=at, who=who)


def look_into(folder: str) -> list[Found]:
    """The files in the folder, by name. Pure, and slow where the folder lies in a network. Raises ``import.folder``."""
    try:
        paths = sorted(Path(folder).iterdir())
    except OSError as fault:
        raise Refusal("import.folder", folder=folder, reason=fault.strerror or str(fault)) from fault
    found = []
    for path in paths:
        try:
            if not path.name.startswith(".") and path.is_file():
                state = path.stat()
                found.append(Found(path, f"{state.st_size}:{state.st_mtime_ns}"))
        except OSError:  # taken away meanwhile: it does not lie there
            continue
    return found


def watch_folder(desk: Desk) -> Generator[Slow, Any, list[Watched]]:
    """Take in what lies in the watched folder and was not dealt with yet, as the station, unreviewed.

    Yields the slow pure parts, for whoever drives it to run elsewhere and send back what they return (or throw their
    Refusal); in between it reads and writes the store. A file is taken up at the second look that finds it unchanged:
    at the first a program may still be writing it. What is refused is reported once, until the file changes, or until
    a probe or a description that came since lets it be read another way. Raises ``import.folder`` when the folder
    cannot be read.
    """
    folder = watched_folder(desk)
    if not folder:
        return []
    done, sources = [], _sources(desk)
    for one in (yield partial(look_into, folder)):
        mark, before = f"watched:{one.path}", ""
        known = desk.store.note(mark) or ""
        if known == one.state:
            continue
        if known.startswith("waits ") and known.endswith(f" {one.state}"):
            _, looked_with, before, _ = known.split(" ")
            if looked_with == sources:
                continue
        elif known != f"new {one.state}":
            desk.store.remember(mark, f"new {one.state}")
            continue
        became = yield from _take_watched(desk, one.path, before)
        waits = became.code in WAITING
        desk.store.remember(mark, f"waits {sources} {became.code} {one.state}" if waits else one.state)
        if became.code not in ("import.same_file", before or "-"):
            done.append(became)
    return done


def _sources(desk: Desk) -> str:
    """What is known of loggers, as one word: another one as soon as a probe or a description is added or changed."""
    known = [[held.id, held.version] for kind in ("probe", "source") for held in desk.store.find(kind)]
    return canonical.sha256(canonical.encode(known))[:16]


def _take_watched(desk: Desk, path: Path, before: str) -> Generator[Slow, Any, Watched]:
    """``before``: why it was not taken in the last time; the same again is not written down again."""
    from ..loggers.source import load

    taken: list[str] = []
    try:
        data = yield partial(load, path)
        pending = pending_import(desk, data, path.name, station=True)
        for read in still_to_take(desk, (yield partial(read_pending, pending))):
            gathered = gather_pending(desk, read)
            ready = yield partial(judge_pending, gathered)
            taken.append((yield from _filed(desk, ready)))
    except Refusal as refusal:
        if refusal.code not in ("import.same_file", before):
            at = desk.now()
            id = desk.store.next_id("event", f"N-{desk.store.station}-{at.local.year}-")
            facts = {name: str(value) for name, value in refusal.facts.items()}
            doc: Doc = {"kind": "not_taken_in", "place": "", "name": path.name, "code": refusal.code, "facts": facts}
            desk.write("take_in_file", [Change("event", id, doc | {"at": at.iso})], at=at, who=STATION)
        return Watched(path.name, tuple(taken), refusal.code, refusal.facts)
    return Watched(path.name, tuple(taken), "", {})


def _filed(desk: Desk, ready: Judged) -> Generator[Slow, Any, str]:
    steps = filing(desk, ready)
    while True:
        try:
            next(steps)
        except StopIteration as filed:
            return str(filed.value)
        yield _breathe


def _breathe() -> None:
    """Between two years of a long file: nothing to do but let the window live."""
