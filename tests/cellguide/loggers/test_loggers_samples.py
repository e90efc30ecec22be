"""The ground truth of real files (formats 2.4). The files are not part of the project; without them this is skipped."""

from __future__ import annotations

import lzma
from pathlib import Path
from typing import Any

import pytest

from cellguide.loggers import reading
from cellguide.loggers.source import Source
from cellguide.refusal import Refusal

SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples"

TRUTH: dict[str, dict[str, Any]] = {
    "berlinger/FridgeTag_2L__130500109088_202206081014.txt": {
        "reader": "berlinger", "serial": "130500109088", "count": 10653, "empty": 0, "days": 38, "gaps": 1,
        "first": "2022-05-02T04:44:00", "last": "2022-06-08T10:11:00", "min_c": -8.4, "max_c": 30.2,
        "interval_s": 300, "signature": "consistent",
    },
    "berlinger/FridgeTag_2L__test.txt": {"reader": "berlinger", "signature": "altered"},
    "berlinger/FridgeTag_UL__100800001215_202304201410.txt": {
        "count": 841, "empty": 6, "days": 4, "first": "2023-04-17T16:06:00", "last": "2023-04-20T14:06:00",
        "interval_s": 300, "min_c": -17.0, "max_c": -9.6, "signature": "consistent",
    },
    "berlinger/FridgeTag_2__130400191542_202302140605.txt": {"count": 0, "days": 60, "signature": "consistent"},
    "berlinger/FridgeTag_2__LF__160400343949_202503171012.txt": {"count": 0, "days": 5, "signature": "consistent"},
    "berlinger/FridgeTag_2__LF__160400343949_202504070923.txt": {"count": 0, "days": 26, "signature": "consistent"},
    "berlinger/FridgeTag_2L__130500109088_202206081014.pdf": {
        "reader": "pdf", "vendor": "Berlinger", "serial": "130500109088", "model": "Fridge-tag® 2 L", "count": 0,
        "days": 38, "unit": "C", "signature": "none",
    },
    "berlinger/FridgeTag_2__130400191542_202302140605.pdf": {"reader": "pdf", "count": 0, "days": 60},
    "berlinger/FridgeTag_UL__100800001215_202304201410.pdf": {"reader": "pdf", "count": 0, "days": 4},
    "berlinger/QTag_CLm_doc_LR__RCPJ00010_02_202211090128.txt": {
        "count": 124, "empty": 0, "first": "2022-11-08T04:49:00", "last": "2022-11-09T01:19:00", "interval_s": 600,
        "min_c": 0.9, "max_c": 24.3, "signature": "consistent",
    },
    "berlinger/madeup_minimal_fridgetag.txt": {"days": 1, "signature": "altered"},
    "berlinger/madeup_valid_alarm_breaches.txt": {"days": 2, "signature": "none"},
    "berlinger/madeup_valid_full.txt": {"days": 2, "signature": "altered"},
    "berlinger/madeup_valid_minimal.txt": {"days": 1},
    "berlinger/madeup_valid_missing_temps.txt": {"days": 3},
    "berlinger/madeup_valid_negative_temps.txt": {"days": 2},
    "berlinger/madeup_valid_single_record.txt": {"days": 1},
    "onset_hobo/H08-030-08_HOBOware.csv": {
        "reader": "hobo", "serial": "274341", "zone": "-07:00", "unit": "F", "count": 997,
        "first": "2000-05-25T10:52:42", "interval_s": 960, "min_c": 2.4611, "max_c": 2.8889, "questions": [],
    },
    "onset_hobo/sample_hobo_pendant_data.csv": {
        "count": 1993, "empty": 0, "first": "2019-10-10T11:00:00", "interval_s": 300, "zone": "+01:00",
        "min_c": 17.09389, "max_c": 23.00389,
    },
    "onset_hobo/HOBO_LIGHT_logger.csv": {"count": 800, "interval_s": 7200, "min_c": -8.182, "max_c": 56.838},
    "onset_hobo/MX2301_HOBOmobile.csv": {"count": 986, "interval_s": 900, "min_c": 5.2333, "max_c": 16.6833},
    "ibutton/DS1921G_10a.csv": {
        "reader": "ibutton", "count": 1577, "empty": 0, "first": "2012-10-11T12:11:00", "last": "2012-12-16T04:11:00",
        "interval_s": 3600, "min_c": 16.0, "max_c": 24.5,
    },
    "elitech/Elitech_RC-4HC_ptBR.xls": {
        "reader": "elitech", "serial": "EF723C100798", "model": "RC-4HC", "count": 1128, "empty": 0,
        "first": "2025-10-13T15:05:22", "last": "2025-10-21T10:55:22", "interval_s": 600, "min_c": 21.4, "max_c": 32.6,
    },
    "lascar/EasyLog_USB.txt": {
        "reader": "lascar", "serial": "063001132", "count": 131, "empty": 0, "first": "2020-07-07T13:12:16",
        "last": "2020-07-07T15:22:16", "interval_s": 60, "min_c": 22.5, "max_c": 28.5,
    },
    "testo/SUPPORT_44674288_2026_07_22_09_51_16.vi2.xz": {
        "reader": "testo_vi2", "serial": "44674288", "count": 116291, "empty": 0, "first": "2025-06-13T14:14:53",
        "last": "2026-07-22T09:04:53", "interval_s": 300, "min_c": 17.9, "max_c": 28.2, "gaps": 0,
    },
    "app_csv_sensorpush_govee/Sensor30-starts-2024-07-10-14-03-34-ends-2024-07-12-11-42-15.csv": {
        "reader": "govee", "count": 2739, "empty": 0, "first": "2024-07-10T14:04:00", "interval_s": 60,
        "min_c": 23.135, "max_c": 37.435,
    },
    "app_csv_sensorpush_govee/govee_fahrenheit_trimmed_header.csv": {
        "reader": "govee", "unit": "F", "count": 670, "first": "2025-06-26T13:18:00", "interval_s": 900,
        "min_c": 23.6, "max_c": 38.3889,
    },
    "ruuvi/freezer.csv": {
        "reader": "ruuvi", "zone": "+02:00", "count": 371, "first": "2020-05-05T09:17:51+02:00", "interval_s": None,
        "min_c": -31.13, "max_c": -24.49, "questions": ["interval"],
    },
    "rotronic/Rotronic_1.csv": {"reader": "rotronic", "serial": "A00000000", "count": 10, "min_c": 20, "max_c": 20.6},
    "tandd/TandD_1.csv": {"reader": "tandd", "count": 10, "interval_s": 900, "min_c": 22.7, "max_c": 23.0},
    "tinytag/TinyTag_1.csv": {"reader": "tinytag", "count": 10, "min_c": None, "questions": ["unit", "zone"]},
    "hanwell/Hanwell_1.csv": {"reader": "hanwell", "count": 10, "interval_s": 1800, "min_c": 18.3, "max_c": 18.5},
    "trend_bms/Trend_1.csv": {"reader": "trend", "count": 10, "first": "2021-09-01T00:30:00", "max_c": 20.7},
}  # fmt: skip

REFUSED = {
    "berlinger/madeup_invalid_bad_indent.txt": "logger.no_rows",
    "berlinger/madeup_invalid_empty.txt": "logger.empty_file",
    "berlinger/madeup_invalid_malformed_temp.txt": "logger.bad_value",
    "berlinger/madeup_invalid_truncated.txt": "logger.truncated",
    "berlinger/QTag_CLm_doc_LR__RCPJ00010_02_202211090128.pdf": "logger.pdf_beside_text",
}


def sample(name: str) -> bytes:
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip("the genuine logger files are not beside this project")
    data = path.read_bytes()
    return lzma.decompress(data) if name.endswith(".xz") else data


@pytest.mark.parametrize("name", TRUTH)
def test_a_genuine_file_is_read_as_it_is(name: str) -> None:
    said = reading.summary(reading.read(sample(name), name))
    assert {key: said[key] for key in TRUTH[name]} == TRUTH[name]


@pytest.mark.parametrize("name", TRUTH)
def test_a_genuine_file_is_claimed_by_one_vendor(name: str) -> None:
    found = reading.claimants(Source(sample(name), name))
    assert len(found) == 1
    assert found[0].name != "table"


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_sample_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refusal:
        reading.read(sample(name), name)
    assert refusal.value.code == REFUSED[name]


BOTH_FORMS = (
    "FridgeTag_2L__130500109088_202206081014", "FridgeTag_2__130400191542_202302140605",
    "FridgeTag_UL__100800001215_202304201410",
)  # fmt: skip


@pytest.mark.parametrize("name", BOTH_FORMS)
def test_the_report_says_of_each_day_what_the_signed_text_beside_it_says(name: str) -> None:
    text, report = (reading.read(sample(f"berlinger/{name}.{end}"), f"{name}.{end}") for end in ("txt", "pdf"))
    kept = ("day", "min_c", "max_c", "mean_c", "low_min", "high_min")
    told = [[tuple(getattr(day, field) for field in kept) for day in file.days] for file in (text, report)]
    assert told[0] == told[1]
    assert [(limit.side, limit.limit_c) for limit in text.limits] == [(one.side, one.limit_c) for one in report.limits]


def test_one_changed_digit_breaks_a_genuine_signature() -> None:
    data = sample("berlinger/FridgeTag_UL__100800001215_202304201410.txt")
    changed = data.replace(b"\t-16.6\t", b"\t-16.7\t", 1)
    assert changed != data
    assert reading.read(changed, "x").signature == "altered"
