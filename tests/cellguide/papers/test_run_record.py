from __future__ import annotations

import copy
import json
from functools import lru_cache
from typing import Any

import poppler
import pytest
import record_makers as make

from cellguide import canonical
from cellguide.papers import run_record
from cellguide.papers.render import page_count
from cellguide.papers.voice import groups
from cellguide.refusal import Refusal


def drawn(record: dict[str, Any]) -> bytes:
    return _drawn(canonical.encode(record))


@lru_cache(maxsize=16)
def _drawn(record: bytes) -> bytes:
    return run_record.draw(json.loads(record), make.photographs())


@pytest.fixture(scope="module", params=[("zh", "en"), ("en",), ("en", "zh"), ("zh",)], ids="-".join)
def paper(request: pytest.FixtureRequest) -> tuple[dict[str, Any], bytes]:
    record = make.in_language(make.record(), *request.param)
    return record, drawn(record)


@pytest.mark.req("REG-036")
def test_every_page_says_what_it_belongs_to(paper: tuple[dict[str, Any], bytes]) -> None:
    record, pdf = paper
    pages = page_count(pdf)
    sha256 = canonical.sha256(canonical.encode(record))
    site = record["site"][record["site"]["languages"][0]].replace(" ", "")
    for number in range(1, pages + 1):
        text = poppler.flat(pdf, number)
        assert groups(sha256).replace(" ", "") in text
        for needle in ("R-A-2026-000318v1", "4812", "receiptv3", "demo-cel", "3.12025-01-15", "CellGuide0.1.0", site):
            assert needle in text, (number, needle)
        page_words = {"zh": f"第{number}页，共{pages}页", "en": f"Page{number}of{pages}"}
        assert all(page_words[lang] in text for lang in record["site"]["languages"])
        assert "20241103" in text, "the patient's number stands on every page"


@pytest.mark.req("REG-033")
def test_each_changed_value_carries_one_mark_and_its_old_value(paper: tuple[dict[str, Any], bytes]) -> None:
    _, pdf = paper
    text = poppler.text(pdf)
    assert text.count("▲") == 2
    assert "SN 88231 → SN 88213" in text
    assert "misread" in text


def test_a_value_that_was_typed_with_the_mark_does_not_count(paper: tuple[dict[str, Any], bytes]) -> None:
    record = copy.deepcopy(paper[0])
    record["sections"][0]["steps"][1]["text"] = make.pair("▲▲", "▲▲")
    assert poppler.text(drawn(record)).count("▲") == 2


@pytest.mark.req("REG-027")
def test_every_time_carries_its_offset(paper: tuple[dict[str, Any], bytes]) -> None:
    text = poppler.text(paper[1])
    assert "2026-11-22 14:14:05 +08:00" in text
    assert "11-22 +08:00" in text


def test_both_languages_stand_where_the_site_asks_and_only_there() -> None:
    chinese = poppler.flat(drawn(make.in_language(make.record(), "zh")))
    english = poppler.flat(drawn(make.in_language(make.record(), "en")))
    both = poppler.flat(drawn(make.record()))
    assert "干式液氮罐外观" in chinese
    assert "Outsideoftheshipper" not in chinese
    assert "Outsideoftheshipper" in english
    assert "干式液氮罐外观" not in english
    assert "干式液氮罐外观" in both
    assert "Outsideoftheshipper" in both


@pytest.mark.req("REG-025")
def test_a_late_entry_shows_when_it_happened() -> None:
    text = poppler.flat(drawn(make.small_record(sections=make.record()["sections"][:1])))
    assert "补记LATE" in text
    assert "14:16:05" in text


def test_answers_too_fast_to_be_real_are_marked() -> None:
    record = make.small_record()
    plain = poppler.flat(drawn(record))
    record["sections"][0]["steps"][0]["fast"] = True
    assert "9项不足5秒" in poppler.flat(drawn(record)) and "9项不足5秒" not in plain


@pytest.mark.parametrize(("languages", "named"), [(["en"], "DEMOQuick"), (["zh"], "演示快"), (["zh", "en"], "演示快")])
def test_an_english_paper_calls_colleagues_by_their_latin_names(languages: list[str], named: str) -> None:
    record = make.small_record()
    record["site"]["languages"] = languages
    step = record["sections"][0]["steps"][0]
    step["person"] = {"id": "D-9", "name": "演示快", "latin": "DEMO Quick"}
    text = poppler.flat(drawn(record))
    assert named in text
    assert ("演示快" in text) == (languages != ["en"])
    # A record frozen before Latin names stood in it is printed as it is.
    step["person"] = {"id": "D-9", "name": "演示旧"}
    assert "演示旧" in poppler.flat(drawn(record))


@pytest.mark.req("REG-049")
@pytest.mark.parametrize(("base", "words"), [("electronic", "电子记录为基准"), ("paper", "纸质记录为基准")])
def test_the_base_form_is_stated(base: str, words: str) -> None:
    record = make.small_record()
    record["site"]["base"] = base
    assert words in poppler.flat(drawn(record))


def test_the_same_record_gives_the_same_bytes() -> None:
    photos = make.photographs()
    assert run_record.draw(make.record(), photos) == run_record.draw(make.record(), photos)


def test_another_record_gives_another_hash_on_the_page() -> None:
    record = make.small_record()
    record["sections"][0]["steps"][0]["text"]["zh"] += "。"
    assert poppler.text(drawn(record)) != poppler.text(drawn(make.small_record()))


HOSTILE = {
    "markup": '<b>&amp;</b><img src="http://x/y"/><para>',
    "ten kilobytes": "王" * 10_240,
    "one endless word": "x" * 10_240,
    "right to left": "\u202eلا إله\u202c שלום",
    "not in the face": "王𠮷",
    "percent and braces": "{0} %s {name} \\n",
    "controls": "a\x00b\x1b[31mc\r\nd",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_is_printed_as_it_is_and_breaks_nothing(name: str) -> None:
    record = make.small_record(signatures=[make.statement("received", {"id": "D-1", "name": name}, "nurse", 20)])
    record["subject"]["patient"]["name"] = name
    step = record["sections"][0]["steps"][0]
    step |= {"text": make.pair(name, name), "person": {"id": "D-1", "name": name}, "changes": [make.change(name, name)]}
    step["check"] = {"kind": "value", "person": {"id": "D-1", "name": name}, "at": make.at(1), "match": False}
    step["check"]["text"] = make.pair(name, name)
    pdf = run_record.draw(record, {})
    assert page_count(pdf) < 12
    assert "R-A-2026-000318v1" in poppler.flat(pdf, page_count(pdf))


def test_markup_and_missing_characters_are_readable_on_paper() -> None:
    record = make.small_record()
    record["subject"]["patient"]["name"] = "<b>王𠮷</b>"
    text = poppler.flat(drawn(record))
    assert "<b>王［］U+20BB7</b>" in text


def test_what_is_cut_says_so() -> None:
    record = make.small_record()
    record["sections"][0]["steps"][0]["text"] = make.pair("长" * 5000, "长" * 5000)
    text = poppler.flat(drawn(record))
    assert "共5000字" in text
    assert text.count("长") == 1500


def test_powers_are_read_back_as_powers() -> None:
    assert "100×10⁶" in poppler.text(drawn(make.record()))


def test_a_record_without_patient_profile_series_or_photographs_is_drawn() -> None:
    record = make.small_record(profile=None, decision=None, demo=False, sections=[], required=["performed"])
    record["subject"] |= {"patient": None, "product": None, "lot": None, "containers": []}
    text = poppler.flat(drawn(record))
    assert "无产品档案" in text
    assert "演示数据" not in text


def test_an_unverified_profile_says_so_on_every_page() -> None:
    record = make.small_record()
    record["profile"]["verified"] = False
    assert "未核实" in poppler.flat(drawn(record), 1)


def test_an_amended_record_names_what_it_replaces() -> None:
    amends = {"version": 1, "sha256": "ab" * 32, "pdf_sha256": "cd" * 32, "reason": "批号读错"}
    text = poppler.flat(drawn(make.small_record(version=2, amends=amends)))
    assert "取代第1版" in text
    assert "批号读错" in text
    assert "cd" * 32 in text


def test_a_void_record_has_no_body() -> None:
    text = poppler.flat(drawn(make.small_record(void={"reason": "开错患者"}, version=2)))
    assert "作废VOID原因Reason：开错患者" in text
    assert "收货人与交接时间" not in text


def test_ink_lines_are_drawn_only_where_the_site_asks() -> None:
    record = make.small_record()
    assert "手签" not in poppler.flat(drawn(record))
    record["site"]["ink_lines"] = True
    assert poppler.flat(drawn(record)).count("手签") == 3


def test_a_photograph_that_is_not_the_registered_one_is_refused() -> None:
    photos = make.photographs()
    changed = dict.fromkeys(photos, b"another picture")
    with pytest.raises(Refusal, match=r"paper\.photo_changed"):
        run_record.draw(make.record(), changed)
    with pytest.raises(Refusal, match=r"paper\.photo_missing"):
        run_record.draw(make.record(), {})


def test_a_record_of_another_form_is_refused() -> None:
    with pytest.raises(Refusal, match=r"paper\.unknown_record"):
        run_record.draw(make.small_record(schema="cellguide.record/2"), {})


def test_a_meaning_outside_the_closed_list_is_refused() -> None:
    with pytest.raises(Refusal, match=r"paper\.unknown_meaning"):
        run_record.draw(make.small_record(required=["admired"]), {})


def test_a_table_of_two_hundred_steps_flows_and_repeats_its_head() -> None:
    record = make.small_record()
    steps = record["sections"][0]["steps"]
    record["sections"][0]["steps"] = [copy.deepcopy(steps[n % 3]) | {"id": f"X-{n:03d}"} for n in range(200)]
    pdf = drawn(record)
    for number in range(1, page_count(pdf)):
        assert "核对项Step" in poppler.flat(pdf, number)
    assert all(f"X-{n:03d}" in poppler.text(pdf) for n in (0, 99, 199))


def test_a_source_is_printed_once_however_many_limits_rest_on_it() -> None:
    record = make.small_record()
    first, second, third = record["sections"][0]["steps"]
    for one, source in ((first, "DEMO label 2025-01 §2.2"), (second, "DEMO label 2025-01 §2.2"), (third, "site limit")):
        one["verdict"] = make.verdict("ok", "≤ −150 °C", source)
    text = poppler.text(drawn(record))
    assert text.count("DEMO label 2025-01 §2.2") == 1
    assert text.count("site limit") == 1
    assert text.count("≤ −150 °C") == 3
    # The raised number stands at the limit and before the source; those who search the text find ¹ and ².
    assert (text.count("¹"), text.count("²")) == (3, 2)
    assert "限值来源" in text


def test_without_a_source_there_is_no_list_of_sources() -> None:
    record = make.small_record()
    for one in record["sections"][0]["steps"]:
        one["verdict"] = None
    assert "限值来源" not in poppler.text(drawn(record))


def test_a_decision_is_told_by_word_and_level() -> None:
    papers = {}
    for code, level, word in (
        ("accept", "ok", "验收合格"),
        ("hold", "held", "锁定·待处理"),
        ("reject", "hard", "拒收"),
    ):
        record = make.small_record(decision=make.pair(word, code) | {"code": code, "level": level})
        papers[level] = drawn(record)
        assert f"结论Decision：{word}" in poppler.flat(papers[level], page_count(papers[level]))
    assert len(set(papers.values())) == 3


def test_a_picture_carries_the_number_that_answers_name() -> None:
    text = poppler.flat(drawn(make.record()))
    assert "1标签照片1" in text
    assert "3标签照片3" in text


def test_how_somebody_was_identified_is_said_where_it_is_not_the_usual_way() -> None:
    record = make.small_record()
    record["sections"][0]["steps"][0]["how"] = "badge+pin"
    text = poppler.flat(drawn(record))
    assert text.count("胸卡+PIN") == 1
    assert "未另注明者以工号+密码认人" in text
