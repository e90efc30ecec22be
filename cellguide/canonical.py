"""Canonical JSON: the same value is always the same bytes (RFC 8785, the part of it that has no floats)."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

INT_MAX = 2**53 - 1  # RFC 8785 stands on IEEE doubles: larger whole numbers are not the same everywhere


def encode(value: Any) -> bytes:
    """Return ``value`` as canonical UTF-8 bytes.

    Keys are ASCII, so sorting by code point is what RFC 8785 asks. Raises TypeError for floats (temperatures are
    decimal strings) and other non-JSON values, ValueError for whole numbers of 2**53 or more and lone surrogates.

    >>> encode({"b": "−151.2", "a": [1, True, None]}).decode()
    '{"a":[1,true,null],"b":"−151.2"}'
    """
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _check(value: Any) -> None:
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > INT_MAX:
            raise ValueError(f"too large for canonical JSON: {value}")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"keys are ASCII words: {key!r}")
            _check(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check(item)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form: {value!r}")


def sha256(data: bytes) -> str:
    """Lower-case hex SHA-256."""
    return hashlib.sha256(data).hexdigest()


class Named(NamedTuple):
    """Bytes with their SHA-256, hashed once and where there was time for it. ``data``: None when the store's shelf has
    them already."""

    sha256: str
    size: int
    data: bytes | None


def named(data: bytes) -> Named:
    """Hash ``data`` once for everything that will ask."""
    return Named(sha256(data), len(data), data)
