"""Other people's programs that judge a PDF; a test that needs one says so when it is absent."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def text(pdf: bytes, page: int | None = None) -> str:
    """What pdftotext reads, on one page or all (from 1)."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    run = subprocess.run([tool("pdftotext"), *pages, "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode("utf-8")


def flat(pdf: bytes, page: int | None = None) -> str:
    """The same without any white, so that line breaks do not matter."""
    return "".join(text(pdf, page).split())


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    return subprocess.run([tool("pdfsig"), "-nocert", str(file)], capture_output=True, check=True).stdout.decode()
