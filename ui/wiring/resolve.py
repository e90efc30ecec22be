"""An excursion is over; that its probe was to blame takes a second probe, a photograph and two signatures."""

from __future__ import annotations

from cellguide.acts import artefacts, excursions, staff
from cellguide.acts import places as place_acts
from cellguide.acts.device_marks import Evidence
from cellguide.excursion_dossier import CAUSES
from cellguide.refusal import Refusal
from ui.dialogs.resolve import ResolveDialog
from ui.forms import Choice
from ui.language import say
from ui.station import Station, sentence
from ui.wiring.excursion_words import excursion_words, minus
from ui.wiring.hold_words import refused
from ui.wiring.in_dialog import act_in, prove_two
from ui.wiring.temperature_words import probe_name


def open_resolve(station: Station, id: str) -> ResolveDialog:
    """Ask what the cause was and what was done."""
    desk, session = station.desk, station.desk.session
    doc = excursions.get(desk, id)
    place = place_acts.tree(desk).places[str(doc["place"])]
    dialog = ResolveDialog(station.frame)
    what = excursion_words(place, doc, str(desk.site.get("zone", "UTC")))
    dialog.show_excursion(id, what, CAUSES, str(doc["cause"]) or CAUSES[0])
    dialog.second_chosen.connect(lambda probe: _show_witness(station, dialog, id, probe))
    seconds = [Choice(one.id, f"{one.serial} · {probe_name(place, one)}") for one in artefacts.second_probes(desk, id)]
    dialog.show_seconds(session.person if session is not None else "", seconds)

    def resolve() -> bool:
        excursions.resolve_excursion(desk, id, dialog.cause.value(), dialog.text.value())
        return True

    def given() -> None:
        if dialog.artefact.isChecked():
            _resolve_artefact(station, dialog, id)
        elif act_in(station, dialog, resolve):
            station.say_done("temperature_page.done.resolve", ident=id)

    dialog.given.connect(given)
    dialog.open()
    return dialog


def _show_witness(station: Station, dialog: ResolveDialog, id: str, probe: str) -> None:
    try:
        told = artefacts.witness(station.desk, id, probe)
    except Refusal as refusal:
        dialog.show_witness(sentence(refusal), "alarm")
        return
    verdict = say(f"temperature_rule.verdict.{told.verdict.value}")
    facts = {"verdict": verdict, "highest": minus(told.highest_c or "—")}
    dialog.show_witness(say("temperature_page.resolve.witness", **facts), "ok" if told.good else "alarm")


def _resolve_artefact(station: Station, dialog: ResolveDialog, id: str) -> None:
    """Both prove who they are, then the act looks at the second probe itself."""
    assert dialog.file.path is not None
    try:
        shown = Evidence(dialog.file.path.read_bytes(), dialog.file.path.name)
    except OSError as fault:
        dialog.show_error(say("holds_page.not_read", reason=fault.strerror or str(fault)))
        return
    vouching = dialog.vouchers.vouching()
    dialog.show_busy(say("holds_page.busy"))

    def failed(refusal: Refusal) -> None:
        dialog.show_error(refused(refusal, "temperature_page.resolve.save"))

    def both(one: staff.Proof, other: staff.Proof) -> None:
        def work() -> artefacts.Witness:
            cause, text, probe = dialog.cause.value(), dialog.text.value(), dialog.second.value()
            return artefacts.resolve_artefact(station.desk, id, cause, text, probe, shown, one, other)

        if act_in(station, dialog, work) is not None:
            station.say_done("temperature_page.done.resolve", ident=id)

    prove_two(station, vouching, both, failed)
