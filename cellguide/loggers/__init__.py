"""Reading temperature-logger files: bytes in, value out. ``read`` and ``summary`` are the way in.

Nothing is imported until it is asked for: the readers need numpy, the neutral form (``loggers.form``) does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .reading import claimants, read, read_path, settled, summary

__all__ = ["claimants", "read", "read_path", "settled", "summary"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    from . import reading

    return getattr(reading, name)
