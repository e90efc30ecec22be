"""What depends on the moment of printing: DRAFT, SUPERSEDED, VOID, and which copy this is.

Values only. The printing layer paints them over the rendered page; they are never part of a stored file, so the bytes
that were signed are the bytes that are kept (engineering-review 6). The DRAFT mark has no switch (REG-034).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cellguide.papers.voice import Voice, stamp


@dataclass(frozen=True, slots=True)
class Diagonal:
    """Words across the page. ``angle_deg`` counter-clockwise; ``height`` of the letters as a part of the page's."""

    text: str
    colour: str
    opacity: float = 0.16
    angle_deg: float = 52.0
    height: float = 0.062


@dataclass(frozen=True, slots=True)
class CopyLine:
    """The line in the lower margin. ``baseline``, ``height``: parts of the page's height; ``left``: of its width."""

    text: str
    colour: str = "#51626e"
    left: float = 0.0672
    baseline: float = 0.972
    height: float = 0.0085


@dataclass(frozen=True, slots=True)
class Overlay:
    """Everything that is painted over one page."""

    diagonals: tuple[Diagonal, ...]
    line: CopyLine | None


def overlay(
    languages: Sequence[str],
    *,
    signed: int,
    required: int,
    superseded_by: int | None = None,
    void: bool = False,
    copy: int | None = None,
    person: str = "",
    at: str = "",
) -> Overlay:
    """What to paint over each page of a paper.

    ``superseded_by``: the version that replaced it; ``copy``, ``person``, ``at`` (ISO 8601): of this print; on screen
    ``copy`` is None and there is no line. A paper may carry two marks: an old version that was never signed is both.
    """
    voice = Voice(languages)
    marks: list[Diagonal] = []
    if void:
        marks.append(Diagonal(voice.two("overlay.void"), "#b3261e"))
    if superseded_by is not None:
        marks.append(Diagonal(voice.two("overlay.superseded", version=superseded_by), "#b3261e", height=0.034))
    if signed < required:
        marks.append(Diagonal(voice.two("overlay.draft"), "#51626e"))
    line = None
    if copy is not None:
        line = CopyLine(voice.two("overlay.copy", copy=copy, person=person, at=stamp(at)))
    return Overlay(tuple(marks), line)
