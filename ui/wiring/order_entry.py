"""Writing an order from the window: the form, the readings, the wrong-patient question, the act."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from cellguide import orders as domain
from cellguide import patients
from cellguide.acts import orders, products
from cellguide.desk import Desk
from cellguide.orders import Order
from cellguide.papers import glyphs
from cellguide.products import Profile
from cellguide.refusal import Refusal
from ui.dialogs.order import OrderDialog, OrderRequest
from ui.dialogs.similar import SimilarDialog
from ui.forms import Choice
from ui.jobs import Job, Outcome
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.in_dialog import files_in
from ui.wiring.order_words import alike


class OrderEntry(QObject):
    """Signals: ``saved(str)``: the order that was written."""

    saved = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.dialog: OrderDialog | None = None
        self.question: SimilarDialog | None = None

    def _orderable(self) -> tuple[Choice, ...]:
        """What the hospital has adopted; everything packaged while it has adopted nothing yet."""
        adopted: list[Choice] = []
        packaged: list[Choice] = []
        for standing in products.listed(self.station.desk):
            try:
                products.check_orderable(self.station.desk, standing.id)
            except Refusal:
                continue
            zh, en = products.names(standing.profile)
            state = say(f"products_page.state.{standing.state}")
            jurisdiction = say(f"product.jurisdiction.{standing.profile.jurisdiction}")
            name = {"zh": zh, "en": en}[language.now]
            choice = Choice(standing.id, f"{name} · {jurisdiction} · {state}")
            (adopted if standing.adopted else packaged).append(choice)
        return tuple(sorted(adopted or packaged, key=lambda choice: choice.text))

    def ask(self, mode: str, id: str) -> None:
        """Ask for a new order, a change of ``id`` or the order that replaces it."""
        held = orders.get(self.station.desk, id) if id else Order()
        dialog = OrderDialog(self.station.frame)
        dialog.name_typed.connect(lambda name: self._propose(name, dialog))
        dialog.product_chosen.connect(lambda product: dialog.show_profile(profile_of(self.station.desk, product)[0]))
        dialog.saved.connect(lambda: self._save(mode, id, dialog, frozenset()))
        dialog.show_request(OrderRequest(mode, held, self._orderable()))
        self.dialog = dialog
        dialog.open()

    def _propose(self, name: str, dialog: OrderDialog) -> None:
        def shown(outcome: Outcome) -> None:
            if outcome.error is None and not outcome.cancelled and dialog.isVisible():
                dialog.show_syllables(name, outcome.value)

        job = Job(lambda _work: patients.propose_readings(name))
        job.finished.connect(shown)
        job.start()

    def _save(self, mode: str, id: str, dialog: OrderDialog, looked_at: frozenset[str]) -> None:
        new = dialog.order()
        unprintable = glyphs.missing(new.patient.name)
        if unprintable:
            chars = " ".join(dict.fromkeys(unprintable))
            dialog.show_error(say("orders_page.glyph_fault", chars=chars))
            return
        files = files_in(dialog)
        if files is None:
            return
        try:
            self.station.parts.faults.require_sound()
            saved = self._write(mode, id, new, dialog, looked_at, files)
        except Refusal as refusal:
            if refusal.code == "order.similar":
                self._ask_similar(mode, id, new, dialog)
            else:
                dialog.show_error(sentence(in_words(refusal)))
            return
        dialog.accept()
        self.station.changed.emit()
        self.saved.emit(saved.id)
        key = {"new": "saved", "change": "saved", "replace": "replaced"}[mode]
        if saved.state == domain.PROVISIONAL:
            key = "provisional_saved"
        self.station.say_done(f"orders_page.{key}", order=id if mode == "replace" else saved.id, new=saved.id)

    def _write(
        self, mode: str, id: str, new: Order, dialog: OrderDialog, looked_at: frozenset[str], files: dict[str, bytes]
    ) -> Order:
        desk = self.station.desk
        profile = profile_of(self.station.desk, new.product)[0]
        if new.product:
            products.check_orderable(desk, new.product)
        if mode == "new":
            provisional = dialog.provisional.isChecked()
            return orders.place_order(
                desk, new, provisional=provisional, looked_at=looked_at, profile=profile, files=files
            )
        if mode == "replace":
            return orders.replace_order(desk, id, new, dialog.reason(), looked_at=looked_at, profile=profile)
        held = orders.get(desk, id)
        changes = {name: getattr(new, name) for name in domain.EDITABLE if getattr(new, name) != getattr(held, name)}
        return orders.change_order(
            desk, id, changes, dialog.reason(), looked_at=looked_at, profile=profile, files=files
        )

    def _ask_similar(self, mode: str, id: str, new: Order, dialog: OrderDialog) -> None:
        asked = replace(new, id="" if mode == "new" else id, replaces=id if mode == "replace" else "")
        found = orders.traps(self.station.desk, asked)
        others = {trap.order: orders.get(self.station.desk, trap.order) for trap in found}
        question = SimilarDialog(self.station.frame)
        question.show_alike(alike(new, found, others))
        keys = frozenset(trap.key for trap in found)
        question.looked_at.connect(lambda: self._save(mode, id, dialog, keys))
        self.question = question
        question.open()


def profile_of(desk: Desk, id: str) -> tuple[Profile | None, bool]:
    """The profile in force and whether it is verified; None where the order names none that is known."""
    if not id:
        return None, False
    try:
        return products.profile_in_force(desk, id)
    except Refusal:
        return None, False


def profile_in_doubt(desk: Desk, id: str) -> bool:
    """Whether the profile is under review: nothing new is accepted on it, and what is on its way goes on."""
    try:
        standing = products.profile_state(desk, id)
    except Refusal:
        return False
    return standing.running_may_go_on and not standing.verified


def in_words(refusal: Refusal) -> Refusal:
    """The refusal with its fields' codes said in words."""
    facts = dict(refusal.facts)
    for name in ("field", "fields", "earlier", "later"):
        if name in facts:
            codes = str(facts[name]).split(", ")
            facts[name] = "、".join(_field_words(code) for code in codes)
    return Refusal(refusal.code, **facts)


def _field_words(code: str) -> str:
    try:
        return say(f"order.field.{code}")
    except KeyError:
        return code
