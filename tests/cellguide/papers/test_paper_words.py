from __future__ import annotations

import re
import string
from pathlib import Path

from cellguide import papers
from cellguide.words import LANGS, catalogue

SOURCES = {file.name: file.read_text() for file in Path(papers.__file__).parent.glob("*.py")}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    raised = {code for source in SOURCES.values() for code in re.findall(r'Refusal\(\s*"paper\.([a-z_]+)"', source)}
    assert raised == {key.partition(".")[2] for key in catalogue("refusal_paper")}


def test_a_refusal_s_sentence_names_only_facts_it_is_given() -> None:
    for source in SOURCES.values():
        for code, given in re.findall(r'raise Refusal\("paper\.([a-z_]+)"(.*)\)', source):
            for lang in LANGS:
                asked = fields(catalogue("refusal_paper")[f"refusal_paper.{code}"][lang])
                assert asked <= set(re.findall(r"(\w+)=", given)), code


def test_both_languages_of_a_word_take_the_same_facts() -> None:
    for key, words in {**catalogue("paper"), **catalogue("refusal_paper")}.items():
        assert fields(words["zh"]) == fields(words["en"]), key


def test_no_word_for_paper_is_left_over() -> None:
    text = "".join(SOURCES.values())
    by_code = (
        "number",
        "lane",
        "sex",
        "verdict",
        "deviations",
        "meaning",
        "claim",
        "role",
        "how",
        "found",
        "where",
        "trust",
    )
    listed = ("head.base_", "envelope.", "subject.", "column.", "containers.", "changes.", "clearances.", "mark.")
    for key in catalogue("paper"):
        name = key.removeprefix("paper.")
        if name.startswith(listed) or name.split(".")[0] in by_code:
            continue
        assert f'"{name}"' in text or f"'{name}'" in text, name
