"""A watched folder: what lies in it is taken in by the station, as unreviewed, and reported (engineering-review 19)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..desk import Desk
from ..entry import STATION, Change, Doc
from ..refusal import Refusal
from .imports import file_import, gather_pending, judge_pending, pending_import, read_pending


class Watched(NamedTuple):
    """What became of one file: the import's id, or the code and facts of why it was not taken in."""

    name: str
    series: str
    code: str
    facts: Mapping[str, str]


def choose_watch_folder(desk: Desk, folder: str) -> None:
    """Say which folder is watched. Raises ``import.folder``."""
    at, who = desk.begin("describe_source")
    path = _folder(folder)
    doc: Doc = {"state": "folder", "folder": str(path), "fingerprint": ""}
    desk.write("describe_source", [Change("source", f"F-{desk.store.station}", doc)], at=at, who=who)


def _folder(folder: str) -> Path:
    path = Path(folder)
    try:
        next(path.iterdir(), None)
    except OSError as fault:
        raise Refusal("import.folder", folder=folder, reason=fault.strerror or str(fault)) from fault
    return path


def watch_folder(desk: Desk) -> list[Watched]:
    """Take in what lies in the watched folder and was not looked at yet, as the station, unreviewed.

    A file that leaves something open, or is damaged, is reported once and waits for a person; no file is touched or
    moved. Raises ``import.folder`` when the folder cannot be read.
    """
    chosen = desk.store.get("source", f"F-{desk.store.station}")
    if chosen is None:
        return []
    folder = _folder(str(chosen.doc["folder"]))
    found = []
    for path in sorted(folder.iterdir()):
        if not path.is_file() or path.name.startswith("."):
            continue
        state = path.stat()
        mark, seen = f"watched:{path}", f"{state.st_size}:{state.st_mtime_ns}"
        if desk.store.note(mark) == seen:
            continue
        found.append(_take_watched(desk, path))
        desk.store.remember(mark, seen)
    return [one for one in found if one.code != "import.same_file"]


def _take_watched(desk: Desk, path: Path) -> Watched:
    from ..loggers.source import load

    try:
        pending = pending_import(desk, load(path), path.name, station=True)
        id = file_import(desk, judge_pending(gather_pending(desk, read_pending(pending))))
        return Watched(path.name, id, "", {})
    except Refusal as refusal:
        facts = {name: str(value) for name, value in refusal.facts.items()}
        if refusal.code != "import.same_file":
            at = desk.now()
            id = desk.store.next_id("event", f"N-{desk.store.station}-{at.local.year}-")
            doc: Doc = {"kind": "not_taken_in", "place": "", "name": path.name, "code": refusal.code, "facts": facts}
            desk.write("take_in_file", [Change("event", id, doc | {"at": at.iso})], at=at, who=STATION)
        return Watched(path.name, "", refusal.code, facts)
