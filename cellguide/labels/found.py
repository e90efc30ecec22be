"""What a reader of one standard found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Found(NamedTuple):
    """``fields``: name → text, days ISO. ``faults``: codes of resources/words/scan.toml, [fault]."""

    standard: str
    fields: Mapping[str, str]
    faults: tuple[str, ...] = ()
