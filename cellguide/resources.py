"""Packaged files by name. Nothing outside ``resources/`` can be reached through here."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

# Beside the packages, as libraries want plain files anyway; importlib.resources takes a zip reader along.
_FOLDER = Path(__file__).resolve().parents[1] / "resources"


def _checked(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name:
        raise ValueError(f"not a name inside resources: {name!r}")
    return path


def read_bytes(name: str) -> bytes:
    """Return the bytes of ``resources/<name>``. Raises FileNotFoundError, ValueError for ``..``."""
    return (_FOLDER / _checked(name)).read_bytes()


def read_text(name: str) -> str:
    """Return ``resources/<name>`` as UTF-8 text."""
    return read_bytes(name).decode("utf-8")


def names(folder: str, suffix: str = "") -> tuple[str, ...]:
    """Return the file names directly in ``resources/<folder>`` that end in ``suffix``, sorted."""
    place = _FOLDER / _checked(folder)
    return tuple(sorted(item.name for item in place.iterdir() if item.is_file() and item.name.endswith(suffix)))


def path_of(name: str) -> str:
    """Return the path of ``resources/<name>`` for libraries that insist on a file."""
    return str(_FOLDER / _checked(name))
