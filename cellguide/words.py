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


def say(key: str, lang: Lang, **facts: object) -> str:
    """Return the sentence ``key`` in ``lang`` with ``{facts}`` filled in. Raises KeyError when it is missing."""
    text = catalogue(key.partition(".")[0])[key][lang]
    return text.format(**facts) if facts else text
