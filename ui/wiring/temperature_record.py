"""A period of a probe made into a record, and made again: read here, judged in the pool, frozen here, then signed."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal

from cellguide.acts import temperature_records as acts
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from cellguide.temperature.limits import Period
from ui.dialogs.dialog import Dialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.temperature_record import Days, TemperatureRecordDialog
from ui.jobs import Job, Outcome, Work
from ui.language import say
from ui.station import Station, sentence
from ui.wiring.in_dialog import act_in

REASONS = ("late_file", "acknowledged")


class TemperatureRecordWire(QObject):
    """Signals: ``record_made(str)``: a period became this record, or its next version; signing it is another's part."""

    record_made = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: TemperatureRecordDialog | None = None
        self.asking: ReasonDialog | None = None
        self._job: Job | None = None

    # --- a new record -----------------------------------------------------------------------------------------------

    def ask(self, probe: Probe, name: str, shown: Period) -> None:
        """Ask which days; ``shown``: what the chart looks at now."""
        dialog = self.dialog = TemperatureRecordDialog(self.station.frame)
        today = self._today()
        dialog.show_days(name, {"last_month": acts.last_month(today), "shown": self._days(shown, today)})
        dialog.chosen.connect(lambda first, last: self._make(dialog, probe.id, first, last))
        dialog.stopped.connect(lambda: self._stop(dialog))
        dialog.closed.connect(self._forget)
        dialog.open()

    def _today(self) -> datetime.date:
        return self._day(self.station.desk.now().utc_ms)

    def _day(self, at_ms: int) -> datetime.date:
        zone = ZoneInfo(str(self.station.desk.site.get("zone", "UTC")))
        return datetime.datetime.fromtimestamp(at_ms / 1000, zone).date()

    def _days(self, shown: Period, today: datetime.date) -> Days:
        """The days that the chart shows any of; a day that ends at its right edge belongs to it, none to come does."""
        first, last = self._day(shown.start_ms), self._day(shown.end_ms - 1)
        return min(first, today), min(last, today)

    def _make(self, dialog: TemperatureRecordDialog, probe: str, first: datetime.date, last: datetime.date) -> None:
        desk = self.station.desk
        text = say("temperature_record.make.working", first=first.isoformat(), last=last.isoformat())

        def made(ready: acts.Ready) -> None:
            self._filed(act_in(self.station, dialog, lambda: acts.file_record(desk, ready)))

        self._run(dialog, text, lambda: acts.pending_record(desk, probe, first, last), made)

    # --- its next version -------------------------------------------------------------------------------------------

    def ask_again(self, record: str) -> None:
        """Ask why a record's days are to be judged anew."""
        dialog = self.asking = ReasonDialog(self.station.frame)
        presets = tuple(say(f"temperature_record.make.{name}") for name in REASONS)
        dialog.show_request(say("temperature_record.make.again"), presets)
        dialog.given.connect(lambda reason: self._again(dialog, record, reason))
        dialog.closed.connect(self._forget)
        dialog.open()

    def _again(self, dialog: ReasonDialog, record: str, reason: str) -> None:
        desk = self.station.desk

        def made(ready: acts.Ready) -> None:
            self._filed(act_in(self.station, dialog, lambda: acts.file_again(desk, ready, reason)))

        text = say("temperature_record.make.judging", record=record)
        self._run(dialog, text, lambda: acts.pending_again(desk, record), made)

    # --- both -------------------------------------------------------------------------------------------------------

    def _run(
        self, dialog: Dialog, text: str, read: Callable[[], acts.Pending], then: Callable[[acts.Ready], None]
    ) -> None:
        try:
            pending = read()
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))
            return
        dialog.show_busy(text)

        def work(work: Work) -> acts.Ready:
            return acts.compose(pending, work.progress)

        def done(outcome: Outcome) -> None:
            if job is not self._job:  # stopped meanwhile: nobody waits for it any more
                return
            self._job = None
            if isinstance(outcome.error, Refusal):
                dialog.show_error(sentence(outcome.error))
            elif outcome.error is not None or outcome.cancelled:
                dialog.show_busy("")
            else:
                then(outcome.value)

        job = self._job = Job(work)
        job.progressed.connect(lambda n, of: dialog.show_busy(text, n, of) if job is self._job else None)
        job.finished.connect(done)
        job.start()

    def _filed(self, record: str | None) -> None:
        if record is not None:
            self.station.say_done("temperature_record.make.made", record=record)
            self.record_made.emit(record)

    def _stop(self, dialog: Dialog) -> None:
        self._forget()
        dialog.show_busy("")

    def _forget(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
