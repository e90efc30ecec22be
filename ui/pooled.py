"""What the station does in the pool: checking a password, copying the database. Loaded when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from cellguide import keys
from cellguide.acts import site, staff
from cellguide.desk import Desk
from cellguide.doors import Doors
from cellguide.refusal import Refusal
from ui.jobs import Job, Outcome


class Asking(Protocol):
    """The station, as far as it is asked back."""

    desk: Desk
    doors: Doors
    closed: bool

    def act(self, work: Callable[[], Any]) -> Any: ...

    def refuse(self, refusal: Refusal) -> None: ...


def prove(
    station: Asking,
    person: str,
    password: str,
    done: Callable[[staff.Proof], None],
    failed: Callable[[Refusal], None],
    *,
    both: bool,
) -> None:
    """Check a password and hand the proof to ``done``, the refusal to ``failed``."""
    desk = station.desk
    try:
        locked = staff.open_lock(desk, person)
    except Refusal as refusal:
        failed(refusal)
        return

    def finish(outcome: Outcome) -> None:
        if isinstance(outcome.error, Refusal):
            try:
                staff.note_failure(desk, person)
            except Refusal as refusal:
                failed(refusal)
                return
            failed(outcome.error)
        elif outcome.error is None:
            try:
                proof = staff.proved(desk, outcome.value, "both" if both else "password")
            except Refusal as refusal:
                failed(refusal)
                return
            done(proof)

    job = Job(lambda _work: keys.unlock(locked, password))
    job.finished.connect(finish)
    job.start()


def back_up(station: Asking) -> None:
    """Make a verified copy, where a folder was chosen, and file what came of it."""
    desk, doors = station.desk, station.doors
    path = desk.store.path
    if path is None:
        return
    try:
        folder = site.begin_backup(desk)
    except Refusal as refusal:
        station.refuse(refusal)
        return
    if not folder:
        return

    def done(outcome: Outcome) -> None:
        failed = outcome.error.code if isinstance(outcome.error, Refusal) else "fault"
        verdict = str(outcome.value) if outcome.error is None else f"FAILED {failed}"
        if not station.closed:
            station.act(lambda: site.file_backup(desk, folder, verdict))

    job = Job(lambda work: doors.backup(path, Path(folder), work.progress))
    job.finished.connect(done)
    job.start()
