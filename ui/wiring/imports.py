"""Logger files taken in from the window: read in the pool, asked about, given to a probe, judged, filed.

Every slow step runs in the pool with plain values; what a person waits for can be stopped at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from cellguide import channel_owners, loggers, probes
from cellguide.acts import file_reading, imports
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.desk import Desk
from cellguide.loggers.description import SourceDescription
from cellguide.loggers.form import LoggerFile
from cellguide.loggers.readers import FALLBACK, READERS
from cellguide.loggers.reading import BLOCKING
from cellguide.loggers.source import Source, load
from cellguide.probes import Probe
from cellguide.refusal import Refusal
from ui.dialogs.import_file import NEW, ImportDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome, Work
from ui.language import say
from ui.station import Station, sentence
from ui.wiring import import_words as words
from ui.wiring.source_wizard import WizardWire
from ui.wiring.temperature_words import probe_name, verdict_mark

Descriptions = Mapping[str, SourceDescription]


class Opened(NamedTuple):
    """A file as far as it is known: its bytes, what was made of them. ``described``: the probes, by id, whose source
    description its heading fits; ``table``: it is no vendor's, so a person may describe it."""

    data: bytes
    name: str
    file: LoggerFile
    described: frozenset[str]
    table: bool


def open_file(path: Path, said: Mapping[str, str], described: Descriptions, work: Work) -> Opened:
    """Load and read one file; pure and slow. ``described``: probe's id → how its tables are read."""
    data = load(path)
    work.check()
    return open_bytes(data, path.name, said, None, described, work)


def open_bytes(
    data: bytes,
    name: str,
    said: Mapping[str, str],
    description: SourceDescription | None,
    described: Descriptions,
    work: Work,
) -> Opened:
    """The same for bytes that are there already. A table that was described once is read as it was described."""
    source = Source(data, name, said.get("encoding"))
    fits = channel_owners.described_by(source, described) if described else frozenset()
    if description is None and fits:
        description = next(described[id] for id in described if id in fits)
    work.check()
    file = loggers.read(data, name, answers=dict(said), description=description)
    return Opened(data, name, file, fits, file.reader == FALLBACK.name)


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
        self.given: dict[str, str] = {}
        self.description: SourceDescription | None = None
        self._job: Job | None = None
        self._steps: Iterator[None] | None = None
        self.wizard = WizardWire(station)
        self.wizard.described.connect(self._described)
        station.frame.closing.connect(self._stop_quietly)

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
        dialog.channel_chosen.connect(self._choose_channel)
        dialog.closed.connect(self._stop_quietly)
        dialog.open()
        if paths:
            self._choose(list(paths))

    def _choose(self, paths: list[str]) -> None:
        self.queue = [Path(path) for path in paths]
        self._next()

    def _next(self) -> None:
        self.said, self.given, self.probe, self.description, self.opened = {}, {}, None, None, None
        path, known = self.queue.pop(0), self._descriptions()
        self._run(
            say("import_page.reading", name=path.name), lambda work: open_file(path, {}, known, work), self._was_opened
        )

    def _descriptions(self) -> Descriptions:
        desk = self.station.desk
        return file_reading.descriptions(desk, probe_acts.listed(desk))

    def _again(self) -> None:
        """Read the same bytes with what is known now."""
        assert self.opened is not None
        data, name, said, description = self.opened.data, self.opened.name, dict(self.said), self.description
        text, known = say("import_page.reading", name=name), self._descriptions()
        self._run(text, lambda work: open_bytes(data, name, said, description, known, work), self._was_opened)

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
        self._steps = None
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
            known = probe_acts.listed(self.station.desk)
            found = channel_owners.source_of(opened.file, known, opened.described)
            if found is not None:
                self._adopt(found)
                answers = self._remembered(found)
                if any(self.said.get(k) != v for k, v in answers.items()):
                    self.said = answers | self.said
                    self._again()
                    return
        self._go_on()

    def _remembered(self, probe: Probe) -> dict[str, str]:
        """What its files were said to mean; which channel is its own is no answer for a logger of several."""
        assert self.opened is not None
        several = len(self.opened.file.temperatures) > 1
        return {name: answer for name, answer in (probe.answers or {}).items() if not (several and name == "channel")}

    def _adopt(self, probe: Probe) -> None:
        self.probe = probe
        fits = self.opened is not None and probe.id in self.opened.described
        self.description = probe_acts.description_of(self.station.desk, probe) if fits else None

    def _go_on(self) -> None:
        """Ask the next question, or show what was understood."""
        assert self.opened is not None and self.dialog is not None
        file = self.opened.file
        for question in file.questions:
            known = self.said.get(question.about)
            if question.about == "channel" and len(file.temperatures) > 1:
                continue  # each channel is given to its probe, one line for each
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
        file, listed = self.opened.file, probe_acts.listed(self.station.desk)
        tree = place_acts.tree(self.station.desk)
        choices = [Choice(one.id, probe_name(tree.places[one.place], one)) for one in listed]
        lines: list[words.Line] = []
        if len(file.temperatures) > 1:
            proposed = channel_owners.owners(file, listed, self.opened.described)
            known = {one.id: one for one in listed}
            for channel in file.temperatures:
                id = self.given.get(channel.name, proposed[channel.name].id if channel.name in proposed else "")
                lines.append(words.Line(channel, known.get(id), self._twice(channel.name)))
        twice = None if lines else self._twice("")
        around = words.Around(tuple(choices), self.probe, twice, self.opened.table, tuple(lines))
        self.dialog.show_understood(words.understood(file, around), self.opened.name)

    def _twice(self, channel: str) -> tuple[str, str] | None:
        """(id, when) of the import that holds these very bytes; of one channel where a name is given."""
        assert self.opened is not None
        for held in self.station.desk.store.find("series", sha256=self.opened.file.source.sha256):
            if held.doc["probe"] and channel in ("", held.doc["channel"]):
                return held.id, str(held.doc["at"])[:16].replace("T", " ")
        return None

    def _choose_probe(self, id: str) -> None:
        if not id:
            return
        self.probe = probe_acts.get(self.station.desk, id)
        if self.opened is not None and id in self.opened.described:
            self._adopt(self.probe)
            self._again()
        else:
            self._show()

    def _choose_channel(self, channel: str, probe: str) -> None:
        assert self.opened is not None and self.dialog is not None
        self.given.update(dict.fromkeys(self.dialog.lines, ""))
        self.given.update(self.dialog.given())
        if probe != NEW:
            self._show()
            return
        self.given[channel] = ""
        self._show()
        file = self.opened.file
        which = next(one for one in file.temperatures if one.name == channel)

        def registered(id: str) -> None:
            self.given[channel] = id
            self._show()

        self.probe_wanted.emit(channel_owners.sensor_serial(file.serial or "", which), registered)

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

    def _confirm(self, given: Mapping[str, str], reason: str) -> None:
        """Read, then gather, judge and file channel by channel; nothing of a channel is kept before its last step."""
        assert self.opened is not None
        opened, desk = self.opened, self.station.desk
        said = {key: value for key, value in self.said.items() if key in probes.REMEMBERED}
        text = say("import_page.judging", name=opened.name)
        waiting: list[file_reading.Read] = []
        done: list[str] = []

        def begin() -> None:
            self.station.parts.faults.require_sound()
            pending = file_reading.pending_import(desk, opened.data, opened.name, given, answers=said, reason=reason)
            self._run(text, lambda _work: file_reading.read_pending(pending), each)

        def each(reads: tuple[file_reading.Read, ...]) -> None:
            waiting.extend(imports.still_to_take(desk, reads))
            gather()

        def gather() -> None:
            gathered = imports.gather_pending(desk, waiting.pop(0))
            self._run(text, lambda _work: imports.judge_pending(gathered), keep)

        def keep(ready: imports.Judged) -> None:
            self._file(imports.filing(desk, ready), kept)

        def kept(id: str) -> None:
            done.append(id)
            if waiting:  # a stop now leaves this channel taken in: it is said at once
                self.station.frame.tell("info", self._told(self._held(desk, id), id), stays=False)
                self.station.changed.emit()
                gather()
            else:
                self._filed(done)

        self._guarded(begin)

    def _file(self, steps: Generator[None, None, str], then: Callable[[str], None]) -> None:
        """Write one slice after the other and let the window live in between; a stop leaves nothing that counts."""
        self._steps = steps

        def step() -> None:
            if steps is not self._steps:
                return
            try:
                next(steps)
            except StopIteration as filed:
                self._steps, id = None, str(filed.value)
                self._guarded(lambda: then(id))
            except Refusal as refusal:
                self._steps = None
                assert self.dialog is not None
                self.dialog.start_over(sentence(refusal))
            else:
                QTimer.singleShot(0, self, step)

        step()

    def _filed(self, ids: Sequence[str]) -> None:
        """Say what became of the file: a sentence for each channel, in the tone of the worst."""
        assert self.dialog is not None and self.opened is not None
        docs = [self._held(self.station.desk, id) for id in ids]
        self.station.changed.emit()
        self.taken_in.emit(ids[-1])
        told = "\n".join(self._told(doc, id) for doc, id in zip(docs, ids, strict=True))
        if self.queue:
            self.station.frame.tell("info", told, stays=False)
            self._next()
            return
        tones = [verdict_mark(doc["judgement"], 0).tone for doc in docs]
        worst = next((tone for tone in ("alarm", "warn") if tone in tones), tones[0])
        self.dialog.show_done(told, worst, self.opened.name)

    def _told(self, doc: Mapping[str, Any], id: str) -> str:
        mark = verdict_mark(doc["judgement"], 0)
        facts = {"name": doc["name"], "count": doc["count"], "verdict": mark.text, "ident": id}
        if doc["answers"].get("channel"):
            return say("import_page.done_channel", channel=doc["channel"], **facts)
        return say("import_page.done_text", **facts)

    @staticmethod
    def _held(desk: Desk, id: str) -> Mapping[str, Any]:
        held = desk.store.get("series", id)
        assert held is not None
        return held.doc
