"""What becomes of a receipt's record: signed late, amended, voided; every version stays."""

from __future__ import annotations

import io
import json

import pikepdf
import pytest
import receiving
from receiving import a_delivery, open_house

from cellguide.acts import prints, records, staff
from cellguide.clock import SetClock
from cellguide.demo import receipts
from cellguide.demo.people import PHARMACIST
from cellguide.desk import Desk
from cellguide.papers import verdicts
from cellguide.refusal import Refusal


@pytest.mark.req("REG-033")
def test_an_expiry_misread_is_amended_and_the_first_version_goes_along(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    # Accepted and signed by three people; the next day a digit turns out to be misread.
    record = receipts.receive(house, a_delivery(house, 12))
    first = prints.paper(house.desk, record)
    house.clock.move(hours=20)
    receipts.amend_expiry(house, record)
    # The new version is drawn whole, marked at the changed value, and signed anew by the same three.
    held = house.desk.store.get("record", record)
    assert held is not None
    assert (held.doc["number"], held.doc["state"], len(held.doc["signed"])) == (2, "signed", 3)
    found = receiving.content(house, record)
    [change] = receiving.printed(house, record, "R-33")["changes"]
    assert (change["old"]["zh"], change["new"]["zh"]) == ("2027-06-30", "2027-05-30")
    assert found["amends"]["version"] == 1
    # The container itself now says what its label says.
    assert {one["expiry"] for one in found["subject"]["containers"]} == {"2027-05-30"}
    # The first version is inside the second, byte for byte, with its signatures.
    second = prints.paper(house.desk, record)
    with pikepdf.open(io.BytesIO(second)) as pdf:
        attached = {name: file.get_file().read_bytes() for name, file in pdf.attachments.items()}
    assert first in attached.values()
    assert json.loads(attached["record.json"])["version"] == 2
    now = house.clock.now()
    for pdf_bytes in (first, second):
        verdict = verdicts.verify_pdf(pdf_bytes, staff.root_pem(house.desk), None, now)
        assert verdict.word is verdicts.Word.INTACT


@pytest.mark.req("REG-026")
def test_a_signature_given_much_later_says_why(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    case = a_delivery(house)
    run = receiving.walk_up_to_the_decision(house, case)
    receipts.decide(house, run, "accept")
    record = house.close(run)
    house.clock.move(hours=3)
    with pytest.raises(Refusal, match=r"sign\.late_reason"):
        records.sign_record(house.desk, record, "performed", house.proof(PHARMACIST))
    records.sign_record(house.desk, record, "performed", house.proof(PHARMACIST), reason="夜间急诊，交班后补签")
    [signed] = house.desk.store.find("signature", record=record)
    assert signed.doc["statement"]["late"] == "夜间急诊，交班后补签"


def test_a_voided_record_keeps_its_number_and_says_why(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    record = receipts.receive(house, a_delivery(house))
    records.void_record(house.desk, record, "登记到了别的患者名下")
    found = receiving.content(house, record)
    assert found["sections"] == []
    assert (found["version"], found["void"]["reason"], found["required"]) == (2, "登记到了别的患者名下", ["voided"])
    assert house.desk.store.get("revision", f"{record}-v1") is not None
