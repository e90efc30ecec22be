"""``verify`` on a PDF: the verdict first, then each signature."""

from __future__ import annotations

import json
from pathlib import Path

from ..clock import SystemClock
from ..refusal import Refusal
from ..words import say

REGISTERED_AT = "certificates.jsonl"


def report(path: Path, trust: Path | None) -> int:
    """Print what was found. ``trust``: the site's root; where none is named, a root.pem beside the file is used."""
    from ..papers import verdicts
    from . import language

    data = path.read_bytes()
    if not data.startswith(b"%PDF") and path.suffix.lower() != ".pdf":
        raise Refusal("verify.unknown_file", path=str(path))
    root = trust if trust is not None else _beside(path, "root.pem")
    listed = _beside(path, REGISTERED_AT)
    serials = None
    if listed is not None:
        serials = [str(json.loads(line)["serial"]) for line in listed.read_text("utf-8").splitlines() if line]
    pem = root.read_bytes() if root is not None else None
    if b"%PDF-" not in data[:1024]:
        print(f"{verdicts.Word.BROKEN.value}\n{say('paper.where.structure', language())}")
        return 1
    verdict = verdicts.verify_pdf(data, pem, serials, SystemClock("UTC").now())
    for line in verdicts.report(verdict, language()):
        print(line)
    return 0 if verdict.good else 1


def _beside(path: Path, name: str) -> Path | None:
    """A file of that name in the PDF's folder or the one above it, as the demonstration and the export lay them."""
    for folder in (path.resolve().parent, path.resolve().parent.parent):
        if (folder / name).is_file():
            return folder / name
    return None
