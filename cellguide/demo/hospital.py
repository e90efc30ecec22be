"""The demonstration's hands: signing in, walking a checklist, signing; everything goes through the real acts."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from .. import runs
from ..acts import closing, products, records, shipments, site, site_limits, staff, walks
from ..acts import orders as order_acts
from ..clock import SetClock
from ..desk import Desk
from ..entry import Actor
from ..orders import Again, Order
from ..products import packaged_text
from ..products.site_limits import proposals
from ..refusal import Refusal
from ..runs import Reason, Run
from ..shipments import Announced, Shipment
from . import people
from .people import ADMIN, PHARMACIST, PHARMACIST_2, QUALITY

PRODUCTS = ("demo-cel", "sample-cel")
LIMITS = ("o2_percent_min", "o2_percent_max", "ambient_warn_s", "transport_gap_min")


class Hospital:
    """One desk on a clock that is moved by hand. ``costs``: how dear a password is to check (tests make it cheap)."""

    def __init__(self, desk: Desk, clock: SetClock) -> None:
        self.desk = desk
        self.clock = clock

    # --- people -----------------------------------------------------------------------------------------------------

    def proof(self, person: str) -> staff.Proof:
        """The person types staff number and password."""
        return staff.prove(self.desk, person, people.PASSWORD)

    def sit(self, person: str) -> None:
        """Whoever sat here leaves; ``person`` sits down."""
        if self.desk.session is not None and self.desk.session.person == person:
            return
        staff.sign_out(self.desk)
        staff.sign_in(self.desk, self.proof(person))

    def actor(self, person: str) -> Actor:
        """The person identified beside the one who sits here (the window asks password, or badge and PIN)."""
        who = self.desk.person(person)
        return Actor(person, who.roles[0], "password")

    # --- setting up ---------------------------------------------------------------------------------------------------

    def open_house(self) -> None:
        """Profiles, site limits, training, clock: what a site does before the first product comes."""
        self.sit(PHARMACIST)
        for product in PRODUCTS:
            products.adopt_profile(self.desk, product, packaged_text(product))
        sha256 = products.profile_state(self.desk, PRODUCTS[0]).profile.sha256
        products.verify_profile(self.desk, PRODUCTS[0], sha256, self.proof(PHARMACIST))
        products.verify_profile(self.desk, PRODUCTS[0], sha256, self.proof(PHARMACIST_2))
        for name in LIMITS:
            value = proposals()[name].value
            site_limits.confirm_site_limit(
                self.desk, name, value, "演示 DEMO", self.proof(PHARMACIST), self.proof(PHARMACIST_2)
            )
        self.sit(QUALITY)
        for new in people.STAFF:
            if "administrator" not in new.roles:
                staff.record_training(self.desk, new.staff_no, "*", "*", "2027-10-01")
        self.sit(PHARMACIST)
        site.check_clock(self.desk, self.actor(PHARMACIST_2), 1, "演示：国家授时中心电话 DEMO")

    def admin(self) -> None:
        """An administrator sits down."""
        self.sit(ADMIN)

    # --- orders -----------------------------------------------------------------------------------------------------

    def order(self, new: Order, *, verify: bool = True, provisional: bool = False) -> Order:
        """Place an order; a second pharmacist verifies it blind."""
        self.sit(PHARMACIST)
        looked_at = frozenset(trap.key for trap in order_acts.traps(self.desk, new))
        placed = order_acts.place_order(self.desk, new, looked_at=looked_at, provisional=provisional)
        self.clock.move(minutes=3)
        if verify and not provisional:
            number = new.patient.numbers[0].value
            again = Again(new.coi, new.patient.birth_date, number)
            placed = order_acts.verify_order(self.desk, placed.id, again, self.actor(PHARMACIST_2))
        return placed

    def announce(
        self, order: Order, shipment: Shipment, lots: tuple[Announced, ...]
    ) -> tuple[Shipment, tuple[str, ...]]:
        """The holder's notice."""
        self.sit(PHARMACIST)
        made = shipments.announce_shipment(self.desk, order.id, shipment, lots)
        names = [held.id for held in self.desk.store.find("container", order=order.id)]
        return made, tuple(names)

    # --- walking ----------------------------------------------------------------------------------------------------

    def answer(
        self, run: str, step: str, value: Any, container: str | None = None, *, seconds: float = 12, **more: Any
    ) -> Run:
        """Answer as whoever sits here. Of a question that each container has, the first one's where none is named."""
        self.clock.move(seconds=seconds)
        return walks.answer_step(self.desk, run, step, container or self.first(run, step), value, **more)

    def first(self, run: str, step: str) -> str | None:
        """The container of a question that is asked of each, where one is as good as another; None of any other."""
        walk = walks.load_run(self.desk, run)
        return walk.containers[0] if walk.template.step(step).per == "container" else None

    def photo(self, run: str, step: str, shade: int, container: str | None = None, **more: Any) -> Run:
        """Answer a photo question with a small invented picture."""
        data = picture(shade)
        return self.answer(run, step, walks.photo(data), container, blobs=(data,), **more)

    def check(self, run: str, step: str, value: Any, container: str | None = None, person: str = PHARMACIST_2) -> Run:
        """The second person's part."""
        self.clock.move(seconds=9)
        asked = container or self.first(run, step)
        return walks.check_step(self.desk, run, step, asked, value, by=self.actor(person))

    def clear(
        self,
        run: str,
        step: str,
        text: str,
        people_ids: tuple[str, ...],
        *,
        proof: runs.Proof | None = None,
        container: str | None = None,
    ) -> Run:
        """Override a held stop with its named roles and the holder's word."""
        self.clock.move(minutes=4)
        signers = tuple(self.actor(person) for person in people_ids)
        proofs = [self.proof(person) for person in people_ids]
        reason = Reason("other", text)
        stopped = container or self.first(run, step)
        return walks.clear_stop(
            self.desk, run, step, stopped, reason=reason, signers=signers, proofs=proofs, proof=proof
        )

    # --- signing ----------------------------------------------------------------------------------------------------

    def close(self, run: str) -> str:
        """Freeze the run as a record and draw its paper."""
        record = closing.close_run(self.desk, run)
        records.draw_record(self.desk, record)
        return record

    def sign(self, record: str, signers: Mapping[str, str], *, late: str = "") -> None:
        """Sign in the order that the record asks; ``signers``: meaning → person."""
        while (meaning := records.next_meaning(self.desk, record)) is not None:
            if meaning not in signers:
                return
            person = signers[meaning]
            self.clock.move(minutes=2)
            if self.desk.session is None:
                raise Refusal("session.none", act="sign_record")
            if meaning == "reviewed":
                self.sit(person)
            records.sign_record(self.desk, record, meaning, self.proof(person), reason=late)


def picture(shade: int) -> bytes:
    """A small grey PNG with a stripe: stands for a photograph and says so by being one colour."""
    width, height = 48, 32
    row = bytes([0]) + bytes([shade] * width)
    stripe = bytes([0]) + bytes([255 - shade] * width)
    raw = b"".join(stripe if line % 8 == 0 else row for line in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
