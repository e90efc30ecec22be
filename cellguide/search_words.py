"""Search words: Chinese cut into single characters, so that 冷链 is found inside a sentence (models.md 8.13); and codes
as they are compared."""

from __future__ import annotations

import functools
import re
import unicodedata

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


@functools.cache
def _han() -> re.Pattern[str]:
    """A Chinese character; made at the first search, for so wide a class takes milliseconds."""
    return re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def cut(text: str) -> str:
    """Put a blank around every Chinese character.

    >>> cut("冷链R-26")
    ' 冷  链 R-26'
    """
    return _han().sub(r" \1 ", text)


def phrase(text: str) -> str | None:
    """Return the FTS5 query for what a person typed: each word a phrase, the last one a beginning.

    None when nothing in it can be searched for.

    >>> phrase('王芳 R-2')
    '"王 芳" "R 2"*'
    """
    parts = []
    for word in text.split():
        tokens = [token for token in _WORD.findall(cut(word)) if token]
        if tokens:
            parts.append('"' + " ".join(tokens) + '"')
    if not parts:
        return None
    if not _han().search(text.split()[-1][-1:]):
        parts[-1] += "*"
    return " ".join(parts)


def fold(code: str) -> str:
    """A code without what differs between barcode and keyboard. Hyphens stay: 1-11 is not 11-1.

    >>> fold("a/3-07 ") == fold("Ａ/3-07"), fold("1-11") == fold("11-1")
    (True, False)
    """
    return "".join(unicodedata.normalize("NFKC", code).split()).casefold()
