"""Every sentence exists in both languages, and no key says OK, Yes or No."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from cellguide import words
from ui.app import dress_app
from ui.language import language, put, say
from ui.rail import PLACES

AREAS = (
    "frame", "signin", "sign", "today", "records", "people", "settings", "wizard", "lock", "refusal_frame",
    "temperature_page", "map", "import_page", "probe",
)  # fmt: skip
UI = Path(__file__).resolve().parents[2] / "ui"
LITERAL = re.compile(rf'"((?:{"|".join(AREAS)})\.[a-z0-9_.]+)"')


@pytest.mark.req("REG-050")
@pytest.mark.parametrize("area", AREAS)
def test_both_languages_say_everything_with_the_same_facts(area: str) -> None:
    for key, pair in words.catalogue(area).items():
        zh, en = ({name for _, name, _, _ in string.Formatter().parse(pair[lang]) if name} for lang in ("zh", "en"))
        assert pair["zh"].strip() and pair["en"].strip(), key
        assert zh == en, key
        assert not re.search(r"[\u4e00-\u9fff]", pair["en"]), key


def test_every_key_that_the_screens_name_exists() -> None:
    files = [*UI.glob("*.py"), *(UI / "pages").glob("*.py"), *(UI / "dialogs").glob("*.py")]
    named = {key for file in files for key in LITERAL.findall(file.read_text(encoding="utf-8"))}
    known = {key.removeprefix("refusal_") for area in AREAS for key in words.catalogue(area)}
    known |= {key[: at.start()] for key in known for at in re.finditer(r"\.", key)}  # what a word is put behind
    missing = sorted(named - known)
    assert missing == []
    assert len(named) > 150


def test_every_place_of_the_rail_has_its_word_and_icon(qapp: object) -> None:
    for place in PLACES:
        assert say(f"frame.page.{place.name}")


@pytest.mark.parametrize("lang", words.LANGS)
def test_keys_say_what_they_do(lang: words.Lang) -> None:
    hollow = {"ok", "yes", "no", "cancel", "确定", "是", "否", "取消", "好"}
    for area in AREAS:
        for key, pair in words.catalogue(area).items():
            assert pair[lang].strip().casefold() not in hollow, key


def test_thaw_is_never_resuscitation() -> None:
    for area in AREAS:
        assert all("复苏" not in pair["zh"] for pair in words.catalogue(area).values())


def test_the_quality_officer_has_one_name() -> None:
    """质量管理员, as the glossary has it (domain 2.1); another name would be another person."""
    texts = [path.read_text("utf-8") for path in (UI.parent / "resources").rglob("*.toml")]
    assert not [text for text in texts if "质量负责人" in text or "质控负责人" in text]


def test_qts_own_words_follow_the_language(qapp: object) -> None:
    from PySide6.QtCore import QCoreApplication

    dress_app(qapp, "zh")  # type: ignore[arg-type]
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    language.switch("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_a_bound_text_is_read_again_and_a_dead_widget_is_let_go(qapp: object) -> None:
    import shiboken6
    from PySide6.QtWidgets import QLabel

    label, dead = put(QLabel(), "today.needs.title"), put(QLabel(), "today.needs.title")
    shiboken6.delete(dead)
    language.switch("en")
    assert label.text() == "Needs attention"
