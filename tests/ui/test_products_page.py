"""The Products page on a real store: drafts, files, verification with photos, site limits by two."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import makers
import pytest
import station_makers as sm
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from cellguide.acts import products, site_limits
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.products import packaged_text
from ui.language import language
from ui.scan import ScanFilter
from ui.wiring.products import ProductsWire

TRIAL = "trial-cel"


def completed(revision: int = 1) -> str:
    """The invented profile rewritten as if it rested on an insert."""
    text = packaged_text("demo-cel").replace('id = "demo-cel"', f'id = "{TRIAL}"')
    text = text.replace('jurisdiction = "DEMO"\ndemonstration = true', 'jurisdiction = "CN"')
    return text.replace("revision = 1", f"revision = {revision}").replace('basis = "invented"', 'basis = "insert"')


@pytest.fixture
def wire(desk: Desk, qapp: QApplication, scanner: ScanFilter) -> Iterator[ProductsWire]:
    with sm.a_station(desk, qapp, scanner) as station:
        made = ProductsWire(station)
        made.page.resize(1180, 800)
        made.page.show()
        yield made
        made.page.hide()
        made.page.deleteLater()


@pytest.fixture
def hospital(wire: ProductsWire) -> ProductsWire:
    """The same without the demonstration's mark, which the wizard gives once."""
    desk = wire.station.desk
    desk.write("found_site", [Change("site", "site", {"demo": False})], at=desk.now())
    wire.refresh()
    return wire


def pick(wire: ProductsWire, id: str) -> None:
    rows = wire.page.products.model.rows
    wire.page.products.pick(next(place for place, row in enumerate(rows) if row.ident == id))
    assert wire.page.ident == id


def labels(wire: ProductsWire) -> str:
    return " ".join(label.text() for label in wire.page.panel.findChildren(QWidget) if hasattr(label, "text"))


def photo(tmp_path: Path, name: str = "page.png") -> str:
    image = QImage(60, 80, QImage.Format.Format_RGB32)
    image.fill(0xF0F0F0)
    path = tmp_path / name
    assert image.save(str(path))
    return str(path)


def test_a_draft_says_which_needed_fields_nobody_has_read_and_where_to_look(hospital: ProductsWire) -> None:
    pick(hospital, "relmacel-cn")
    text = labels(hospital)
    assert "核实前还须补全" in text
    assert "贮藏温度上限" in text
    assert hospital.page.acts._offered[0] == "adopt"
    hospital.page.acts.keys["adopt"].click()
    assert products.profile_state(hospital.station.desk, "relmacel-cn").adopted
    assert "verify" not in hospital.page.acts._offered


def test_a_field_is_found_within_a_profile(wire: ProductsWire) -> None:
    pick(wire, "demo-cel")
    wire.page.seek.setText("滤器")
    wire.page.seek.textEdited.emit("滤器")
    text = labels(wire)
    assert "滤器" in text
    assert "贮藏温度上限" not in text


def test_a_file_is_exported_completed_and_brought_in(hospital: ProductsWire, tmp_path: Path) -> None:
    target = tmp_path / "draft.toml"
    hospital.export_to("relmacel-cn", target)
    assert target.read_bytes() == packaged_text("relmacel-cn").encode()
    good = tmp_path / "trial.toml"
    good.write_text(completed(), encoding="utf-8")
    hospital.bring_in(good)
    assert products.profile_state(hospital.station.desk, TRIAL).adopted
    bad = tmp_path / "bad.toml"
    bad.write_text(completed(2).replace("-150", "-999"), encoding="utf-8")
    hospital.bring_in(bad)
    assert products.profile_state(hospital.station.desk, TRIAL).waiting is None
    hospital.bring_in(tmp_path / "nowhere.toml")
    assert products.profile_state(hospital.station.desk, TRIAL).waiting is None


def test_two_pharmacists_verify_with_photos(hospital: ProductsWire, qtbot: object, tmp_path: Path) -> None:
    desk = hospital.station.desk
    products.adopt_profile(desk, TRIAL, completed())
    hospital.refresh()
    pick(hospital, TRIAL)
    hospital.page.acts.keys["verify"].click()
    first = hospital.dialog
    first.password.setText(makers.password(makers.PHARMACIST))
    assert not first.key.isEnabled()
    first.add_photo(str(tmp_path / "none.png"))
    assert first.error.text()
    first.add_photo(photo(tmp_path))
    assert not first.key.isEnabled()
    names = [one.name for one in first._request.fields]
    first.shows.tick(names)
    assert first.key.isEnabled()
    first.key.click()
    qtbot.waitUntil(lambda: not first.isVisible())  # type: ignore[attr-defined]
    assert products.profile_state(desk, TRIAL).first == makers.PHARMACIST
    hospital.verify(TRIAL)
    second = hospital.dialog
    assert second.person.value() == ""
    assert second._request.number == 2
    assert len(second._pages) == 1
    second.person.setText(makers.PHARMACIST)
    second.password.setText(makers.password(makers.PHARMACIST))
    second.key.click()
    qtbot.waitUntil(lambda: bool(second.error.text()))  # type: ignore[attr-defined]
    second.person.setText(makers.PHARMACIST_2)
    second.password.setText(makers.password(makers.PHARMACIST_2))
    second.key.click()
    qtbot.waitUntil(lambda: not second.isVisible())  # type: ignore[attr-defined]
    standing = products.profile_state(desk, TRIAL)
    assert standing.verified
    assert set(standing.photos) == set(names)
    assert hospital.page.products.model.rows[-1].state in ("verified", "draft")


def test_a_newer_file_shows_what_changed_and_is_compared(hospital: ProductsWire, tmp_path: Path) -> None:
    desk = hospital.station.desk
    products.adopt_profile(desk, TRIAL, completed())
    needed = products.photographs_needed(products.profile_state(desk, TRIAL).profile)
    pictures = [products.Photo(needed, Path(photo(tmp_path)).read_bytes())]
    for person in (makers.PHARMACIST, makers.PHARMACIST_2):
        sha256 = products.profile_state(desk, TRIAL).profile.sha256
        products.verify_profile(desk, TRIAL, sha256, makers.proof(desk, person), pictures)
    newer = completed(2).replace("storage_c_max = { value = -150", "storage_c_max = { value = -140")
    products.adopt_profile(desk, TRIAL, newer)
    hospital.refresh()
    pick(hospital, TRIAL)
    assert "修订 2 已导入" in labels(hospital)
    hospital._do("compare", TRIAL)
    [change] = hospital.dialog.table.model.rows
    assert (change.field, change.old, change.new) == ("贮藏温度上限", "≤ −150 °C", "≤ −140 °C")
    hospital.dialog.reject()
    hospital.verify(TRIAL)
    assert hospital.dialog._request.changes == ("贮藏温度上限: ≤ −150 °C → ≤ −140 °C",)


def test_a_verified_profile_goes_under_review_and_is_retired_with_a_reason(wire: ProductsWire) -> None:
    desk = wire.station.desk
    standing = products.adopt_profile(desk, "demo-cel", packaged_text("demo-cel"))
    for person in (makers.PHARMACIST, makers.PHARMACIST_2):
        products.verify_profile(desk, "demo-cel", standing.profile.sha256, makers.proof(desk, person))
    wire.refresh()
    pick(wire, "demo-cel")
    wire.page.acts.keys["review"].click()
    wire.dialog.given.emit("标签与档案不符")
    assert products.profile_state(desk, "demo-cel").state == "under_review"
    assert "复审中" in labels(wire)
    wire.page.acts.keys["retire"].click()
    wire.dialog.given.emit("不再使用")
    assert products.profile_state(desk, "demo-cel").state == "retired"


def test_a_real_product_cannot_be_verified_at_a_demonstration(wire: ProductsWire) -> None:
    products.adopt_profile(wire.station.desk, TRIAL, completed())
    wire.verify(TRIAL)
    assert wire.dialog is None


def test_a_proposal_becomes_a_limit_by_two_passwords(wire: ProductsWire, qtbot: object) -> None:
    desk = wire.station.desk
    wire.page.tabs["limits"].click()
    wire.page.limits.pick(0)
    name = wire.page.limit
    assert "未签署" in labels(wire)
    wire.page.confirm.click()
    dialog = wire.dialog
    assert not dialog.key.isEnabled()
    dialog.value.setText("１９。８")
    dialog.source.setText("SOP-12")
    dialog.first_password.setText(makers.password(makers.PHARMACIST))
    dialog.second.setText(makers.QUALITY)
    dialog.second_password.setText("wrong")
    dialog.key.click()
    qtbot.waitUntil(lambda: bool(dialog.error.text()))  # type: ignore[attr-defined]
    assert site_limits.confirmed(desk) == {}
    assert dialog.first_password.value() == ""
    desk.clock.move(minutes=10)  # type: ignore[attr-defined]
    dialog.first_password.setText(makers.password(makers.PHARMACIST))
    dialog.second_password.setText(makers.password(makers.QUALITY))
    dialog.key.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())  # type: ignore[attr-defined]
    assert str(site_limits.confirmed(desk)[name].value) == "19.8"
    assert "已签署" in wire.page.limits.model.rows[0].mark.text


def test_an_administrator_may_look_and_change_nothing(wire: ProductsWire) -> None:
    makers.sit(wire.station.desk, makers.ADMIN)
    wire.station.entered.emit()
    pick(wire, "demo-cel")
    assert set(wire.page.acts._offered) <= {"compare", "export"}
    assert wire.page.bring_in.isHidden()
    wire.page.tabs["limits"].click()
    wire.page.limits.pick(0)
    assert wire.page.confirm.isHidden()


def test_every_word_of_the_page_exists_in_both_languages(wire: ProductsWire) -> None:
    pick(wire, "yescarta-eu")
    language.switch("en")
    assert "needed fields must be completed" in labels(wire)
    assert "revision" in labels(wire)
