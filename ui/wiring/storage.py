"""The Storage page: what stands where, and what each device holds."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide import containers as states
from cellguide.acts import containers, places
from cellguide.container_life import Container, Event
from cellguide.entry import Doc
from cellguide.places import DEVICES, IN_USE, Place, Tree
from ui.forms import Choice
from ui.kit import Mark
from ui.language import language, say
from ui.pages.panel import Detail, Fact, Section
from ui.pages.storage import StoragePage, StoredLine
from ui.station import Station
from ui.wiring.fresh import Fresh

TONES = {
    "locked": "alarm",
    "rejected": "alarm",
    "pending": "warn",
    "arrived": "warn",
    "accepted": "ok",
    "released": "info",
}
# Whatever is in the house and not given: it must be found by somebody who looks for it.
HERE = tuple(state for state in states.STATES if state not in (*states.FINAL, "expected", "infusing", "paused"))


class StorageWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = StoragePage()
        self.page.picked.connect(self._show)
        self.page.order_asked.connect(self._open_order)
        self.fresh = Fresh(station, self.page, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read what is shown anew."""
        desk = self.station.desk
        tree = places.tree(desk)
        found = containers.in_state(desk, *HERE)
        rows = [line(one, self._order(one.order), tree) for one in found]
        self.page.show_rows(sorted(rows, key=lambda row: (not row.device, row.place, row.ident)))
        devices = [one for one in tree.places.values() if one.kind in DEVICES and one.state == IN_USE]
        choices = [Choice(one.code, name_of(one)) for one in devices]
        self.page.show_devices(choices, overview(devices, found, tree) if devices else None)
        if self.page.ident:
            self._show(self.page.ident)

    def _order(self, id: str) -> Doc:
        held = self.station.desk.store.get("order", id)
        return held.doc if held is not None else {}

    def _open_order(self, order: str) -> None:
        from ui.wiring.orders import OrdersWire

        self.station.frame.open_page("orders")
        wire = self.station.wires["orders"]
        assert isinstance(wire, OrdersWire)
        wire.page.pick(order)

    def _show(self, id: str) -> None:
        desk = self.station.desk
        one = containers.get(desk, id)
        self.page.show_detail(id, detail_of(one, self._order(one.order), places.tree(desk)), one.order)


def name_of(place: Place) -> str:
    """The device in the language of the moment."""
    return {"zh": place.zh, "en": place.en}[language.now] or place.code


def _where(one: Container, tree: Tree) -> tuple[str, str]:
    """(device code, place in words); a place that is not registered is said as it was scanned."""
    if not one.place:
        return "", say("storage_page.nowhere")
    found = tree.by_code(one.place)
    if found is None:
        return "", one.place
    device = tree.device(found.id)
    return device.code if device is not None else "", tree.path(found.id, language.now)


def mark_of(one: Container) -> Mark:
    """The container's state."""
    return Mark(say(f"container.state.{one.state}"), TONES.get(one.state, ""))


def _product(order: Doc) -> str:
    return str(order.get(f"product_{language.now}") or order.get("product") or "—")


def line(one: Container, order: Doc, tree: Tree) -> StoredLine:
    """One row of the list."""
    device, where = _where(one, tree)
    patient = str((order.get("patient") or {}).get("name") or "—")
    which = f"{one.n}/{one.of} · {one.lot or '—'}"
    return StoredLine(one.id, device, where, patient, _product(order), which, mark_of(one))


def detail_of(one: Container, order: Doc, tree: Tree) -> Detail:
    """The panel of one container: what it is, and what has happened to it."""
    patient = str((order.get("patient") or {}).get("name") or "—")
    facts = [
        Fact(say("order.field.coi"), str(order.get("coi") or "—")),
        Fact(say("shipment.field.lot"), one.lot or "—"),
        Fact(say("shipment.field.expiry"), one.expiry or "—"),
        Fact(say("order.field.din"), one.din),
        Fact(say("order.field.infusion_on"), str((order.get("planned") or {}).get("infusion_on") or "—")),
        Fact(say("storage_page.order"), one.order),
    ]
    life = tuple(_event(event) for event in reversed(one.events) if not event.back)
    sections = (
        Section("", tuple(fact for fact in facts if fact.value)),
        Section(say("storage_page.life"), life, say("storage_page.no_life")),
    )
    title = f"{_product(order)} · {one.n}/{one.of}"
    return Detail(patient, mark_of(one), _where(one, tree)[1], title, (), sections)


def _event(event: Event) -> Fact:
    key = "fact" if event.what == "fact" else "authorisation"
    return Fact(say(f"container.{key}.{event.name}"), event.event_at[:16].replace("T", " "))


def overview(devices: list[Place], found: list[Container], tree: Tree) -> Detail:
    """Every device with its limit and how much of it is taken."""
    facts = []
    for device in devices:
        inside = {one.code for one in tree.inside(device.id)}
        held = sum(1 for one in found if one.place in inside)
        room = sum(one.capacity for one in tree.leaves(device.id))
        limit = f"≤ {device.limit_c_max} °C".replace("-", "\N{MINUS SIGN}") if device.limit_c_max else ""
        facts.append(Fact(name_of(device), say("storage_page.taken", held=held, room=room), limit))
    return Detail(say("storage_page.devices"), Mark(str(len(devices))), sections=(Section("", tuple(facts)),))
