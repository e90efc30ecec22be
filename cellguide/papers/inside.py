"""What a record's PDF carries: its ``record.json``, and what each signature says it signs.

Sealing and verifying read through the same parser, so that no two programs can be shown two different records.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pyhanko.pdf_utils.reader import PdfFileReader

from cellguide.papers.pdfa import RECORD_NAME

DEPTH_MAX = 4


class Binding(NamedTuple):
    """What a signature's /Reason names: one meaning over one version of one record."""

    meaning: str
    record: str
    version: int
    sha256: str

    @property
    def text(self) -> str:
        """The /Reason.

        >>> Binding("performed", "R-A-2026-000318", 1, "9f2c").text
        'performed R-A-2026-000318 v1 sha256:9f2c'
        """
        return f"{self.meaning} {self.record} v{self.version} sha256:{self.sha256}"


def read_binding(untrusted_reason: str) -> Binding | None:
    """Read a /Reason; None where it is none of ours."""
    found = re.fullmatch(r"([a-z_]+) (\S{1,80}) v(\d{1,6}) sha256:([0-9a-f]{64})", untrusted_reason)
    return Binding(found[1], found[2], int(found[3]), found[4]) if found else None


def record_bytes(reader: PdfFileReader) -> bytes | None:
    """The attached ``record.json``, or None where there is none."""
    try:
        tree = reader.root["/Names"]["/EmbeddedFiles"]
    except KeyError:
        return None
    return _find(tree, DEPTH_MAX)


def _find(node: Any, depth: int) -> bytes | None:
    names = node.get("/Names", [])
    for at in range(0, len(names) - 1, 2):
        if str(names[at]) == RECORD_NAME:
            data: bytes = names[at + 1]["/EF"]["/F"].data
            return data
    if depth:
        for kid in node.get("/Kids", []):
            found = _find(kid, depth - 1)
            if found is not None:
                return found
    return None
