"""A second person beside the one who sits here: known by password, or by badge and PIN."""

from __future__ import annotations

from collections.abc import Callable

from cellguide.acts import staff
from cellguide.entry import Actor
from cellguide.people import may
from cellguide.refusal import Refusal
from ui.dialogs.second import SecondPersonDialog
from ui.language import say
from ui.station import Station, sentence


def ask_second(station: Station, dialog: SecondPersonDialog, act: str, known: Callable[[Actor], None]) -> None:
    """Connect the dialog's first question; ``known`` is called with who it is, in a role that may do ``act``."""

    def found(actor: Actor) -> None:
        session = station.desk.session
        if session is not None and actor.person == session.person:
            dialog.show_error(sentence(Refusal("check.same_person", person=actor.person)))
            return
        known(actor)

    def proved(proof: staff.Proof) -> None:
        roles = station.desk.person(proof.person).roles
        role = next((role for role in roles if may(role, act)), roles[0])
        found(Actor(proof.person, role, "password"))

    def identified(how: str, who: str, secret: str) -> None:
        if how == "password":
            dialog.show_busy(say("orders_page.busy"))
            station.prove(who, secret, proved, lambda refusal: dialog.show_error(sentence(refusal)))
            return
        try:
            found(staff.identify(station.desk, who, secret))
        except Refusal as refusal:
            dialog.show_error(sentence(refusal))

    def scanned(untrusted_text: str) -> None:
        name = dialog.focused()
        if name:
            dialog.fill(name, untrusted_text)
        else:
            dialog.show_badge(untrusted_text)

    dialog.identified.connect(identified)
    station.scanned.connect(scanned)
    dialog.closed.connect(lambda: station.scanned.disconnect(scanned))
