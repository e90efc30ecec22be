"""Series, day chunks and their bytes: what goes in comes out, and nothing else gets in."""

from __future__ import annotations

from array import array
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temperature_makers import START_MS, a_series, at

from cellguide.refusal import Refusal
from cellguide.temperature.chunks import DAY_MS, join_days, read_chunk, read_head, split_days
from cellguide.temperature.limits import printed_c
from cellguide.temperature.series import Series, make_series, series_of_columns

INT32 = st.integers(-(2**31), 2**31 - 1)


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    n = draw(st.integers(1, 60))
    unit = draw(st.sampled_from([1, 1000]))
    steps = draw(st.one_of(st.just([300] * n), st.lists(st.integers(0, 90_000), min_size=n, max_size=n)))
    start = draw(st.integers(-(10**9), 2 * 10**9)) * 1000
    t_ms = start + np.cumsum(np.array(steps, np.int64)) * unit
    v = np.array(draw(st.lists(INT32, min_size=n, max_size=n)), np.int64)
    absent = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)), np.bool_)
    return make_series("import", "probe", t_ms, v, draw(st.integers(0, 6)), absent=absent)


@given(any_series())
def test_days_go_to_bytes_and_back_exactly(series: Series) -> None:
    stored = [chunk.to_bytes() for chunk in split_days(series)]
    again = join_days([read_chunk(data) for data in reversed(stored)], source="import", sensor="probe")
    assert again.same(series)
    assert [read_chunk(data).to_bytes() for data in stored] == stored


@given(any_series(), st.data())
def test_damaged_bytes_are_refused_or_read_as_a_sound_chunk_and_never_fail_otherwise(
    series: Series, data: st.DataObject
) -> None:
    stored = bytearray(split_days(series)[0].to_bytes())
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, len(stored)))
    for damaged in (bytes(stored), bytes(stored[:cut])):
        try:
            chunk = read_chunk(damaged)
        except Refusal as refusal:
            assert refusal.code in {"temperature.chunk_damaged", "temperature.chunk_newer"}
        else:
            assert chunk.v.size == chunk.head.n == chunk.tick.size


def test_the_layout_of_version_one_does_not_change() -> None:
    regular = split_days(a_series([(0, "-151.4"), (10, "-151.2"), (20, None)]))[0]
    assert regular.to_bytes().hex() == (
        "43475431010300002b510000030000000100000016faffff18faffff000000005802000016faffff18faffff0000000020"
    )
    irregular = split_days(a_series([(0, "5"), (1, "6"), (3.00005, "7")]))[0]
    assert irregular.to_bytes().hex() == (
        "43475431000400002b510000030000000000000005000000070000000000000060ea000023bf0200050000000600000007000000"
    )


def test_a_newer_layout_is_refused_as_newer() -> None:
    data = split_days(a_series([(0, "5")]))[0].to_bytes()
    with pytest.raises(Refusal) as caught:
        read_head(data.replace(b"CGT1", b"CGT2"))
    assert caught.value.code == "temperature.chunk_newer"


def test_days_are_utc_days_and_a_head_alone_gives_their_extremes() -> None:
    series = a_series([(-1, "-160"), (0, "-170.5"), (1439, "-150"), (1440, None)])
    heads = [read_head(chunk.to_bytes()) for chunk in split_days(series)]
    day = START_MS // DAY_MS
    assert [(head.day, head.n, head.lo, head.hi) for head in heads] == [
        (day - 1, 1, -1600, -1600),
        (day, 2, -1705, -1500),
        (day + 1, 1, None, None),
    ]


def test_days_of_two_imports_cannot_be_joined_as_one() -> None:
    one, other = split_days(a_series([(0, "5")])), split_days(a_series([(0, "5.5")]))
    with pytest.raises(ValueError, match="not one channel"):
        join_days([*one, *other], source="x", sensor="y")
    with pytest.raises(ValueError, match="not one channel"):
        join_days([], source="x", sensor="y")


def test_an_empty_series_has_no_days() -> None:
    assert split_days(make_series("x", "y", np.empty(0, np.int64), np.empty(0, np.int32), 1)) == []


def test_readings_out_of_order_are_sorted_and_counted() -> None:
    series = a_series([(0, "1"), (20, "3"), (10, "2"), (15, "4"), (30, "5")])
    assert [series.value_c(k) for k in range(5)] == [Decimal(text) for text in "12435"]
    assert series.disordered == 2


@pytest.mark.req("REG-014")
def test_readings_cannot_be_written_through_a_series() -> None:
    series = a_series([(0, "5")])
    with pytest.raises(ValueError, match="read-only"):
        series.v[0] = 6
    with pytest.raises(AttributeError):
        series.v = np.zeros(1, np.int32)  # type: ignore[misc]


def test_a_readers_columns_become_a_series_with_its_missing_values_missing() -> None:
    stamps, values = memoryview(array("q", [at(0), at(10)])), memoryview(array("q", [-1514, -(2**31)]))
    series = series_of_columns("import", "probe", stamps, values, 1, -(2**31), interval_s=Decimal(600))
    assert (series.value_c(0), series.value_c(1), series.interval_ms) == (Decimal("-151.4"), None, 600_000)


def test_arrays_that_do_not_fit_together_are_an_error() -> None:
    t_ms, v = np.array([1, 2]), np.array([1, 2])
    for arguments in ((t_ms, v[:1], 1), (t_ms, v, 7), (t_ms, v * 2**31, 1)):
        with pytest.raises(ValueError, match=r"shapes|scale|32 bits"):
            make_series("x", "y", *arguments)


def test_printed_values_are_rounded_half_up_and_only_for_print() -> None:
    shown = [printed_c(Decimal(text), 1) for text in ("8.05", "8.15", "-150.25", "-0.04", "36.6")]
    assert shown == ["8.1", "8.2", "-150.3", "0.0", "36.6"]
