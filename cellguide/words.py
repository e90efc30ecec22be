"""Sentences in both languages, by key. One file per first word of the key: ``today.title`` stands in today.toml.

Every entry has ``zh`` and ``en`` side by side, so that neither can be forgotten (a test compares them).
Screens and the command line read them here; paper has its own files (``paper.toml``), because the words of a
signed record are versioned with the record, not with the screen.
"""

from __future__ import annotations

import functools
import tomllib
from typing import Any, Literal

from . import resources

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@functools.cache
def catalogue(area: str) -> dict[str, dict[str, str]]:
    """Return ``{key: {"zh": …, "en": …}}`` of one area; keys carry the area's name in front."""
    tree: dict[str, Any] = tomllib.loads(resources.read_text(f"words/{area}.toml"))
    flat: dict[str, dict[str, str]] = {}

    def walk(prefix: str, node: dict[str, Any]) -> None:
        for name, value in node.items():
            key = f"{prefix}.{name}"
            if set(value) == set(LANGS) and all(isinstance(text, str) for text in value.values()):
                flat[key] = value
            else:
                walk(key, value)

    walk(area, tree)
    return flat


class Word(str):
    """A fact that has words of its own in both languages: ``keys`` of its sentences, said in a row. As data (JSON, the
    ledger, a comparison) it is the plain text it was made of."""

    keys: tuple[str, ...]

    def __new__(cls, text: str, *keys: str) -> Word:
        made = super().__new__(cls, text)
        made.keys = keys
        return made


def say(key: str, lang: Lang, **facts: object) -> str:
    """Return the sentence ``key`` in ``lang`` with ``{facts}`` filled in, a ``Word`` in its own words. Raises KeyError
    when it is missing."""
    text = catalogue(key.partition(".")[0])[key][lang]
    said = {name: _said(fact, lang) if isinstance(fact, Word) else fact for name, fact in facts.items()}
    return text.format(**said) if said else text


def _said(fact: Word, lang: Lang) -> str:
    comma = "、" if lang == "zh" else ", "
    return comma.join(say(key, lang) for key in fact.keys) or str(fact)
