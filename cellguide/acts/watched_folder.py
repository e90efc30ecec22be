"""A watched folder: what lies in it is taken in by the station, as unreviewed, and reported (engineering-review 19).

A station watches one folder. Each file in it finds its probe by the logger's own serial number; a file that leaves
something open is reported and waits for a person. No file is touched or moved.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from ..desk import Desk
from ..entry import STATION, Change, Doc
from ..refusal import Refusal
from .imports import filing, gather_pending, judge_pending, pending_import, read_pending

Slow = Callable[[], Any]


class Watched(NamedTuple):
    """What became of one file: the import's id, or the code and facts of why it was not taken in."""

    name: str
    series: str
    code: str
    facts: Mapping[str, str]


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
    at the first a program may still be writing it. What is refused is reported once, until the file changes. Raises
    ``import.folder`` when the folder cannot be read.
    """
    folder = watched_folder(desk)
    if not folder:
        return []
    done = []
    for one in (yield partial(look_into, folder)):
        mark = f"watched:{one.path}"
        known = desk.store.note(mark)
        if known == one.state:
            continue
        if known != f"new {one.state}":
            desk.store.remember(mark, f"new {one.state}")
            continue
        done.append((yield from _take_watched(desk, one.path)))
        desk.store.remember(mark, one.state)
    return [one for one in done if one.code != "import.same_file"]


def _take_watched(desk: Desk, path: Path) -> Generator[Slow, Any, Watched]:
    from ..loggers.source import load

    try:
        data = yield partial(load, path)
        pending = pending_import(desk, data, path.name, station=True)
        read = yield partial(read_pending, pending)
        gathered = gather_pending(desk, read)
        ready = yield partial(judge_pending, gathered)
        steps = filing(desk, ready)
        while True:
            try:
                next(steps)
            except StopIteration as filed:
                return Watched(path.name, str(filed.value), "", {})
            yield _breathe
    except Refusal as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        if refusal.code != "import.same_file":
            at = desk.now()
            id = desk.store.next_id("event", f"N-{desk.store.station}-{at.local.year}-")
            doc: Doc = {"kind": "not_taken_in", "place": "", "name": path.name, "code": refusal.code, "facts": facts}
            desk.write("take_in_file", [Change("event", id, doc | {"at": at.iso})], at=at, who=STATION)
        return Watched(path.name, "", refusal.code, facts)


def _breathe() -> None:
    """Between two years of a long file: nothing to do but let the window live."""
