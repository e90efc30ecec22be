"""The checklists that come with the program: pinned, complete, in both languages."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from cellguide import canonical, resources, words
from cellguide.products import schema
from cellguide.refusal import Refusal
from cellguide.runs import state
from cellguide.templates import Template, fields, latest, load, packaged
from cellguide.templates.fact_names import CALCS, MARKS, MEANINGS
from cellguide.templates.released import released
from cellguide.templates.values import ASKS, LEVELS

ROOT = Path(__file__).resolve().parents[3]
ALL = sorted(released())
STEP = re.compile(r"[A-Z]{1,3}-[0-9]{2}")


@pytest.fixture(params=ALL, ids=[f"{name}-{version}" for name, version in ALL])
def template(request: pytest.FixtureRequest) -> Template:
    return packaged(*request.param)


def test_every_file_is_pinned_and_every_pin_has_its_file() -> None:
    folders = [path for path in (ROOT / "resources/templates").iterdir() if path.is_dir()]
    files = {(folder.name, int(file.stem)) for folder in folders for file in folder.glob("*.toml")}
    assert files == set(ALL)


def test_a_released_text_is_unchanged(template: Template) -> None:
    data = resources.read_bytes(f"templates/{template.id}/{template.version}.toml")
    assert canonical.sha256(data) == released()[template.id, template.version] == template.sha256
    assert template.text.encode() == data


def test_a_packaged_version_with_another_hash_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged.cache_clear()
    text = resources.read_bytes("templates/receipt/1.toml")
    monkeypatch.setattr(resources, "read_bytes", lambda name: text + b"\n" if name.endswith("receipt/1.toml") else b"")
    with pytest.raises(Refusal, match=r"template\.changed"):
        packaged("receipt", 1)
    packaged.cache_clear()


def test_a_version_nobody_released_is_unknown() -> None:
    with pytest.raises(Refusal, match=r"template\.unknown"):
        packaged("receipt", 99)
    with pytest.raises(Refusal, match=r"template\.unknown"):
        latest("recipe")
    assert latest("receipt").version == max(version for name, version in ALL if name == "receipt")


def test_texts_are_short_and_in_both_languages(template: Template) -> None:
    han = re.compile("[\u4e00-\u9fff]")
    for item in (
        template,
        *template.sections,
        *template.steps,
        *(part for step in template.steps for part in step.also),
    ):
        assert han.search(item.zh), item.zh
        assert not han.search(item.en), item.en
        assert len(item.zh) <= fields.ZH_MAX
        assert len(item.en.split()) <= fields.EN_MAX
    for step in template.steps:
        for word in (*step.words, *([step.detail] if step.detail else [])):
            assert han.search(word.zh), word
            assert not han.search(word.en), word


def test_the_chinese_keeps_to_the_words_of_the_clinical_review(template: Template) -> None:
    for wrong in ("复苏", "待检", "合格接收", "采集号", "无白细胞滤器", "账本", "处方"):
        assert wrong not in template.text


def test_every_pause_point_has_at_most_nine_steps(template: Template) -> None:
    assert all(1 <= len(section.steps) <= 9 for section in template.sections)


def test_every_origin_is_explained(template: Template) -> None:
    listed = (ROOT / "docs/checklists.md").read_text(encoding="utf-8").partition("## Sources")[2]
    for step in template.steps:
        for key in step.origin.split(", "):
            assert re.search(rf"^\|.*(?<![\w-]){re.escape(key)}(?![\w-]).* \|", listed, re.M), f"{step.id}: {key}"


def test_every_cause_has_its_words(template: Template) -> None:
    for step in template.steps:
        for rule in step.rules:
            assert words.say(f"run.cause.{rule.cause}", "zh") != words.say(f"run.cause.{rule.cause}", "en")


def test_a_step_id_means_the_same_in_every_checklist() -> None:
    meant: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for name, version in ALL:
        for step in packaged(name, version).steps:
            meant[step.id].add((step.ask, step.zh, step.en, step.marks, step.check))
    assert not {step: kinds for step, kinds in meant.items() if len(kinds) > 1}


def test_the_papers_asked_for_are_those_a_profile_can_require() -> None:
    assert set(schema.DOCUMENTS) <= set(latest("receipt").step("R-21").of)


def test_words_exist_for_every_level_and_kind_of_question() -> None:
    known = words.catalogue("run")
    wanted = [f"run.level.{level}" for level in LEVELS] + [f"run.ask.{ask}" for ask in ASKS]
    wanted += [f"run.note.{about}" for about in state.NOTES]
    assert not set(wanted) - set(known)
    assert all(text["zh"].strip() and text["en"].strip() for text in known.values())


@pytest.mark.parametrize("area", ["refusal_run", "refusal_template"])
def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal(area: str) -> None:
    first = area.removeprefix("refusal_")
    sources = (path for folder in ("runs", "templates", "acts") for path in (ROOT / "cellguide" / folder).glob("*.py"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(rf'Refusal\(\s*"{first}\.([a-z_]+)"', text))
    known = {key.partition(".")[2] for key in words.catalogue(area)}
    assert used == known


def test_the_docs_account_for_every_step_of_the_receipt() -> None:
    """docs/checklists.md says of R-01…R-42, S-01…S-18, L-01…L-16, X-01…X-12, and of every further step, what became of
    it."""
    text = (ROOT / "docs/checklists.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([A-Z]-[0-9]{2}) \| ([a-z ]+?)(?: →| \||,|;)", text, re.M))
    for letter, last in (("R", 42), ("S", 18), ("L", 16), ("X", 12)):
        assert {f"{letter}-{number:02}" for number in range(1, last + 1)} <= set(rows)
    everywhere = {step.id: step for name, version in ALL for step in packaged(name, version).steps}
    assert set(everywhere) <= set(rows)
    for step, fate in rows.items():
        assert fate in ("asked", "shown", "merged", "dropped"), step
        if step in everywhere:
            assert fate == ("shown" if everywhere[step].by_machine else "asked"), step
        else:
            assert fate in ("merged", "dropped"), step
    for step, target in re.findall(r"^\| ([A-Z]-[0-9]{2}) \| merged → ([A-Z]-[0-9]{2})", text, re.M):
        assert target in everywhere, step


def test_the_language_page_names_every_word_of_the_language() -> None:
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    for word in (*ASKS, *LEVELS[1:], *CALCS, *MARKS, *MEANINGS):
        assert f"`{word}`" in page, word
    source = (ROOT / "cellguide/templates/loader.py").read_text() + (ROOT / "cellguide/templates/fields.py").read_text()
    source += (ROOT / "cellguide/templates/conditions.py").read_text()
    reasons = set(re.findall(r'(?:self\.wrong|NotACondition)\(\s*"([a-z_]+)"', source)) | {"not_toml"}
    assert not {reason for reason in reasons if f"`{reason}`" not in page}


def test_the_example_on_the_language_page_is_a_checklist() -> None:
    page = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, re.S)
    assert [step.id for step in load(example, "receipt/2.toml").steps] == ["R-26", "R-37", "R-38", "R-23", "R-40"]
