"""The bytes of one file with what every reader needs of them: kind, text, first lines. Size is limited here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..refusal import Refusal
from . import decoding, workbook
from .compound import Compound
from .form import SourceFile
from .rows import Row

MAX_BYTES = 128 * 1024 * 1024
HEAD_BYTES = 4096
_PACKED = {b"\xfd7zXZ\x00": "xz", b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\x28\xb5\x2f\xfd": "zstd",
           b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "rar"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has said about a file, or about every file of its source.

    ``zone``: IANA name or ``+08:00``; ``unit``: C, F or K; ``date_order``: ymd, dmy or mdy; ``decimal``: ``.`` or
    ``,``; ``channel``: the name of the temperature column; ``interval``: seconds; ``encoding``: a codec's name.
    """

    zone: str | None = None
    unit: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    channel: str | None = None
    interval: str | None = None
    encoding: str | None = None

    def __post_init__(self) -> None:
        allowed = {"unit": ("C", "F", "K"), "date_order": ("ymd", "dmy", "mdy"), "decimal": (".", ",")}
        allowed["encoding"] = decoding.ENCODINGS
        for name, values in allowed.items():
            answer = getattr(self, name)
            if answer is not None and answer not in values:
                raise Refusal("logger.answer_unknown", question=name, answer=answer, allowed=", ".join(values))
        if self.interval is not None and not (self.interval.isdecimal() and int(self.interval) > 0):
            raise Refusal("logger.answer_unknown", question="interval", answer=self.interval, allowed="1, 2, 3 … s")

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> Answers:
        """Read answers by name. Raises Refusal ``logger.answer_unknown`` for a name or a value that is none."""
        for name in answers:
            if name not in cls.__slots__:
                allowed = ", ".join(cls.__slots__)
                raise Refusal("logger.answer_unknown", question=name, answer=answers[name], allowed=allowed)
        return cls(**answers)


NO_ANSWERS = Answers()


def load(path: Path) -> bytes:
    """Return the file's bytes; one that is too large is refused by its size, unread.

    Raises Refusal ``logger.too_large``, ``logger.unreadable``.
    """
    try:
        _limit(path.stat().st_size)
        with path.open("rb") as file:
            untrusted_data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Refusal("logger.unreadable", name=path.name, reason=error.strerror or "?") from error
    _limit(len(untrusted_data))
    return untrusted_data


def _limit(size: int) -> None:
    if size > MAX_BYTES:
        raise Refusal("logger.too_large", mebibytes=size // 2**20, limit_mebibytes=MAX_BYTES // 2**20)


class Source:
    """One file. ``kind`` is told by its first bytes: pdf, zip, ole, xml or text, never by its name. ``digest``: gives
    the SHA-256 where somebody else hashes the bytes meanwhile."""

    def __init__(
        self, untrusted_data: bytes, name: str, encoding: str | None = None, digest: Callable[[], str] | None = None
    ) -> None:
        _limit(len(untrusted_data))
        if not (untrusted_data[:HEAD_BYTES].strip() or untrusted_data.strip()):
            raise Refusal("logger.empty_file")
        packed = next((kind for magic, kind in _PACKED.items() if untrusted_data.startswith(magic)), "")
        if packed:
            raise Refusal("logger.compressed", name=name, kind=packed)
        self.untrusted_data = untrusted_data
        self.name = name
        self.asked_encoding = encoding
        self._digest = digest

    @cached_property
    def file(self) -> SourceFile:
        """Name, size and SHA-256."""
        digest = self._digest() if self._digest is not None else hashlib.sha256(self.untrusted_data).hexdigest()
        return SourceFile(self.name, len(self.untrusted_data), digest)

    @cached_property
    def kind(self) -> str:
        """The container, by its magic bytes."""
        magic = {b"%PDF": "pdf", b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "ole"}
        return magic.get(self.untrusted_data[:4], "text")

    @cached_property
    def encoding(self) -> str:
        """The codec of a text file."""
        return self.asked_encoding or decoding.encoding_of(self.untrusted_data)

    @cached_property
    def text(self) -> str:
        """The whole text; empty for a file that is none. Raises Refusal when it cannot be decoded."""
        return decoding.decoded(self.untrusted_data, self.encoding) if self.kind == "text" else ""

    @cached_property
    def head(self) -> str:
        """The first 4 kB of text, by which vendors are recognised; empty for a file that is no text."""
        if self.kind != "text":
            return ""
        if self.untrusted_data[: HEAD_BYTES * 16].isascii() and self.asked_encoding is None:
            return self.untrusted_data[:HEAD_BYTES].decode("ascii")
        if self.asked_encoding is None and self.encoding == "utf-8-sig":  # a long file is not decoded for its start
            start = self.untrusted_data[: HEAD_BYTES * 4].decode("utf-8", "ignore")
            return start.removeprefix("\ufeff")[:HEAD_BYTES]
        return self.text[:HEAD_BYTES]

    @cached_property
    def sheets(self) -> dict[str, list[Row]]:
        """The sheets of a workbook, empty for anything else. Raises what ``workbook.read`` raises."""
        return workbook.read(self.untrusted_data) if self.kind == "zip" else {}

    @cached_property
    def compound(self) -> Compound | None:
        """The streams of an OLE file, None for anything else. Raises what ``compound.Compound`` raises."""
        return Compound(self.untrusted_data) if self.kind == "ole" else None
