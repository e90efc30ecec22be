"""Receipts of the demonstration: one clean walk, and what the days brought instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from .. import runs
from ..acts import closing, shipper_file, walks
from ..orders import Evidence, Order
from ..patients import Number, Patient
from ..runs import Reason
from ..shipments import Announced, Shipment
from .hospital import Hospital
from .logger import shipper_csv
from .people import PHARMACIST, PHARMACIST_2, PHYSICIAN, QUALITY

SIGNERS = {"performed": PHARMACIST, "checked": PHARMACIST_2, "reviewed": QUALITY}
PATIENTS = (
    ("演示患者甲", "DEMO Patient Jia", "YSHZJ", "f", "1968-04-17"),
    ("演示患者乙", "DEMO Patient Yi", "YSHZY", "m", "1975-09-02"),
    ("演示患者丙", "DEMO Patient Bing", "YSHZB", "f", "1959-12-30"),
    ("演示患者丁", "DEMO Patient Ding", "YSHZD", "m", "1982-02-11"),
    ("演示患者戊", "DEMO Patient Wu", "YSHZW", "f", "1990-07-08"),
    ("演示患者己", "DEMO Patient Ji", "YSHZJ", "m", "1966-06-21"),
    ("演示患者庚", "DEMO Patient Geng", "YSHZG", "f", "1971-11-05"),
    ("演示患者辛", "DEMO Patient Xin", "YSHZX", "m", "1988-03-14"),
    ("演示患者壬", "DEMO Patient Ren", "YSHZR", "f", "1955-10-27"),
    ("演示患者癸", "DEMO Patient Gui", "YSHZG", "m", "1979-01-19"),
    ("演示患者子", "DEMO Patient Zi", "YSHZZ", "f", "1963-08-03"),
    ("演示患者丑", "DEMO Patient Chou", "YSHZC", "m", "1984-05-25"),
    ("演示患者寅", "DEMO Patient Yin", "YSHZY", "f", "1973-12-12"),
    ("演示患者卯", "DEMO Patient Mao", "YSHZM", "m", "1992-09-09"),
    ("演示患者辰", "DEMO Patient Chen", "YSHZC", "f", "1948-01-30"),
    ("演示患者巳", "DEMO Patient Si", "YSHZS", "m", "1969-10-23"),
)
EVIDENCE = {
    "approval": Evidence(text="演示持有人认证 DEMO", until="2027-12-31"),
    "agreement": Evidence(text="演示质量协议 DEMO", until="2027-12-31"),
    "training": Evidence(text="演示培训记录 DEMO", until="2027-12-31"),
}


@dataclass(frozen=True)
class Case:
    """One delivery: the order, the notice, the containers, and the coldest chain's file."""

    n: int
    order: Order
    shipment: Shipment
    containers: tuple[str, ...]
    place: str
    warm_c: str = ""
    answers: Mapping[str, Any] = field(default_factory=dict)


def new_order(n: int, product: str, infusion_on: str, bags: int) -> Order:
    """An invented patient's order; every name and number says that it is invented."""
    name, latin, initials, sex, birth_date = PATIENTS[n - 1]
    prefix = "DEMO" if product == "demo-cel" else "SAMPLE"
    patient = Patient(name, birth_date, sex, (Number("inpatient", f"DEMO-{n:04d}", "2026-09-01"),), latin, initials)
    return Order(
        patient=patient,
        product=product,
        product_zh="演示赛注射液" if product == "demo-cel" else "示例赛注射液",
        product_en="DEMO-CEL" if product == "demo-cel" else "SAMPLE-CEL",
        coi=f"{prefix}-{24100000 + n * 137:08d}",
        aph_id=f"DEMO-AP-{n:04d}",
        containers=bags,
        consent_on="2026-09-20",
        physician="演示医师甲",
        ward="演示病区",
        bed=f"{n} 床",
        planned={"infusion_on": infusion_on},
        clinical={"hbsag": "neg", "anti_hbc": "neg", "hiv": "neg", "tls_risk": "low", "weight_kg": "62"},
        holder=EVIDENCE,
    )


def lot_of(n: int) -> str:
    """The lot of the n-th delivery."""
    return f"DC{260900 + n:06d}"


def deliver(
    hospital: Hospital,
    n: int,
    product: str,
    infusion_on: str,
    bags: int = 1,
    *,
    warm_c: str = "",
    provisional: bool = False,
    announced: tuple[Announced, ...] = (),
) -> Case:
    """Order, verification, notice. ``announced``: the containers of the notice, where they are not all of one lot."""
    ordered = new_order(n, product, infusion_on, bags)
    if provisional:
        ordered = replace(ordered, holder={}, clinical={})
    order = hospital.order(ordered, provisional=provisional)
    departed = hospital.clock.now().plus(seconds=-26 * 3600)
    notice = Shipment(
        waybill=f"999-{55500000 + n * 11}",
        shipper=f"DEMO-SN-{n:03d}",
        carrier="演示冷链 DEMO Courier",
        seals=(f"S{771200 + n}",),
        hold_end_at=departed.plus(seconds=9 * 86400).iso,
        lot="" if announced else lot_of(n),
        approval_no="演示 DEMO 00000000",
        produced_on="2026-09-10",
        supplier="演示持有人 DEMO",
        quantity=str(bags),
        unit_price="0",
        bought_on="2026-09-25",
        departed_at=departed.iso,
        transport="干式液氮运输罐",
    )
    lots = announced or tuple(Announced(k, bags, lot_of(n), "2027-06-30") for k in range(1, bags + 1))
    shipment, containers = hospital.announce(order, notice, lots)
    return Case(n, order, shipment, containers, f"演示罐A/架{1 + n % 4}/盒{n:02d}", warm_c)


def door(hospital: Hospital, run: str, case: Case) -> None:
    """At the door, the courier present: six answers."""
    hospital.answer(run, "R-09", {"text": case.shipment.waybill, "how": "scanned"})
    hospital.answer(run, "R-10", {"text": case.shipment.shipper, "how": "scanned"})
    hospital.photo(run, "R-12", 90)
    hospital.answer(run, "R-13", {"text": case.shipment.seals[0], "how": "typed"})
    hospital.answer(run, "R-11", ["none"])
    hospital.photo(run, "R-16", 120)
    hospital.answer(run, "R-08", {"text": f"DEMO-COURIER-{case.n}", "how": "scanned"})


def cold(hospital: Hospital, run: str, case: Case, *, performer: str = "") -> None:
    """Into the cold: photographed, stored, then read."""
    hospital.answer(run, "R-06", "20.9")
    hospital.answer(run, "R-26", None)
    hospital.answer(run, "R-27", ["none"], seconds=15)
    count = str(len(case.containers))
    hospital.answer(run, "R-28", count, seconds=8)
    hospital.check(run, "R-28", count)
    for place, container in enumerate(case.containers, start=1):
        data = _label(case, place)
        parts = {"label": walks.photo(data)}
        held = hospital.desk.store.get("container", container)
        own = str(held.doc["din"]) if held is not None else ""
        hospital.answer(
            run, "R-29", {"text": own or case.order.coi, "how": "scanned"}, container,
            seconds=18, parts=parts, blobs=(data,), performer=performer,
        )  # fmt: skip
        hospital.answer(run, "R-37", f"{case.place}-{place}", container, seconds=21)


def _label(case: Case, place: int) -> bytes:
    from .hospital import picture

    return picture(140 + case.n * 3 + place)


def desk_work(hospital: Hospital, run: str, case: Case, **other: Any) -> None:
    """Seated, from the photos: the first person reads, the second gives the same values blind."""
    name = case.order.patient.name if case.order.product == "demo-cel" else case.order.patient.initials
    hospital.answer(
        run, "R-21", ["delivery_note", "release_certificate", "package_insert", "temperature_record"], seconds=40
    )
    hospital.answer(run, "R-22", {"text": case.order.coi, "how": "scanned"})
    hospital.check(run, "R-22", {"text": case.order.coi, "how": "scanned"})
    status = other.get("status", "final")
    parts = {"tests": "无菌检查（演示）", "due": "2026-11-05"} if status == "conditional" else {}
    hospital.answer(run, "R-23", status, parts=parts)
    hospital.check(run, "R-23", None)
    for step, value in (
        ("R-30", name),
        ("R-31", case.order.patient.birth_date),
    ):
        given = value if step == "R-30" else {"text": value, "how": "typed"}
        hospital.answer(run, step, given, seconds=20)
        hospital.check(run, step, given)
    labels(hospital, run, case, **other)
    hospital.answer(run, "R-35", "-150" if case.order.product == "demo-cel" else "-130")


def labels(hospital: Hospital, run: str, case: Case, **other: Any) -> None:
    """Lot and expiry of each label that was announced otherwise than those before it: one, for bags of one lot."""
    for container in case.containers:
        walk = walks.load_run(hospital.desk, run)
        facts = walks.facts_of(hospital.desk, walk, hospital.clock.now())
        if facts.fact("container.label_new", container) is not True:
            continue
        lot = {"text": other.get("lot", str(facts.fact("container.lot", container))), "how": "typed"}
        hospital.answer(run, "R-32", lot, container, seconds=20)
        hospital.check(run, "R-32", lot, container)
        announced = facts.fact("container.notice_expires_on", container)
        expiry = announced.isoformat() if isinstance(announced, date) else "2027-06-30"
        hospital.answer(run, "R-33", other.get("expiry", expiry), container)


def file_in(hospital: Hospital, run: str, case: Case, data: bytes | None = None, name: str = "") -> None:
    """Drop the shipper's logger file; the machine reads the rest from it."""
    start = hospital.clock.now().plus(seconds=-27 * 3600)
    text = data if data is not None else shipper_csv(start, hours=27, warm_c=case.warm_c)
    file_name = name or f"shipper-{case.shipment.shipper}.csv"
    hospital.clock.move(seconds=25)
    shipper_file.take_in_shipper_file(hospital.desk, run, text, file_name, zone="Asia/Shanghai", unit="C")


def decide(hospital: Hospital, run: str, decision: str, *, contact: str = "") -> None:
    """The decision, agreed on blind; the holder's word where it is not an acceptance; the trace code."""
    hospital.answer(run, "R-40", decision, seconds=30)
    hospital.check(run, "R-40", decision)
    if contact:
        called = hospital.clock.now()
        hospital.answer(
            run,
            "R-41",
            contact,
            parts={"contact": "演示持有人值班 DEMO", "called_at": called.iso, "case": "DEMO-CASE-1"},
        )
    if decision == "accept":
        hospital.answer(run, "R-39", {"text": "81234567890123456789", "how": "scanned"})


def start(hospital: Hospital, case: Case, template: str = "receipt") -> str:
    """Begin the walk."""
    hospital.sit(PHARMACIST)
    subjects = {"shipment": case.shipment.id, "order": case.order.id}
    return walks.start_run(hospital.desk, template, subjects, case.containers).id


def receive(
    hospital: Hospital,
    case: Case,
    decision: str = "accept",
    *,
    contact: str = "",
    data: bytes | None = None,
    name: str = "",
    performer: str = "",
    **other: Any,
) -> str:
    """A whole receipt; returns its record, signed by all three."""
    run = start(hospital, case)
    door(hospital, run, case)
    cold(hospital, run, case, performer=performer)
    desk_work(hospital, run, case, **other)
    file_in(hospital, run, case, data, name)
    clear_what_holds(hospital, run)
    decide(hospital, run, decision, contact=contact)
    record = hospital.close(run)
    hospital.sign(record, SIGNERS)
    return record


def clear_what_holds(hospital: Hospital, run: str) -> None:
    """Override what people may override (a conditional release with the physician's knowledge); leave the rest."""
    walk = walks.load_run(hospital.desk, run)
    for stop in runs.open_stops(walk):
        if stop.verdict.level == "held" and stop.verdict.cause == "conditional":
            hospital.clear(run, stop.key.step, "医师知悉并同意按条件放行使用（演示）", (PHYSICIAN,))


def kept_in_shipper(hospital: Hospital, case: Case) -> str:
    """The holder forbids opening: the shipper stays the store, read every four hours."""
    run = start(hospital, case, "receipt-not-opened")
    walk_generic(hospital, run, case)
    record = hospital.close(run)
    hospital.sign(record, SIGNERS)
    return record


def walk_generic(hospital: Hospital, run: str, case: Case) -> None:
    """Answer whatever the checklist asks next from what the case knows, until nothing is asked any more."""
    known = known_answers(case)
    for _ in range(80):
        walk = walks.load_run(hospital.desk, run)
        facts = walks.facts_of(hospital.desk, walk, hospital.clock.now())
        due = runs.next_step(walk, facts, hospital.clock.now())
        if due is None or due.step.ask == "sign":
            break
        if due.step.ask == "file":
            file_in(hospital, run, case)
            continue
        if due.step.ask == "photo":
            parts = {part.id: "-181.6" for part in due.step.also if part.ask == "num"}
            hospital.photo(run, due.step.id, 60 + int(due.step.id[-2:]), due.key.container, parts=parts)
        else:
            value = known.get(due.step.id, known[due.step.ask])
            if due.step.ask == "time" and due.step.future:
                value = hospital.clock.now().plus(seconds=4 * 3600).iso
            hospital.answer(run, due.step.id, value, due.key.container)
        step = due.step
        if step.check == "value":
            hospital.check(run, step.id, known.get(step.id, known[step.ask]), due.key.container)
        elif step.check == "witness":
            hospital.check(run, step.id, None, due.key.container)


def known_answers(case: Case) -> dict[str, Any]:
    """Step or ask → the clean answer of this case."""

    def scanned(text: str) -> dict[str, str]:
        return {"text": text, "how": "scanned"}

    return {
        "R-09": scanned(case.shipment.waybill),
        "R-10": scanned(case.shipment.shipper),
        "R-13": scanned(case.shipment.seals[0]),
        "R-08": scanned(f"DEMO-COURIER-{case.n}"),
        "R-22": scanned(case.order.coi),
        "R-39": scanned("81234567890123456789"),
        "R-45": "演示药库/上锁间 DEMO",
        "R-11": ["none"],
        "R-21": ["delivery_note", "release_certificate", "package_insert", "temperature_record"],
        "R-23": "final",
        "R-28": str(len(case.containers)),
        "R-32": scanned(case.shipment.lot),
        "R-33": "2027-06-30",
        "R-40": "accept",
        "yn": "yes",
        "num": "1",
        "time": None,
        "date": "2027-06-30",
        "scan": scanned(case.order.coi),
        "many": ["none"],
        "choice": "accept",
        "text": "演示 DEMO",
        "place": case.place,
    }


def night_custody(hospital: Hospital, case: Case) -> str:
    """Half past eleven, one pharmacist: five answers, and the receipt next morning."""
    run = start(hospital, case, "night-custody")
    walk_generic(hospital, run, case)
    record = hospital.close(run)
    hospital.sign(record, {"performed": PHARMACIST, "reviewed": QUALITY})
    return record


def decide_again(hospital: Hospital, record: str, why: str) -> None:
    """What could only be held is accepted now: the same walk, both decide anew, the record's next version."""
    hospital.sit(PHARMACIST)
    run = closing.amend_record(hospital.desk, record, why).id
    hospital.clock.move(seconds=40)
    walks.correct_answer(hospital.desk, run, "R-40", None, "accept", reason=Reason("late_news", why))
    hospital.check(run, "R-40", "accept")
    hospital.answer(run, "R-39", {"text": "81234567890123456789", "how": "scanned"})
    hospital.close(run)
    hospital.sign(record, SIGNERS)


def amend_expiry(hospital: Hospital, record: str) -> None:
    """The expiry was read one digit wrong; the record is drawn whole again as version 2 and signed anew."""
    hospital.sit(PHARMACIST)
    run = closing.amend_record(hospital.desk, record, "有效期看错一位，照片复核").id
    hospital.clock.move(seconds=40)
    reason = Reason("misread", "有效期看错一位")
    read = hospital.first(run, "R-33")
    walks.correct_answer(hospital.desk, run, "R-33", read, "2027-05-30", reason=reason)
    for due in runs.checks_due(walks.load_run(hospital.desk, run)):
        hospital.check(run, due.key.step, "2027-05-30", due.key.container)
    # The label is right; the notice had named another day, and the holder says so.
    word = runs.Proof(name="演示持有人值班 DEMO", at=hospital.clock.now().iso, case="DEMO-CASE-12")
    hospital.clear(run, "R-33", "标签属实，持有人更正发货通知（演示）", (PHARMACIST_2,), proof=word)
    hospital.close(run)
    hospital.sign(record, SIGNERS)
