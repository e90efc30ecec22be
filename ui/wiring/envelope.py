"""The root key sheet: two administrators' passwords, the act, the printer. No file of it is ever made."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence

from cellguide import keys
from cellguide.acts import site, staff
from cellguide.refusal import Refusal
from ui.dialogs.vouch import VouchDialog, Vouching
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.in_dialog import prove_two


def ask_envelope(station: Station) -> VouchDialog | None:
    """Choose the printer first, then ask the two; None where there is no printer."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo

    if not QPrinterInfo.availablePrinterNames():
        station.frame.tell("warn", say("settings.envelope.no_printer"))
        return None
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)

    def chosen(pdf: bytes) -> None:
        dialog = QPrintDialog(printer, station.frame)
        dialog.accepted.connect(lambda: send(station, pdf, printer))
        dialog.open()

    return vouch_envelope(station, chosen)


def vouch_envelope(station: Station, drawn: Callable[[bytes], None]) -> VouchDialog:
    """Ask the two administrators; ``drawn`` gets the sheet as a PDF once the entry is written."""
    dialog = VouchDialog("settings.envelope.title", "settings.envelope.help", "settings.envelope.give", station.frame)

    def given(vouching: Vouching) -> None:
        dialog.show_busy(say("settings.envelope.busy"))

        def failed(refusal: Refusal) -> None:
            dialog.show_error(sentence(refusal))

        def both(one: staff.Proof, other: staff.Proof) -> None:
            try:
                pdf = sheet_of(station, (one, other))
            except Refusal as refusal:
                failed(refusal)
                return
            dialog.accept()
            station.changed.emit()
            drawn(pdf)

        prove_two(station, vouching, both, failed)

    dialog.given.connect(given)
    dialog.open()
    return dialog


def sheet_of(window: Station, administrators: Sequence[staff.Proof]) -> bytes:
    """The sheet, with its entry written. Raises the refusals of ``staff.open_root``."""
    from cellguide.papers import envelope

    desk = window.desk
    sealed = site.envelope(desk, administrators)
    names = tuple(f"{desk.person(proof.person).name} ({proof.person})" for proof in administrators)
    site_name = " · ".join(str(desk.site.get(lang, "")) for lang in ("zh", "en"))
    demo = say("paper.head.demo") if desk.demo else ""
    at = str(desk.site["envelope_at"])
    stamp = f"{at[:10]} {at[11:16]} {at[-6:]}"
    fingerprint = keys.fingerprint(ssl.PEM_cert_to_DER_cert(sealed.root_pem.decode()))
    return envelope.draw(envelope.Envelope(site_name, stamp, names, fingerprint, sealed.root_key, sealed.sheet, demo))


def send(station: Station, pdf: bytes, printer: object) -> None:
    """Print the sheet."""
    from cellguide.papers.overlay import overlay
    from ui.printing import print_pages

    try:
        print_pages(printer, pdf, overlay((language.now,), signed=1, required=1))
    except RuntimeError:
        station.frame.tell("warn", say("settings.envelope.failed"))
        return
    station.say_done("settings.envelope.done")
