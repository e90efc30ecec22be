"""Names, readings, numbers as a history, and what a label may show of a name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import patients
from cellguide.patients import Number, Patient
from cellguide.refusal import Refusal

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN.filter(lambda char: char not in "某〇"), min_size=2, max_size=6)
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "reading"), [("单小明", "shan"), ("仇英", "qiu"), ("曾国", "zeng"), ("解缙", "xie"), ("区明", "ou")]
)
def test_a_family_name_is_proposed_as_a_family_name_is_read(name: str, reading: str) -> None:
    first = patients.propose_readings(name)[0]
    assert first.readings[0] == reading
    assert len(first.readings) > 1, "the other readings stay to be chosen"
    assert first.open


def test_the_same_character_in_the_given_name_keeps_the_word_s_reading() -> None:
    assert patients.propose_readings("王单")[1].readings[0] == "dan"


def test_a_family_name_of_two_characters_is_read_as_one() -> None:
    syllables = patients.propose_readings("尉迟敬")
    assert [syllable.readings for syllable in syllables[:2]] == [("yu",), ("chi",)]
    assert patients.confirmed("尉迟敬", ["yu", "chi", "jing"]) == ("Yuchi Jing", "YCJ")


def test_a_polyphone_is_listed_and_what_the_person_chose_counts() -> None:
    le = patients.propose_readings("赵乐")[1]
    assert {"le", "yue"} <= set(le.readings)
    assert patients.confirmed("赵乐", ["zhao", "yue"]) == ("Zhao Yue", "ZY")
    assert patients.confirmed("赵乐", ["zhao", "le"]) == ("Zhao Le", "ZL")


def test_a_character_without_a_reading_is_typed_by_a_person() -> None:
    assert patients.propose_readings("王\U00020bb7")[1].readings == ()
    assert patients.confirmed("王\U00020bb7", ["wang", "ji"]) == ("Wang Ji", "WJ")


@pytest.mark.parametrize("readings", [["zhao"], ["zhao", ""], ["zhao", "小"], ["zhao", "xiao", "ming"]])
def test_readings_that_do_not_fit_the_name_are_refused(readings: list[str]) -> None:
    with pytest.raises(Refusal) as caught:
        patients.confirmed("赵明", readings)
    assert caught.value.code == "patient.readings"


@given(NAMES)
def test_a_masked_name_is_recognised_shows_less_and_keeps_its_length(name: str) -> None:
    who = Patient(name)
    mask = patients.masked(name)
    assert len(mask) == len(name)
    assert patients.MASK in mask
    assert patients.label_shows(mask, who, "masked")
    assert not patients.label_shows(patients.MASK * len(name), who, "masked"), "a name hidden whole shows nobody"


@given(NAMES, NAMES)
def test_a_masked_name_of_another_family_is_never_this_patient(name: str, other: str) -> None:
    if name[0] != other[0]:
        assert not patients.label_shows(patients.masked(other), Patient(name), "masked")


@pytest.mark.parametrize("label", ["赵*明", "赵**", "赵某明", "赵＊明", "赵 * 明"])
def test_holders_mask_in_several_ways(label: str) -> None:
    assert patients.label_shows(label, Patient("赵小明"), "masked")


@pytest.mark.parametrize("label", ["赵*亮", "赵*", "*小明", "钱*明", "", "赵*明明"])
def test_what_is_printed_of_a_masked_name_must_stand_in_its_place(label: str) -> None:
    assert not patients.label_shows(label, Patient("赵小明"), "masked")


def test_full_and_initials_are_compared_as_identifiers_and_nothing_equals_an_empty_name() -> None:
    who = Patient("赵小明", initials="ZXM")
    assert patients.label_shows("ＺＸＭ", who, "initials")
    assert patients.label_shows("z x m", who, "initials")
    assert not patients.label_shows("ZXN", who, "initials")
    assert not patients.label_shows("", Patient(), "initials")
    assert patients.label_shows("赵小明", who, "full")


def test_the_number_of_an_earlier_stay_is_kept_and_no_longer_in_force() -> None:
    before = Patient("赵小明", "1980-05-17", numbers=(Number("inpatient", "ZY1", "2026-09-01"), Number("mrn", "M1")))
    after = patients.with_number(before, Number("inpatient", "ZY2", "2026-11-20"), replaces=True)
    assert [number.value for number in after.numbers_on(TODAY)] == ["M1", "ZY2"]
    assert [number.value for number in after.numbers_on(date(2026, 11, 19))] == ["ZY1", "M1"]
    assert len(after.numbers) == 3


def test_a_bed_number_is_never_a_patient_number() -> None:
    with pytest.raises(Refusal) as caught:
        patients.check_number(Number("bed", "12"))
    assert caught.value.code == "patient.bed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": " "}, "patient.field_missing"),
        ({"numbers": ()}, "patient.field_missing"),
        ({"birth_date": "2027-01-01"}, "patient.birth_date"),
        ({"birth_date": "17.05.1980"}, "patient.birth_date"),
        ({"birth_date": "1880-01-01"}, "patient.birth_date"),
        ({"sex": "x"}, "patient.sex"),
        ({"name": "\ufa19野"}, "patient.not_nfc"),
        ({"numbers": (Number("shoe", "42"),)}, "patient.number_type"),
        ({"numbers": (Number("mrn", "- -"),)}, "patient.field_missing"),
        ({"numbers": (Number("mrn", "1", "2026-02-30"),)}, "patient.number_day"),
        ({"numbers": (Number("mrn", "1", "2026-02-03", "2026-02-01"),)}, "patient.number_day"),
    ],
)
def test_what_cannot_be_a_patient_is_refused(change: dict[str, object], code: str) -> None:
    good = Patient("赵小明", "1980-05-17", "m", (Number("mrn", "M1"),))
    patients.check_patient(good, TODAY)
    with pytest.raises(Refusal) as caught:
        patients.check_patient(good._replace(**change), TODAY)
    assert caught.value.code == code


def test_the_same_number_is_not_added_twice() -> None:
    who = Patient("赵小明", numbers=(Number("mrn", "M-1", "2020-01-01"),))
    with pytest.raises(Refusal) as caught:
        patients.with_number(who, Number("mrn", "m1", "2026-11-22"))
    assert caught.value.code == "patient.number_known"


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)))
def test_every_printed_form_of_a_birth_date_is_that_day_s_alone(born: date) -> None:
    forms = {patients.plain(form) for form in patients.birth_date_forms(born.isoformat())}
    next_day = date.fromordinal(born.toordinal() + 1)
    assert not forms & {patients.plain(form) for form in patients.birth_date_forms(next_day.isoformat())}


def test_a_patient_comes_back_from_the_document_unchanged() -> None:
    who = Patient(
        "赵小明", "1980-05-17", "m", (Number("mrn", "M1", "2020-01-01", "2021-01-01"),), "Zhao Xiaoming", "ZXM"
    )
    assert patients.patient(who.doc) == who
    assert patients.patient({}) == Patient()
