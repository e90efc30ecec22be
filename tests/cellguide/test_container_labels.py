"""What the label of each container of a delivery may say."""

from __future__ import annotations

from datetime import date

from cellguide import container_labels
from cellguide.container_life import Container
from cellguide.facts import MISSING, SILENT
from cellguide.orders import Order

ORDER = Order(id="O", coi="COI-1", aph_id="AP-1")


def bag(n: int, **told: str) -> Container:
    return Container(f"O-{n}", "O", n=n, of=2, **told)  # type: ignore[arg-type]


def test_each_container_may_carry_the_order_s_numbers_and_its_own() -> None:
    facts = container_labels.label_facts(ORDER, "", [bag(1, din="D-1", lot="A"), bag(2, din="D-2", lot="B")])
    assert facts["O-1"]["container.chain_ids"] == ("COI-1", "AP-1", "D-1")
    assert facts["O-2"]["container.own_ids"] == ("D-2",)
    assert [facts[id]["container.lot"] for id in ("O-1", "O-2")] == ["A", "B"]


def test_what_nobody_announced_is_silent_and_what_nobody_knows_is_missing() -> None:
    [facts] = container_labels.label_facts(Order(id="O"), "", [bag(1)]).values()
    assert facts["container.lot"] is MISSING and facts["container.chain_ids"] is MISSING
    assert {name for name, value in facts.items() if value is SILENT} == {
        "container.din", "container.component", "container.own_ids", "container.notice_expires_on",
    }  # fmt: skip


def test_a_container_that_came_alone_needs_no_number_of_its_own() -> None:
    [facts] = container_labels.label_facts(ORDER, "", [bag(1, din="D-1")]).values()
    assert facts["container.own_ids"] is SILENT
    assert facts["container.chain_ids"] == ("COI-1", "AP-1", "D-1")


def test_the_shipment_s_lot_is_that_of_a_container_without_one() -> None:
    facts = container_labels.label_facts(ORDER, "A", [bag(1), bag(2, lot="A")])
    assert facts["O-1"]["container.lot"] == "A"
    assert [facts[id]["container.label_new"] for id in ("O-1", "O-2")] == [True, False]


def test_lot_component_and_announced_expiry_make_a_label_of_its_own() -> None:
    first = bag(1, lot="A", component="CD8", expiry="2027-06-30")
    for other in (
        bag(2, lot="B", component="CD8", expiry="2027-06-30"),
        bag(2, lot="A", component="CD4", expiry="2027-06-30"),
        bag(2, lot="A", component="CD8", expiry="2027-05-31"),
    ):
        assert container_labels.label_facts(ORDER, "", [first, other])["O-2"]["container.label_new"] is True
    # Once the label was read it is still what was announced that counts: no question appears or goes.
    read = bag(1, lot="A", component="CD8", expiry="2027-04-30", notice_expiry="2027-06-30")
    facts = container_labels.label_facts(ORDER, "", [read, bag(2, lot="A", component="CD8", expiry="2027-06-30")])
    assert facts["O-2"]["container.label_new"] is False
    assert facts["O-1"]["container.notice_expires_on"] == date(2027, 6, 30)
