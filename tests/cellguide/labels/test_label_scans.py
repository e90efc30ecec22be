"""What a scan is: standards, fields, and every way in which a code can lie. Vectors of formats.md and invented ones."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cellguide import labels, words
from cellguide.cli import main
from cellguide.labels import gs1, isbt, read
from cellguide.products import load_packaged, plain_number_kinds

GTIN = "09506000134352"
GS = "\x1d"
SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples"

GOOD = [
    (f"01{GTIN}17270630" + "10DC260914", {"gtin": GTIN, "expiry": "2027-06-30", "lot": "DC260914"}),
    (f"]d201{GTIN}10ABC{GS}17271231", {"gtin": GTIN, "lot": "ABC", "expiry": "2027-12-31"}),
    (f"]C101{GTIN}10ABC{GS}", {"gtin": GTIN, "lot": "ABC"}),  # scanners keep a trailing separator
    (f"01{GTIN}17270200", {"gtin": GTIN, "expiry": "2027-02-28"}),  # day 00 is the month's last
    (f"01{GTIN}21SER-1{GS}7003270630" + "1430", {
        "gtin": GTIN, "serial": "SER-1", "expiry": "2027-06-30", "expiry_at": "2027-06-30T14:30",
    }),
    (f"(01){GTIN}(10)L1", {"gtin": GTIN, "lot": "L1"}),
    (f"]Q1https://example.com/01/{GTIN}/10/LOT%2F1?17=270630", {"gtin": GTIN, "lot": "LOT/1", "expiry": "2027-06-30"}),
    ("]E02112345678900", {"gtin": "02112345678900"}),
    ("]E402345673", {"gtin": "00000002345673"}),
    ("2112345678900", {"gtin": "02112345678900"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields"), GOOD)
def test_a_gs1_code_gives_its_fields(text: str, fields: dict[str, str]) -> None:
    scan = read(text)
    assert (scan.standard, dict(scan.fields), scan.faults) == ("gs1", fields, ())
    assert scan.raw == text and not scan.doubtful


FAULTS = [
    (f"01{GTIN[:-1]}3" + "10ABC", "check_digit"),
    ("]d28018123456789012345671", "check_digit"),
    ("]E02112345678901", "check_digit"),
    (f"01{GTIN}10ABC17271231", "separator_lost"),
    (f"01{GTIN}10ABC21SER1", "separator_lost"),
    (f"]d210ABC01{GTIN}", "separator_lost"),
    (f"01{GTIN}10ABC<GS>17271231", "separator_lost"),
    (f"01{GTIN}10A{GS}10B", "twice"),
    (f"01{GTIN}10ABCDEFGHIJKLMNOPQRSTU", "not_whole"),
    (f"01{GTIN}9", "not_whole"),
    (f"01{GTIN}17271341", "not_whole"),  # no such month
    ("]C1not GS1 at all", "not_whole"),
    ("]d2", "not_whole"),
    ("]E0211234567890", "not_whole"),
    (f"01{GTIN}37100", "contradiction"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_code_that_cannot_be_believed_says_why(text: str, fault: str) -> None:
    scan = read(text)
    assert scan.standard == "gs1"
    assert fault in scan.faults and scan.doubtful


def test_what_is_only_a_habit_raises_no_doubt() -> None:
    assert read(f"]d2{GS}01{GTIN}").faults == ("leading_separator",)
    lot_alone = read("]C110ABC")  # a label that spreads its code over two symbols
    assert (lot_alone.fields, lot_alone.faults) == ({"lot": "ABC"}, ("incomplete",))
    assert not lot_alone.doubtful


def test_a_separator_anywhere_shows_that_the_scanner_sends_it() -> None:
    assert read(f"01{GTIN}10ABC17271231").faults == ("separator_lost",)
    assert read(f"01{GTIN}10ABC17271231{GS}").faults == ()
    assert read(f"01{GTIN}10ABC17271231{GS}21X").faults == ()


ISBT = [
    ("=G12341765432170", {"din": "G123417654321", "flags": "70"}, ()),
    ("=G12341765432171", {"din": "G123417654321", "flags": "71"}, ("check_character",)),
    ("=A99991712345600", {"din": "A999917123456", "flags": "00"}, ()),
    ("=A9O991712345600", {}, ("not_whole",)),
    ("=A999917123456", {}, ("not_whole",)),
    ("=A99991712345600=,000012", {"din": "A999917123456", "flags": "00", "division": "000012"}, ()),
    ("=+04000=/A9997XYZ100T0479=A99991712345600=,000012=>019031", {
        "product_id": "A9997XYZ100T0479", "din": "A999917123456", "flags": "00", "division": "000012",
        "expiry": "2019-01-31",
    }, ()),
    ("=>019366", {}, ("date",)),
    ("&>0183652359", {"expiry": "2018-12-31"}, ()),
    ("=(2001202712312359", {"expiry": "2027-12-31"}, ()),
    ("&/CHA999926A1B2C3", {"coi": "CHA999926A1B2C3"}, ()),
    ("&#0105ABC12", {"patient_id": "ABC12"}, ()),
    ("&#0106ABC12", {}, ("not_whole",)),
    ("=#0119680417", {"birth_date": "1968-04-17"}, ()),
    ("&,1000000000000XYZ123", {"lot": "XYZ123"}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fields", "faults"), ISBT)
def test_isbt_128_structures(text: str, fields: dict[str, str], faults: tuple[str, ...]) -> None:
    scan = read(text)
    assert (scan.standard, dict(scan.fields), scan.faults) == ("isbt128", fields, faults)


def test_a_compound_message_says_how_many_follow() -> None:
    text = "=+05000=/A9997XYZ100T0479=A99991712345600=,000012=>019031"
    assert read(text).faults == ("count",)


OTHER = [
    ("SEC: PL001499Z549917123456 A00T041600320171231", "sec", "2017-12-31", ()),
    ("+A123BJC5D6E71G", "hibc", None, ()),
    ("+A123BJC5D6E71H", "hibc", None, ("check_character",)),
    ("!2760001234567", "eurocode", None, ()),
    ("83857930000879766660", "trace_code", None, ()),
    ("11010519491231002X", "resident_id", None, ()),
    ("110105194912310021", "plain", None, ()),  # its check says that it is no resident ID
    ("DEMO-24100137", "plain", None, ()),
    ("", "plain", None, ()),
]


@pytest.mark.parametrize(("text", "standard", "expiry", "faults"), OTHER)
def test_other_families_are_known_by_their_form(
    text: str, standard: str, expiry: str | None, faults: tuple[str, ...]
) -> None:
    scan = read(text)
    assert (scan.standard, scan.fields.get("expiry"), scan.faults) == (standard, expiry, faults)


def test_the_product_s_pattern_names_a_plain_number_and_comes_before_every_guess() -> None:
    demo = load_packaged("demo-cel")
    kinds = kinds_of(demo)
    assert read("DEMO-24100137", kinds).fields == {"coi": "DEMO-24100137"}
    assert read("DC260914", kinds).fields == {"lot": "DC260914"}
    assert read("]C1DEMO-24100137", kinds).fields == {"coi": "DEMO-24100137"}
    assert read("OTHER", kinds).fields == {}
    assert read("83857930000879766660", lambda _text: ("coi", "lot")).standard == "plain", "two fit: nobody guesses"


def kinds_of(demo):  # type: ignore[no-untyped-def]
    return lambda text: plain_number_kinds(demo, text)


def test_full_width_signs_of_an_input_method_are_read_as_what_they_are() -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in f"01{GTIN}10AB")
    assert read(wide).fields == {"gtin": GTIN, "lot": "AB"}


@pytest.mark.parametrize(
    ("name", "standard"), [("gs1/scandata_vectors.tsv", "scan_data"), ("gs1/ai_bracketed_vectors.tsv", "bracketed")]
)
def test_the_vectors_of_the_syntax_engine_agree(name: str, standard: str) -> None:
    if not (SAMPLES / name).exists():
        pytest.skip("the vectors are not beside this project")
    lines = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines, delimiter="\t"):
        text = row["scan_data"].replace("\\x1d", GS) if standard == "scan_data" else ""
        if standard == "bracketed":
            if row["ok"] != "true":
                continue
            text = "]d2" + row["engine_data_str(^=FNC1)"][1:].replace("^", GS)
        scan = read(text)
        symbology = text[:3] in (*gs1.MESSAGES, *gs1.NUMBERS)
        if row["ok"] == "true":
            assert not scan.doubtful, row
        elif symbology:
            assert scan.doubtful, row


# --- properties -------------------------------------------------------------------------------------------------------

LOT = st.from_regex(r"[A-Z]{2}[3-9]{6}", fullmatch=True)  # nothing in it looks like another field


def with_digit(digits: str) -> str:
    return next(digits + last for last in "0123456789" if gs1.check_digit_fits(digits + last))


@given(
    st.from_regex(r"[0-9]{13}", fullmatch=True),
    st.dates(date(2000, 1, 1), date(2049, 12, 31)),
    LOT,
    st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True),
)
def test_what_was_put_into_a_code_comes_out_again(digits: str, day: date, lot: str, serial: str) -> None:
    gtin = with_digit(digits)
    scan = read(f"]d201{gtin}17{day:%y%m%d}10{lot}{GS}21{serial}")
    assert scan.fields == {"gtin": gtin, "expiry": day.isoformat(), "lot": lot, "serial": serial}
    assert scan.faults == ()


@given(st.from_regex(r"[0-9]{13}", fullmatch=True), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(digits: str, place: int, by: int) -> None:
    gtin = with_digit(digits)
    wrong = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    assert read(f"]d201{wrong}").faults == ("check_digit",)


@given(st.from_regex(r"[A-NP-Z1-9][A-NP-Z0-9]{4}[0-9]{8}", fullmatch=True))
def test_the_flags_of_a_donation_number_prove_one_reading_alone(din: str) -> None:
    sign = labels.check_character(din)
    good = 60 + "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*".index(sign)
    assert [flags for flags in range(60, 97) if not isbt.read(f"={din}{flags}").faults] == [good]


@given(st.text(max_size=80))
@example("=+")
@example("&#")
@example("]")
@example("+A0000000000")
@example("8018" + "9" * 18)
@example("=>000000")
@example("(01)")
@example("http://x/01/1")
@example("\ud7fb" * 3)
def test_no_text_breaks_the_reader_and_nothing_is_lost(text: str) -> None:
    for scanned in (text, f"]d2{text}", f"={text}", f"&{text}", f"01{GTIN}{text}"):
        scan = read(scanned)
        assert scan.raw == scanned
        assert words.say(f"scan.standard.{scan.standard}", "zh")
        assert all(words.say(f"scan.fault.{fault}", lang) for fault in scan.faults for lang in words.LANGS)


def test_a_scan_longer_than_any_symbol_is_cut_and_said() -> None:
    scan = read("A" * 100_000)
    assert scan.faults == ("too_long",) and len(scan.text) < 5000


# --- the command line -------------------------------------------------------------------------------------------------


def run(*args: str) -> int:
    return main(["scan", *args], None)  # type: ignore[arg-type]


def test_the_verb_scan_prints_what_was_read(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CELLGUIDE_LANG", "en")
    assert run(f"]d201{GTIN}10ABC<GS>17271231", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "symbology": "]d2", "standard": "gs1",
        "fields": {"gtin": GTIN, "lot": "ABC", "expiry": "2027-12-31"}, "faults": [],
    }  # fmt: skip
    assert run(f"01{GTIN}10ABC17271231", "--json") == 1
    assert json.loads(capsys.readouterr().out)["faults"] == ["separator_lost"]
    assert run("=G12341765432171") == 1
    assert capsys.readouterr().out.splitlines() == [
        "ISBT 128", "din: G123417654321", "flags: 71", "the check character is wrong",
    ]  # fmt: skip
