"""On which line of a TOML text a field stands: tomllib gives no positions."""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)([^\[\]]+)\]\]?")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_FENCE = re.compile(r'"""|' + "'''")
_SYNTAX_LINE = re.compile(r"\(at line (\d+),")


def line_of(text: str, path: Path) -> int:
    """Return the 1-based line of ``path`` in ``text``, or of the nearest thing above it; 1 when nothing fits.

    A path is keys, with a 0-based number after the name of a ``[[table]]``.

    >>> line_of('id = "x"\\n\\n[fact]\\nthaw_c = { value = 37 }\\n', ("fact", "thaw_c", "value"))
    4
    """
    best, found = 0, 1
    table: Path = ()
    seen: dict[str, int] = {}
    inside_fence = False
    for number, line in enumerate(text.split("\n"), 1):
        fences = len(_FENCE.findall(line))
        if inside_fence:
            inside_fence = fences % 2 == 0
            continue
        here: Path | None = None
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                seen[header[2]] = seen.get(header[2], -1) + 1
                table = (*table, seen[header[2]])
            here = table
        elif key := _KEY.match(line):
            here = (*table, *_parts(key[1]))
        if here is not None and path[: len(here)] == here and len(here) > best:
            best, found = len(here), number
        inside_fence = fences % 2 == 1
    return found


def line_of_syntax_error(text: str, message: str) -> int:
    """Return the line that tomllib's message names, the last one where it says "end of document".

    A number of thousands of digits and endless brackets are reported without a place: they stand on the longest line.
    """
    if match := _SYNTAX_LINE.search(message):
        return int(match[1])
    lines = text.split("\n")
    if "end of document" in message:
        return len(lines)
    return max(range(len(lines)), key=lambda at: len(lines[at])) + 1


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))
