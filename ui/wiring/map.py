"""The storage map: what is where, found by walking, searching or scanning; moved, counted, registered."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from cellguide.acts import containers as container_acts
from cellguide.acts import excursions, moves, rounds, shipper_store
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.container_life import Container
from cellguide.containers import FINAL
from cellguide.people import may
from cellguide.places import IN_USE, Cell, Place, Tree, fold
from ui.chart_view import wall
from ui.forms import Choice
from ui.kit import Mark
from ui.language import language, say
from ui.pages.map import ALARM_ACTS, DeviceLook, Duty, MapPage, ShipperLook
from ui.rack import CellLook
from ui.station import Station
from ui.wiring import alarm_acts, reinstate
from ui.wiring import map_words as words
from ui.wiring.alarm_acts import AlarmActs
from ui.wiring.alarm_rules import open_alarm_rules
from ui.wiring.excursion_words import device_name, minus
from ui.wiring.fresh import Fresh
from ui.wiring.history import open_history
from ui.wiring.map_words import CONTAINER, Held, More
from ui.wiring.moves import MoveWire
from ui.wiring.place_panel import alarm_of, place_acts_offered, probe_acts_offered, store_of, with_alarm
from ui.wiring.place_readings import newest_mark, warmest_since
from ui.wiring.places import PlaceWire
from ui.wiring.probe_words import PREFIX, probe_detail
from ui.wiring.probes import ProbeWire
from ui.wiring.rounds import RoundWire

_TOOLS = {"count": "count_stock", "bulk": "move_container", "place": "add_place"}
_BESIDE = ("change", "up")  # what a device in alarm offers besides
_DUTY_TONES = {"done": "ok", "late": "ok", "missed": "alarm", "ahead": ""}


class MapWire(QObject):
    """Holds the page and answers it.

    Signals: ``order_opened(str)``.
    """

    order_opened = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = MapPage()
        self.zone = str(station.desk.site.get("zone", "UTC"))
        self.tree: Tree = place_acts.tree(station.desk)
        self.needles: tuple[str, ...] = ()
        self.moves = MoveWire(station)
        self.rounds = RoundWire(station)
        self.places = PlaceWire(station)
        self.probes = ProbeWire(station)
        self.alarms = AlarmActs(station)
        page = self.page
        page.picked.connect(self._show)
        page.searched.connect(self._search)
        page.room_chosen.connect(lambda _room: self.refresh())
        page.tool_asked.connect(self._tool)
        page.act_asked.connect(self._do)
        page.device_opened.connect(self._open_curve)
        page.shipper_asked.connect(self.rounds.read_shipper)
        page.duty_asked.connect(self._duty)
        self.fresh = Fresh(station, self.page, self.refresh)
        station.scanned.connect(self._scanned)
        self.refresh()

    # --- what is shown ----------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the map anew."""
        desk = self.station.desk
        self.tree = place_acts.tree(desk)
        devices = [one for one in self.tree.places.values() if one.device and one.state == IN_USE]
        rooms = [one for one in self.tree.places.values() if one.kind == "room"]
        self.page.show_rooms([Choice(one.id, device_name(one)) for one in rooms])
        room = self.page.room.value()
        shown = [one for one in devices if not room or room in {up.id for up in self.tree.up(one.id)}]
        stores = [one for one in shown if one.kind != "shipper"]
        shippers = [one for one in shown if one.kind == "shipper" and self._still_here(one)]
        self.page.show_devices([self._device(one) for one in stores], [self._shipper(one) for one in shippers])
        here = [one for device in devices for one in place_acts.inside(desk, self.tree, device.id)]
        self.page.show_rows([words.stored_row(self._held(one), self.tree) for one in here])
        self.page.show_duties(list(self._duties()))
        self.page.allow([tool for tool, act in _TOOLS.items() if self._may(act)])
        if self.page.chosen:
            self._show(self.page.chosen)

    def _still_here(self, shipper: Place) -> bool:
        """A holder's shipper goes back to the holder when it is empty; one of the house stays."""
        return not shipper.shipment or bool(place_acts.inside(self.station.desk, self.tree, shipper.id))

    def _may(self, act: str) -> bool:
        session = self.station.desk.session
        return session is not None and may(session.role, act)

    def _held(self, one: Container) -> Held:
        order = self.station.desk.store.get("order", one.order)
        return Held(one, order.doc if order is not None else {})

    def _device(self, device: Place) -> DeviceLook:
        desk = self.station.desk
        cells = place_acts.stock(desk, device.code)
        looks = {cell.place.id: self._cell(cell) for cell in cells}
        held = sum(len(cell.containers) for cell in cells)
        room = sum(one.capacity for one in self.tree.leaves(device.id))
        parts = []
        limit = place_acts.device_limit(desk, self.tree, device)
        if limit is not None:
            parts.append(say("map.limit", limit=minus(limit[0])))
        level = self.rounds.last_level(device)
        if level is not None:
            parts.append(say("map.level", value=minus(level.value), unit=device.level_unit))
        parts.append(say("map.taken", held=held, room=room))
        mark, old = newest_mark(desk, device, None if limit is None else limit[0], self.zone)
        return DeviceLook(device.code, device_name(device), " · ".join(parts), mark, old,
                          words.racks(self.tree, device, looks))  # fmt: skip

    def _cell(self, cell: Cell) -> CellLook:
        held = [self._held(one) for one in cell.containers if one.state not in FINAL]
        kept = [self._held(one) for one in place_acts.kept(self.station.desk).get(cell.place.code, ())]
        return words.cell_look(cell, held, self.needles, self.tree.path(cell.place.id, language.now), kept)

    def _shipper(self, place: Place) -> ShipperLook:
        desk = self.station.desk
        inside = [self._held(one) for one in place_acts.inside(desk, self.tree, place.id)]
        read = shipper_store.last_reading(desk, place.id)
        last = (str(read.c), read.at.iso) if read is not None else None
        count = shipper_store.shipper_countdown(desk, place.code)
        return words.shipper_look(place, inside, count, last, desk.now())

    def _duties(self) -> Iterable[Duty]:
        desk, now = self.station.desk, self.station.desk.now()
        for held in desk.store.find("move", state=moves.OUT):
            seconds = max(0, now.utc_ms - parse_iso(held.doc["out_at"]).utc_ms) // 1000
            text = say("map.duty.out", container=held.doc["container"], seconds=seconds)
            yield Duty(f"out:{held.id}", text, Mark("", "alarm"), say("map.duty.put_in"))
        for _, doc, over in moves.unreconciled(desk):
            time = parse_iso(doc["due_at"]).local.strftime("%m-%d %H:%M")
            text = say("map.duty.reconcile", container=doc["container"], time=time)
            yield Duty(f"at:{doc['container']}", text, Mark("", "alarm" if over else "warn"), say("map.duty.scan"))
        for duty in rounds.duties(desk):
            if duty.planned.at.day != now.day:
                continue
            at, word = duty.planned.at.local.strftime("%H:%M"), duty.planned.word
            text = say("map.duty.round", time=at, device=device_name(duty.device))
            verb = say("map.duty.due") if word == "due" and self._may("start_round") else ""
            mark = Mark(say(f"map.duty.{word}"), _DUTY_TONES.get(word, "warn"))
            yield Duty(f"round:{duty.device.code}", text, mark, verb)

    # --- finding ----------------------------------------------------------------------------------------------------

    def _search(self, text: str) -> None:
        self.needles = tuple(text.casefold().split())
        self.refresh()

    def _scanned(self, untrusted_text: str) -> None:
        """A scanned position or container is shown, wherever the keyboard is; dialogs take their own scans."""
        if self.station.frame.page_name != "storage" or self._dialog_open():
            return
        place = self.tree.by_code(untrusted_text)
        if place is not None:
            self.page.pick(place.code)
            return
        probe = probe_acts.by_serial(self.station.desk, untrusted_text)
        if probe is not None:
            self.page.pick(f"{PREFIX}{probe.id}")
            return
        held = self.moves.container_of(untrusted_text)
        if held is not None and held.place:
            self.page.pick(held.place)

    def knows(self, untrusted_text: str) -> bool:
        """Whether a scan is something that the map shows: a place, a probe, a container in its position."""
        if self.tree.by_code(untrusted_text) is not None:
            return True
        held = self.moves.container_of(untrusted_text)
        known = probe_acts.by_serial(self.station.desk, untrusted_text) is not None
        return known or bool(held is not None and held.place)

    def _dialog_open(self) -> bool:
        dialogs = (self.moves.dialog, self.places.dialog, self.places.second, self.probes.dialog)
        return any(dialog is not None and dialog.isVisible() for dialog in dialogs)

    def _in(self, code: str) -> list[Held]:
        """The containers of a position, or the one container that is picked by itself."""
        if code.startswith(CONTAINER):
            return [self._held(container_acts.get(self.station.desk, code.removeprefix(CONTAINER)))]
        place = self.tree.by_code(code)
        found = place_acts.inside(self.station.desk, self.tree, place.id) if place is not None else []
        return [self._held(one) for one in found if one.state not in FINAL and fold(one.place) == fold(code)]

    def _show(self, code: str) -> None:
        desk = self.station.desk
        if code.startswith(PREFIX):
            probe = probe_acts.get(desk, code.removeprefix(PREFIX))
            acts = probe_acts_offered(probe, self._may)
            self.page.show_detail(code, probe_detail(desk, probe, self.tree, self.zone), acts)
            return
        held = self._in(code)
        alone = code.startswith(CONTAINER)
        place = self.tree.by_code(held[0].one.place if alone else code)
        if place is None:
            return
        if not alone and (not held or place.device or self.tree.below.get(place.id)):
            loose = [words.loose_way(one) for one in held]
            store = store_of(desk, self.tree, place, self.rounds.last_level(place), loose)
            offered = place_acts_offered(self.tree, place, store, self._may)
            alarm = alarm_of(desk, place)
            if alarm is not None:
                store = with_alarm(desk, place, alarm[1], store)
                offered = [*alarm_acts.offered(desk, alarm[1], self._may), *(act for act in offered if act in _BESIDE)]
            self.page.show_detail(code, words.place_detail(place, self.tree, store), offered)
            return
        one = held[0].one
        pages = self.station.frame.offered()
        waiting = {str(doc["container"]) for _, doc, _ in moves.unreconciled(self.station.desk)}
        acts = ["order"] if "orders" in pages else []
        if self._may("move_container"):
            acts.append("reconcile" if one.id in waiting else "move")
        acts += ["reinstate"] if reinstate.offered(self.station, one) else []
        acts += ["change"] if self._may("add_place") and not alone else []
        acts += ["history", "up"] if place.parent else ["history"]
        path = self.tree.path(place.id, language.now)
        self.page.show_detail(code, words.container_detail(held, path, self._more(held[0], place)), acts)

    def _more(self, held: Held, place: Place) -> More:
        desk = self.station.desk
        placed = held.one.event_of("placed")
        stored, exposure = "", None
        if placed is not None:
            at = parse_iso(placed.event_at)
            by = next((person.called(language.now) for person in desk.people() if person.id == placed.by), placed.by)
            stored = f"{wall(at.utc_ms, self.zone).strftime('%m-%d %H:%M')} · {by}"
            opened = held.one.event_of("opened")
            if opened is not None and parse_iso(opened.event_at).utc_ms <= at.utc_ms:
                exposure = (at.utc_ms - parse_iso(opened.event_at).utc_ms) // 1000
            done = [m.doc for m in desk.store.find("move", container=held.one.id) if m.doc["state"] == moves.DONE]
            if done and "exposure_s" in done[-1]:
                exposure = int(done[-1]["exposure_s"])
        device = self.tree.device(place.id)
        known = device is not None and placed is not None
        warmest = warmest_since(desk, device, placed.event_at, self.zone) if known else ""
        holds = ", ".join(dict.fromkeys(str(doc["excursion"]) for _, doc in excursions.on_hold(desk, held.one.id)))
        return More(stored, exposure, warmest, holds)

    # --- doing ------------------------------------------------------------------------------------------------------

    def _tool(self, name: str) -> None:
        {"count": self.moves.count, "bulk": self.moves.empty_tank, "place": self.places.register}[name]()

    def _do(self, act: str, code: str) -> None:
        if code.startswith(PREFIX):
            self._do_probe(act, code.removeprefix(PREFIX))
            return
        of_place = {
            "round": self.rounds.ask,
            "count": self.moves.count,
            "add_probe": self.probes.register,
            "alarm_rules": lambda code: open_alarm_rules(self.station, code),
            "change": self.places.change,
            "retire": self.places.retire,
            "take_back": self.places.take_back,
            "up": self._up,
        }
        if act in of_place:
            of_place[act](code)
            return
        place = self.tree.by_code(code)
        alarm = alarm_of(self.station.desk, place) if place is not None and act in ALARM_ACTS else None
        if alarm is not None:
            self.alarms.do(act, alarm[0])
            return
        held = self._in(code)
        if not held:
            return
        one = held[0].one
        if act == "reinstate":
            reinstate.open_reinstate(self.station, one.id)
            return
        if act == "history":
            open_history(self.station, "container", one.id)
            return
        if act in ("move", "reconcile"):
            (self.moves.move if act == "move" else self.moves.reconcile)(one.id)
            return
        self.order_opened.emit(one.order)

    def _do_probe(self, act: str, id: str) -> None:
        {
            "certificate": self.probes.certificate,
            "doubted": self.probes.doubted,
            "change_probe": self.probes.change,
            "replace_probe": self.probes.replace,
            "file": self.probes.save_file,
            "retire_probe": self.probes.retire,
            "up": lambda id: self.page.pick(self.tree.places[probe_acts.get(self.station.desk, id).place].code),
        }[act](id)

    def _up(self, code: str) -> None:
        """What the place stands in."""
        place = self.tree.by_code(code)
        if code.startswith(CONTAINER):
            self.page.pick(self._in(code)[0].one.place)
        elif place is not None and place.parent in self.tree.places:
            self.page.pick(self.tree.places[place.parent].code)

    def begin(self, what: str, code: str) -> None:
        """Begin a ``round`` or a ``count`` at a device, read a ``shipper``, put in what is ``out``, scan where
        one stands ``at`` (from Today)."""
        if what == "shipper":
            self.page.pick(code)
            self.rounds.read_shipper(code)
        elif what in ("out", "at"):
            self._duty(f"{what}:{code}")
        else:
            self.page.pick(code)
            self._do(what, code)

    def show_probe(self, id: str) -> None:
        """Show one probe in the panel (from Today)."""
        self.page.pick(f"{PREFIX}{id}")

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """States of the page and its dialogs, for the tour."""
        desk = self.station.desk
        device = next((one for one in self.tree.places.values() if one.device and one.state == IN_USE), None)
        if device is None:
            return []
        found: list[tuple[str, Callable[[], object]]] = [("storage-device", lambda: self.page.pick(device.code))]
        taken = next((one.place for one in place_acts.inside(desk, self.tree, device.id)), "")
        if taken:
            found.append(("storage-position", lambda: self.page.pick(taken)))
            held = place_acts.inside(desk, self.tree, device.id)[0].id
            found.append(("dialog-move", lambda: self.moves.move(held)))
        for probe in probe_acts.listed(desk, device.id)[:1]:
            found += [
                ("storage-probe", lambda id=probe.id: self.show_probe(id)),
                ("dialog-certificate", lambda id=probe.id: self.probes.certificate(id)),
                ("dialog-probe-change", lambda id=probe.id: self.probes.change(id)),
                ("dialog-probe-replace", lambda id=probe.id: self.probes.replace(id)),
            ]
        return [
            *found,
            ("dialog-probe", lambda: self.probes.register(device.code)),
            ("dialog-place", self.places.register),
            ("dialog-place-change", lambda: self.places.change(device.code)),
            ("dialog-place-retire", lambda: self.places.retire(device.code)),
            ("dialog-stock-count", lambda: self.moves.count(device.code)),
            ("dialog-empty-tank", self.moves.empty_tank),
            *self.rounds.scenes(device.code),
        ]

    def _duty(self, ident: str) -> None:
        kind, _, what = ident.partition(":")
        if kind == "round":
            self.rounds.ask(what)
        elif kind == "out":
            self.moves.put_in(what)
        else:
            self.moves.reconcile(what)

    def _open_curve(self, code: str) -> None:
        frame = self.station.frame
        if "temperature" in frame.offered():
            frame.open_page("temperature")
            self.station.wires["temperature"].show_place(code)  # type: ignore[attr-defined]
