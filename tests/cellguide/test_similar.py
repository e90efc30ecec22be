"""Wrong-patient traps: what two orders have so nearly in common that a person must look."""

from __future__ import annotations

from dataclasses import replace

import order_makers as make
from hypothesis import given
from hypothesis import strategies as st

from cellguide import similar
from cellguide.orders import Order
from cellguide.patients import Number, Patient
from cellguide.similar import Identity

WORDS = st.text("AB01-", max_size=9)


def _codes(one: Order, other: Order) -> set[str]:
    return {trap.code for trap in similar.between(replace(one, id="O-1").identity, replace(other, id="O-2").identity)}


def test_two_patients_with_nothing_in_common_are_no_trap() -> None:
    assert _codes(make.ORDER, make.OTHER) == set()


def test_same_name_same_birthday_and_a_coi_with_two_digits_swapped_are_all_asked_about() -> None:
    twin = replace(
        make.OTHER, patient=make.OTHER.patient._replace(name="赵小明", birth_date="1980-05-17"), coi="DC-24079-ZXM"
    )
    assert _codes(make.ORDER, twin) == {"same_name", "same_birth_date", "near_coi"}


def test_names_that_sound_alike_are_asked_about() -> None:
    homophone = replace(make.OTHER, patient=make.OTHER.patient._replace(name="赵晓铭", latin="Zhao Xiaoming"))
    assert _codes(make.ORDER, homophone) == {"same_reading"}


def test_a_coi_that_only_ends_alike_is_asked_about() -> None:
    assert _codes(make.ORDER, replace(make.OTHER, coi="XX-99111-0ZXM")) == set()
    assert _codes(replace(make.ORDER, coi="DC-1111-4097"), replace(make.OTHER, coi="XY-7777-4097")) == {"same_tail"}


def test_the_same_human_is_one_question_and_not_five() -> None:
    again = replace(make.ORDER, coi="DC-24098-ZXM")
    assert _codes(make.ORDER, again) == {"same_number"}


def test_an_order_is_no_trap_for_itself_and_a_trap_names_the_other_order() -> None:
    mine = replace(make.ORDER, id="O-1").identity
    twin = Identity("O-2", Patient("赵小明", numbers=(Number("mrn", "X"),)))
    assert similar.traps(mine, [mine]) == ()
    [trap] = similar.traps(mine, [mine, twin])
    assert trap.key == "same_name:O-2"


def test_empty_fields_of_provisional_orders_are_never_alike() -> None:
    assert similar.between(Identity("O-1", Patient()), Identity("O-2", Patient())) == ()


@given(WORDS, WORDS)
def test_the_distance_is_symmetric_bounded_and_zero_only_for_equals(one: str, other: str) -> None:
    found = similar.distance(one, other)
    assert found == similar.distance(other, one)
    assert 0 <= found <= similar.DISTANCE_MAX + 1
    assert (found == 0) == (one == other)


@given(st.text("0123456789", min_size=6, max_size=12), st.data())
def test_one_slip_of_the_finger_is_always_caught(coi: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(coi) - 2))
    slips = [coi[:at] + "X" + coi[at + 1 :], coi[:at] + coi[at + 1 :], coi[:at] + coi[at + 1] + coi[at] + coi[at + 2 :]]
    for slip in slips:
        if slip != coi:
            codes = {
                trap.code for trap in similar.between(Identity("1", Patient(), coi), Identity("2", Patient(), slip))
            }
            assert codes == {"near_coi"}
