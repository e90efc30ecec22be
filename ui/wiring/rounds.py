"""Rounds, as the temperature and storage pages need them: begun, shown as signs, and what the nitrogen does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cellguide.acts import device_rounds, rounds, shipper_store
from cellguide.acts import places as place_acts
from cellguide.clock import Moment, parse_iso
from cellguide.entry import Doc
from cellguide.places import Place
from cellguide.refusal import Refusal
from cellguide.rounds import Level
from cellguide.temperature.limits import Period
from ui.chart_view import Sign
from ui.dialogs.round import RoundDialog, ShipperReadingDialog
from ui.forms import Choice
from ui.language import language, say
from ui.pages.tiles import Tile
from ui.station import Station, sentence
from ui.wiring import device_marks
from ui.wiring import temperature_words as words
from ui.wiring.excursion_words import device_name, minus
from ui.wiring.in_dialog import act_in

DAY_S = 86_400


class RoundWire(QObject):
    """Begins rounds and shipper readings; the walk itself is the runner's."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: object = None

    def ask(self, code: str = "") -> None:
        """Choose device and kind, then walk."""
        tree = place_acts.tree(self.station.desk)
        devices = [one for one in tree.places.values() if one.device and one.state == "in_use"]
        dialog = RoundDialog(self.station.frame)
        dialog.show_devices([Choice(one.code, device_name(one)) for one in devices], code)

        def begin(device: str, kind: str) -> None:
            try:
                self.station.parts.faults.require_sound()
                run = rounds.start_round(self.station.desk, device, kind).id
            except Refusal as refusal:
                if refusal.code != "round.open":
                    dialog.show_error(sentence(refusal))
                    return
                run = str(refusal.facts["run"])
            dialog.accept()
            self.station.changed.emit()
            open_walk(self.station, run)

        dialog.begun.connect(begin)
        self.dialog = dialog
        dialog.open()

    def read_shipper(self, code: str) -> None:
        """What a shipper's display shows, with its photograph."""
        place = place_acts.get(self.station.desk, code)
        dialog = ShipperReadingDialog(self.station.frame)
        dialog.show_shipper(device_name(place))

        def save() -> None:
            try:
                photo = dialog.photo()
            except OSError as fault:
                dialog.show_error(say("temperature_page.shipper.photo_fault", reason=fault.strerror or str(fault)))
                return
            desk, upright = self.station.desk, dialog.upright.isChecked()
            kept = act_in(
                self.station,
                dialog,
                lambda: shipper_store.record_shipper_reading(desk, place.code, dialog.c(), photo, upright=upright),
            )
            if kept is not None:
                self.station.say_done("temperature_page.shipper.saved", device=device_name(place))

        dialog.saved.connect(save)
        self.dialog = dialog
        dialog.open()

    def scenes(self, code: str) -> list[tuple[str, Callable[[], object]]]:
        """The dialogs of rounds, for the tour."""
        found: list[tuple[str, Callable[[], object]]] = [("dialog-round", lambda: self.ask(code))]
        places = place_acts.tree(self.station.desk).places.values()
        shipper = next((one.code for one in places if one.kind == "shipper" and one.state == "in_use"), "")
        return [*found, ("dialog-shipper-reading", lambda: self.read_shipper(shipper))] if shipper else found

    # --- what rounds say --------------------------------------------------------------------------------------------

    def _rounds(self, place: Place) -> list[Doc]:
        return [held.doc for held in self.station.desk.store.find("round", place=place.id)]

    def signs(self, place: Place, period: Period) -> list[Sign]:
        """Every round and every refill of a period, and what people marked at the device."""
        people = {person.id: person.called(language.now) for person in self.station.desk.people()}
        found = device_marks.signs(self.station, place, period)
        for doc in self._rounds(place):
            at_ms = parse_iso(doc["at"]).utc_ms
            if period.start_ms <= at_ms <= period.end_ms:
                by = people.get(str(doc["by"]), str(doc["by"]))
                found.append(Sign(at_ms, "round", say("temperature_page.sign.round", person=by)))
                if doc.get("filled"):
                    found.append(Sign(at_ms, "refill", say("temperature_page.sign.refill")))
        return found

    def last_level(self, place: Place) -> Level | None:
        """The newest level that was read."""
        return max(device_rounds.levels(self.station.desk, place.id), key=lambda one: one.at.utc_ms, default=None)

    def level_tile(self, place: Place) -> Tile | None:
        """The liquid nitrogen of a device with its forecast and its age; None where the device has none."""
        if not place.level_unit:
            return None
        title = say("temperature_page.tile.level")
        last = self.last_level(place)
        if last is None:
            return Tile(title, say("temperature_page.tile.level_none"), "", "warn")
        now = self.station.desk.now()
        trend = rounds.trend(self.station.desk, place.code)
        note = say("temperature_page.tile.level_note", least=place.level_min or "—", unit=place.level_unit,
                   run_out=run_out(trend.runs_out_at, now))  # fmt: skip
        old = words.age(now.utc_ms - last.at.utc_ms)
        low = bool(place.level_min) and last.value < type(last.value)(place.level_min)
        tone = "alarm" if low else "warn" if trend.high else "ok"
        value = f"{minus(last.value)} {place.level_unit}"
        return Tile(f"{title} · {old}", value, note, tone)


def run_out(at: Moment | None, now: Moment) -> str:
    """In how many days the nitrogen is down to its least."""
    if at is None:
        return say("temperature_page.tile.level_unknown")
    return say("temperature_page.tile.level_days", days=max(0, (at.utc_ms - now.utc_ms) // (DAY_S * 1000)))


def open_walk(station: Station, run: str) -> None:
    """Show a walk in the runner."""
    station.frame.open_page("receipt")
    wire = station.wires.get("receipt")
    if wire is not None:
        wire.open_run(run)  # type: ignore[attr-defined]
