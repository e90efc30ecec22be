from __future__ import annotations

import hashlib

import pytest
import record_makers as make
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cellguide import canonical
from cellguide.papers import qr, run_record
from cellguide.papers.render import page_count, render
from cellguide.refusal import Refusal


def test_every_printed_page_says_which_it_is_when_it_is_scanned_back() -> None:
    record = make.record()
    pdf = run_record.draw(record, make.photographs())
    pages = page_count(pdf)
    assert pages >= 4
    for number in range(pages):
        pixels = render(pdf, number, 200 / 72)
        found = zxingcpp.read_barcodes(Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb))
        code = qr.parse(found[0].text)
        assert code == qr.PageCode(
            "R-A-2026-000318",
            1,
            number + 1,
            pages,
            canonical.sha256(canonical.encode(record)),
            4812,
            hashlib.sha256(b"root").hexdigest()[:16],
        )


@given(st.text(max_size=60))
def test_another_code_is_refused_never_guessed(text: str) -> None:
    with pytest.raises(Refusal, match=r"paper\.not_a_page_code"):
        qr.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "R-1|1|3/2|" + "ab" * 32 + "|1:00",
        "R-1|1|1/2|" + "ab" * 31 + "|1:00",
        "R-1|1|1/2|" + "zz" * 32 + "|1:00",
        "|1|1/2|" + "ab" * 32 + "|1:00",
    ],
)
def test_a_code_that_cannot_be_ours_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        qr.parse(text)
