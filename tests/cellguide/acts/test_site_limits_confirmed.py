"""A proposal becomes a limit by two people's signatures and a source."""

from __future__ import annotations

from decimal import Decimal

import makers
import pytest

from cellguide import proof, signature
from cellguide.acts import site_limits
from cellguide.desk import Desk
from cellguide.refusal import Refusal

NAME = "o2_percent_min"


def confirm(desk: Desk, value: str, second: str = makers.PHARMACIST_2, **more: str) -> None:
    source = more.pop("source", "SOP-12 第3版")
    pair = makers.proof(desk, makers.PHARMACIST), makers.proof(desk, second)
    site_limits.confirm_site_limit(desk, NAME, Decimal(value), source, *pair, **more)


@pytest.mark.req("REG-052")
def test_a_number_holds_only_after_two_people_have_signed_it(desk: Desk) -> None:
    assert site_limits.site_facts(desk) == {}
    confirm(desk, "19.8")
    assert site_limits.site_facts(desk) == {f"site.{NAME}": Decimal("19.8")}
    assert site_limits.site_sources(desk) == {f"site.{NAME}": "SOP-12 第3版"}
    held = desk.store.get("site_limit", NAME)
    assert held is not None
    assert held.doc["by"] == [makers.PHARMACIST, makers.PHARMACIST_2]
    for name in held.doc["words"]:
        word = desk.store.get("signature", name)
        assert word is not None
        assert word.doc["statement"]["value"] == "19.8"
        certificate = desk.store.get("certificate", word.doc["statement"]["certificate"])
        assert certificate is not None
        der = desk.store.blob(certificate.doc["sha256"])
        assert signature.holds(word.doc["statement"], word.doc["signature"], der)
    assert proof.check({"A": (line for _, line in desk.store.entries())}, desk.store.blob).word == "INTACT"


@pytest.mark.parametrize(
    ("value", "second", "source", "code"),
    [
        ("19.8", makers.PHARMACIST, "SOP-12", "check.same_person"),
        ("19.8", makers.NURSE, "SOP-12", "sign.role"),
        ("12", makers.PHARMACIST_2, "SOP-12", "product.site_limit_outside"),
        ("19.8", makers.PHARMACIST_2, "  ", "product.site_limit_no_source"),
    ],
)
def test_what_two_people_cannot_sign_is_refused(desk: Desk, value: str, second: str, source: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        confirm(desk, value, second, source=source)
    assert refused.value.code == code
    assert site_limits.confirmed(desk) == {}


def test_the_first_to_sign_is_whoever_sits_there(desk: Desk) -> None:
    makers.sit(desk, makers.PHARMACIST_2)
    with pytest.raises(Refusal, match=r"site_limit\.first"):
        confirm(desk, "19.8")
    makers.sit(desk, makers.NURSE)
    with pytest.raises(Refusal, match=r"session\.role"):
        confirm(desk, "19.8")


def test_a_limit_is_replaced_with_a_reason_and_the_old_one_stays_in_its_entry(desk: Desk) -> None:
    confirm(desk, "19.8")
    with pytest.raises(Refusal, match=r"reason\.short"):
        confirm(desk, "20")
    confirm(desk, "20", makers.QUALITY, reason="新的氧气报警器")
    assert site_limits.confirmed(desk)[NAME].value == Decimal(20)
    entry = desk.store.history("site_limit", NAME)[-1]
    assert (entry["old"]["value"], entry["reason"]) == ("19.8", "新的氧气报警器")
    with pytest.raises(Refusal, match=r"site_limit\.same"):
        confirm(desk, "20", reason="再次确认")
