"""Logger files taken in from the window: read in the pool, asked about, given to a probe, judged, filed.

Every slow step runs in the pool with plain values; what a person waits for can be stopped at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from cellguide import loggers, probes
from cellguide.acts import imports
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.desk import Desk
from cellguide.loggers.description import SourceDescription
from cellguide.loggers.form import LoggerFile
from cellguide.loggers.proposal import propose
from cellguide.loggers.readers import FALLBACK, READERS
from cellguide.loggers.reading import BLOCKING
from cellguide.loggers.source import Source, load
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from ui.dialogs.import_file import ImportDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome, Work
from ui.language import say
from ui.station import Station, sentence
from ui.wiring import import_words as words
from ui.wiring.source_wizard import WizardWire
from ui.wiring.temperature_words import probe_name, verdict_mark


class Opened(NamedTuple):
    """A file as far as it is known: its bytes, what was made of them, the heading's fingerprint of a table."""

    data: bytes
    name: str
    file: LoggerFile
    fingerprint: str


def open_file(path: Path, said: Mapping[str, str], description: SourceDescription | None, work: Work) -> Opened:
    """Load and read one file; pure and slow."""
    data = load(path)
    work.check()
    return open_bytes(data, path.name, said, description, work)


def open_bytes(
    data: bytes, name: str, said: Mapping[str, str], description: SourceDescription | None, work: Work
) -> Opened:
    """The same for bytes that are there already."""
    file = loggers.read(data, name, answers=dict(said), description=description)
    work.check()
    print_ = ""
    if file.reader == FALLBACK.name and description is None:
        print_ = propose(Source(data, name, said.get("encoding"))).description.fingerprint
    return Opened(data, name, file, print_)


class ImportWire(QObject):
    """Signals: ``taken_in(str)``: the import's id · ``probe_wanted(str, object)``: register one with that serial
    number; the callable is told its id."""

    taken_in = Signal(str)
    probe_wanted = Signal(str, object)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: ImportDialog | None = None
        self.queue: list[Path] = []
        self.opened: Opened | None = None
        self.said: dict[str, str] = {}
        self.probe: Probe | None = None
        self.description: SourceDescription | None = None
        self._job: Job | None = None
        self.wizard = WizardWire(station)
        self.wizard.described.connect(self._described)

    # --- the dialog

    def ask(self, paths: Sequence[str] = ()) -> None:
        """Open the dialog; with files it begins at once."""
        endings = dict.fromkeys(ending for reader in READERS for ending in reader.endings)
        dialog = self.dialog = ImportDialog(self.station.frame, tuple(endings))
        dialog.chosen.connect(self._choose)
        dialog.cancelled.connect(self._stop)
        dialog.answered.connect(self._answered)
        dialog.described.connect(self._describe)
        dialog.probe_wanted.connect(self._register)
        dialog.confirmed.connect(self._confirm)
        dialog.probe.chosen.connect(self._choose_probe)
        dialog.closed.connect(self._stop_quietly)
        dialog.open()
        if paths:
            self._choose(list(paths))

    def _choose(self, paths: list[str]) -> None:
        self.queue = [Path(path) for path in paths]
        self._next()

    def _next(self) -> None:
        self.said, self.probe, self.description, self.opened = {}, None, None, None
        path = self.queue.pop(0)
        self._run(
            say("import_page.reading", name=path.name), lambda work: open_file(path, {}, None, work), self._was_opened
        )

    def _again(self) -> None:
        """Read the same bytes with what is known now."""
        assert self.opened is not None
        data, name, said, description = self.opened.data, self.opened.name, dict(self.said), self.description
        text = say("import_page.reading", name=name)
        self._run(text, lambda work: open_bytes(data, name, said, description, work), self._was_opened)

    def _run(self, text: str, work: Callable[[Work], Any], then: Callable[[Any], None]) -> None:
        dialog = self.dialog
        assert dialog is not None
        job = self._job = Job(work)
        dialog.show_reading(text)

        def done(outcome: Outcome) -> None:
            if job is not self._job:  # stopped meanwhile: nobody waits for it any more
                return
            self._job = None
            if isinstance(outcome.error, Refusal):
                dialog.start_over(sentence(outcome.error))
            elif outcome.error is None and not outcome.cancelled:
                self._guarded(lambda: then(outcome.value))

        job.finished.connect(done)
        job.start()

    def _guarded(self, work: Callable[[], None]) -> None:
        assert self.dialog is not None
        try:
            work()
        except Refusal as refusal:
            self.dialog.start_over(sentence(refusal))

    def _stop_quietly(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _stop(self) -> None:
        self._stop_quietly()
        if self.dialog is not None:
            self.dialog.start_over()

    # --- what was read

    def _was_opened(self, opened: Opened) -> None:
        """Find whose file it is; what is known of that source answers before anybody is asked."""
        self.opened = opened
        if self.probe is None:
            found = self._owner(opened)
            if found is not None:
                self._adopt(found)
                if self.description is not None or any(self.said.get(k) != v for k, v in (found.answers or {}).items()):
                    self.said = dict(found.answers or {}) | self.said
                    self._again()
                    return
        self._go_on()

    def _owner(self, opened: Opened) -> Probe | None:
        desk = self.station.desk
        if opened.file.serial:
            return probe_acts.by_serial(desk, opened.file.serial)
        for held in desk.store.find("source", fingerprint=opened.fingerprint) if opened.fingerprint else ():
            return probe_acts.get(desk, str(held.doc["probe"]))
        return None

    def _adopt(self, probe: Probe) -> None:
        self.probe = probe
        self.description = probe_acts.description_of(self.station.desk, probe)
        if self.description is not None and self.opened is not None:
            fits = self.opened.fingerprint in ("", self.description.fingerprint)
            self.description = self.description if fits else None

    def _go_on(self) -> None:
        """Ask the next question, or show what was understood."""
        assert self.opened is not None and self.dialog is not None
        file = self.opened.file
        for question in file.questions:
            known = self.said.get(question.about)
            if known is None and (question.about in BLOCKING or question.about == "interval"):
                zone = str(self.station.desk.site.get("zone", "UTC"))
                self.dialog.show_question(words.asked(question, zone), self.opened.name)
                return
        self._show()

    def _answered(self, about: str, answer: str) -> None:
        self.said[about] = answer
        self._again()

    def _show(self) -> None:
        assert self.opened is not None and self.dialog is not None
        desk = self.station.desk
        tree = place_acts.tree(desk)
        choices = [Choice(one.id, probe_name(tree.places[one.place], one)) for one in probe_acts.listed(desk)]
        known = words.Around(tuple(choices), self.probe, self._twice(), bool(self.opened.fingerprint))
        self.dialog.show_understood(words.understood(self.opened.file, known), self.opened.name)

    def _twice(self) -> tuple[str, str] | None:
        """(id, when) of the import that holds these very bytes."""
        assert self.opened is not None
        for held in self.station.desk.store.find("series", sha256=self.opened.file.source.sha256):
            if held.doc["probe"]:
                return held.id, str(held.doc["at"])[:16].replace("T", " ")
        return None

    def _choose_probe(self, id: str) -> None:
        if id:
            self.probe = probe_acts.get(self.station.desk, id)
            self._show()

    def _register(self) -> None:
        assert self.opened is not None
        self.probe_wanted.emit(self.opened.file.serial or "", self._choose_probe)

    # --- the column wizard

    def _describe(self) -> None:
        assert self.opened is not None
        probe = self.probe.id if self.probe is not None else ""
        self.wizard.ask(self.opened.data, self.opened.name, probe, self.said)

    def _described(self, probe: str) -> None:
        self._adopt_id(probe)
        self.said = dict(self.probe.answers or {}) if self.probe is not None else {}
        self._again()

    def _adopt_id(self, probe: str) -> None:
        self.probe = probe_acts.get(self.station.desk, probe)
        self.description = probe_acts.description_of(self.station.desk, self.probe)

    # --- taking in

    def _confirm(self, probe: str, reason: str) -> None:
        """Read, gather, judge and file; nothing is kept before the last step."""
        assert self.opened is not None
        opened, desk = self.opened, self.station.desk
        said = {key: value for key, value in self.said.items() if key in probes.REMEMBERED}
        text = say("import_page.judging", name=opened.name)

        def begin() -> None:
            self.station.parts.faults.require_sound()
            pending = imports.pending_import(desk, opened.data, opened.name, probe, answers=said, reason=reason)
            self._run(text, lambda _work: imports.read_pending(pending), gather)

        def gather(read: imports.Read) -> None:
            gathered = imports.gather_pending(desk, read)
            self._run(text, lambda _work: imports.judge_pending(gathered), keep)

        def keep(ready: imports.Judged) -> None:
            self._filed(imports.file_import(desk, ready))

        self._guarded(begin)

    def _filed(self, id: str) -> None:
        assert self.dialog is not None and self.opened is not None
        doc = self._held(self.station.desk, id)
        self.station.changed.emit()
        self.taken_in.emit(id)
        if self.queue:
            self.station.frame.tell("info", self._told(doc, id), stays=False)
            self._next()
            return
        mark = verdict_mark(doc["judgement"], 0)
        self.dialog.show_done(self._told(doc, id), mark.tone, self.opened.name)

    def _told(self, doc: Mapping[str, Any], id: str) -> str:
        mark = verdict_mark(doc["judgement"], 0)
        facts = {"name": doc["name"], "count": doc["count"], "verdict": mark.text, "ident": id}
        return say("import_page.done_text", **facts)

    @staticmethod
    def _held(desk: Desk, id: str) -> Mapping[str, Any]:
        held = desk.store.get("series", id)
        assert held is not None
        return held.doc
