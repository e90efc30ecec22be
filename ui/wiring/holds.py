"""Holds: an excursion's dossier, lifting a hold with two people, filing the letter that is owed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from cellguide.acts import dossiers, excursions, planned_infusions, staff
from cellguide.acts.excursions import Disposition
from cellguide.clock import parse_iso
from cellguide.entry import Doc
from cellguide.excursion_dossier import ON, OPEN
from cellguide.people import may
from cellguide.refusal import Refusal
from ui.dialogs.dialog import Dialog
from ui.dialogs.dossier import DossierDialog, DossierText, LetterText
from ui.dialogs.hold import WORD, FileChoice, HoldDialog, OwedDialog
from ui.language import say
from ui.station import Station
from ui.wiring import hold_words as words
from ui.wiring.device_marks import open_mark
from ui.wiring.in_dialog import prove_two


def open_dossier(station: Station, excursion_id: str) -> DossierDialog | None:
    """Show an excursion's dossier; None where there is none. A dialog opened from it leads back to it."""
    desk = station.desk
    try:
        found = dossiers.dossier(desk, excursion_id)
    except Refusal as refusal:
        station.refuse(refusal)
        return None
    dialog, device = DossierDialog(station.frame), str(found.doc["place"])
    dialog.show_dossier(words.dossier_text(desk, found))

    def go(then: Callable[[Station, str], Dialog | None], hold: str) -> None:
        dialog.accept()
        opened = then(station, hold)
        if opened is not None:
            opened.closed.connect(lambda: _return(station, excursion_id))

    dialog.lift_asked.connect(lambda hold: go(open_hold, hold))
    dialog.file_asked.connect(lambda hold: go(open_owed, hold))
    dialog.mark_asked.connect(lambda: go(lambda station, place: open_mark(station, place, excursion_id), device))
    session = desk.session
    dialog.mark.setVisible(found.doc["state"] == OPEN and session is not None and may(session.role, "mark_device"))
    _give_letters(dialog)
    dialog.stale.connect(lambda: dialog.show_dossier(words.dossier_text(desk, dossiers.dossier(desk, excursion_id))))
    dialog.open()
    return dialog


def open_enquiry(station: Station, shipment: str) -> DossierDialog | None:
    """Show the enquiry about a shipment that came warm or unrecorded; None where there is no such shipment."""
    desk = station.desk

    def text() -> DossierText:
        return words.enquiry_text(desk, shipment, dossiers.shipment_dossier(desk, shipment))

    try:
        shown = text()
    except Refusal as refusal:
        station.refuse(refusal)
        return None
    dialog = DossierDialog(station.frame, kicker="holds_page.shipment.kicker")
    dialog.show_dossier(shown)
    _give_letters(dialog)
    dialog.stale.connect(lambda: dialog.show_dossier(text()))
    dialog.open()
    return dialog


def _return(station: Station, excursion_id: str) -> None:
    """Back to the dossier; not when the dialog went because the screen was locked or left."""
    session = station.desk.session
    if session is not None and not session.locked and station.frame.is_working():
        open_dossier(station, excursion_id)


def _give_letters(dialog: DossierDialog) -> None:
    dialog.copy_asked.connect(lambda letter: _copy(dialog, letter))
    dialog.save_asked.connect(lambda letter: _ask_where(dialog, letter))


def _copy(dialog: DossierDialog, letter: LetterText) -> None:
    QGuiApplication.clipboard().setText(letter.text)
    dialog.show_done(say("holds_page.dossier.copied", letter=letter.title))


def _ask_where(dialog: DossierDialog, letter: LetterText) -> None:
    chooser = QFileDialog(dialog, say("holds_page.act.save"), letter.name)
    chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    chooser.setDefaultSuffix("txt")
    chooser.fileSelected.connect(lambda name: save_letter(dialog, letter, Path(name)))
    chooser.open()


def save_letter(dialog: DossierDialog, letter: LetterText, path: Path) -> None:
    """Write a letter as plain text."""
    try:
        path.write_text(letter.text + "\n", "utf-8")
    except OSError as fault:
        dialog.show_error(say("holds_page.dossier.not_saved", path=str(path), reason=fault.strerror))
        return
    dialog.show_done(say("holds_page.dossier.saved", path=str(path)))


# --- lifting a hold ---------------------------------------------------------------------------------------------------


def open_hold(station: Station, hold: str) -> HoldDialog | None:
    """Ask two people to lift a hold; None where it does not stand any more."""
    desk = station.desk
    held, session = desk.store.get("hold", hold), desk.session
    if held is None or held.doc["state"] != ON or session is None:
        station.refuse(Refusal("excursion.not_on_hold", hold=hold))
        return None
    doc, zone = held.doc, str(desk.site.get("zone", "UTC"))
    dialog = HoldDialog(station.frame)
    now = desk.now()
    dialog.show_hold(words.hold_text(desk, hold, doc), zone)
    urgent = planned_infusions.urgent(desk, str(doc["container"]), now)
    dialog.show_person(session.person, now.day, urgent=urgent)
    dialog.stale.connect(lambda: dialog.show_hold(words.hold_text(desk, hold, doc), zone))
    dialog.given.connect(lambda: _lift(station, dialog, hold, doc))
    dialog.open()
    return dialog


def _lift(station: Station, dialog: HoldDialog, hold: str, doc: Doc) -> None:
    word = _disposition(station, dialog)
    if word is None:
        return
    vouching = dialog.vouchers.vouching()
    dialog.show_busy(say("holds_page.busy"))

    def failed(refusal: Refusal) -> None:
        dialog.show_error(words.refused(refusal, "holds_page.lift"))

    def both(one: staff.Proof, other: staff.Proof) -> None:
        desk = station.desk
        try:
            station.parts.faults.require_sound()
            owed = excursions.lift_hold(desk, hold, word, one, other)
        except Refusal as refusal:
            failed(refusal)
            return
        dialog.show_busy("")
        station.changed.emit()
        dialog.accept()
        key = "holds_page.lifted_owed" if owed else "holds_page.lifted"
        if excursions.on_hold(desk, str(doc["container"])):
            key = "holds_page.still_held"
        station.say_done(key, hold=hold, container=doc["container"])

    prove_two(station, vouching, both, failed)


def _disposition(station: Station, dialog: HoldDialog) -> Disposition | None:
    """What was given, read now; None after the dialog has said why not."""
    reason = dialog.reason.value()
    if dialog.kind.value() != WORD:
        letter = _letter(dialog, dialog.file)
        return None if letter is None else Disposition(reason, file=letter, file_name=_name_of(dialog.file))
    said_at = dialog.said_at()
    if parse_iso(said_at).utc_ms > station.desk.now().utc_ms:
        dialog.show_error(say("holds_page.future", time=words.stamp(said_at)))
        return None
    return Disposition(reason, name=dialog.name.value(), said_at=said_at, case=dialog.case.value())


def _name_of(choice: FileChoice) -> str:
    assert choice.path is not None
    return choice.path.name


def _letter(dialog: Dialog, choice: FileChoice) -> bytes | None:
    """The chosen file; None after the dialog has said why it cannot be taken."""
    assert choice.path is not None
    try:
        letter = choice.path.read_bytes()
    except OSError as fault:
        dialog.show_error(say("holds_page.not_read", reason=fault.strerror))
        return None
    if not letter:
        dialog.show_error(say("holds_page.empty_file", name=choice.path.name))
        return None
    return letter


# --- the letter that is owed ------------------------------------------------------------------------------------------


def open_owed(station: Station, hold: str) -> OwedDialog | None:
    """Ask for the letter that is owed since the holder gave its word; None where nothing is owed."""
    desk = station.desk
    held = desk.store.get("hold", hold)
    if held is None or not held.doc.get("owed"):
        station.refuse(Refusal("excursion.nothing_owed", hold=hold))
        return None
    dialog = OwedDialog(station.frame)
    dialog.show_hold(hold, words.word_text(held.doc))

    def given() -> None:
        letter = _letter(dialog, dialog.file)
        if letter is None:
            return
        try:
            station.parts.faults.require_sound()
            excursions.complete_lift(desk, hold, letter, _name_of(dialog.file))
        except Refusal as refusal:
            dialog.show_error(words.refused(refusal, "holds_page.owed.give"))
            return
        station.changed.emit()
        dialog.accept()
        station.say_done("holds_page.owed.done", hold=hold)

    dialog.given.connect(given)
    dialog.open()
    return dialog
