"""Moving, emptying, reconciling and counting, behind the storage map."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide import container_life
from cellguide.acts import moves
from cellguide.acts import places as place_acts
from cellguide.clock import Moment, parse_iso
from cellguide.container_life import Container
from cellguide.entry import Actor
from cellguide.places import IN_USE
from cellguide.refusal import Refusal
from ui.dialogs.dialog import Dialog
from ui.dialogs.move import BulkDialog, CountDialog, MoveDialog
from ui.dialogs.second import SecondPersonDialog
from ui.forms import Choice
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in
from ui.wiring.rounds import open_walk
from ui.wiring.second_person import ask_second


class MoveWire(QObject):
    """Opens the dialogs of the map and does what they say."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: Dialog | None = None
        station.scanned.connect(self._scanned)
        station.ticked.connect(self._tick)
        self._out_at_ms = 0
        self._left: Moment | None = None
        self._arrived: Moment | None = None
        self._seen: dict[str, str] = {}

    @property
    def busy(self) -> bool:
        """Whether a dialog of this wire is open, which takes the scans."""
        return self.dialog is not None and self.dialog.isVisible()

    def container_of(self, untrusted_text: str) -> Container | None:
        """The container with that id, donation number, or chain of identity (where only one has it)."""
        store, text = self.station.desk.store, untrusted_text.strip()
        held = store.get("container", text)
        if held is None:
            hits = [one for hit in store.search(text, kinds=["container"], limit=2)
                    if (one := store.get("container", hit.id)) is not None]  # fmt: skip
            held = hits[0] if len(hits) == 1 else None
        return None if held is None else container_life.container(held.id, held.doc)

    def _scanned(self, untrusted_text: str) -> None:
        if not self.busy:
            return
        if isinstance(self.dialog, MoveDialog):
            place = place_acts.tree(self.station.desk).by_code(untrusted_text)
            self.dialog.show_scan(place.code if place is not None else untrusted_text)
        elif isinstance(self.dialog, BulkDialog):
            place = place_acts.tree(self.station.desk).by_code(untrusted_text)
            if place is not None:
                self.dialog.show_scan(place.code)
        elif isinstance(self.dialog, CountDialog):
            self.dialog.scanned.emit(untrusted_text)

    def _tick(self) -> None:
        if self.busy and isinstance(self.dialog, MoveDialog) and self.dialog.out and self._out_at_ms:
            self.dialog.show_seconds(max(0, self.station.desk.now().utc_ms - self._out_at_ms) // 1000)
        if self.busy and isinstance(self.dialog, BulkDialog):
            self._show_bulk_time(self.dialog)

    def _path(self, code: str) -> str:
        tree = place_acts.tree(self.station.desk)
        place = tree.by_code(code)
        return tree.path(place.id, language.now) if place is not None else code or "—"

    def _devices(self) -> list[Choice]:
        tree = place_acts.tree(self.station.desk)
        return [
            Choice(one.code, device_name(one)) for one in tree.places.values() if one.device and one.state == IN_USE
        ]

    # --- one container ----------------------------------------------------------------------------------------------

    def move(self, container: str) -> None:
        """Begin the checklist of a planned move, or go on with it; what is out already is timed at once and put in."""
        desk = self.station.desk
        running = moves.transfer_of(desk, container)
        if running:
            open_walk(self.station, running)
            return
        held = desk.store.get("container", container)
        assert held is not None
        tree, devices = place_acts.tree(desk), self._devices()
        here = tree.by_code(str(held.doc["place"]))
        now_in = tree.device(here.id) if here is not None else None
        dialog = MoveDialog(self.station.frame)
        dialog.show_container(container, self._path(str(held.doc["place"])))
        stores = [one for one in devices if tree.by_code(one.value).kind != "shipper"]  # type: ignore[union-attr]
        chosen = now_in.code if now_in is not None and now_in.kind != "shipper" else ""
        dialog.show_devices(stores if chosen else [Choice("", "—"), *stores], chosen)

        def begin(why: str, into: str) -> None:
            run = act_in(self.station, dialog, lambda: moves.start_transfer(desk, container, into, why).id)
            if run is not None:
                open_walk(self.station, run)

        dialog.begun.connect(begin)

        def take_out(why: str) -> None:
            try:
                self.station.parts.faults.require_sound()
                id = moves.take_out(self.station.desk, container, why)
            except Refusal as refusal:
                dialog.show_error(sentence(refusal))
                return
            self.station.changed.emit()
            self._run_timer(dialog, id)

        dialog.taken_out.connect(take_out)
        self._open(dialog)

    def put_in(self, move: str) -> None:
        """Go on with a container that is out."""
        held = self.station.desk.store.get("move", move)
        assert held is not None
        dialog = MoveDialog(self.station.frame)
        dialog.show_container(str(held.doc["container"]), self._path(str(held.doc["from"])))
        self._run_timer(dialog, move)
        self._open(dialog)

    def _run_timer(self, dialog: MoveDialog, move: str) -> None:
        held = self.station.desk.store.get("move", move)
        assert held is not None
        self._out_at_ms = parse_iso(held.doc["out_at"]).utc_ms
        dialog.show_out(True)
        dialog.show_seconds(max(0, self.station.desk.now().utc_ms - self._out_at_ms) // 1000)
        dialog.placed.connect(lambda code, forced: self._placed(dialog, move, code, forced))

    def _placed(self, dialog: MoveDialog, move: str, code: str, forced: bool) -> None:
        try:
            self.station.parts.faults.require_sound()
            done = moves.put_in(self.station.desk, move, code, forced=forced)
        except Refusal as refusal:
            dialog.show_refusal(sentence(refusal))
            return
        dialog.accept()
        self.station.changed.emit()
        facts = {"container": done.container, "place": self._path(done.place), "seconds": done.exposure_s}
        if done.level == "held":
            self.station.frame.tell("alarm", say("map.move.done_held", **facts))
        else:
            self.station.say_done("map.move.done", **facts)

    def reconcile(self, container: str) -> None:
        """Scan where it stands after an emergency move."""
        held = self.station.desk.store.get("container", container)
        assert held is not None
        dialog = MoveDialog(self.station.frame)
        dialog.show_container(container, self._path(str(held.doc["place"])), reconciles=True)

        def placed(code: str, _forced: bool) -> None:
            def work() -> bool:
                moves.reconcile(self.station.desk, container, code)
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done("map.move.reconciled", container=container, place=self._path(code))

        dialog.placed.connect(placed)
        self._open(dialog)

    def _open(self, dialog: Dialog) -> None:
        self.dialog = dialog
        dialog.open()

    # --- a whole device ---------------------------------------------------------------------------------------------

    def empty_tank(self) -> None:
        """Everything in one device is now in another: two scans."""
        dialog = BulkDialog(self.station.frame)
        dialog.show_devices(self._devices())
        self._left = self._arrived = None

        def left() -> None:
            self._left, self._arrived = self.station.desk.now(), None
            self._show_bulk_time(dialog)

        def arrived() -> None:
            self._arrived = self.station.desk.now()
            self._show_bulk_time(dialog)

        dialog.left.connect(left)
        dialog.arrived.connect(arrived)

        def save(source: str, target: str, reason: str) -> None:
            out_at, in_at = self._left, self._arrived
            done = act_in(
                self.station, dialog,
                lambda: moves.move_tank(self.station.desk, source, target, reason, out_at=out_at, event_at=in_at),
            )  # fmt: skip
            if done is None:
                return
            time = parse_iso(done.due_at).local.strftime("%m-%d %H:%M")
            text = say("map.bulk.done", count=len(done.containers), time=time)
            if done.held:
                text = f"{text} {say('map.bulk.held', containers=', '.join(done.held))}"
            if done.problems:
                facts = {"place": target, "container": "", "device": target, "limit": "", "product": ""}
                wrong = " ".join(say(f"refusal_place.{code}", **facts) for code in done.problems)
                self.station.frame.tell("alarm", f"{text} {say('map.bulk.wrong', problems=wrong)}")
            else:
                self.station.frame.tell("alarm" if done.held else "info", text)

        dialog.saved.connect(save)
        self._open(dialog)

    def _show_bulk_time(self, dialog: BulkDialog) -> None:
        if self._left is not None:
            until = self._arrived or self.station.desk.now()
            seconds = max(0, until.utc_ms - self._left.utc_ms) // 1000
            dialog.show_seconds(seconds, done=self._arrived is not None)

    # --- counting ---------------------------------------------------------------------------------------------------

    def count(self, device: str = "") -> None:
        """Scan what stands in a device; a second person confirms, then books and stock are compared."""
        dialog = CountDialog(self.station.frame)
        devices = self._devices()
        self._seen = {}
        dialog.show_devices(devices, device or (devices[0].value if devices else ""))

        def show() -> None:
            tree = place_acts.tree(self.station.desk)
            place = tree.by_code(dialog.device.value())
            booked = len(place_acts.inside(self.station.desk, tree, place.id)) if place is not None else 0
            dialog.show_seen(list(self._seen), booked)

        def scanned(text: str) -> None:
            held = self.container_of(text)
            self._seen[held.id if held is not None else text] = ""
            show()

        dialog.device_chosen.connect(lambda _code: show())
        dialog.scanned.connect(scanned)
        dialog.finished_scanning.connect(lambda: self._second(dialog))
        show()
        self._open(dialog)

    def _second(self, first: CountDialog) -> None:
        dialog = SecondPersonDialog(self.station.frame)
        dialog.kicker.setText(say("map.count.kicker"))
        device, seen = first.device.value(), dict(self._seen)

        def known(actor: Actor) -> None:
            desk = self.station.desk
            found = act_in(self.station, dialog, lambda: place_acts.count_stock(desk, device, seen, actor))
            if found is None:
                return
            first.accept()
            if found.clean:
                self.station.say_done("map.count.clean", count=len(found.found))
                return
            none = say("map.count.none")
            facts = {
                "missing": ", ".join(found.missing) or none,
                "unknown": ", ".join(found.unknown) or none,
                "misplaced": ", ".join(row[0] for row in found.misplaced) or none,
            }
            self.station.frame.tell("alarm", say("map.count.wrong", **facts))

        ask_second(self.station, dialog, "count_stock", known)
        dialog.open()
