"""What is news in a judgement, and what a dossier already knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cellguide.excursion_dossier import Known, Span, fresh, merged, minutes

OVER = Span("over", 1000, 2000)


def known(*spans: Span, resolved: bool = False) -> list[Known]:
    return [Known("X-1", spans, resolved)]


def test_the_same_event_again_is_no_news() -> None:
    assert fresh([OVER], known(OVER)) == ((), "")
    assert fresh([OVER], known(OVER, resolved=True)) == ((), "")


def test_another_event_later_is_a_new_excursion() -> None:
    later = Span("over", 5000, 6000)
    assert fresh([later], known(OVER)) == ((later,), "")


def test_an_event_that_was_open_goes_on_in_its_dossier() -> None:
    still, ended = Span("over", 1000, None), Span("over", 1000, 9000)
    assert fresh([still], known(still)) == ((), "")
    assert fresh([ended], known(still)) == ((ended,), "X-1")
    assert merged([still], [ended]) == (ended,)


def test_what_grows_after_it_was_resolved_is_a_new_excursion() -> None:
    longer = Span("over", 1000, 9000)
    assert fresh([longer], known(OVER, resolved=True)) == ((longer,), "")


def test_time_unknown_is_not_the_same_as_time_too_warm() -> None:
    hole = Span("unknown", 1000, 2000)
    assert fresh([hole], known(OVER)) == ((hole,), "X-1")
    assert merged([OVER], [hole]) == (OVER, hole)


def test_minutes_are_rounded_up() -> None:
    assert [minutes(length) for length in (0, 1, 60_000, 60_001)] == ["0", "1", "1", "2"]


spans = st.lists(
    st.builds(
        lambda kind, start, length: Span(kind, start, start + length),
        st.sampled_from(["over", "unknown", "summary"]),
        st.integers(0, 50),
        st.integers(0, 20),
    ),
    max_size=6,
)


@given(spans, spans)
def test_whatever_was_merged_is_known_from_then_on(before: list[Span], new: list[Span]) -> None:
    after = merged(before, new)
    assert fresh(new, known(*after))[0] == ()
