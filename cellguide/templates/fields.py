"""Reading single fields of a parsed TOML table, each mistake with its line."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from ..refusal import Refusal
from .positions import Lines, Place
from .values import Words

ZH_MAX = 24  # characters of an item (regulation.md 6.3)
EN_MAX = 12  # words of an item


class Fields:
    """Reads fields; ``at`` is the table being read, so that every mistake can name its line."""

    def __init__(self, text: str, file_name: str) -> None:
        self.text = text
        self.file = file_name
        self.lines = Lines(text)
        self.at = Place()

    def wrong(self, reason: str, what: object, *words: str) -> NoReturn:
        line = self.lines.line(self.at, *words)
        raise Refusal("template.mistake", file=self.file, line=line, reason=reason, what=str(what))

    def keys(self, raw: dict[str, Any], known: set[str]) -> None:
        for key in raw:
            if key not in known:
                self.wrong("unknown_key", key, key)

    def text_of(self, raw: dict[str, Any], key: str, default: str | None = None) -> str:
        value = raw.get(key, default)
        if value is None:
            self.wrong("missing_key", key)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.wrong("no_text", key, key)
        return value

    def word(self, raw: dict[str, Any], key: str) -> str:
        value = self.text_of(raw, key)
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", value):
            self.wrong("no_code", value, key)
        return value

    def one_of(self, raw: dict[str, Any], key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self.text_of(raw, key, default)
        if value not in known and value != default:
            self.wrong("unknown_word", value, key)
        return value

    def flag(self, raw: dict[str, Any], key: str) -> bool:
        value = raw.get(key, False)
        if not isinstance(value, bool):
            self.wrong("no_flag", value, key)
        return value

    def strings(self, raw: dict[str, Any], key: str) -> tuple[str, ...]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong("no_list", value, key)
        return tuple(value)

    def tables(self, raw: dict[str, Any], key: str) -> list[dict[str, Any]]:
        value = raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong("no_tables", key, key)
        return value

    def title(self, raw: dict[str, Any]) -> Words:
        title = Words(self.text_of(raw, "zh"), self.text_of(raw, "en"))
        if len(title.zh) > ZH_MAX:
            self.wrong("text_too_long", f"{len(title.zh)} > {ZH_MAX}", "zh")
        if len(title.en.split()) > EN_MAX:
            self.wrong("text_too_long", f"{len(title.en.split())} > {EN_MAX}", "en")
        return title
