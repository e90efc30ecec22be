"""In which languages a paper speaks: the site's own first, the other below or beside it where the site asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cellguide.clock import parse_iso
from cellguide.words import LANGS, Lang, catalogue, say


class Voice:
    """The words of one paper. ``languages``: one or two of zh and en, the main language first."""

    def __init__(self, languages: Sequence[str]) -> None:
        known: list[Lang] = [lang for lang in LANGS if lang in languages]
        known.sort(key=list(languages).index)
        self.main: Lang = known[0] if known else "zh"
        self.second: Lang | None = known[1] if len(known) > 1 else None

    @property
    def colon(self) -> str:
        """The colon of the main language."""
        return "：" if self.main == "zh" else ": "

    def one(self, key: str, **facts: object) -> str:
        """The words in the main language; ``key`` without ``paper.``."""
        return say(f"paper.{key}", self.main, **facts)

    def two(self, key: str, **facts: object) -> str:
        """The words in both languages side by side, or in the one the site uses."""
        first = self.one(key, **facts)
        other = say(f"paper.{key}", self.second, **facts) if self.second else ""
        return f"{first} {other}" if other and other != first else first

    def title(self, key: str) -> tuple[str, str]:
        """The words as (main, second); second is "" where the site uses one language."""
        return self.pair({lang: say(f"paper.{key}", lang) for lang in LANGS})

    def pair(self, text: Mapping[str, str] | None) -> tuple[str, str]:
        """A record's own text as (main, second); second is "" where there is none or it is the same."""
        text = text or {}
        main = text.get(self.main) or next((text[lang] for lang in LANGS if text.get(lang)), "")
        second = text.get(self.second, "") if self.second else ""
        return main, second if second != main else ""

    def joined(self, text: Mapping[str, str]) -> str:
        """A record's own text with the other language behind it."""
        main, second = self.pair(text)
        return f"{main} {second}" if second else main

    def code(self, group: str, code: str) -> str:
        """The word for a code of the record (role, sex …); a code nobody has a word for is printed itself."""
        return self.two(f"{group}.{code}") if f"paper.{group}.{code}" in catalogue("paper") else code

    def word(self, group: str, code: str) -> str:
        """As ``code``, in the main language alone: for narrow places."""
        return self.one(f"{group}.{code}") if f"paper.{group}.{code}" in catalogue("paper") else code

    def called(self, person: Mapping[str, Any]) -> str:
        """A colleague's name in the main language: Latin letters on an English paper, where the record has them."""
        return str((person.get("latin") if self.main == "en" else "") or person["name"])

    def named(self, person: Mapping[str, Any] | None) -> str:
        """A colleague as name and staff number."""
        return f"{self.called(person)} {person['id']}" if person else ""

    def cut(self, text: str, limit: int) -> str:
        """Text that would run for pages is cut, and says so; it stands in full in the attached record.json."""
        return text if len(text) <= limit else text[:limit] + self.one("mark.cut", count=len(text))


def both(key: str) -> str:
    """The words zh and en, whatever the site's language: a signature says its meaning in both (REG-010)."""
    return f"{say(f'paper.{key}', 'zh')} {say(f'paper.{key}', 'en')}"


def groups(text: str, size: int = 4) -> str:
    """A hash in groups that an eye can compare.

    >>> groups("9f2c41aa07be")
    '9f2c 41aa 07be'
    """
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def stamp(iso: str) -> str:
    """A time as paper writes it, offset included (REG-027).

    >>> stamp("2026-11-22T08:36:55.123+08:00")
    '2026-11-22 08:36:55 +08:00'
    """
    local = parse_iso(iso).local.isoformat(timespec="seconds")
    return f"{local[:10]} {local[11:19]} {local[19:]}"


def clock_parts(iso: str | None) -> tuple[str, str]:
    """A time as (hh:mm:ss, mm-dd ±hh:mm) for a narrow column; ("—", "") where none was recorded."""
    if iso is None:
        return "—", ""
    day, hour, offset = stamp(iso).split(" ")
    return hour, f"{day[5:]} {offset}"
