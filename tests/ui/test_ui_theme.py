"""Tokens are readable, named where used, and what they name exists."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QRadioButton, QWidget

from cellguide import resources
from ui import kit, theme


@pytest.mark.parametrize("fore, back, least", theme.tokens()["contrast"]["pairs"])
def test_every_pair_of_roles_has_its_contrast(fore: str, back: str, least: float) -> None:
    assert theme.contrast(theme.colour(fore), theme.colour(back)) >= least


def test_contrast_agrees_with_the_published_examples() -> None:
    assert round(theme.contrast("#ffffff", "#b3001b"), 2) == 7.16
    assert round(theme.contrast("#595959", "#ffffff"), 2) == 7.00


def test_every_text_role_is_among_the_tested_pairs() -> None:
    tested = {role for pair in theme.tokens()["contrast"]["pairs"] for role in pair[:2]}
    texts = {"text", "text_quiet", "text_off", "accent", "ok", "warn", "alarm", "info", "rail_text", "rail_quiet"}
    assert texts <= tested


def test_the_stylesheet_names_no_colour_that_is_no_token() -> None:
    with pytest.raises(KeyError):
        theme.colour("pink")
    assert "@" not in theme.stylesheet()


def test_the_accent_is_the_designs() -> None:
    assert theme.colour("accent") == "#0b6e7f"
    assert theme.size("radius") == 12


def test_the_palette_carries_the_roles(qapp: QApplication) -> None:
    assert qapp.palette().color(QPalette.ColorRole.Highlight) == QColor(theme.colour("accent"))
    assert qapp.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.colour("text"))


def test_the_face_is_the_bundled_one(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family() == theme.FACE


@pytest.mark.parametrize("name", [name.removesuffix(".svg") for name in resources.names("icons", ".svg")])
def test_every_icon_draws_in_the_colour_it_is_asked_for(qapp: QApplication, name: str) -> None:
    image = theme.picture(name, "alarm", 24).toImage()
    inked = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert inked
    if name not in ("logo", "checked"):
        assert inked == {theme.colour("alarm")}


def test_a_tone_is_seen_at_once(qapp: QApplication) -> None:
    label = QLabel("x")
    label.ensurePolished()
    theme.set_tone(label, "alarm")
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.colour("alarm"))
    theme.set_tone(label, "ok")
    assert label.palette().color(QPalette.ColorRole.WindowText) == QColor(theme.colour("ok"))


@pytest.mark.parametrize("look", ["", "tab", "primary"])
def test_a_key_for_gloves_stays_as_high_as_it_was_asked_to_be(qapp: QApplication, look: str) -> None:
    host = QWidget()
    key, plain = kit.Key(look), kit.Key(look)
    key.setMinimumHeight(kit.GLOVE_PX)
    kit.row(key, None, plain, owner=host)
    host.show()
    theme.set_prop(key, look=look, tone="warn")  # polished again
    qapp.processEvents()
    assert key.height() >= kit.GLOVE_PX > plain.minimumHeight()


def test_a_radio_button_shows_which_one_is_chosen(qapp: QApplication) -> None:
    shown = []
    for on in (False, True):
        button = QRadioButton("x")
        button.setChecked(on)
        button.resize(button.sizeHint())
        image = button.grab().toImage()
        inked = {image.pixelColor(x, image.height() // 2).name() for x in range(24)}
        shown.append(theme.colour("accent") in inked)
    assert shown == [False, True]
