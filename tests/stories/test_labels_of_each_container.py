"""Several containers in one delivery, each with its own label; and scans that are not what the question asks for."""

from __future__ import annotations

from typing import Any

import pytest
from receiving import a_delivery, acts_of, causes, content, open_house, states, stopped_by

from cellguide import words
from cellguide.acts import shipments, walks
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.hospital import Hospital
from cellguide.demo.people import PHARMACIST, PHARMACIST_2
from cellguide.demo.receipts import Case
from cellguide.desk import Desk
from cellguide.labels import check_character
from cellguide.refusal import Refusal
from cellguide.runs import Key
from cellguide.shipments import Announced

GTIN = "09506000134352"
DINS = ("A99992600001601", "A99992600001602")
TWO_LOTS = (
    Announced(1, 2, "DC260916A", "2027-06-30", DINS[0], "CD8"),
    Announced(2, 2, "DC260916B", "2027-05-31", DINS[1], "CD4"),
)


@pytest.fixture
def house(bare_desk: Desk, clock: SetClock) -> Hospital:
    return open_house(bare_desk, clock)


def scanned(text: str) -> dict[str, str]:
    return {"text": text, "how": "scanned"}


def in_the_cold(house: Hospital, case: Case) -> str:
    """The lid is open and both have counted; no label was read yet."""
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    for step, value in (("R-06", "20.9"), ("R-26", None), ("R-27", ["none"]), ("R-28", str(len(case.containers)))):
        house.answer(run, step, value)
    house.check(run, "R-28", str(len(case.containers)))
    return run


def said(refusal: Refusal, lang: words.Lang = "en") -> str:
    return words.say(f"refusal_{refusal.code}", lang, **refusal.facts)


def level(house: Hospital, run: str, step: str, container: str | None = None) -> str:
    return walks.load_run(house.desk, run).standing[Key(step, container)].verdict.level


def kept(house: Hospital, run: str, step: str, container: str | None = None) -> dict[str, Any]:
    value = walks.load_run(house.desk, run).current[Key(step, container)].value
    assert isinstance(value, dict)
    return value


@pytest.mark.req("REG-008")
def test_two_lots_in_two_cassettes_are_each_read_and_accepted(house: Hospital) -> None:
    case = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    run = receipts.start(house, case)
    receipts.door(house, run, case)
    receipts.cold(house, run, case)
    receipts.desk_work(house, run, case)
    receipts.file_in(house, run, case)
    # The certificate names no single lot, and still nothing stops the acceptance but what an inspector misses.
    assert stopped_by(house, run) == {}
    receipts.decide(house, run, "accept")
    record = house.close(run)
    house.sign(record, receipts.SIGNERS)
    assert states(house, case) == {"accepted"}
    assert causes(house) == []
    # Each label's lot and expiry went to its own container.
    held = [house.desk.store.get("container", name) for name in case.containers]
    assert [(one.doc["lot"], one.doc["expiry"]) for one in held if one] == [
        ("DC260916A", "2027-06-30"), ("DC260916B", "2027-05-31"),
    ]  # fmt: skip
    # Three acts more for the further container, and two and one for its own label: lot and expiry, lot again.
    assert acts_of(house, PHARMACIST, run, record) == 26 + 3 + 2
    assert acts_of(house, PHARMACIST_2, run, record) == 8 + 1
    steps = [step for section in content(house, record)["sections"] for step in section["steps"]]
    assert [step["text"]["en"] for step in steps if step["id"] == "R-32"] == ["DC260916A (typed)", "DC260916B (typed)"]


def test_a_label_that_was_read_speaks_for_those_announced_like_it_alone(house: Hospital) -> None:
    three = (
        TWO_LOTS[0]._replace(of=3),
        TWO_LOTS[1]._replace(of=3),
        TWO_LOTS[0]._replace(n=3, of=3, din="A99992600001603"),
    )
    case = a_delivery(house, 16, bags=3, announced=three)
    run = receipts.start(house, case)
    house.answer(run, "R-09", scanned(case.shipment.waybill))
    house.answer(run, "R-33", "2027-04-30", case.containers[0])
    held = [house.desk.store.get("container", name) for name in case.containers]
    assert [one.doc["expiry"] for one in held if one] == ["2027-04-30", "2027-05-31", "2027-04-30"]
    # The third is of the first one's lot: nobody is asked for its lot again.
    facts = walks.facts_of(house.desk, walks.load_run(house.desk, run), house.clock.now())
    assert [facts.fact("container.label_new", name) for name in case.containers] == [True, True, False]


def test_a_cassette_is_known_by_its_own_number_and_no_other_by_it(house: Hospital) -> None:
    case = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    run = in_the_cold(house, case)
    first, second = case.containers
    house.answer(run, "R-29", scanned(DINS[0]), first)
    assert level(house, run, "R-29", first) == "ok"
    # The same cassette again: it is the first one's label, said in words, and nobody's identity is in doubt.
    with pytest.raises(Refusal, match=r"run\.scan_other_container") as refused:
        house.answer(run, "R-29", scanned("=" + DINS[0]), second)
    assert "label of container 1; this is container 2 of 2" in said(refused.value)
    # The chain-of-identity number stands on both: a pharmacist has to say that there is nothing else to scan.
    house.answer(run, "R-29", scanned(case.order.coi), second)
    house.answer(run, "R-37", f"{case.place}-2", second)
    assert stopped_by(house, run) == {"R-29": "held"}
    house.clear(run, "R-29", "标签上没有 DIN 条码，已看照片", (PHARMACIST_2,), container=second)
    assert stopped_by(house, run) == {}
    assert causes(house) == ["cassette"]


def test_one_serial_number_is_not_on_two_cassettes(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    run = in_the_cold(house, case)
    label = f"]d201{GTIN}10{case.shipment.lot}\x1d21"
    first, second = case.containers
    for container, serial, expected in ((first, "000001", "ok"), (second, "000001", "hard")):
        house.answer(run, "R-29", scanned(f"{label}{serial}\x1d240{case.order.coi}"), container)
        assert level(house, run, "R-29", container) == expected


def test_one_number_of_several_containers_announced_with_it_is_asked_of_none_alone(house: Hospital) -> None:
    # A delivery of one: its COI says all there is to say, whatever the notice numbered it.
    case = a_delivery(house, announced=(Announced(1, 1, "DC260901", "2027-06-30", DINS[0]),))
    run = in_the_cold(house, case)
    house.answer(run, "R-29", scanned(case.order.coi), case.containers[0])
    assert stopped_by(house, run) == {}


def test_another_patient_s_cassette_has_no_way_round(house: Hospital) -> None:
    case, other = a_delivery(house, 16, bags=2, announced=TWO_LOTS), a_delivery(house, 2)
    run = in_the_cold(house, case)
    house.answer(run, "R-29", scanned(other.order.coi), case.containers[0])
    assert stopped_by(house, run) == {"R-29": "hard"}


def test_of_a_gs1_code_the_lot_is_taken_and_the_whole_scan_is_kept(house: Hospital) -> None:
    case = a_delivery(house)
    run = in_the_cold(house, case)
    raw = f"]d201{GTIN}1727063010{case.shipment.lot}\x1d21000001"
    [bag] = case.containers
    house.answer(run, "R-32", scanned(raw), bag)
    assert level(house, run, "R-32", bag) == "ok"
    assert kept(house, run, "R-32", bag) == {
        "text": case.shipment.lot, "how": "scanned", "raw": raw, "standard": "gs1",
        "fields": {"gtin": GTIN, "expiry": "2027-06-30", "lot": case.shipment.lot, "serial": "000001"},
    }  # fmt: skip
    # The second person types the same lot from the photo: they agree.
    house.check(run, "R-32", {"text": case.shipment.lot, "how": "typed"}, bag)
    assert stopped_by(house, run) == {}


def test_the_expiry_in_the_code_is_held_against_the_notice(house: Hospital) -> None:
    case = a_delivery(house)
    run = in_the_cold(house, case)
    house.answer(run, "R-32", scanned(f"01{GTIN}1727073110{case.shipment.lot}"), case.containers[0])
    [(step, verdict)] = stopped_by(house, run).items()
    assert (step, verdict) == ("R-32", "held")


def test_another_lot_in_a_good_code_stops_as_it_must(house: Hospital) -> None:
    case = a_delivery(house)
    run = in_the_cold(house, case)
    house.answer(run, "R-32", scanned(f"01{GTIN}1727063010DC269999"), case.containers[0])
    assert stopped_by(house, run) == {"R-32": "hard"}


def wrong_digit(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


# What is scanned for the lot or the COI and is neither → the refusal, and what its sentence names.
NOT_WHAT_IS_ASKED = [
    ("R-32", "01{gtin}17270630", "run.scan_other", "trade item number"),  # another field of the right standard
    ("R-32", "=G12341765432170", "run.scan_other", "donation number"),  # another standard
    ("R-32", "{coi}", "run.scan_other", "chain-of-identity"),  # right patient, wrong field
    ("R-32", "]C1{coi}", "run.scan_other", "chain-of-identity"),
    ("R-32", "]C1(not GS1)", "run.scan_doubtful", "cannot be read as a whole"),
    ("R-32", "01{bad}17270630" + "10{lot}", "run.scan_doubtful", "check digit"),
    ("R-32", "01{gtin}10{lot}17270630", "run.scan_doubtful", "dropped the separator"),  # FNC1 lost
    ("R-32", "01{gtin}10{lot}\x1d10OTHER", "run.scan_doubtful", "two values"),
    ("R-22", "=G12341765432171", "run.scan_doubtful", "check character"),
    ("R-22", "{lot}", "run.scan_other", "lot number"),
    ("R-22", "01{gtin}10{lot}", "run.scan_other", "lot number"),
    ("R-31", "{coi}", "run.scan_other", "chain-of-identity"),
]


@pytest.mark.parametrize(("step", "form", "code", "names"), NOT_WHAT_IS_ASKED)
def test_a_scan_of_the_wrong_kind_is_said_and_is_no_other_patient(
    house: Hospital, step: str, form: str, code: str, names: str
) -> None:
    case = a_delivery(house)
    run = in_the_cold(house, case)
    text = form.format(gtin=GTIN, bad=wrong_digit(GTIN), lot=case.shipment.lot, coi=case.order.coi)
    events = len(walks.load_run(house.desk, run).events)
    asked = house.first(run, step)
    for give in (walks.answer_step, walks.check_step):
        by = {"by": house.actor(PHARMACIST_2)} if give is walks.check_step else {}
        with pytest.raises(Refusal) as refused:
            give(house.desk, run, step, asked, scanned(text), **by)  # type: ignore[operator]
        assert refused.value.code == code
        assert names in said(refused.value)
        assert "Nothing was saved" in said(refused.value) and "没有保存" in said(refused.value, "zh")
    # Nothing was written, nothing stops, no deviation: the right code is scanned next.
    assert len(walks.load_run(house.desk, run).events) == events
    assert stopped_by(house, run) == {} and causes(house) == []


def test_a_symbology_prefix_a_trailing_separator_and_full_width_signs_change_nothing(house: Hospital) -> None:
    case = a_delivery(house)
    run = in_the_cold(house, case)
    house.answer(run, "R-22", scanned(f"]C1{case.order.coi}\x1d"))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in case.shipment.lot)
    house.answer(run, "R-32", scanned(wide), case.containers[0])
    assert stopped_by(house, run) == {}
    assert kept(house, run, "R-22") == {"text": case.order.coi, "how": "scanned", "raw": f"]C1{case.order.coi}\x1d"}


def test_a_donation_number_is_known_with_flags_with_its_check_character_and_bare(house: Hospital) -> None:
    din = "A999926000016"
    case = a_delivery(house, 16, bags=2, announced=(TWO_LOTS[0]._replace(din=din), TWO_LOTS[1]))
    run = in_the_cold(house, case)
    for text in (
        f"={din}00",
        f"{din}",
        f"={din}{60 + '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*'.index(check_character(din))}",
    ):
        walk = walks.load_run(house.desk, run)
        facts = walks.facts_of(house.desk, walk, house.clock.now())
        from cellguide import runs

        after, _ = runs.answer(
            walk, "R-29", case.containers[0], scanned(text),
            by=house.actor(PHARMACIST_2), at=house.clock.now(), facts=facts,
        )  # fmt: skip
        assert after.standing[Key("R-29", case.containers[0])].verdict.level == "ok"


def test_a_notice_put_right_is_right_for_its_containers(house: Hospital) -> None:
    case = a_delivery(house, bags=2)
    shipments.change_shipment(house.desk, case.shipment.id, {"lot": "DC260999"}, "持有人更正通知")
    held = [house.desk.store.get("container", name) for name in case.containers]
    assert {one.doc["lot"] for one in held if one} == {"DC260999"}
    # Where each has its own, the shipment's word is not theirs.
    other = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    shipments.change_shipment(house.desk, other.shipment.id, {"lot": "DC260998"})
    lots = [house.desk.store.get("container", name) for name in other.containers]
    assert [one.doc["lot"] for one in lots if one] == ["DC260916A", "DC260916B"]


def test_a_walk_of_the_first_checklist_knows_the_containers_numbers_too(house: Hospital) -> None:
    case = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    subjects = {"shipment": case.shipment.id, "order": case.order.id}
    run = walks.start_run(house.desk, "receipt", subjects, case.containers, 1).id
    house.answer(run, "R-29", scanned(DINS[0]), case.containers[0])
    assert level(house, run, "R-29", case.containers[0]) == "ok"


def test_a_container_s_number_is_no_traceability_code(house: Hospital) -> None:
    case = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    run = in_the_cold(house, case)
    house.answer(run, "R-40", "hold")
    house.answer(run, "R-39", scanned(DINS[1]))
    assert level(house, run, "R-39") == "held"


@pytest.mark.parametrize("number", [DINS[0], "DEMO-24102192"])
def test_a_container_that_moves_is_known_by_what_its_label_carries(house: Hospital, number: str) -> None:
    case = a_delivery(house, 16, bags=2, announced=TWO_LOTS)
    run = walks.start_run(house.desk, "transfer", {"device": "T", "order": case.order.id}, case.containers).id
    house.answer(run, "S-13", scanned(number), case.containers[0])
    expected = "ok" if number == DINS[0] else "held"  # the COI is on both of them
    assert level(house, run, "S-13", case.containers[0]) == expected
