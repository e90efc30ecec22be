"""What a person gave → what ``runs.inputs`` reads."""

from __future__ import annotations

from typing import Any

from cellguide.acts import walks
from cellguide.clock import Moment
from cellguide.templates.values import Part, Step
from ui.runner.times import when
from ui.runner.values import NOW, Blob


def has_photo(step: Step) -> bool:
    """Whether a photograph is asked, as the question or below it."""
    return step.ask == "photo" or any(part.ask == "photo" for part in step.also)


def part_of(step: Step, name: str) -> Part:
    """The further input of that name."""
    part = step.part(name)
    assert part is not None
    return part


def raw_value(spec: Step | Part, given: Any, now: Moment, blobs: list[bytes]) -> Any:
    """The value for the act: bytes become a digest and go along as a blob, typed times become moments."""
    if isinstance(given, Blob):
        blobs.append(given.data)
        value = walks.photo(given.data)
        return value | {"name": given.name} if given.name else value
    if given is NOW:
        return None
    if spec.ask == "time":
        if given.startswith("+"):
            return now.plus(seconds=3600 * int(given[1]))
        return when(given, now, future=spec.future)
    return given
