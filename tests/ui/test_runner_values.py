"""The small readings of the runner: times, names of questions, minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cellguide import words
from cellguide.clock import parse_iso
from cellguide.runs import Key
from ui.runner import reading, times
from ui.runner.exposure import minutes

NOW = parse_iso("2026-11-22T14:00:00.000+08:00")


@given(st.text(max_size=24))
def test_a_text_is_a_time_or_is_refused_but_never_breaks(text: str) -> None:
    if times.is_time(text):
        assert times.when(text, NOW).offset_min == NOW.offset_min
    else:
        with pytest.raises(ValueError):
            times.when(text, NOW)


@given(st.integers(0, 23), st.integers(0, 59))
def test_a_time_of_day_is_the_last_one_that_passed_or_the_next_to_come(hour: int, minute: int) -> None:
    typed = f"{hour}:{minute:02d}"
    past, coming = times.when(typed, NOW), times.when(typed, NOW, future=True)
    assert 0 <= NOW.utc_ms - past.utc_ms < 86_400_000
    assert 0 <= coming.utc_ms - NOW.utc_ms < 86_400_000
    assert past.local.strftime("%H:%M") == coming.local.strftime("%H:%M") == f"{hour:02d}:{minute:02d}"


@given(st.sampled_from(["R-29", "A-21"]), st.one_of(st.none(), st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True)))
def test_a_question_keeps_its_name_between_window_and_walk(step: str, container: str | None) -> None:
    for slot in (0, 15):
        assert reading.key_of(reading.ident_of(Key(step, container, slot))) == Key(step, container, slot)


def test_seconds_are_read_as_minutes() -> None:
    assert [minutes(seconds) for seconds in (0, 59, 60, 3599, 3600)] == ["0:00", "0:59", "1:00", "59:59", "60:00"]


def test_a_refusal_of_the_runner_says_what_was_not_saved() -> None:
    for area in ("refusal_camera", "refusal_runner"):
        for key, both in words.catalogue(area).items():
            assert "没有保存" in both["zh"] and "Nothing was saved" in both["en"], key
