"""Probes from the storage map: registered, changed, replaced, retired; certificates, and what a failure doubts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject

from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.acts.probes import Doubted
from cellguide.places import IN_USE
from cellguide.probes import Probe
from ui.dialogs.certificate import CertificateDialog
from ui.dialogs.dialog import Dialog
from ui.dialogs.doubted import DoubtedDialog
from ui.dialogs.probe import ProbeDialog
from ui.dialogs.reason import ReasonDialog
from ui.forms import Choice
from ui.language import say
from ui.pages.panel import Note
from ui.station import Station
from ui.wiring import probe_words as words
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in


class ProbeWire(QObject):
    """Opens the dialogs of probes and does what they say."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: Dialog | None = None
        self.zone = str(station.desk.site.get("zone", "UTC"))

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _devices(self) -> list[Choice]:
        tree = place_acts.tree(self.station.desk)
        found = [one for one in tree.places.values() if one.device and one.state == IN_USE]
        return [Choice(one.code, device_name(one)) for one in found]

    # --- registered, changed, followed by another -------------------------------------------------------------------

    def register(self, device: str) -> None:
        """Register a probe at a device."""
        desk = self.station.desk
        dialog = ProbeDialog(self.station.frame)
        dialog.show_places(self._devices(), "", device)

        def save() -> None:
            made = act_in(self.station, dialog, lambda: probe_acts.add_probe(desk, dialog.probe()))
            if made is not None:
                self.station.say_done("temperature_page.probe_form.saved", serial=made.serial)

        dialog.saved.connect(save)
        self._open(dialog)

    def change(self, id: str) -> None:
        """Its name, where it sits, its interval, its device."""
        desk = self.station.desk
        held = probe_acts.get(desk, id)
        place = place_acts.get(desk, held.place)
        dialog = ProbeDialog(self.station.frame)
        measured = bool(desk.store.find("series", probe=id, limit=1))
        dialog.show_change(held, self._devices(), place.code, measured=measured)

        def save() -> None:
            fields = dict(dialog.changes())
            if fields.get("place") == place.code:
                del fields["place"]
            reason = dialog.reason.value()
            changed = act_in(self.station, dialog, lambda: probe_acts.change_probe(desk, id, fields, reason))
            if changed is None:
                return
            if changed.id != id:
                name = device_name(place_acts.get(desk, changed.place))
                self.station.say_done("probe.act.moved", serial=changed.serial, device=name)
            else:
                self.station.say_done("probe.act.changed", serial=changed.serial)

        dialog.saved.connect(save)
        self._open(dialog)

    def replace(self, id: str) -> None:
        """Another logger measures there from now on."""
        desk = self.station.desk
        held = probe_acts.get(desk, id)
        place = place_acts.get(desk, held.place)
        dialog = ProbeDialog(self.station.frame)
        dialog.show_successor(held, self._devices(), place.code, device_name(place))

        def save() -> None:
            new, reason = dialog.probe(), dialog.reason.value()
            made = act_in(self.station, dialog, lambda: probe_acts.replace_probe(desk, id, new, reason))
            if made is not None:
                self.station.say_done("probe.act.replaced", old=held.serial, new=made.serial)

        dialog.saved.connect(save)
        self._open(dialog)

    def retire(self, id: str) -> None:
        """Out of use; its readings and certificates stay."""
        desk = self.station.desk
        held = probe_acts.get(desk, id)
        dialog = ReasonDialog(self.station.frame)
        presets = (say("probe.act.retire_broken"), say("probe.act.retire_gone"))
        dialog.show_request(say("probe.act.retire_title", serial=held.serial), presets)

        def given(reason: str) -> None:
            def work() -> bool:
                probe_acts.retire_probe(desk, id, reason)
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done("probe.act.retired", serial=held.serial)

        dialog.given.connect(given)
        self._open(dialog)

    # --- calibration ------------------------------------------------------------------------------------------------

    def certificate(self, id: str) -> None:
        """Record a certificate; a failure as found says beforehand what it will throw into doubt."""
        desk = self.station.desk
        held = probe_acts.get(desk, id)
        dialog = CertificateDialog(self.station.frame)
        dialog.show_probe(held.serial, device_name(place_acts.get(desk, held.place)))

        def failing() -> None:
            day = dialog.calibrated_on.day()
            if day is not None:
                doubted = probe_acts.in_doubt(desk, held, day)
                title = say("probe.certificate.will_doubt", since=words.since_words(doubted))
                dialog.show_doubt(Note("alarm", title, (words.doubt_line(doubted),)))

        dialog.failing.connect(failing)
        dialog.saved.connect(lambda: self._record(dialog, held))
        self._open(dialog)

    def _record(self, dialog: CertificateDialog, held: Probe) -> None:
        desk, day = self.station.desk, dialog.calibrated_on.day()
        assert day is not None  # the dialog asks until there is one
        try:
            file = dialog.file()
        except OSError as fault:
            dialog.show_error(say("probe.certificate.file_fault", reason=fault.strerror or str(fault)))
            return
        number, as_found = dialog.number.value(), dialog.as_found.value()
        doubted = act_in(
            self.station,
            dialog,
            lambda: probe_acts.record_calibration(
                desk,
                held.id,
                number,
                day,
                dialog.due_on.day(),
                dialog.points().points,
                as_found=as_found,
                lab=dialog.lab.value(),
                file=file,
            ),
        )
        if doubted is None:
            return
        until = next(one.due_on for one in probe_acts.get(desk, held.id).certified if one.number == number)
        self.station.say_done("probe.certificate.saved", number=number, day=until.isoformat())
        if as_found == "fail":
            self.doubted(held.id)

    def doubted(self, id: str) -> None:
        """Everything that the last failure as found threw into doubt."""
        desk = self.station.desk
        held = probe_acts.get(desk, id)
        failed = next((one for one in reversed(held.certificates) if "doubted" in one), None)
        doubted: Doubted | None = probe_acts.doubted_by(failed) if failed is not None else None
        if failed is None or doubted is None:
            return
        device = device_name(place_acts.get(desk, held.place))
        facts = {"number": failed["number"], "day": failed["calibrated_on"], "since": words.since_words(doubted)}
        opened = say("probe.doubted.deviation", ident=failed["doubted"]["deviation"])
        lines = (words.doubt_line(doubted), opened)
        dialog = DoubtedDialog(self.station.frame)
        dialog.show_list(
            say("probe.doubted.kicker", serial=held.serial, device=device),
            Note("alarm", say("probe.doubted.since", **facts), lines),
            words.doubted_sections(desk, held, doubted, self.zone),
            deviations="deviations" in self.station.frame.offered(),
        )

        def look() -> None:
            dialog.accept()
            self.station.frame.open_page("deviations")

        dialog.look_asked.connect(look)
        self._open(dialog)

    def save_file(self, id: str) -> None:
        """Ask where the newest certificate's file goes."""
        from PySide6.QtWidgets import QFileDialog

        kept = filed(probe_acts.get(self.station.desk, id))
        if kept is None:
            return
        chooser = QFileDialog(self.station.frame, say("map.act.file"), str(kept["file"] or f"{kept['number']}.pdf"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.fileSelected.connect(lambda name: self.write_file(id, Path(name)))
        chooser.open()

    def write_file(self, id: str, path: Path) -> None:
        """Write the newest certificate's file there, byte for byte."""
        kept = filed(probe_acts.get(self.station.desk, id))
        assert kept is not None
        try:
            path.write_bytes(self.station.desk.store.blob(str(kept["sha256"])))
        except OSError as fault:
            self.station.frame.tell("warn", say("station.file_not_written", path=str(path), reason=fault.strerror))
            return
        self.station.say_done("probe.act.file_saved", path=str(path))


def filed(held: Probe) -> dict[str, object] | None:
    """The newest certificate that came with a file."""
    return next((dict(one) for one in reversed(held.certificates) if one.get("sha256")), None)
