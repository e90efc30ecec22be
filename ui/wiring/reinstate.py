"""Taking a rejection back: a dialog for two people, offered where a rejected container is shown."""

from __future__ import annotations

from cellguide.acts import containers as container_acts
from cellguide.acts import places as place_acts
from cellguide.acts import reinstating, staff
from cellguide.acts.planned_infusions import infusion_on
from cellguide.container_life import Container
from cellguide.containers import allowed
from cellguide.desk import Desk
from cellguide.people import may
from cellguide.refusal import Refusal
from ui.dialogs.reinstate import ReinstateDialog, RejectionText
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.in_dialog import prove_two

ACT = "reinstate_container"


def offered(station: Station, held: Container) -> bool:
    """Whether the key stands there: the container is rejected, and who sits here may give the first word."""
    session = station.desk.session
    return session is not None and may(session.role, ACT) and allowed(held.state, "reinstate")


def open_reinstate(station: Station, container: str) -> ReinstateDialog | None:
    """Ask a pharmacist and a quality officer; None where there is no rejection to take back."""
    desk = station.desk
    try:
        held = container_acts.get(desk, container)
    except Refusal as refusal:
        station.refuse(refusal)
        return None
    if not offered(station, held) or desk.session is None:
        station.refuse(
            Refusal("container.not_allowed", container=container, state=held.state, authorisation="reinstate")
        )
        return None
    dialog = ReinstateDialog(station.frame)
    dialog.show_rejection(rejection_text(desk, held))
    dialog.show_person(desk.session.person)
    dialog.stale.connect(lambda: dialog.show_rejection(rejection_text(desk, held)))
    dialog.given.connect(lambda: _give(station, dialog, container))
    dialog.open()
    return dialog


def rejection_text(desk: Desk, held: Container) -> RejectionText:
    """What the dialog says of a rejected container."""
    order = desk.store.get("order", held.order)
    facts = order.doc if order is not None else {}
    name = facts.get(f"product_{language.now}") or facts.get("product", "")
    product = " · ".join(part for part in (str(name), f"COI {facts.get('coi', '')}", held.lot) if part)
    tree = place_acts.tree(desk)
    place = tree.by_code(held.place)
    event = held.event_of("reject")
    rejected = ""
    if event is not None:
        who = desk.person(event.by).called(language.now) if event.by else ""
        rejected = " · ".join(part for part in (event.at[:16].replace("T", " "), who, event.run) if part)
    day = infusion_on(desk, held.order)
    return RejectionText(
        held.id,
        product,
        tree.path(place.id, language.now) if place is not None else held.place,
        rejected,
        day.isoformat() if day else "",
        say(f"container.state.{reinstating.becomes(desk, held)}"),
    )


def _give(station: Station, dialog: ReinstateDialog, container: str) -> None:
    vouching, reason = dialog.vouchers.vouching(), dialog.reason.value()
    dialog.show_busy(say("reinstate.busy"))

    def failed(refusal: Refusal) -> None:
        dialog.show_error(sentence(refusal))

    def both(one: staff.Proof, other: staff.Proof) -> None:
        try:
            station.parts.faults.require_sound()
            held = reinstating.reinstate_container(station.desk, container, reason, one, other)
        except Refusal as refusal:
            failed(refusal)
            return
        dialog.show_busy("")
        station.changed.emit()
        dialog.accept()
        station.say_done("reinstate.done", container=container, state=say(f"container.state.{held.state}"))

    prove_two(station, vouching, both, failed)
