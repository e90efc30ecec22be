"""Backup bags of an order: kept by somebody until a day, or called in as a dose (clinical-review 5.9)."""

from __future__ import annotations

from cellguide.acts import containers
from cellguide.container_life import Container
from cellguide.containers import allowed
from cellguide.people import may
from cellguide.refusal import Refusal
from ui.dialogs.order_backup import KEEP, BackupDialog, BackupLine
from ui.language import say
from ui.station import Station
from ui.wiring.in_dialog import act_in

ACT = "set_backup"


def offered(station: Station, held: Container) -> bool:
    """Whether who sits here may keep it as a backup or call it in, as it stands now."""
    session = station.desk.session
    return session is not None and may(session.role, ACT) and allowed(held.state, ACT)


def open_backup(station: Station, order: str) -> BackupDialog | None:
    """Ask which container, and what becomes of it; None where none can be a backup."""
    found = [one for one in containers.of_order(station.desk, order) if offered(station, one)]
    if not found:
        station.refuse(Refusal("order.no_backup", order=order))
        return None
    dialog = BackupDialog(station.frame, order, [line_of(one) for one in found])
    dialog.given.connect(lambda: _give(station, dialog))
    dialog.open()
    return dialog


def line_of(held: Container) -> BackupLine:
    """A container as the dialog offers it."""
    text = " · ".join(
        part
        for part in (f"{held.n}/{held.of}", held.lot, held.id, say(f"container.state.{held.state}"))
        if part
    )  # fmt: skip
    known = held.backup or {}
    is_backup = held.state == "backup"
    return BackupLine(
        held.id,
        text,
        is_backup,
        held.state == "expected",
        known.get("keeper", "") if is_backup else "",
        (known.get("expiry", "") if is_backup else "") or held.expiry,
        known.get("decide_by", "") if is_backup else "",
    )


def _give(station: Station, dialog: BackupDialog) -> None:
    desk, id, reason = station.desk, dialog.container.value(), dialog.reason.value()

    def work() -> Container:
        if dialog.what.value() != KEEP:
            return containers.authorise_container(desk, id, "call_backup", reason=reason)
        day = dialog.decide_by.day()
        assert day is not None
        return containers.set_backup(desk, id, dialog.keeper.value(), dialog.expiry.value(), day, reason)

    done = act_in(station, dialog, work)
    if done is not None:
        station.say_done("orders_page.backup.done", container=id, state=say(f"container.state.{done.state}"))
