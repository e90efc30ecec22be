"""An order in words: its row in the list, its panel, and how two patients compare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from cellguide import orders
from cellguide.acts.orders import Dose, LdChoice
from cellguide.acts.places import waits_for_place
from cellguide.container_life import Container
from cellguide.facts import Unknown
from cellguide.orders import Evidence, Order
from cellguide.patients import Number, Patient
from cellguide.products import Profile, show
from cellguide.shipments import Shipment
from cellguide.similar import Trap
from ui.dialogs.similar import Alike
from ui.kit import Mark
from ui.language import language, say
from ui.pages.orders import OrderLine
from ui.pages.panel import Detail, Fact, Note, Section

TONES = {"provisional": "warn", "placed": "info", "verified": "ok", "cancelled": "", "replaced": "", "finished": ""}
CONTAINER_TONES = {"locked": "alarm", "leaked": "alarm", "rejected": "alarm", "pending": "warn", "accepted": "ok"}


class Around(NamedTuple):
    """What belongs to one order. ``verified``: its profile. ``people``: staff number → name. ``ld``: the site's rule.
    ``in_doubt``: the profile is under review, so that only what is on its way goes on. ``infusion_passed``: the planned
    day that is over while a container is still in store."""

    profile: Profile | None
    verified: bool
    shipments: Sequence[Shipment]
    containers: Sequence[Container]
    doses: Sequence[Dose]
    people: dict[str, str]
    today: date
    ld: LdChoice | None = None
    in_doubt: bool = False
    infusion_passed: str = ""


def product_of(held: Order) -> str:
    """The product's name in the language of the moment."""
    return {"zh": held.product_zh, "en": held.product_en}[language.now] or held.product or "—"


def mark_of(held: Order) -> Mark:
    """The order's state."""
    return Mark(say(f"orders_page.state.{held.state}"), TONES[held.state])


def line(held: Order, profile: Profile | None, verified: bool, today: date, *, late: bool = False) -> OrderLine:
    """One row of the list. ``late``: the planned day is over and a container still in store."""
    points = orders.open_points(held, profile, verified, today) if held.live else ()
    open_points = Mark(say("orders_page.points", count=len(points)), "warn") if points else Mark("—")
    return OrderLine(
        held.id,
        held.planned.get("infusion_on", "—"),
        held.patient.name or "—",
        product_of(held),
        held.coi or "—",
        open_points,
        mark_of(held),
        late,
    )


def detail_of(held: Order, around: Around) -> Detail:
    """The panel of one order."""
    who = held.patient
    sex = say(f"orders_page.sex.{who.sex}")
    line = " · ".join(part for part in (sex, who.birth_date, product_of(held)) if part)
    sections = [
        Section("", tuple(_identity(held, around))),
        Section(say("orders_page.section_numbers"), _numbers(who.numbers, around.today), say("orders_page.no_numbers")),
        Section(say("orders_page.section_plan"), tuple(_plan(held, around)), say("orders_page.no_plan")),
        Section(say("orders_page.section_shipments"), _shipments(around.shipments), say("orders_page.no_shipments")),
        Section(
            say("orders_page.section_containers"), _containers(around.containers), say("orders_page.no_containers")
        ),
    ]
    if held.clinical:
        sections.append(Section(say("orders_page.section_clinical"), _clinical(held)))
    if held.holder:
        sections.append(Section(say("orders_page.section_holder"), _holder(held)))
    return Detail(who.name or "—", mark_of(held), held.id, line, tuple(_notes(held, around)), tuple(sections))


def _notes(held: Order, around: Around) -> list[Note]:
    notes = []
    if held.live and around.infusion_passed:
        notes.append(Note("warn", say("orders_page.infusion_passed", day=around.infusion_passed)))
    if held.live:
        points = orders.open_points(held, around.profile, around.verified, around.today)
        if points:
            lines = tuple(say(f"order.point.{point}") for point in points)
            notes.append(Note("warn", say("orders_page.open_points"), lines))
        else:
            notes.append(Note("ok", say("orders_page.no_points_note")))
        if around.in_doubt:
            notes.append(Note("warn", say("orders_page.profile_review")))
        reminders = orders.reminders(held, around.profile)
        if reminders:
            lines = tuple(say(f"order.reminder.{code}") for code in reminders)
            notes.append(Note("", say("orders_page.reminders"), lines))
    if held.traps:
        others = dict.fromkeys(key.partition(":")[2] for key in held.traps)
        notes.append(Note("info", say("orders_page.similar_note"), tuple(others)))
    if held.replaces:
        notes.append(Note("", say("orders_page.replaces_note", order=held.replaces)))
    if held.replaced_by:
        notes.append(Note("", say("orders_page.replaced_by_note", order=held.replaced_by)))
    return notes


def _identity(held: Order, around: Around) -> list[Fact]:
    who = held.patient
    reading = " · ".join(part for part in (who.latin, who.initials) if part)
    facts = [
        Fact(say("orders_page.reading"), reading or say("orders_page.reading_open"), tone="" if reading else "quiet")
    ]
    form = orders.name_form(held, around.profile)
    if isinstance(form, str):
        assert around.profile is not None
        small = show(around.profile, "label_name_form", language.now)
        facts.append(Fact(say("orders_page.label_name"), form, small))
    for name in ("coi", "din", "aph_id", "sec", "containers", "dose_text", "physician", "ward", "bed", "consent_on"):
        value = getattr(held, name)
        if value:
            facts.append(Fact(say(f"order.field.{name}"), str(value)))
    facts.append(Fact(say("orders_page.entered_by"), around.people.get(held.entered_by, held.entered_by)))
    if held.verified_by:
        at = held.verified_at[:16].replace("T", " ")
        facts.append(Fact(say("orders_page.verified_by"), around.people.get(held.verified_by, held.verified_by), at))
    return facts


def _numbers(numbers: Sequence[Number], today: date) -> tuple[Fact, ...]:
    facts = []
    for number in numbers:
        small = ""
        if number.until:
            small = say("orders_page.number_ended", since=number.since or "—", until=number.until)
        elif number.since:
            small = say("orders_page.number_span", since=number.since)
        tone = "" if number.valid(today) else "quiet"
        facts.append(Fact(say(f"order.number.{number.type}"), number.value, small, tone))
    return tuple(facts)


def _plan(held: Order, around: Around) -> list[Fact]:
    facts = [Fact(say(f"order.field.{name}"), held.planned[name]) for name in orders.DAYS if held.planned.get(name)]
    facts += [Fact(say("orders_page.dose_n", n=dose.n), dose.planned_on, dose.text) for dose in around.doses]
    if held.ld_started_on:
        facts.append(Fact(say("orders_page.ld_started"), held.ld_started_on))
    if not facts:
        return facts
    basis = orders.ld_basis(held, around.containers)
    words = say("runner.box.and").join(say(f"order.ld.{code}") for code in basis) or say("orders_page.ld_no_basis")
    facts.append(Fact(say("orders_page.ld_basis"), words, tone="" if basis else "quiet"))
    facts.append(_ld_choice(around.ld, basis))
    if around.profile is not None:
        kept = orders.ld_gap(held, around.profile)
        tone = "" if isinstance(kept, Unknown) or kept else "warn"
        facts.append(Fact(say("orders_page.ld_rule"), show(around.profile, "ld_rules", language.now), tone=tone))
    return facts


def _ld_choice(chosen: LdChoice | None, basis: Sequence[str]) -> Fact:
    """What the site wants before lymphodepletion, and whether it is there (clinical-review E5)."""
    name = say("orders_page.ld_choice")
    if chosen is None:
        return Fact(name, say("orders_page.ld_choice_none"), tone="quiet")
    there = chosen.choice in basis
    small = "" if there else say("orders_page.ld_choice_not_met")
    return Fact(name, say(f"order.ld.{chosen.choice}"), small, "ok" if there else "warn")


def _shipments(found: Sequence[Shipment]) -> tuple[Fact, ...]:
    facts = []
    for one in found:
        words = say("orders_page.shipment_line", state=say(f"shipment.state.{one.state}"), count=one.count)
        parts = (one.waybill, one.shipper, one.carrier, (one.arrived_at or one.hold_end_at)[:16].replace("T", " "))
        facts.append(Fact(one.id, words, " · ".join(part for part in parts if part)))
    return tuple(facts)


def _containers(found: Sequence[Container]) -> tuple[Fact, ...]:
    facts = []
    for one in found:
        name = say("orders_page.container_n", n=one.n, of=one.of, lot=one.lot or "—")
        kept = one.backup if one.state == "backup" else None
        small = " · ".join(part for part in (one.id, "" if kept else one.expiry, one.din, one.place) if part)
        if kept:
            keeper = say(f"container.keeper.{kept['keeper']}")
            small += " · " + say("orders_page.backup.line", **{**kept, "keeper": keeper})
        if one.reserved and waits_for_place(one):
            small += " · " + say("orders_page.reserve.line", place=one.reserved)
        tone = CONTAINER_TONES.get(one.state, "")
        facts.append(Fact(name, say(f"container.state.{one.state}"), small, tone))
    return tuple(facts)


def _clinical(held: Order) -> tuple[Fact, ...]:
    facts = []
    for name, codes in orders.CLINICAL.items():
        value = held.clinical.get(name, "")
        if value:
            facts.append(Fact(say(f"order.field.{name}"), say(f"order.result.{value}") if codes else value))
    return tuple(facts)


def _holder(held: Order) -> tuple[Fact, ...]:
    facts = []
    for name in orders.EVIDENCE:
        evidence = held.holder.get(name, Evidence())
        if evidence.there:
            value = evidence.text or say("orders_page.filed")
            small = say("orders_page.until", day=evidence.until) if evidence.until else ""
            facts.append(Fact(say(f"order.field.{name}"), value, small))
    return tuple(facts)


# --- two patients side by side ----------------------------------------------------------------------------------------


def alike(mine: Order, traps: Sequence[Trap], others: dict[str, Order]) -> tuple[Alike, ...]:
    """Each other order with what it shares with ``mine``."""
    found = []
    for id in dict.fromkeys(trap.order for trap in traps):
        of_it = [trap for trap in traps if trap.order == id]
        points = tuple(say(f"order.trap.{trap.code}", order=id, mine=trap.mine, theirs=trap.theirs) for trap in of_it)
        codes = {trap.code for trap in of_it}
        found.append(Alike(id, points, tuple(_compared(mine, others[id], codes))))
    return tuple(found)


def _compared(mine: Order, theirs: Order, codes: set[str]) -> list[tuple[str, str, str, bool]]:
    def numbers(who: Patient) -> str:
        return " / ".join(number.value for number in who.numbers)

    one, other = mine.patient, theirs.patient
    rows = (
        ("same_name same_reading", say("order.field.name"), one.name, other.name),
        ("same_reading", say("orders_page.reading"), one.latin, other.latin),
        ("same_birth_date", say("order.field.birth_date"), one.birth_date, other.birth_date),
        ("", say("order.field.sex"), say(f"orders_page.sex.{one.sex}"), say(f"orders_page.sex.{other.sex}")),
        ("same_number", say("order.field.numbers"), numbers(one), numbers(other)),
        ("same_tail near_coi", say("order.field.coi"), mine.coi, theirs.coi),
        ("", say("order.field.product"), product_of(mine), product_of(theirs)),
    )
    return [(name, left, right, bool(codes & set(about.split()))) for about, name, left, right in rows]
