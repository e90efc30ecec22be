"""Between the runner's widgets and the acts: what is asked, answered, corrected, overridden, checked and closed.

One controller serves every checklist; the page that owns it says which checklists are its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cellguide import runs
from cellguide.acts import closing, walks
from cellguide.clock import Moment
from cellguide.refusal import Refusal
from cellguide.runs import Key, Reason, Run
from cellguide.runs.reasons import SLIP_S
from ui.language import say
from ui.runner import boxes, facing, reading, shipper, sound, standing
from ui.runner.amending import Amending
from ui.runner.exposed import Exposed
from ui.runner.handing import Handing
from ui.runner.keeping import Keeping
from ui.runner.panel import RunnerPanel
from ui.runner.photo import Photos
from ui.runner.raw import part_of, raw_value
from ui.runner.readers import Readers
from ui.runner.reading import Reader, key_of
from ui.runner.times import when
from ui.runner.values import Blob, Draft, GapLine
from ui.station import Station

SLIP_MS = SLIP_S * 1000
FOLDER_NOTE = "photo_folder"


class RunWalk(QObject):
    """Signals: ``record_made(str)``: a run was closed and became this record · ``left()``: back to the list ·
    ``signature_wanted(str, str)``: run and step whose signature is asked ·
    ``next_run_wanted()``: F6."""

    record_made = Signal(str)
    left = Signal()
    signature_wanted = Signal(str, str)
    next_run_wanted = Signal()

    def __init__(self, station: Station, panel: RunnerPanel) -> None:
        super().__init__(station)
        self.station, self.panel = station, panel
        self.run: Run | None = None
        self.here: Key | None = None
        self.others = 0
        self._editing = False
        self._reason: Reason | None = None
        self._saved: tuple[Key, Moment] | None = None
        self._readers = Readers(station.desk)
        self._opened_s = 0.0
        self._exposed = Exposed(station)
        self.amending = Amending(self)
        self.keeping, self.handing = Keeping(self), Handing(self)
        self.dialog: QObject | None = None
        self._photos = Photos(station.desk)
        centre, steps = panel.centre, panel.steps
        centre.given.connect(self._given)
        centre.drafted.connect(self._drafted)
        centre.went_on.connect(self.go_on)
        centre.went_back.connect(self._go_back)
        centre.pressed.connect(self._pressed)
        centre.close_asked.connect(self._close)
        centre.gap_chosen.connect(self._gap)
        centre.refused.connect(station.refuse)
        centre.folder_chosen.connect(self._watch)
        steps.chosen.connect(lambda ident: self.go_to(key_of(ident)) if ident else None)
        steps.checks_asked.connect(self.handing.check)
        steps.cold_asked.connect(lambda ident: self.go_to(key_of(ident)) if ident else None)
        steps.next_run_asked.connect(self.next_run_wanted)
        steps.left.connect(self.left)
        steps.pause.clicked.connect(self.keeping.pause)
        steps.pieces.clicked.connect(self.keeping.pieces)
        panel.strip.pressed.connect(self._pressed)
        panel.retold.connect(self._retell)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)

    # --- opening and showing --------------------------------------------------------------------------------------

    def open(self, run: str, others: int = 0) -> None:
        """Show a run where it stands in the store, with what the machine has come to know since."""
        loaded = self._read(lambda: walks.refresh(self.station.desk, run))
        if loaded is None:
            return
        self.run, self.others, self.here, self._saved = loaded, others, None, None
        self.keeping.performer = ""
        self._reset()
        self.here = reading.following(self.reader(), None)
        self._timer.start()
        self._exposed.forget()
        self.panel.centre.show_saved("")
        self.show_run()
        self.tick()

    def look_again(self) -> None:
        """The page is shown again: what other pages did meanwhile (a verified profile, an order) counts now."""
        if self.run is not None:
            run = self.run.id
            self.run = self._read(lambda: walks.refresh(self.station.desk, run)) or self.run
            self.show_run()

    def leave(self) -> None:
        """Nothing of this run is shown any more; nothing was unsaved."""
        self.panel.centre.close_down()
        self._timer.stop()
        self.run, self.here, self._saved = None, None, None

    def _read(self, work: Callable[[], Run]) -> Run | None:
        try:
            return work()
        except Refusal as refusal:
            self.station.refuse(refusal)
            return None

    def _reset(self) -> None:
        self._editing, self._reason = False, None

    def reader(self) -> Reader:
        """The run with its facts as they stand now."""
        assert self.run is not None
        return self.reader_of(self.run)

    def reader_of(self, run: Run) -> Reader:
        """Any run with its facts as they stand now."""
        return self._readers.reader(run, self.here)

    def show_run(self) -> None:
        """Draw the run anew, with the question the person is at."""
        if self.run is None:
            return
        view = facing.view_of(self.station.desk, self.reader(), self.here, self.others)
        photo = self._photos.get(view.question.photo if view.question is not None else "")
        self.panel.show_view(view, photo, editing=self._editing)
        self.show_strip()
        if self.here is not None and (self._editing or self.here not in self.run.current):
            self.panel.centre.show_parts(reading.parts_due(self.reader(), self.here, None))
            self._opened_s = self.station.desk.now().utc_ms / 1000
            folder = self.station.desk.store.note(FOLDER_NOTE)
            if folder:
                self.panel.centre.watch_folder(folder, self._opened_s)

    def show_strip(self) -> None:
        """What holds for the whole walk; the question under it stays as it is."""
        if self.run is not None:
            self.panel.show_strip(self.keeping.lines(self.run), performer=bool(self.keeping.performer))

    def _retell(self) -> None:
        self.show_run()
        self.tick()

    def go_to(self, key: Key) -> None:
        """Show another question; what was typed and not given is let go."""
        self._reset()
        self.here = key
        self.show_run()

    def go_on(self) -> None:
        """Go to the next question that waits."""
        self._reset()
        self.here = reading.following(self.reader(), self.here)
        self.show_run()

    def _go_back(self) -> None:
        key = reading.preceding(self.reader(), self.here)
        if key is not None:
            self.go_to(key)

    def tick(self) -> None:
        """Each second: how long containers have been out, heard once when it becomes too long."""
        if self.run is None:
            return
        lines, louder = self._exposed.lines(self.reader())
        self.panel.show_exposure(lines)
        if louder:
            sound.ring()

    # --- answering ------------------------------------------------------------------------------------------------

    def _drafted(self, draft: Draft) -> None:
        if self.run is not None and self.here is not None:
            self.panel.centre.show_parts(reading.parts_due(self.reader(), self.here, draft.value))

    def _given(self, draft: Draft) -> None:
        if self.run is None:
            return
        key = key_of(draft.ident)
        step = self.run.template.step(key.step)
        if step.ask == "sign":
            self.signature_wanted.emit(self.run.id, key.step)
            return
        if step.id == shipper.STEP and isinstance(draft.value, Blob):
            self.amending.take_file(draft.value, key)
            return
        if key in self.run.current and self._reason is None:
            self.amending.ask_why(lambda reason: self._commit(draft, reason))
            return
        self._commit(draft, self._reason)

    def _commit(self, draft: Draft, reason: Reason | None) -> None:
        assert self.run is not None
        desk, key = self.station.desk, key_of(draft.ident)
        step = self.run.template.step(key.step)
        blobs: list[bytes] = []
        try:
            now = desk.now()
            value = raw_value(step, draft.value, now, blobs)
            parts = {name: raw_value(part_of(step, name), given, now, blobs) for name, given in draft.parts.items()}
            happened = when(draft.happened, now) if draft.happened else None
            self.station.parts.faults.require_sound()
            self.keeping.taken_up(self.run)
            if reason is None:
                performer = self.keeping.performer if reading.performable(step) else ""
                after = walks.answer_step(
                    desk, self.run.id, key.step, key.container, value,
                    parts=parts, event_at=happened, performer=performer, slot=key.slot, blobs=tuple(blobs),
                )  # fmt: skip
            else:
                after = walks.correct_answer(
                    desk, self.run.id, key.step, key.container, value, reason=reason,
                    parts=parts, event_at=happened, slot=key.slot, blobs=tuple(blobs),
                )  # fmt: skip
        except Refusal as refusal:
            if refusal.code == "run.slip_over":
                self.amending.ask_why(lambda given: self._commit(draft, given))
                return
            self.station.refuse(refusal)
            return
        self.done(after, key, now)

    def done(self, after: Run, key: Key, at: Moment) -> None:
        """An answer is in the store: say so, and show what comes next."""
        stopped = boxes.machine_stops(self.run, after)
        self.run = after
        self._reset()
        self._saved = key, at
        self.panel.centre.show_saved(at.local.strftime("%H:%M:%S"))
        if not standing.stays(after, key):
            self.here = reading.following(self.reader(), key)
        else:
            self.here = key
        self.show_run()
        needed = runs.second_must_be(after, key)
        if needed:
            self.station.frame.tell("info", say("runner.second_must_be", roles=standing.role_words(needed)))
        self.tick()
        self.station.changed.emit()
        for sentence in stopped:
            self.station.frame.tell("warn", sentence)
        answer = after.current[key]
        if answer.late and answer.reason is None:
            self.amending.explain(key)

    def act(self, work: Callable[[Run], Run]) -> bool:
        """Do an act on the run and show the run after it; a refusal is a notice."""
        assert self.run is not None
        before = self.run
        after = self.station.act(lambda: work(before))
        if after is None:
            return False
        self.run = after
        self.show_run()
        return True

    # --- keys of the question ---------------------------------------------------------------------------------------

    def _pressed(self, name: str) -> None:
        if self.run is None:
            return
        always = {
            "undo": self.undo,
            "own": self.keeping.own,
            "resume": self.keeping.resume,
            "resume_other": self.keeping.resume_other,
        }
        if name in always:
            always[name]()
        elif self.here is not None:
            {
                "performer": self._performer,
                "rescan": self._rescan,
                "correct": lambda: self._again(None),
                "dispute": self.amending.dispute,
                "clear": self.handing.clear,
                "skip": self.amending.skip,
                "two_scans": self.handing.two_scans,
            }[name]()

    def _performer(self) -> None:
        """Who does what is asked; of what was answered, who did it."""
        assert self.run is not None and self.here is not None
        if self.here in self.run.current:
            self.keeping.correct_performer(self.here)
        else:
            self.keeping.ask_performer()

    def undo(self) -> None:
        """Take back the last answer as a slip, within ten seconds and before the next; later it asks a reason."""
        if self.run is None or self._saved is None:
            return
        key, at = self._saved
        if key not in self.run.current:
            return
        soon = self.station.desk.now().utc_ms - at.utc_ms <= SLIP_MS
        self.here = key
        self._again(Reason("slip") if soon else None)

    def _again(self, reason: Reason | None) -> None:
        """The answer is given anew; without a reason yet it is asked when it is given."""
        self._editing, self._reason = True, reason
        self.show_run()

    def _rescan(self) -> None:
        self._again(Reason("rescan", say("run.reason.rescan")))

    def open_dialog(self, dialog: Any) -> None:
        """Show a dialog; scans go to it while it is open."""
        self.dialog = dialog
        dialog.closed.connect(self.forget_dialog)
        dialog.open()

    def forget_dialog(self) -> None:
        """No dialog is open any more."""
        self.dialog = None

    def read_again(self, *, on: bool) -> None:
        """Others had their part: the run as it stands now; ``on``: to the next question where this one is answered."""
        self.dialog = None
        if self.run is None:
            return
        run = self.run.id
        loaded = self._read(lambda: walks.load_run(self.station.desk, run))
        if loaded is None:
            return
        self.run = loaded
        if on and self.here in loaded.current:
            self.here = reading.following(self.reader(), self.here)
        self.show_run()

    # --- closing --------------------------------------------------------------------------------------------------

    def _gap(self, gap: GapLine) -> None:
        key = key_of(gap.ident)
        if gap.code == "unchecked":
            self.handing.check()
        elif gap.code in ("late", "reason"):
            self.amending.explain(key)
        elif gap.code == "unsigned":
            self.here = key
            self._again(Reason("signed_anew"))
        else:
            self.go_to(key)

    def _close(self) -> None:
        if self.run is None:
            return
        run = self.run.id
        record = self.station.act(lambda: closing.close_run(self.station.desk, run))
        if record is None:
            self.show_run()
            return
        self.station.say_done("runner.record_made", record=record)
        self.leave()
        self.record_made.emit(record)

    # --- devices ----------------------------------------------------------------------------------------------------

    def take_scan(self, untrusted_text: str) -> None:
        """A scan: to the dialog that is open, else to the question; where none is asked, it is said and let go."""
        if self.run is None:
            return
        if self.dialog is not None:
            take = getattr(self.dialog, "take_scan", None)
            if take is not None:
                take(untrusted_text)
            return
        if self.panel.centre.take_scan(untrusted_text):
            return
        if any("rescan" in box.keys for box in self.panel.centre.boxes):
            self._rescan()
            self.panel.centre.take_scan(untrusted_text)
            return
        self.station.frame.tell("info", say("runner.no_scan_here"), stays=False)

    def _watch(self, folder: str) -> None:
        self.station.desk.store.remember(FOLDER_NOTE, folder)
        self.panel.centre.watch_folder(folder, self._opened_s)
