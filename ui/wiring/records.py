"""The Records page: search, filter, the pages as they print, printing, saving, verifying, signing, voiding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject

from cellguide.acts import prints, records, staff
from cellguide.entry import Doc
from cellguide.papers.overlay import Overlay, overlay
from cellguide.refusal import Refusal
from cellguide.templates import latest
from cellguide.templates.released import released
from ui.dialogs.reason import ReasonDialog
from ui.jobs import Job, Outcome
from ui.kit import Mark
from ui.language import language, say
from ui.pages.records import RecordLine, RecordsPage
from ui.station import Station
from ui.wiring.fresh import Fresh
from ui.wiring.history import open_history
from ui.wiring.taking_up import amend, can_amend

SHOWN = 200
TEMPERATURE = "temperature"  # the one kind of record that no checklist leads to


class RecordsWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = RecordsPage()
        self.text, self.kind, self.state = "", "", ""
        page = self.page
        page.searched.connect(self._search)
        page.filtered.connect(self._filter)
        page.page_wanted.connect(self._show_page)
        page.print_asked.connect(self._print)
        page.save_asked.connect(self._save)
        page.verify_asked.connect(self._verify)
        page.sign_asked.connect(self.sign)
        page.void_asked.connect(self._void)
        page.remake_asked.connect(self._remake)
        page.amend_asked.connect(lambda record: amend(station, record))
        page.scan_asked.connect(self._file_scan)
        page.history_asked.connect(lambda record: open_history(station, "record", record))
        self.fresh = Fresh(station, page, self.refresh)
        self.refresh()

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """The questions about a signed record, for the tour."""
        signed = [held for held in self.station.desk.store.find("record", state="signed") if can_amend(held.doc)]
        if not signed:
            return []
        record = signed[0].id
        return [
            ("dialog-record-amend", lambda: amend(self.station, record)),
            ("dialog-record-void", lambda: self._void(record)),
        ]

    def refresh(self) -> None:
        """Read what is shown anew."""
        kinds = sorted({name for name, _ in released()})
        offered = [(name, getattr(latest(name), language.now)) for name in kinds]
        self.page.show_kinds([*offered, (TEMPERATURE, say("temperature_record.title"))])
        self._read()

    def open_record(self, record: str) -> None:
        """Show one record, whatever was searched or filtered for."""
        self.text, self.kind, self.state = record, "", ""
        self.page.search.setText(record)
        for chosen in (self.page.kind, self.page.state):
            chosen.choose("")
        self._read()
        self.page.pick(record)

    def _search(self, text: str) -> None:
        self.text = text
        self._read()

    def _filter(self, kind: str, state: str) -> None:
        self.kind, self.state = kind, state
        self._read()

    def _read(self) -> None:
        store = self.station.desk.store
        if self.text.strip():
            names = [hit.id for hit in store.search(self.text, kinds=["record"], limit=SHOWN)]
            found = [held for name in names if (held := store.get("record", name)) is not None]
        elif self.kind:
            found = store.find("record", newest=True, limit=SHOWN, kind=self.kind)
        else:
            found = store.find("record", newest=True, limit=SHOWN)
        rows = [line(held.id, held.doc) for held in found if self._fits(held.doc)]
        self.page.show_rows(rows, len(rows))

    def _fits(self, doc: Doc) -> bool:
        if self.kind and doc["kind"] != self.kind:
            return False
        return not self.state or self.state == state_of(doc)

    # --- one record ---------------------------------------------------------------------------------------------

    def _overlay(self, doc: Doc, copy: prints.Copy | None = None) -> Overlay:
        return overlay(
            list(self.station.desk.site["languages"]),
            signed=len(doc["signed"]),
            required=len(doc["required"]),
            void="voided" in doc["required"],
            copy=copy.number if copy is not None else None,
            person=copy.by if copy is not None else "",
            at=copy.at.iso if copy is not None else "",
        )

    def _doc(self, record: str) -> Doc:
        held = self.station.desk.store.get("record", record)
        assert held is not None
        return held.doc

    def _show_page(self, record: str, number: int) -> None:
        doc = self._doc(record)
        if doc["state"] == "frozen":
            self.sign(record)
            return
        try:
            pdf = prints.view_record(self.station.desk, record)
        except Refusal as refusal:
            self.station.refuse(refusal)
            return
        marks = self._overlay(doc)

        def draw(_work: object) -> object:
            from cellguide.papers import render
            from ui.printing import page_image

            count = render.page_count(pdf)
            place = min(max(number, 1), count)
            return place, count, page_image(pdf, place - 1, marks)

        def shown(outcome: Outcome) -> None:
            if outcome.error is None and not outcome.cancelled:
                self.page.show_sheet(record, *outcome.value)

        job = Job(draw)
        job.finished.connect(shown)
        job.start()

    def sign(self, record: str) -> None:
        """Ask for the next signature of a record; whoever is trained gives it with their own password."""
        from ui.wiring.signing import SigningFlow

        flow = SigningFlow(self.station, record)
        flow.signed.connect(lambda name: self._show_page(name, 1))
        flow.start()

    def _void(self, record: str) -> None:
        dialog = ReasonDialog(self.station.frame)
        dialog.show_request(say("station.void_title", record=record), ())
        dialog.given.connect(lambda text: self._voided(record, text, dialog))
        dialog.open()

    def _voided(self, record: str, reason: str, dialog: ReasonDialog) -> None:
        def void() -> bool:
            records.void_record(self.station.desk, record, reason)
            return True

        dialog.accept()
        if self.station.act(void):
            self.sign(record)

    def _remake(self, record: str) -> None:
        """Judge the days of a temperature record anew: its next version, to be signed again."""
        from ui.wiring.temperature_record import TemperatureRecordWire

        self.remaking = TemperatureRecordWire(self.station)
        self.remaking.record_made.connect(self.sign)
        self.remaking.ask_again(record)

    # --- the inked page ------------------------------------------------------------------------------------------

    def _file_scan(self, _record: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self.station.frame, say("records.scan_back"))
        dialog.setNameFilters(["PNG, JPEG (*.png *.jpg *.jpeg)"])
        dialog.fileSelected.connect(lambda name: self.file_scan(Path(name)))
        dialog.open()

    def file_scan(self, path: Path) -> None:
        """Bind a scanned page to its record by the code on it."""
        from cellguide.papers import qr

        def file() -> str:
            try:
                data = path.read_bytes()
            except OSError as fault:
                raise Refusal("scan.unreadable", path=str(path), reason=fault.strerror or str(fault)) from fault
            return prints.bind_scan(self.station.desk, data, qr.read_image(data))

        bound = self.station.act(file)
        if bound is not None:
            self.station.say_done("station.scan_filed", record=bound)

    # --- paper out ------------------------------------------------------------------------------------------------

    def _print(self, record: str) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

        if not QPrinterInfo.availablePrinterNames():
            self.station.frame.tell("warn", say("station.no_printer"))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self.station.frame)
        dialog.accepted.connect(lambda: self.print_on(record, printer))
        dialog.open()

    def print_on(self, record: str, printer: object) -> None:
        """Count the copy, then send it; what was sent is an entry even when the paper jams."""
        from ui.printing import print_pages

        name = printer.printerName() or say("station.file_printer")  # type: ignore[attr-defined]
        copy = self.station.act(lambda: prints.print_record(self.station.desk, record, name))
        if copy is None:
            return
        try:
            print_pages(printer, copy.pdf, self._overlay(self._doc(record), copy))
        except RuntimeError:
            self.station.frame.tell("warn", say("station.printer_failed", copy=copy.number))
            return
        self.station.say_done("station.printed", record=record, copy=copy.number)

    def _save(self, record: str) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self.station.frame, say("records.save"), f"{record}-v{self._doc(record)['number']}.pdf")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.fileSelected.connect(lambda name: self.save_to(record, Path(name)))
        dialog.open()

    def save_to(self, record: str, path: Path) -> None:
        """Write the kept bytes, signatures and all."""
        try:
            path.write_bytes(prints.paper(self.station.desk, record))
        except OSError as fault:
            self.station.frame.tell("not_saved", say("station.file_not_written", path=str(path), reason=fault.strerror))
            return
        self.station.say_done("station.saved_as", path=str(path))

    def _verify(self, record: str) -> None:
        desk = self.station.desk
        doc = self._doc(record)
        if not doc["pdf_sha256"]:
            return
        pdf = desk.store.blob(str(doc["pdf_sha256"]))
        root = staff.root_pem(desk)
        listed = {held.id: str(held.doc["sha256"]) for held in desk.store.find("certificate")}
        at = desk.now()
        register = (str(doc["pdf_sha256"]), int(doc["pdf_size"]), len(doc["signed"]))

        def judge(_work: object) -> object:
            from cellguide.papers import verdicts

            return verdicts.verify_pdf(pdf, root, listed, at, verdicts.Registered(*register))

        def shown(outcome: Outcome) -> None:
            if isinstance(outcome.error, Refusal):
                self.station.refuse(outcome.error)
            elif outcome.error is None:
                verdict = outcome.value
                tone = "ok" if verdict.good else "warn" if verdict.word.name == "INCOMPLETE" else "alarm"
                self.page.show_verdict(record, Mark(verdict.word.value, tone), verdict.sentence(language.now))

        job = Job(judge)
        job.finished.connect(shown)
        job.start()


def state_of(doc: Doc) -> str:
    """The state by which the page filters."""
    if "voided" in doc["required"]:
        return "void"
    if doc["state"] != "signed":
        return "waiting"
    return "amended" if doc["number"] > 1 else "signed"


_TONES = {"void": "", "waiting": "warn", "signed": "ok", "amended": "info"}


def line(record: str, doc: Doc) -> RecordLine:
    """One row of the list."""
    state = state_of(doc)
    shown = doc["shown"]
    return RecordLine(
        record,
        record,
        f"v{doc['number']}",
        str(shown[language.now]),
        str(shown["patient"]),
        str(shown[f"product_{language.now}"]),
        str(doc["frozen_at"])[:16].replace("T", " "),
        Mark(say(f"records.state.{state}"), _TONES[state]),
        doc["state"] in ("frozen", "awaiting"),
        state in ("signed", "amended"),
        doc["kind"] == TEMPERATURE and doc["state"] in ("signed", "awaiting") and state != "void",
        can_amend(doc),
    )
