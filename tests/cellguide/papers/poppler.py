"""Other people's programs that judge a PDF; a test that needs one says so when it is absent."""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@lru_cache(maxsize=32)
def pages(pdf: bytes) -> tuple[str, ...]:
    """What pdftotext reads, page by page."""
    run = subprocess.run([tool("pdftotext"), "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return tuple(run.stdout.decode("utf-8").split("\f")[:-1])


def text(pdf: bytes, page: int | None = None) -> str:
    """The text of one page (from 1) or of all."""
    return "".join(pages(pdf)) if page is None else pages(pdf)[page - 1]


def flat(pdf: bytes, page: int | None = None) -> str:
    """The same without any white, so that line breaks do not matter."""
    return "".join(text(pdf, page).split())


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    return subprocess.run([tool("pdfsig"), "-nocert", str(file)], capture_output=True, check=True).stdout.decode()
