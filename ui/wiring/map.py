"""The storage map: what is where, found by walking, searching or scanning; moved, counted, registered."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from PySide6.QtCore import QObject, Signal

from cellguide.acts import device_rounds, excursions, moves, rounds, shipper_store
from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.clock import parse_iso
from cellguide.container_life import Container
from cellguide.containers import FINAL
from cellguide.entry import Doc
from cellguide.people import may
from cellguide.places import IN_USE, Cell, Place, Tree, fold
from ui.chart_view import wall
from ui.forms import Choice
from ui.kit import Mark
from ui.language import language, say
from ui.pages.map import DeviceLook, Duty, MapPage, ShipperLook
from ui.rack import CellLook
from ui.station import Station
from ui.wiring import map_words as words
from ui.wiring.excursion_words import device_name, minus
from ui.wiring.fresh import Fresh
from ui.wiring.map_words import Held, More
from ui.wiring.moves import MoveWire
from ui.wiring.probe_readings import clock_time
from ui.wiring.rounds import RoundWire
from ui.wiring.temperature_words import age

_TOOLS = {"count": "count_stock", "bulk": "move_container", "place": "add_place"}
UNDECLARED_MS = 900_000  # what the rounds take for the spacing of a logger that declares none
_DUTY_TONES = {"done": "ok", "late": "ok", "missed": "alarm", "ahead": ""}


class MapWire(QObject):
    """Holds the page and answers it.

    Signals: ``order_opened(str)`` · ``trace_opened(str)``, ``thaw_asked(str)``: a container, for those pages.
    """

    order_opened = Signal(str)
    trace_opened = Signal(str)
    thaw_asked = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = MapPage()
        self.zone = str(station.desk.site.get("zone", "UTC"))
        self.tree: Tree = place_acts.tree(station.desk)
        self.needles: tuple[str, ...] = ()
        self.moves = MoveWire(station)
        self.rounds = RoundWire(station)
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
        shippers = [one for one in shown if one.kind == "shipper"]
        self.page.show_devices([self._device(one) for one in stores], [self._shipper(one) for one in shippers])
        here = [one for device in devices for one in place_acts.inside(desk, self.tree, device.id)]
        self.page.show_rows([words.stored_row(self._held(one), self.tree) for one in here])
        self.page.show_duties(list(self._duties()))
        self.page.allow([tool for tool, act in _TOOLS.items() if self._may(act)])
        if self.page.chosen:
            self._show(self.page.chosen)

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
        mark, old = self._temperature(device, None if limit is None else limit[0])
        return DeviceLook(device.code, device_name(device), " · ".join(parts), mark, old,
                          words.racks(self.tree, device, looks))  # fmt: skip

    def _cell(self, cell: Cell) -> CellLook:
        held = [self._held(one) for one in cell.containers if one.state not in FINAL]
        return words.cell_look(cell, held, self.needles, self.tree.path(cell.place.id, language.now))

    def _newest(self, device: Place) -> tuple[str, int, int] | None:
        """(°C, UTC ms, interval ms) of the newest reading of any kind."""
        find = self.station.desk.store.find
        found = []
        for probe in probe_acts.listed(self.station.desk, device.id):
            for held in find("series", probe=probe.id):
                if held.doc.get("last_c") is not None:
                    interval = int(held.doc["interval_ms"] or UNDECLARED_MS)
                    found.append((int(held.doc["last_ms"]), str(held.doc["last_c"]), interval))
        for held in find("round", place=device.id):
            if held.doc.get("c"):
                found.append((parse_iso(held.doc["at"]).utc_ms, str(held.doc["c"]), 0))
        if not found:
            return None
        at_ms, c, interval = max(found)
        return c, at_ms, interval

    def _temperature(self, device: Place, limit: Decimal | None) -> tuple[Mark, str]:
        """The newest temperature with its age; old ones are grey, never "now" (engineering-review 4)."""
        newest = self._newest(device)
        if newest is None:
            return Mark(say("map.no_reading")), say("map.no_reading_yet")
        c, at_ms, interval_ms = newest
        old_ms = self.station.desk.now().utc_ms - at_ms
        reach_ms = 4 * interval_ms if interval_ms else device_rounds.ROUND_FRESH_H * 3_600_000
        warm = limit is not None and Decimal(c) > limit
        tone = "" if old_ms > reach_ms else "alarm" if warm else "ok"
        told = say("map.age", value=minus(c), time=wall(at_ms, self.zone).strftime("%m-%d %H:%M"), age=age(old_ms))
        return Mark(f"{minus(c)} °C", tone), told

    def _shipper(self, place: Place) -> ShipperLook:
        desk = self.station.desk
        inside = [self._held(one) for one in place_acts.inside(desk, self.tree, place.id)]
        readings = [held.doc for held in desk.store.find("round", place=place.id, newest=True, limit=1)]
        last = (str(readings[0]["c"]), str(readings[0]["at"])) if readings else None
        return words.shipper_look(place, inside, shipper_store.shipper_countdown(desk, place.code), last)

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
        if self.station.frame.page_name != "storage" or self.moves.busy:
            return
        place = self.tree.by_code(untrusted_text)
        if place is not None:
            self.page.pick(place.code)
            return
        held = self.moves.container_of(untrusted_text)
        if held is not None and held.place:
            self.page.pick(held.place)

    def _in(self, code: str) -> list[Held]:
        place = self.tree.by_code(code)
        if place is None:
            return []
        found = place_acts.inside(self.station.desk, self.tree, place.id) if not place.device else [
            one for one in place_acts.inside(self.station.desk, self.tree, place.id) if fold(one.place) == fold(code)
        ]  # fmt: skip
        return [self._held(one) for one in found if one.state not in FINAL]

    def _show(self, code: str) -> None:
        place = self.tree.by_code(code)
        if place is None:
            return
        held = self._in(code)
        if not held:
            self.page.show_detail(code, words.free_detail(place, self.tree), ())
            return
        one = held[0].one
        pages = self.station.frame.offered()
        waiting = {str(doc["container"]) for _, doc, _ in moves.unreconciled(self.station.desk)}
        acts: list[str] = [name for name in ("trace", "thaw") if name in pages]
        if "thaw" in acts and one.state not in ("accepted", "backup", "released"):
            acts.remove("thaw")
        acts += ["order"] if "orders" in pages else []
        if self._may("move_container"):
            acts.append("reconcile" if one.id in waiting else "move")
        path = self.tree.path(place.id, language.now)
        self.page.show_detail(code, words.container_detail(held, path, self._more(held[0], place)), acts)

    def _more(self, held: Held, place: Place) -> More:
        desk = self.station.desk
        placed = held.one.event_of("placed")
        stored, exposure = "", None
        if placed is not None:
            at = parse_iso(placed.event_at)
            by = next((person.name for person in desk.people() if person.id == placed.by), placed.by)
            stored = f"{wall(at.utc_ms, self.zone).strftime('%m-%d %H:%M')} · {by}"
            opened = held.one.event_of("opened")
            if opened is not None and parse_iso(opened.event_at).utc_ms <= at.utc_ms:
                exposure = (at.utc_ms - parse_iso(opened.event_at).utc_ms) // 1000
            done = [m.doc for m in desk.store.find("move", container=held.one.id) if m.doc["state"] == moves.DONE]
            if done and "exposure_s" in done[-1]:
                exposure = int(done[-1]["exposure_s"])
        device = self.tree.device(place.id)
        warmest = self._warmest(device, placed.event_at) if device is not None and placed is not None else ""
        holds = ", ".join(dict.fromkeys(str(doc["excursion"]) for _, doc in excursions.on_hold(desk, held.one.id)))
        return More(stored, exposure, warmest, holds)

    def _warmest(self, device: Place, since_iso: str) -> str:
        """The warmest that the device's imports show since then: of whole files, never cooler than what it met."""
        since_ms = parse_iso(since_iso).utc_ms
        peaks: list[tuple[Decimal, int]] = []
        for probe in probe_acts.listed(self.station.desk, device.id):
            for one in self.station.desk.store.find("series", probe=probe.id):
                judgement: Doc = one.doc.get("judgement") or {}
                if int(one.doc["last_ms"]) >= since_ms and judgement.get("hi"):
                    for product in judgement.get("products", ()):
                        if product["warmest"]:
                            peaks.append((Decimal(product["warmest"][0]), int(product["warmest"][1])))
                    peaks.append((Decimal(judgement["hi"][0]), int(judgement["hi"][1])))
        inside = [(c, at_ms) for c, at_ms in peaks if at_ms >= since_ms]
        if not inside:
            return ""
        c, at_ms = max(inside)
        return say("map.fact.at_device", value=minus(c), time=clock_time(at_ms, self.zone)[5:16])

    # --- doing ------------------------------------------------------------------------------------------------------

    def _tool(self, name: str) -> None:
        {"count": self.moves.count, "bulk": self.moves.empty_tank, "place": self.moves.register_place}[name]()

    def _do(self, act: str, code: str) -> None:
        held = self._in(code)
        if not held:
            return
        one = held[0].one
        if act in ("move", "reconcile"):
            (self.moves.move if act == "move" else self.moves.reconcile)(one.id)
            return
        name = {"order": one.order}.get(act, one.id)
        {"order": self.order_opened, "trace": self.trace_opened, "thaw": self.thaw_asked}[act].emit(name)

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
