"""The sealed-envelope sheet: two administrators, one entry, one page, no file."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import makers
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from PySide6.QtWidgets import QApplication
from station_makers import a_station

from cellguide import sheet_code
from cellguide.acts import recovery, staff
from cellguide.desk import Desk
from cellguide.papers import envelope, render
from ui.scan import ScanFilter
from ui.wiring.envelope import sheet_of, vouch_envelope


@pytest.mark.req("REG-002")
def test_two_administrators_in_the_window_get_one_page_and_leave_an_entry(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, qtbot: Any
) -> None:
    makers.sit(desk, makers.ADMIN)
    drawn: list[bytes] = []
    with a_station(desk, qapp, scanner) as station:
        dialog = vouch_envelope(station, drawn.append)
        dialog.vouchers.first[0].setText(makers.ADMIN)
        dialog.vouchers.first[1].setText(makers.password(makers.ADMIN))
        assert not dialog.key.isEnabled(), "one administrator alone opens nothing"
        dialog.vouchers.second[0].setText(makers.ADMIN_2)
        dialog.vouchers.second[1].setText(makers.password(makers.ADMIN_2))
        dialog.key.click()
        qtbot.waitUntil(lambda: bool(drawn), timeout=10_000)
    assert render.page_count(drawn[0]) == 1
    assert desk.site["envelope_by"] == [makers.ADMIN, makers.ADMIN_2]
    assert desk.store.history("site", "site")[-1]["act"] == "print_envelope"


def test_the_page_holds_the_key_of_the_root_certificate(
    desk: Desk, qapp: QApplication, scanner: ScanFilter, tmp_path: Path
) -> None:
    makers.sit(desk, makers.ADMIN)
    pair = [makers.proof(desk, makers.ADMIN), makers.proof(desk, makers.ADMIN_2)]
    with a_station(desk, qapp, scanner) as station:
        pdf = sheet_of(station, pair)
    path = tmp_path / "sheet.pdf"
    path.write_bytes(pdf)
    picture = tmp_path / "sheet"
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", str(path), str(picture)], check=True)
    from PIL import Image
    from zxingcpp import read_barcodes

    (code,) = read_barcodes(Image.open(f"{picture}.png"))
    read = recovery.read_sheet(desk, code.text)
    assert (read.number, read.standing, read.station_key) == ("E-A-000001", "current", True)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True).stdout
    assert "演示" in text, "a demonstration's sheet says so"
    assert "E-A-000001" in text
    for key in (sheet_code.read(code.text).root, sheet_code.read(code.text).station):
        assert key is not None
        assert all(group in text for group in sheet_code.groups(key)), "what is scanned can be typed"
    pem = "".join(line.strip() + "\n" for line in text[text.index("-----BEGIN") :].splitlines()[:5])
    root = load_pem_x509_certificate(staff.root_pem(desk))
    assert load_pem_private_key(pem.encode(), None).public_key() == root.public_key(), "openssl can do without us"
    assert envelope.key_text(b"\0" * 48).count("\n") == 3
