"""Ready for arrival: choosing the device and a position for each container that is still to come."""

from __future__ import annotations

from collections.abc import Sequence

from cellguide.acts import places as place_acts
from cellguide.acts import reservations
from cellguide.container_life import Container
from cellguide.people import may
from cellguide.refusal import Refusal
from ui.dialogs.reserve import AwaitedLine, ReserveDialog, RoomChoice
from ui.forms import Choice
from ui.language import language, say
from ui.station import Station
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in

ACT = "reserve_place"


def offered(station: Station, containers: Sequence[Container]) -> bool:
    """Whether who sits here may keep positions, some container waits for one, and the site has a store for it."""
    session = station.desk.session
    if session is None or not may(session.role, ACT) or not any(map(place_acts.waits_for_place, containers)):
        return False
    return any(one.device and one.kind != "shipper" for one in place_acts.tree(station.desk).places.values())


def lacking(containers: Sequence[Container]) -> bool:
    """Whether a container waits for which no position is kept."""
    return any(place_acts.waits_for_place(one) and not one.reserved for one in containers)


def open_reserve(station: Station, order: str) -> ReserveDialog | None:
    """Ask for device and positions; None where nothing waits or no device has room."""
    desk = station.desk
    waiting, rooms = reservations.awaited(desk, order), reservations.rooms(desk, order)
    if not waiting or not rooms:
        nothing = Refusal("order.nothing_awaited", order=order)
        station.refuse(Refusal("place.no_room", order=order) if waiting else nothing)
        return None
    dialog = ReserveDialog(station.frame, order, [_line(station, one) for one in waiting], [*map(_room, rooms)])
    dialog.given.connect(lambda: _keep(station, dialog, dialog.places()))
    dialog.let_go.connect(lambda: _keep(station, dialog, dict.fromkeys(dialog.fields, "")))
    dialog.open()
    return dialog


def _line(station: Station, one: Container) -> AwaitedLine:
    known = place_acts.tree(station.desk)
    place = known.by_code(one.reserved) if one.reserved else None
    device = known.device(place.id) if place is not None else None
    text = " · ".join(part for part in (f"{one.n}/{one.of}", one.lot, one.id) if part)
    return AwaitedLine(one.id, text, one.reserved, device.code if device is not None else "")


def _room(room: reservations.Room) -> RoomChoice:
    text = say("orders_page.reserve.room", device=device_name(room.device), count=len(room.free))
    return RoomChoice(room.device.code, text, tuple(Choice(code, code) for code in room.free))


def _keep(station: Station, dialog: ReserveDialog, wanted: dict[str, str]) -> None:
    def work() -> bool:
        reservations.reserve_places(station.desk, wanted)
        return True

    if act_in(station, dialog, work):
        kept = (", " if language.now == "en" else "、").join(code for code in wanted.values() if code)
        station.say_done("orders_page.reserve.kept" if kept else "orders_page.reserve.released", places=kept)
