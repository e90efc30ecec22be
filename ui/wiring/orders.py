"""The Orders page: finding, writing, verifying, changing, cancelling and replacing orders; the holder's notice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cellguide import orders as domain
from cellguide.acts import containers, orders, shipments
from cellguide.entry import Actor
from cellguide.orders import Again, Order
from cellguide.people import may
from cellguide.refusal import Refusal
from cellguide.shipments import Shipment
from ui.dialogs.order_extras import DayDialog, NumberDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.second import BlindField, SecondPersonDialog
from ui.dialogs.shipment import ShipmentDialog
from ui.forms import Choice
from ui.language import language, say
from ui.pages.orders import OrderLine, OrdersPage
from ui.station import Station, sentence
from ui.wiring import backups, held_since, reinstate, reserving
from ui.wiring.fresh import Fresh
from ui.wiring.history import open_history
from ui.wiring.holds import open_enquiry
from ui.wiring.in_dialog import act_in, files_in
from ui.wiring.order_acts import arrived, day_over, infusion_passed, offered, on_the_way
from ui.wiring.order_entry import OrderEntry, in_words, profile_in_doubt, profile_of
from ui.wiring.order_words import Around, detail_of, line, product_of
from ui.wiring.second_person import ask_second

SHOWN = 200
_OVER = (domain.FINISHED, domain.CANCELLED, domain.REPLACED)
_STATES = {"live": domain.LIVE, "over": _OVER, "all": (*domain.LIVE, *_OVER)}
_PERMISSION = {
    "verify": "verify_order",
    "change": "change_order",
    "announce": "announce_shipment",
    "notice": "announce_shipment",
    "number": "add_patient_number",
    "dose": "plan_dose",
    "ld_start": "record_fact",
    "enquiry": "record_fact",
    "replace": "replace_order",
    "cancel": "cancel_order",
}


class OrdersWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = OrdersPage()
        self.text, self.state = "", "live"
        self.dialog: object = None
        self.entry = OrderEntry(station)
        self.entry.saved.connect(self.page.pick)
        page = self.page
        page.searched.connect(self._search)
        page.filtered.connect(self._filter)
        page.picked.connect(self._show)
        page.new_asked.connect(lambda: self.entry.ask("new", ""))
        page.act_asked.connect(self._do)
        page.history_asked.connect(lambda order: open_history(station, "order", order))
        self.fresh = Fresh(station, self.page, self.refresh)
        self.refresh()

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """What may be asked about one order of each state, for the tour."""
        found: list[tuple[str, Callable[[], object]]] = [("dialog-order-new", lambda: self.entry.ask("new", ""))]
        seen: set[str] = set()
        for one in orders.live(self.station.desk):
            self.page.pick(one.id)
            for act in self.page.acts.names:
                if act != "receive" and act not in seen:
                    seen.add(act)
                    found.append((f"dialog-order-{act}", lambda act=act, id=one.id: self._do(act, id)))
        return found

    # --- what is shown ------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read what is shown anew."""
        self.page.allow(new=self._may("place_order"))
        self._read()
        if self.page.ident:
            self._show(self.page.ident)

    def _may(self, act: str) -> bool:
        session = self.station.desk.session
        return session is not None and may(session.role, act)

    def _search(self, text: str) -> None:
        self.text = text
        self._read()

    def _filter(self, state: str) -> None:
        self.state = state
        self._read()

    def _read(self) -> None:
        store = self.station.desk.store
        states = _STATES.get(self.state, (self.state,))
        if self.text.strip():
            names = [hit.id for hit in store.search(self.text, kinds=["order"], limit=SHOWN)]
            held = [one for name in names if (one := store.get("order", name)) is not None]
            found = [domain.order(one.id, one.doc) for one in held if one.doc["state"] in states]
        else:
            rows = [one for state in states for one in store.find("order", state=state, newest=True, limit=SHOWN)]
            found = [domain.order(one.id, one.doc) for one in sorted(rows, key=lambda one: one.id, reverse=True)]
        self.page.show_rows([self._line(one) for one in found[:SHOWN]], len(found))

    def _line(self, held: Order) -> OrderLine:
        desk = self.station.desk
        # Only where the planned day is over are containers looked at: the list stays quick.
        passed = infusion_passed(desk, held.id) if held.live and day_over(held, desk.now().day) else ""
        return line(held, *profile_of(desk, held.product), desk.now().day, late=bool(passed))

    def _show(self, id: str) -> None:
        desk = self.station.desk
        held = orders.get(desk, id)
        people = {}
        for person in (held.entered_by, held.verified_by):
            if person:
                people[person] = desk.person(person).called(language.now)
        profile, verified = profile_of(self.station.desk, held.product)
        around = Around(
            profile,
            verified,
            shipments.of_order(desk, id),
            containers.of_order(desk, id),
            orders.doses(desk, id),
            people,
            desk.now().day,
            orders.ld_choice(desk),
            profile_in_doubt(desk, held.product),
            infusion_passed(desk, id),
        )
        acts = offered(held, around.shipments, around.containers, self._besides(held, around))
        allowed = [act for act in acts if not act or act not in _PERMISSION or self._may(_PERMISSION[act])]
        if allowed and acts[0] and allowed[0] != acts[0]:
            allowed.insert(0, "")  # what comes next is another's to do: no key stands in for it
        self.page.show_detail(id, detail_of(held, around), allowed)

    def _besides(self, held: Order, around: Around) -> set[str]:
        """What the containers and who sits here allow besides."""
        station, found, there = self.station, set(), around.containers
        if reserving.offered(station, there):
            found.add("reserve")
        if on_the_way(around.shipments) and self._may("start_run") and "receipt" in station.frame.offered():
            found.add("receive")
        if held_since.may_decide(station) and any(held_since.lock_of(station.desk, one) for one in there):
            found.add("decide")
        if held.live and any(backups.offered(station, one) for one in there):
            found.add("backup")
        if any(reinstate.offered(station, one) for one in there):
            found.add("reinstate")
        if around.infusion_passed or not (around.doses or held.planned.get("infusion_on")):
            found.add("replan")
        return found

    def _do(self, act: str, id: str) -> None:
        {
            "verify": self.verify,
            "change": lambda one: self.entry.ask("change", one),
            "announce": self.announce,
            "notice": self.complete_notice,
            "number": self.add_number,
            "dose": self._ask_dose,
            "backup": self._backup,
            "enquiry": self._enquire,
            "ld_start": self._ask_ld,
            "replace": lambda one: self.entry.ask("replace", one),
            "cancel": self._ask_cancel,
            "reinstate": self._reinstate,
            "reserve": self._reserve,
            "receive": self._receive,
            "decide": self._decide,
        }[act](id)

    # --- the second person ----------------------------------------------------------------------------------------

    def verify(self, id: str) -> None:
        """COI, birth date and one number, given without seeing them; list and panel are hidden meanwhile."""
        desk = self.station.desk
        held = orders.get(desk, id)
        dialog = SecondPersonDialog(self.station.frame)
        dialog.kicker.setText(say("orders_page.verify_kicker", order=id, product=product_of(held)))
        fields = [
            BlindField("birth_date", say("order.field.birth_date"), "date"),
            BlindField("number", say("order.field.number")),
        ]
        if held.coi:
            fields.insert(0, BlindField("coi", say("order.field.coi")))
        second: list[Actor] = []

        def known(actor: Actor) -> None:
            second.append(actor)
            dialog.show_values(desk.person(actor.person).called(language.now), fields)

        def answered(values: dict[str, str]) -> None:
            again = Again(values.get("coi", ""), values["birth_date"], values["number"])
            try:
                self.station.parts.faults.require_sound()
                orders.verify_order(desk, id, again, second[0] if second else None)
            except Refusal as refusal:
                dialog.show_error(sentence(in_words(refusal)))
                return
            dialog.accept()
            self.station.changed.emit()
            self.station.say_done("orders_page.verified", order=id)

        dialog.answered.connect(answered)
        ask_second(self.station, dialog, "verify_order", known)
        dialog.closed.connect(lambda: self.page.cover(False))
        self.page.cover(True)
        self.dialog = dialog
        session = desk.session
        if session is not None and session.person != held.entered_by:
            dialog.show_values(desk.person(session.person).called(language.now), fields)
        dialog.open()

    def add_number(self, id: str) -> None:
        """A further number: the first person types it, then the second their own."""
        first = NumberDialog(self.station.frame)
        first.typed.connect(lambda: self._second_number(id, first))
        self.dialog = first
        first.open()

    def _second_number(self, id: str, first: NumberDialog) -> None:
        number, replaces = first.number(), first.replaces.isChecked()
        first.accept()
        dialog = SecondPersonDialog(self.station.frame)
        dialog.kicker.setText(say("orders_page.number_kicker"))
        field = BlindField("number", say(f"order.number.{number.type}"))
        second: list[Actor] = []

        def known(actor: Actor) -> None:
            second.append(actor)
            dialog.show_values(self.station.desk.person(actor.person).called(language.now), (field,))

        def answered(values: dict[str, str]) -> None:
            desk = self.station.desk
            added = act_in(
                self.station,
                dialog,
                lambda: orders.add_patient_number(desk, id, number, second[0], values["number"], replaces=replaces),
            )
            if added is not None:
                self.station.say_done("orders_page.number_added")

        dialog.answered.connect(answered)
        ask_second(self.station, dialog, "add_patient_number", known)
        dialog.closed.connect(lambda: self.page.cover(False))
        self.page.cover(True)
        self.dialog = dialog
        dialog.open()

    # --- shipments, days, the end ---------------------------------------------------------------------------------

    def announce(self, id: str) -> None:
        """The holder's notice."""
        held = orders.get(self.station.desk, id)
        dialog = ShipmentDialog(self.station.frame)
        dialog.show_order(id, held.patient.name or "—", held.containers)
        dialog.saved.connect(lambda: self._announced(id, dialog))
        self.dialog = dialog
        dialog.open()

    def _announced(self, id: str, dialog: ShipmentDialog) -> None:
        desk = self.station.desk
        files = files_in(dialog)
        if files is None:
            return
        offset = desk.now().iso[-6:]
        made = act_in(
            self.station,
            dialog,
            lambda: shipments.announce_shipment(desk, id, dialog.shipment(offset), dialog.announced(), files),
        )
        if made is not None:
            self.station.say_done("orders_page.announced", shipment=made.id)

    def complete_notice(self, id: str) -> None:
        """Fill in what the newest notice did not say."""
        held = orders.get(self.station.desk, id)
        before = shipments.of_order(self.station.desk, id)[-1]
        dialog = ShipmentDialog(self.station.frame)
        dialog.show_shipment(before, held.patient.name or "—")
        dialog.saved.connect(lambda: self._notice_completed(before, dialog))
        self.dialog = dialog
        dialog.open()

    def _notice_completed(self, before: Shipment, dialog: ShipmentDialog) -> None:
        desk = self.station.desk
        files = files_in(dialog)
        if files is None:
            return
        typed = dialog.shipment(desk.now().iso[-6:])
        fields = {name: getattr(typed, name) for name in dialog.fields if _moved(before, typed, name)}
        made = act_in(
            self.station,
            dialog,
            lambda: shipments.change_shipment(desk, before.id, fields, dialog.reason.value(), files),
        )
        if made is not None:
            self.station.say_done("orders_page.announced", shipment=made.id)

    def _ask_dose(self, id: str) -> None:
        desk = self.station.desk
        known = orders.doses(desk, id)
        held = orders.get(desk, id)
        dialog = DayDialog(self.station.frame)
        which = [Choice(str(n), say("orders_page.dose_n", n=n)) for n in range(1, len(known) + 2)]
        day = known[0].planned_on if known else held.planned.get("infusion_on", "")
        dialog.show_request("orders_page.day.dose_title", "", day, which)

        def given() -> object:
            planned = dialog.day.day()
            assert planned is not None
            return orders.plan_dose(desk, id, int(dialog.which.value()), planned, reason=dialog.reason.value())

        self._open_day(dialog, given)

    def _ask_ld(self, id: str) -> None:
        desk = self.station.desk
        dialog = DayDialog(self.station.frame)
        day = desk.now().day.isoformat()
        dialog.show_request("orders_page.day.ld_title", "orders_page.day.ld_help", day)

        def given() -> object:
            started = dialog.day.day()
            assert started is not None
            return orders.record_ld_start(desk, id, started)

        self._open_day(dialog, given)

    def _backup(self, id: str) -> None:
        self.dialog = backups.open_backup(self.station, id)

    def _enquire(self, id: str) -> None:
        """What is asked of the holder about the newest delivery that came."""
        came = arrived(shipments.of_order(self.station.desk, id))
        if came:
            self.dialog = open_enquiry(self.station, came[-1].id)

    def _reserve(self, id: str) -> None:
        self.dialog = reserving.open_reserve(self.station, id)

    def _receive(self, id: str) -> None:
        """The delivery on the Receipt page, or the walk that receives it."""
        self.station.frame.open_page("receipt")
        self.station.wires["receipt"].show_order(id)  # type: ignore[attr-defined]

    def _decide(self, id: str) -> None:
        """The record that holds the first locked container; a further one is offered once this is done."""
        self.dialog = held_since.decide_again(self.station, id)

    def _reinstate(self, id: str) -> None:
        """The first rejected container of the order; a further one is offered once this is done."""
        found = [one for one in containers.of_order(self.station.desk, id) if reinstate.offered(self.station, one)]
        if found:
            self.dialog = reinstate.open_reinstate(self.station, found[0].id)

    def _open_day(self, dialog: DayDialog, work: Callable[[], object]) -> None:
        def given() -> None:
            if act_in(self.station, dialog, work) is not None:
                self.station.say_done("orders_page.day_saved")

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()

    def _ask_cancel(self, id: str) -> None:
        dialog = ReasonDialog(self.station.frame)
        presets = tuple(say(f"orders_page.cancel_preset_{name}") for name in ("patient", "holder", "typing"))
        dialog.show_request(say("orders_page.cancel_title", order=id), presets)

        def given(reason: str) -> None:
            if act_in(self.station, dialog, lambda: orders.cancel_order(self.station.desk, id, reason)) is not None:
                self.station.say_done("orders_page.cancelled", order=id)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()


def _moved(before: Shipment, typed: Shipment, name: str) -> bool:
    """Whether a field was changed; a time is shown to the minute, so one that says the same minute was not."""
    one, other = getattr(before, name), getattr(typed, name)
    return str(one)[:16] != str(other)[:16] if name in ("hold_end_at", "departed_at") else bool(one != other)
