"""Places registered, changed, taken out of use and back, from the storage map."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cellguide.acts import places as place_acts
from cellguide.entry import Actor
from cellguide.places import IN_USE, INSIDE, KINDS, Place, Tree
from cellguide.refusal import Refusal
from ui.dialogs.dialog import Dialog
from ui.dialogs.place import PlaceDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.second import SecondPersonDialog
from ui.forms import Choice
from ui.language import say
from ui.station import Station, sentence
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in
from ui.wiring.second_person import ask_second


class PlaceWire(QObject):
    """Opens the dialogs of places and does what they say."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: Dialog | None = None
        self.second: SecondPersonDialog | None = None

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.open()

    def register(self) -> None:
        """A site, room, device, rack or position, with positions in it at once."""
        desk = self.station.desk
        tree = place_acts.tree(desk)
        parents = [one for one in tree.places.values() if one.kind != "position" and one.state == IN_USE]
        fixed = [one for one in parents if one.kind != "shipper"]
        newest = fixed[-1] if fixed else None
        kinds = {"": "site", "site": "room", "room": "tank"}
        kind = kinds.get(newest.kind if newest is not None else "", "rack")
        dialog = PlaceDialog(self.station.frame, str(self.station.desk.site.get("zone", "UTC")))
        device = tree.device(newest.id) if newest is not None else None
        above = device if kind == "rack" and device is not None else newest
        dialog.show_parents(_choices(parents), kind if kind in KINDS else "site", above.id if above is not None else "")

        dialog.saved.connect(lambda: self._register(dialog))
        self._open(dialog)

    def _register(self, dialog: PlaceDialog) -> None:
        new, positions = dialog.place(), dialog.positions()

        def work(second: Actor | None) -> Place:
            made = place_acts.add_place(self.station.desk, new, second)
            if positions:
                place_acts.add_positions(self.station.desk, made.code, positions, made.zone)
            return made

        self._by_two(dialog, new, work, "map.place.saved")

    def change(self, code: str) -> None:
        """Change words, capacity, limits, rounds; a limit asks for a second person."""
        tree = place_acts.tree(self.station.desk)
        held = place_acts.get(self.station.desk, code, tree)
        dialog = PlaceDialog(self.station.frame, str(self.station.desk.site.get("zone", "UTC")))
        dialog.show_place(held, [Choice(one.id, device_name(one)) for one in _may_stand_in(tree, held)])
        dialog.saved.connect(lambda: self._change(dialog, held))
        self._open(dialog)

    def _change(self, dialog: PlaceDialog, held: Place) -> None:
        desk, fields, reason = self.station.desk, dialog.changes(), dialog.reason.value()
        if not fields:
            dialog.show_error(say("map.place.nothing"))
            return

        def work(second: Actor | None) -> Place:
            return place_acts.change_place(desk, held.id, fields, reason, second)

        self._by_two(dialog, held, work, "map.place.changed")

    def _by_two(self, dialog: PlaceDialog, about: Place, work: Callable[[Actor | None], Place], done: str) -> None:
        """Do it, with a second person where it sets limits. The act itself says whether it needs one; everything else
        is refused before anybody is asked."""
        try:
            self.station.parts.faults.require_sound()
            made = work(None)
        except Refusal as refusal:
            if refusal.code == "place.second":
                self._ask_second(dialog, about, work, done)
            else:
                dialog.show_error(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        self.station.say_done(done, name=device_name(made))

    def _ask_second(self, first: PlaceDialog, about: Place, work: Callable[[Actor], Place], done: str) -> None:
        dialog = self.second = SecondPersonDialog(self.station.frame)
        dialog.kicker.setText(say("map.place.second_kicker", name=device_name(about)))

        def known(second: Actor) -> None:
            made = act_in(self.station, dialog, lambda: work(second))
            if made is not None:
                first.accept()
                self.station.say_done(done, name=device_name(made))

        ask_second(self.station, dialog, "add_place", known)
        dialog.open()

    def retire(self, code: str) -> None:
        """Take it out of use; refused, with the reason, while something is in it or a probe measures it."""
        presets = (say("map.place.retire_scrapped"), say("map.place.retire_repair"))
        self._ask_reason(code, "map.place.retire_title", presets, "map.place.retired")

    def take_back(self, code: str) -> None:
        """Use it again."""
        presets = (say("map.place.take_back_repaired"), say("map.place.take_back_mistake"))
        self._ask_reason(code, "map.place.take_back_title", presets, "map.place.taken_back")

    def _ask_reason(self, code: str, title: str, presets: tuple[str, ...], done: str) -> None:
        desk = self.station.desk
        name = device_name(place_acts.get(desk, code))
        act = place_acts.retire_place if done == "map.place.retired" else place_acts.take_back_place
        dialog = ReasonDialog(self.station.frame)
        dialog.show_request(say(title, name=name), presets)

        def given(reason: str) -> None:
            def work() -> bool:
                act(desk, code, reason)
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done(done, name=name)

        dialog.given.connect(given)
        self._open(dialog)


def _choices(places: list[Place]) -> list[Choice]:
    return [Choice(one.id, f"{say(f'map.kind.{one.kind}')} · {device_name(one)}") for one in places]


def _may_stand_in(tree: Tree, held: Place) -> list[Place]:
    """Sites for a room, sites and rooms for a device; what stands inside a device stays where it is."""
    if held.kind in (*INSIDE, "site"):
        return [tree.places[held.parent]] if held.parent in tree.places else []
    kinds = ("site",) if held.kind == "room" else ("site", "room")
    found = [one for one in tree.places.values() if one.kind in kinds and one.state == IN_USE and one.id != held.id]
    above = tree.places.get(held.parent)
    return found if above is None or above in found else [above, *found]
