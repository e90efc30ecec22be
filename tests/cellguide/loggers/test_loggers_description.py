"""The column wizard without a screen: look, ask once, describe, and read the next file without a question."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cellguide.loggers import generic, proposal, reading
from cellguide.loggers.description import SourceDescription, fingerprint
from cellguide.loggers.source import Answers, Source
from cellguide.refusal import Refusal

ANSWERS = Answers(zone="Asia/Shanghai", unit="C", date_order="dmy", channel="Sonde B")


def file_of(*rows: str, heading: str = "When;Sonde A;Sonde B") -> bytes:
    return "\r\n".join(["Demo export", "Box 7", heading, *rows, ""]).encode()


def described() -> SourceDescription:
    rows = [f"03.04.2026 10:{minute:02d};55,1;4,{minute}" for minute in range(9)]
    proposed = proposal.propose(Source(file_of(*rows), "first.csv"), Answers())
    return proposal.settle(proposed, ANSWERS)


def test_a_proposal_says_what_it_sees_and_asks_for_the_rest() -> None:
    rows = [f"03.04.2026 10:{minute:02d};55,1;4,{minute}" for minute in range(9)]
    proposed = proposal.propose(Source(file_of(*rows), "first.csv"), Answers())
    assert proposed.header == ("When", "Sonde A", "Sonde B")
    assert (proposed.description.separator, proposed.description.encoding) == (";", "utf-8-sig")
    assert [column.role for column in proposed.description.columns] == ["stamp", "other", "other"]
    (question,) = proposed.questions
    assert [option.answer for option in question.options] == ["Sonde A", "Sonde B"]


def test_the_next_file_of_a_described_source_needs_no_question() -> None:
    rows = [f"05.04.2026 11:{minute:02d};60,2;-7,{minute}" for minute in range(5)]
    file = reading.read(file_of(*rows), "next.csv", description=described())
    reading.settled(file)
    said = reading.summary(file)
    assert (said["questions"], said["first"], said["min_c"]) == ([], "2026-04-05T11:00:00", -7.4)
    assert (said["zone"], said["unit"]) == ("Asia/Shanghai", "C")


def test_a_description_comes_back_from_its_json_unchanged() -> None:
    once = described()
    again = SourceDescription.from_json(once.to_json())
    assert again == once
    assert again.to_json() == once.to_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"columns": [{"at": 0}]}', "null"])
def test_a_spoilt_description_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match=r"logger\.description_unreadable"):
        SourceDescription.from_json(text)


def test_a_description_of_a_later_form_is_refused() -> None:
    later = described().to_json().replace('"form":1', '"form":2')
    with pytest.raises(Refusal, match=r"logger\.description_unreadable"):
        SourceDescription.from_json(later)


def test_another_heading_is_another_source() -> None:
    rows = ["05.04.2026 11:00;60,2;-7,0"]
    with pytest.raises(Refusal, match=r"logger\.description_differs"):
        reading.read(file_of(*rows, heading="When;Sonde B;Sonde A"), "x", description=described())


def test_a_source_that_changes_its_decimal_sign_is_refused() -> None:
    rows = [f"05.04.2026 11:{minute:02d};60.2;-7.{minute}" for minute in range(5)]
    with pytest.raises(Refusal, match=r"logger\.mixed_decimal"):
        settled = proposal.settle(
            proposal.propose(Source(file_of(*rows), "x"), Answers()), Answers(decimal=",", channel="Sonde B")
        )
        generic.apply(settled, Source(file_of(*rows), "x"))


def test_the_preview_shows_raw_and_read_side_by_side_with_bad_lines() -> None:
    rows = [f"05.04.2026 11:{minute:02d};60,2;-7,{minute % 10}" for minute in range(30)]
    rows[1] = "05.04.2026 99:99;60,2;-7,1"
    shown = generic.preview(described(), Source(file_of(*rows), "x"))
    assert (shown.count, shown.first, shown.last) == (29, "2026-04-05T11:00:00", "2026-04-05T11:29:00")
    assert (shown.min_value, shown.max_value, shown.unit) == (Decimal("-7.9"), Decimal("-7.0"), "C")
    assert shown.bad_rows == ((5, "05.04.2026 99:99"),)
    assert shown.rows[1] == ("05.04.2026 11:02;60,2;-7,2", "2026-04-05T11:02:00", Decimal("-7.2"))
    assert len(shown.gaps) == 1


def test_units_below_the_heading_belong_to_it() -> None:
    data = b"Time;Top;Bottom\n;\xc2\xb0C;%RH\n2026-03-25 08:00;4.0;55\n2026-03-25 08:05;4.1;55\n"
    proposed = proposal.propose(Source(data, "x"), Answers())
    assert proposed.description.header_rows == 2
    roles = [(column.role, column.unit) for column in proposed.description.columns]
    assert roles == [("stamp", None), ("temperature", "C"), ("humidity", None)]


def test_a_table_without_a_heading_is_known_by_its_width() -> None:
    data = b"2026-03-25 08:00;4.0\n2026-03-25 08:05;4.1\n"
    file = reading.read(data, "x", unit="C", zone="UTC")
    assert (file.questions, len(file.channels)) == ((), 1)
    assert fingerprint([], 2) != fingerprint([], 3)


def test_a_comma_for_both_without_a_heading_is_settled_by_one_answer() -> None:
    data = "".join(f"2026-03-25 08:{minute:02d},4,{minute % 10}\n" for minute in range(20)).encode()
    assert "decimal" in [question.about for question in reading.read(data, "x").questions]
    said = reading.summary(reading.read(data, "x", unit="C", zone="UTC", answers={"decimal": ","}))
    assert (said["questions"], said["min_c"], said["max_c"]) == ([], 4.0, 4.9)


def test_two_columns_of_one_name_can_be_told_apart() -> None:
    data = b"Time,T \xc2\xb0C,T \xc2\xb0C\n2026-03-25 08:00,4.0,5.0\n2026-03-25 08:05,4.1,5.1\n"
    assert reading.summary(reading.read(data, "x", answers={"channel": "T °C (3)"}))["max_c"] == 5.1


def test_several_temperatures_ask_which_one_and_the_answer_comes_first() -> None:
    data = b"Time,Top \xc2\xb0C,Bottom \xc2\xb0C\n2026-03-25 08:00,4.0,5.0\n2026-03-25 08:05,4.1,5.1\n"
    assert "channel" in [question.about for question in reading.read(data, "x").questions]
    said = reading.summary(reading.read(data, "x", answers={"channel": "Bottom °C"}))
    assert ("channel" not in said["questions"], said["min_c"]) == (True, 5.0)
    with pytest.raises(Refusal, match=r"logger\.answer_unknown"):
        reading.read(data, "x", answers={"channel": "Middle"})
