"""A shipper arrives at night and stays the store: read through the night, warned of, and held when its time is over."""

from __future__ import annotations

from decimal import Decimal

import pytest
import receiving
from receiving import a_delivery, causes, open_house, states

from cellguide.acts import dossiers, excursions, places, shipper_store, site_limits
from cellguide.clock import SetClock, parse_iso
from cellguide.demo import receipts
from cellguide.demo.people import PHARMACIST, PHARMACIST_2
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.shipper_hold import Countdown


def at(clock: SetClock, iso: str) -> None:
    clock.set(f"2026-10-{iso}:00+08:00")


def read(desk: Desk, code: str, c: str, *, upright: bool = True) -> Countdown:
    return shipper_store.record_shipper_reading(desk, code, Decimal(c), b"display", upright=upright)


@pytest.mark.req("REG-054")
def test_from_the_night_it_arrives_to_the_day_its_time_is_over(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    desk = house.desk
    site_limits.confirm_site_limit(
        desk, "shipper_cap_d", Decimal(5), "演示 DEMO", house.proof(PHARMACIST), house.proof(PHARMACIST_2)
    )
    at(clock, "16T23:30")
    case = a_delivery(house, 9)
    receipts.night_custody(house, case)

    # Custody alone has made the shipper a place: what came in it stands there, wherever it was put down.
    code = case.shipment.shipper
    [(shipper, there)] = shipper_store.stores(desk)
    assert (shipper.code, shipper.stands, shipper.shipment) == (code, "演示药库/上锁间 DEMO", case.shipment.id)
    assert [one.id for one in there] == list(case.containers)
    assert parse_iso(shipper.filled_at) == parse_iso(case.shipment.departed_at)

    # The display photographed at the door is the first reading; the site's five days end before the certificate's nine.
    count = shipper_store.shipper_countdown(desk, code)
    departed = parse_iso(case.shipment.departed_at)
    assert count.trusted and count.act_by is not None and count.act_by.utc_ms == departed.plus(seconds=5 * 86400).utc_ms
    assert count.next_reading is not None and count.next_reading.local.hour == 3

    # Nobody reads it at half past three: the countdown counts no more until somebody does.
    at(clock, "17T04:00")
    assert shipper_store.shipper_countdown(desk, code).why == "reading_old"
    assert read(desk, code, "-187.2").trusted

    # In the morning it is received, still closed; it is the same place, and nothing is entered twice.
    at(clock, "17T07:40")
    receipts.kept_in_shipper(house, case)
    assert states(house, case) == {"accepted"}
    assert len([one for one in places.tree(desk).places.values() if one.kind == "shipper"]) == 1
    assert shipper_store.last_reading(desk, shipper.id) is not None
    assert causes(house) == []

    # 24 and 12 hours before the end; then it is over, and what is in it is on hold whatever the display shows.
    assert departed.plus(seconds=5 * 86400).local.strftime("%dT%H") == "20T21"
    for moment, left_h in (("19T20:00", None), ("19T22:00", 24), ("20T10:00", 12)):
        at(clock, moment)
        assert read(desk, code, "-186.0").alarm_h == left_h
    assert shipper_store.hold_over(desk) == []
    at(clock, "20T21:45")
    [excursion] = shipper_store.hold_over(desk)
    assert states(house, case) == {"locked"}
    doc = excursions.get(desk, excursion)
    assert (doc["containers"], doc["level"], doc["opened_at"][:16]) == (list(case.containers), 2, "2026-10-20T21:45")
    assert causes(house) == ["shipper_over"]
    assert shipper_store.hold_over(desk) == []  # once

    # The holder is asked what it is: past its time, not warm.
    found = dossiers.dossier(desk, excursion)
    assert [one.reasons for one in found.affected] == [("hold_end",)]
    assert "超过其保温时限" in found.letters[0].text and "最高" not in found.letters[0].text.split("涉及")[0]

    assert receiving.intact(desk)


@pytest.mark.req("REG-054")
def test_a_warm_display_holds_what_is_in_the_shipper_at_once(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    desk = house.desk
    at(clock, "16T15:00")
    case = a_delivery(house, 8)
    receipts.kept_in_shipper(house, case)
    clock.move(hours=3)
    assert read(desk, case.shipment.shipper, "-80.0").why == "warm"
    assert states(house, case) == {"locked"}
    [(_, doc)] = excursions.listed(desk)
    assert (doc["peak_c"], doc["limit_c"], doc["containers"]) == ("-80.0", "-150", list(case.containers))
    assert causes(house) == ["excursion"]


def test_a_tilted_shipper_is_assessed_anew_before_its_time_counts_again(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    desk = house.desk
    at(clock, "16T15:00")
    case = a_delivery(house, 8)
    receipts.kept_in_shipper(house, case)
    code = case.shipment.shipper
    clock.move(hours=1)
    assert read(desk, code, "-188", upright=False).why == "tilted"
    assert causes(house) == ["shipper_tilted"]
    clock.move(hours=1)
    assert read(desk, code, "-188").why == "tilted"  # upright again is not assessed anew
    end = clock.now().plus(seconds=36 * 3600).iso
    places.change_place(desk, code, {"hold_end_at": end}, "持有人重新评估：还可保温 36 小时")
    count = shipper_store.shipper_countdown(desk, code)
    assert count.trusted and count.act_by is not None and count.act_by.iso == end


def test_where_it_was_put_is_linked_to_the_places_that_are_known(bare_desk: Desk, clock: SetClock) -> None:
    house = open_house(bare_desk, clock)
    desk = house.desk
    site = places.add_place(desk, Place("", "site", "SITE", "", "演示院区", "DEMO site"))
    room = places.add_place(desk, Place("", "room", "演示药库/上锁间 DEMO", site.id, "上锁间", "Locked room"))
    case = a_delivery(house, 8)
    receipts.kept_in_shipper(house, case)
    [(shipper, _)] = shipper_store.stores(desk)
    assert shipper.parent == room.id
    assert [one.id for one in places.inside(desk, places.tree(desk), room.id)] == list(case.containers)
