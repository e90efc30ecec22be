"""Badges and PINs belong to the computer they were set on: on another one that is said, with what to do."""

from __future__ import annotations

import makers
import pytest

from cellguide import refusal_words
from cellguide.acts import staff
from cellguide.desk import Desk
from cellguide.refusal import Refusal

PIN, BADGE = "738205", "BADGE-演示-11"


def refused(desk: Desk, badge: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        staff.identify(desk, badge, PIN)
    return caught.value


@pytest.mark.req("REG-002")
def test_after_a_move_to_another_computer_a_badge_says_that_it_must_be_set_anew(desk: Desk) -> None:
    staff.set_pin(desk, makers.proof(desk, makers.PHARMACIST), PIN, BADGE)
    assert refused(desk, "a stranger's").code == "pin.unknown", "here every badge was set"
    desk.pepper = b"another computer's secret, 32 by"
    refusal = refused(desk, BADGE)
    assert refusal.code == "pin.other_computer"
    assert "重新登记胸卡和 PIN" in refusal_words.said(refusal, "zh")
    assert "set badge and PIN again" in refusal_words.said(refusal, "en")


def test_who_has_set_it_anew_is_known_there_while_others_are_still_told(desk: Desk) -> None:
    for person, badge in ((makers.PHARMACIST, BADGE), (makers.PHARMACIST_2, "BADGE-演示-12")):
        staff.set_pin(desk, makers.proof(desk, person), PIN, badge)
    desk.pepper = b"another computer's secret, 32 by"
    staff.set_pin(desk, makers.proof(desk, makers.PHARMACIST), PIN, BADGE)
    assert staff.identify(desk, BADGE, PIN).person == makers.PHARMACIST
    assert refused(desk, "BADGE-演示-12").code == "pin.other_computer"
