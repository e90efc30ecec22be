"""Search words: Chinese cut into single characters, so that 冷链 is found inside a sentence (models.md 8.13)."""

from __future__ import annotations

import re

_HAN = re.compile(r"([\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def cut(text: str) -> str:
    """Put a blank around every Chinese character.

    >>> cut("冷链R-26")
    ' 冷  链 R-26'
    """
    return _HAN.sub(r" \1 ", text)


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
    if not _HAN.search(text.split()[-1][-1:]):
        parts[-1] += "*"
    return " ".join(parts)
