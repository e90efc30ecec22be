"""The column wizard's other side: a table proposed, described by a person, previewed in the pool, reviewed by a second
person and saved for a probe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.entry import Actor
from cellguide.loggers import generic, numbers
from cellguide.loggers.decoding import ENCODINGS
from cellguide.loggers.description import ColumnRole, SourceDescription, fingerprint
from cellguide.loggers.proposal import FIRST_ROWS, SEPARATORS, head_text, joined_heading, propose, widest
from cellguide.loggers.rows import Row, rows
from cellguide.loggers.source import Answers, Source
from cellguide.refusal import Refusal
from ui.dialogs.column_wizard import ColumnLook, ColumnWizard, Look, Reading
from ui.dialogs.source_review import SourceReviewDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome
from ui.language import say
from ui.pages.panel import Fact, Section
from ui.station import Station, sentence
from ui.wiring.excursion_words import minus
from ui.wiring.in_dialog import act_in
from ui.wiring.second_person import ask_second
from ui.wiring.temperature_words import grouped, probe_name

RAW_ROWS = 14
BAD_SHOWN = 8
SHEET = "sheet"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", SHEET: "sheet"}


class Seen(NamedTuple):
    """What the file seems to be before anybody has said anything."""

    look: Look
    columns: tuple[ColumnLook, ...]
    decimal: str
    sheet: str


def seen(source: Source) -> Seen:
    """Propose everything the wizard asks; a file that looks like no table begins with a comma and two lines."""
    try:
        described = propose(source).description
    except Refusal:
        return Seen(Look(source.encoding, ",", 1, 2), (), "", "")
    first = _first_line(source, described)
    header = max(first - described.header_rows, 1) if described.header_rows else 0
    look = Look(described.encoding or "", described.separator, header, first)
    samples = table(source, look, described.sheet)
    body = [row for row in samples if row.line >= first]
    columns = tuple(
        ColumnLook(one.at, one.name, body[0].cell(one.at) if body else "", one.role, one.unit or "")
        for one in described.columns
    )
    return Seen(look, columns, described.decimal or "", described.sheet)


def _first_line(source: Source, described: SourceDescription) -> int:
    """The line below the heading; without one, the first row."""
    found = table(source, Look(described.encoding or "", described.separator, 0, 1), described.sheet)
    if described.header_rows:
        for at in range(len(found)):
            names = joined_heading(found[at : at + described.header_rows])
            if fingerprint(names, len(names)) == described.fingerprint and at + described.header_rows < len(found):
                return found[at + described.header_rows].line
    return found[0].line if found else 1


def table(source: Source, look: Look, sheet: str) -> list[Row]:
    """The first rows as page 1 has them split. Raises what decoding and splitting refuse."""
    if look.separator == SHEET:
        return list(source.sheets.get(sheet, ()))[:FIRST_ROWS]
    return rows(head_text(source, look.encoding or None), look.separator)[:FIRST_ROWS]


def heading(found: list[Row], look: Look) -> tuple[list[str], int]:
    """The names of the columns and how many rows they take."""
    part = [row for row in found if look.header_line <= row.line < look.data_line] if look.header_line else []
    return (joined_heading(part), len(part)) if part else ([], 0)


def columns_of(found: list[Row], look: Look, before: tuple[ColumnLook, ...]) -> tuple[ColumnLook, ...]:
    """The columns of the table as it is split now; what was said of one of the same name stays."""
    names, _ = heading(found, look)
    body = [row for row in found if row.line >= look.data_line]
    width = max((len(row.cells) for row in body[:50]), default=0)
    said = {(one.at, one.name): one for one in before}
    made = []
    for at in range(width):
        name = names[at].strip() if at < len(names) else ""
        known = said.get((at, name))
        sample = body[0].cell(at)
        made.append(known or ColumnLook(at, name, sample, "ignore", ""))
    return tuple(one._replace(sample=body[0].cell(one.at)) for one in made)


def description(
    found: list[Row],
    look: Look,
    columns: tuple[ColumnLook, ...],
    answers: Answers,
    no_value: tuple[str, ...],
    sheet: str,
) -> SourceDescription:
    """The description as the pages say it now."""
    names, header_rows = heading(found, look)
    return SourceDescription(
        fingerprint=fingerprint(names, widest(found)),
        encoding=look.encoding or None,
        separator=look.separator,
        header_rows=header_rows,
        columns=tuple(ColumnRole(one.at, one.name, one.role, one.unit or None) for one in columns),
        sheet=sheet,
        decimal=answers.decimal,
        date_order=answers.date_order,
        zone=answers.zone,
        no_value=no_value,
    )


def reading_of(preview: generic.Preview) -> Reading:
    """The preview in words, with what it still leaves open."""
    dated, known = preview.first is not None, preview.unit is not None
    facts = (
        (say("import_page.fact.count"), grouped(preview.count)),
        (say("import_page.fact.first"), (preview.first or "—").replace("T", " ")),
        (say("import_page.fact.last"), (preview.last or "—").replace("T", " ")),
        (say("import_page.fact.lowest"), _c(preview.min_value, known)),
        (say("import_page.fact.highest"), _c(preview.max_value, known)),
        (say("import_page.fact.interval"), _interval(preview)),
        (say("import_page.fact.gaps"), str(len(preview.gaps))),
    )
    shown = tuple((raw, (stamp or "—").replace("T", " "), _c(value, known)) for raw, stamp, value in preview.rows)
    still = [] if dated else [say("import_page.wizard.date_order")]
    still += [] if known else [say("logger.question.unit")]
    return Reading(facts, shown, preview.bad_rows[:BAD_SHOWN], " · ".join(still))


def _c(value: object, known: bool) -> str:
    return "—" if value is None else f"{minus(value)} °C" if known else minus(value)


def _interval(preview: generic.Preview) -> str:
    if preview.interval_s is None:
        return say("import_page.fact.irregular")
    return say("import_page.fact.seconds", n=preview.interval_s)


def reviewed(described: SourceDescription, reading: Reading, probe: str) -> tuple[Section, ...]:
    """What a second person must look at: what each column is, how numbers and days are read, and what came of it."""
    columns = tuple(
        Fact(
            one.name or say("import_page.wizard.column_n", n=one.at + 1),
            say(f"import_page.role.{one.role}"),
            say(f"import_page.unit.{one.unit}") if one.unit else "",
        )
        for one in described.columns
        if one.role != "ignore"
    )
    decimal = {".": "dot", ",": "comma", None: "file"}[described.decimal]
    order = (
        say(f"import_page.order.{described.date_order}") if described.date_order else say("import_page.decimal.file")
    )
    how = (
        Fact(say("import_page.wizard.probe"), probe),
        Fact(say("import_page.wizard.separator"), say(f"import_page.separator.{_NAMES[described.separator]}")),
        Fact(say("import_page.wizard.decimal"), say(f"import_page.decimal.{decimal}")),
        Fact(say("import_page.wizard.date_order"), order),
        Fact(say("import_page.wizard.zone"), described.zone or "—"),
    )
    examples = tuple(Fact(raw, f"{stamp} · {value}") for raw, stamp, value in reading.rows)
    facts = tuple(Fact(name, value) for name, value in reading.facts)
    return (
        Section(say("import_page.review.columns"), columns),
        Section(say("import_page.review.how"), how),
        Section(say("import_page.review.read"), (*examples, *facts)),
    )


class WizardWire(QObject):
    """Signals: ``described(str)``: a description was saved for that probe."""

    described = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: ColumnWizard | None = None
        self.review: SourceReviewDialog | None = None
        self._reading = Reading()
        self._read_as: SourceDescription | None = None
        self.source: Source | None = None
        self.sheet = ""
        self._job: Job | None = None

    def ask(self, data: bytes, name: str, probe: str, said: Mapping[str, str]) -> None:
        """Describe the table in these bytes; what a person has ``said`` about the file already stands in it."""
        desk = self.station.desk
        self.source = Source(data, name)
        found = seen(self.source)
        self.sheet = found.sheet
        dialog = self.dialog = ColumnWizard(self.station.frame)
        separators = [SHEET] if self.source.kind == "zip" else list(SEPARATORS)
        encodings = [""] if self.source.kind == "zip" else list(dict.fromkeys((self.source.encoding, *ENCODINGS)))
        dialog.show_look(
            found.look, encodings, [Choice(one, say(f"import_page.separator.{_NAMES[one]}")) for one in separators]
        )
        dialog.show_no_value(sorted(numbers.SENTINELS))
        dialog.decimal.choose(said.get("decimal", found.decimal))
        dialog.order.choose(said.get("date_order", ""))
        columns = tuple(one._replace(unit=one.unit or said.get("unit", "")) if one.role == "temperature" else one
                        for one in found.columns)  # fmt: skip
        tree = place_acts.tree(desk)
        probes = [Choice(one.id, probe_name(tree.places[one.place], one)) for one in probe_acts.listed(desk)]
        zone = str(desk.site.get("zone", "UTC"))
        zones = [Choice(zone, say("import_page.wizard.zone_site", zone=zone))]
        zones += [Choice(offset, offset) for offset in ("UTC", "+01:00", "+02:00", "+08:00", "+09:00")]
        dialog.show_owner(probes, probe, zones, zone, name.rpartition(".")[0] or name)
        if said.get("zone"):
            dialog.zone.choose(said["zone"])
        self._show_table(found.look, columns)
        dialog.look_changed.connect(self._look)
        dialog.columns_changed.connect(self._preview)
        dialog.saved.connect(self._save)
        self._preview()
        dialog.open()

    def _show_table(self, look: Look, before: tuple[ColumnLook, ...]) -> None:
        assert self.source is not None and self.dialog is not None
        found = table(self.source, look, self.sheet)
        self.dialog.show_raw([(row.line, row.cells) for row in found[:RAW_ROWS]], look)
        self.dialog.show_columns(before or columns_of(found, look, ()))

    def _look(self) -> None:
        """Page 1 was changed: split again, keep what was said of columns that are still there."""
        assert self.source is not None and self.dialog is not None
        look = self.dialog.look()
        if look.encoding != self.source.encoding and self.source.kind != "zip":
            self.source = Source(self.source.untrusted_data, self.source.name, look.encoding)
        try:
            found = table(self.source, look, self.sheet)
        except Refusal as refusal:
            self.dialog.show_reading(Reading(fault=sentence(refusal)))
            return
        lines = [row.line for row in found[:RAW_ROWS]]
        if look.data_line not in lines or look.data_line <= look.header_line:
            after = [line for line in lines if line > look.header_line]
            look = look._replace(data_line=after[0] if after else 1)
        self.dialog.show_raw([(row.line, row.cells) for row in found[:RAW_ROWS]], look)
        self.dialog.show_columns(columns_of(found, look, self.dialog.columns()))
        self._preview()

    def described_now(self) -> SourceDescription:
        """What would be saved now."""
        assert self.source is not None and self.dialog is not None
        look = self.dialog.look()
        found = table(self.source, look, self.sheet)
        dialog = self.dialog
        return description(found, look, dialog.columns(), dialog.answers(), dialog.no_value(), self.sheet)

    def _preview(self) -> None:
        """Read the whole file as it is described now, in the pool; only the newest answer counts."""
        dialog, source = self.dialog, self.source
        assert dialog is not None and source is not None
        roles = [one.role for one in dialog.columns()]
        if "temperature" not in roles or not ("stamp" in roles or ("date" in roles and "time" in roles)):
            dialog.show_reading(Reading(fault=say("import_page.wizard.nothing")))
            return
        described = self.described_now()
        job = self._job = Job(lambda _work: generic.preview(described, source))

        def done(outcome: Outcome) -> None:
            if job is not self._job:
                return
            if isinstance(outcome.error, Refusal):
                dialog.show_reading(Reading(fault=sentence(outcome.error)))
            elif outcome.value is not None:
                self._reading, self._read_as = reading_of(outcome.value), described
                dialog.show_reading(self._reading)

        job.finished.connect(done)
        job.start()

    def _save(self) -> None:
        """A second person looks at it before its files are read without a question."""
        assert self.dialog is not None
        dialog, desk = self.dialog, self.station.desk
        described, probe = self.described_now(), dialog.probe.value()
        if described != self._read_as:  # what is reviewed is what is saved, and nothing that was read before that
            dialog.show_error(say("import_page.wizard.still_reading"))
            return
        review = self.review = SourceReviewDialog(self.station.frame)
        review.show_reviewed(reviewed(described, self._reading, dialog.probe.currentText()))

        def known(second: Actor) -> None:
            kept = desk.store.get("source", probe_acts.get(desk, probe).source or "-")
            text = replace(described, version=kept.version + 1 if kept is not None else 1).to_json()
            made = act_in(
                self.station,
                review,
                lambda: probe_acts.describe_source(desk, probe, text, dialog.words(), second),
            )
            if made is not None:
                dialog.accept()
                self._saved(made, probe)

        ask_second(self.station, review, "describe_source", known)
        review.open()

    def _saved(self, made: str, probe: str) -> None:
        held = self.station.desk.store.get("source", made)
        version = held.version if held is not None else 1
        self.station.say_done("import_page.wizard.saved", ident=made, version=version)
        self.described.emit(probe)
