"""The fast path gives what the exact reader gives, or steps aside for the whole file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cellguide.loggers import fast, generic, proposal, reading
from cellguide.loggers.form import LoggerFile
from cellguide.loggers.source import Answers, Source
from cellguide.refusal import Refusal

ANSWERS = Answers(unit="C", zone="UTC")
LINE = st.builds(
    "{}{}{:02d}:{:02d}{},{}".format,
    st.sampled_from(["2026-03-01", "2026-03-02", "2024-02-29"]),
    st.sampled_from([" ", "T"]),
    st.integers(0, 23),
    st.integers(0, 59),
    st.sampled_from(["", ":00", ":59"]),
    st.one_of(
        st.decimals(-196, 60, places=1).map(str),
        st.decimals(-9, 9, places=3).map(str),
        st.integers(-99, 99).map(str),
        st.sampled_from(["+4.0", "-0.0", "-200", "-200.0", "9999", "", "4.", ".5", "--.-", "4,0", "1e3", "12345.6"]),
    ),
)
DEVIATION = st.sampled_from(
    ["", "2026-02-30 10:00:00,4.0", "2026-03-01 24:00:00,4.0", "x", '"a,4', "é,4", "2026-3-1 1:00,4"]
)


def outcome(data: bytes, exact: bool) -> LoggerFile | str:
    source = Source(data, "x")
    try:
        described = proposal.settle(proposal.propose(source, ANSWERS), ANSWERS)
        return generic.apply(described, source, exact=exact)
    except Refusal as refusal:
        return str(refusal)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(LINE, LINE, LINE, DEVIATION), max_size=40),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from(["timestamp,value", "time,temp", "\ufefftime,temp", "时间,温度(℃)", ""]),
)
@example(["2026-03-01 10:00:00,4.0"], "\n", False, "timestamp,value")
@example(["2026-03-01 10:00:00,4.0", "2026-03-01 10:05:00,-12.25"], "\r\n", True, "")
def test_fast_and_exact_give_the_same(lines: list[str], end: str, ended: bool, heading: str) -> None:
    data = (end.join([heading, *lines] if heading else lines) + (end if ended else "")).encode()
    if data.strip():
        assert outcome(data, exact=False) == outcome(data, exact=True)


def many(count: int, values: list[str]) -> bytes:
    first = np.datetime64("2026-01-01T00:00:00")
    stamps = first + np.arange(count) * np.timedelta64(60, "s")
    rows = (f"{str(at).replace('T', ' ')},{values[row % len(values)]}\n" for row, at in enumerate(stamps))
    return ("timestamp,value\n" + "".join(rows)).encode()


def test_a_large_plain_file_takes_the_fast_path_across_blocks() -> None:
    data = many(120_000, ["-150.25", "4.1", "12.0", "-7"])
    read = fast.read(data, len("timestamp,value\n"), ",")
    assert read is not None
    assert len(read.wall_ms) == 120_000
    assert set(np.diff(read.wall_ms).tolist()) == {60_000}
    assert read.scaled[:4].tolist() == [-15025, 410, 1200, -700]
    assert (read.scaled.reshape(-1, 4) == read.scaled[:4]).all()
    said = reading.summary(reading.read(data, "x", zone="UTC", unit="C"))
    assert (said["count"], said["min_c"], said["max_c"], said["gaps"]) == (120_000, -150.25, 12.0, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_chinese_heading_does_not_keep_a_plain_file_from_the_fast_path(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = many(50, ["4.1"]).decode().replace("timestamp,value", "时间,温度(℃)").encode(encoding)
    monkeypatch.setattr(generic, "assemble", None)
    assert reading.summary(reading.read(data, "x", zone="UTC"))["count"] == 50


def test_one_deviating_line_sends_the_whole_file_to_the_exact_reader() -> None:
    data = many(100, ["4.1"])
    assert fast.read(data, 16, ",") is not None
    assert fast.read(data.replace(b"00:50:00,4.1", b"00:50:00,--.-"), 16, ",") is None
    assert fast.read(data.replace(b"00:50:00,4.1", b"00:50:00,-200"), 16, ",") is None


def test_the_fast_path_needs_the_described_heading() -> None:
    source = Source(many(20, ["4.1"]), "x")
    described = proposal.settle(proposal.propose(source, ANSWERS), ANSWERS)
    other = Source(many(20, ["4.1"]).replace(b"value", b"humidity"), "x")
    try:
        generic.apply(replace(described), other)
    except Refusal as refusal:
        assert refusal.code == "logger.description_differs"
    else:
        raise AssertionError("a table under another heading was read")
