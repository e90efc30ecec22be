"""Taking up the walk of a record again, and ending one that should not go on: reason, act, the runner."""

from __future__ import annotations

from cellguide.acts import closing
from cellguide.entry import Doc
from ui.dialogs.reason import ReasonDialog
from ui.language import say
from ui.station import Station
from ui.wiring.rounds import open_walk

PRESETS = ("profile", "holder", "order", "misread")


def can_amend(doc: Doc) -> bool:
    """Whether a record comes from a walk and is neither void nor only just frozen."""
    return bool(doc["run"]) and doc["state"] in closing.AMENDABLE and doc["required"] != ["voided"]


def amend(station: Station, record: str) -> ReasonDialog:
    """Ask why, take the walk up again, and show it in the runner."""
    dialog = ReasonDialog(station.frame)
    presets = [say(f"records.why.{name}") for name in PRESETS]
    dialog.show_request(say("records.amend_title", record=record), presets)

    def given(reason: str) -> None:
        dialog.accept()
        run = station.act(lambda: closing.amend_record(station.desk, record, reason))
        if run is not None:
            open_walk(station, run.id)
            station.frame.tell("info", say("records.amending", record=record), stays=True)

    dialog.given.connect(given)
    dialog.open()
    return dialog


def end(station: Station, run: str) -> ReasonDialog | None:
    """End a walk of the list: one that amends a record is left; one that was begun by mistake asks why."""
    held = station.desk.store.get("run", run)
    if held is None:
        return None
    again = held.doc.get("again")
    if again:
        if station.act(lambda: _left(station, run)):
            station.say_done("records.amendment_left", record=str(again["record"]))
        return None
    dialog = ReasonDialog(station.frame)
    dialog.show_request(say("runner.abort_title"), [say("runner.abort_why.mistaken"), say("runner.abort_why.twice")])

    def given(reason: str) -> None:
        dialog.accept()
        if station.act(lambda: _aborted(station, run, reason)):
            station.say_done("runner.aborted", run=run)

    dialog.given.connect(given)
    dialog.open()
    return dialog


def _left(station: Station, run: str) -> bool:
    closing.leave_amendment(station.desk, run)
    return True


def _aborted(station: Station, run: str, reason: str) -> bool:
    closing.abort_run(station.desk, run, reason)
    return True
