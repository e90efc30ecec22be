"""Where in the text something stands: tomllib gives no positions, a mistake without a line helps nobody."""

from __future__ import annotations

import re
from typing import NamedTuple

_HEADER = re.compile(r"^\s*\[\[\s*(section(?:\.step(?:\.(?:also|rule))?)?)\s*\]\]")


class Place(NamedTuple):
    """Counting from 0: which section, which step in it, which ``also`` below that; -1 for none."""

    section: int = -1
    step: int = -1
    part: int = -1


class Lines:
    """The lines of one template and the tables they open."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._start: dict[Place, int] = {Place(): 0}
        place = Place()
        for number, line in enumerate(self._lines):
            found = _HEADER.match(line)
            if not found:
                continue
            depth = found[1].removeprefix("section").removeprefix(".step").removeprefix(".")
            if found[1] == "section":
                place = Place(place.section + 1)
            elif found[1] == "section.step":
                place = Place(place.section, place.step + 1)
            elif depth == "also":
                place = Place(place.section, place.step, place.part + 1)
            else:
                continue
            self._start.setdefault(place, number)

    def line(self, place: Place, key: str = "", *words: str) -> int:
        """The line (from 1) of ``place`` that gives ``key`` and holds all ``words``.

        Where there is none, the first that holds the words, then the first that gives the key, then the table's own.
        """
        if place not in self._start:  # written inline: the next larger table is the best that can be said
            place = Place(place.section, place.step) if place.part >= 0 else Place(place.section)
        start = self._start.get(place, 0)
        after = [number for number in self._start.values() if number > start]
        body = range(start, min(after, default=len(self._lines)))
        gives = [rf"(?<![\w.-]){re.escape(key)}\s*="] if key else []
        holds = [rf"(?<![\w.-]){re.escape(word)}" for word in words]
        for wanted in (gives + holds, holds, gives):
            for number in body:
                if wanted and all(re.search(pattern, self._lines[number]) for pattern in wanted):
                    return number + 1
        return start + 1
