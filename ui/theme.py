"""Tokens → roles → QPalette on Fusion, a small stylesheet, the bundled face, and icons in the palette's colours."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from cellguide import resources

FACE = "Noto Sans SC"


@functools.cache
def tokens() -> dict[str, Any]:
    """Return ``resources/theme/tokens.toml`` as read."""
    return tomllib.loads(resources.read_text("theme/tokens.toml"))


def colour(role: str) -> str:
    """Return the ``#rrggbb`` of a role. Raises KeyError for a role that no token names."""
    table = tokens()
    return str(table["base"][table["role"][role]])


def size(name: str) -> int:
    """Return a size in logical pixels."""
    return int(tokens()["size"][name])


def contrast(one: str, two: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two ``#rrggbb`` colours.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    bright, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(code: str) -> float:
    parts = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def stylesheet() -> str:
    """Return app.qss with every ``@name`` replaced. Raises KeyError for a name without a token."""
    values = {role: colour(role) for role in tokens()["role"]}
    values |= {f"{name}_px": f"{pixels}px" for name, pixels in tokens()["size"].items()}
    # Shades that stand for no meaning of their own: one place in the stylesheet each.
    values |= {"haze_pill": "#eaeff2", "ground_soft": "#f4f7f9", "scroll": "#b9c5cc"}
    values |= {"rail_key": colour("accent"), "rail_key_line": "#3d94a3"}
    values["checked"] = f'url("{Path(resources.path_of("icons/checked.svg")).as_posix()}")'
    return re.sub(r"@([a-z_]+)", lambda found: values[found[1]], resources.read_text("theme/app.qss"))


def palette() -> QPalette:
    """Return the roles as a QPalette, so that whatever the stylesheet does not name is right as well."""
    made = QPalette()
    group = QPalette.ColorRole
    plan = {
        group.Window: "ground",
        group.WindowText: "text",
        group.Base: "surface",
        group.AlternateBase: "ground",
        group.Text: "text",
        group.Button: "surface",
        group.ButtonText: "text",
        group.BrightText: "alarm",
        group.Highlight: "accent",
        group.HighlightedText: "on_accent",
        group.Accent: "accent",
        group.Link: "accent",
        group.PlaceholderText: "text_quiet",
        group.ToolTipBase: "text",
        group.ToolTipText: "surface",
        group.Mid: "line",
        group.Dark: "edge",
    }
    for qt_role, role in plan.items():
        made.setColor(qt_role, QColor(colour(role)))
    for qt_role in (group.Text, group.WindowText, group.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, qt_role, QColor(colour("text_off")))
    return made


def dress(app: QApplication) -> None:
    """Load the bundled face and put style, palette and stylesheet on the application."""
    for name in ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"):
        QFontDatabase.addApplicationFont(resources.path_of(f"fonts/{name}"))
    app.setStyle("Fusion")
    face = QFont(FACE)
    face.setPixelSize(size("text"))
    face.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
    app.setFont(face)
    app.setPalette(palette())
    app.setStyleSheet(stylesheet())


def set_prop(widget: QWidget, **props: object) -> None:
    """Set stylesheet properties and have the style read them again (without unpolish nothing changes)."""
    changed = False
    for name, value in props.items():
        if widget.property(name) != value:
            widget.setProperty(name, value)
            changed = True
    if changed:
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)


def set_tone(widget: QWidget, tone: str) -> None:
    """Give a widget a tone: ``""``, quiet, accent, ok, warn, alarm, info, running."""
    set_prop(widget, tone=tone)


@functools.cache
def _drawing(name: str, code: str) -> bytes:
    return resources.read_text(f"icons/{name}.svg").replace("currentColor", code).encode()


@functools.cache
def picture(name: str, role: str = "text", pixels: int = 20, ratio: float = 2.0, pad: int = 0) -> QPixmap:
    """Return ``resources/icons/<name>.svg`` in a role's colour, ``pixels`` logical pixels wide and high.

    ``pad``: logical pixels left empty on the right, the distance to a key's word.
    """
    from PySide6.QtSvg import QSvgRenderer

    made = QPixmap(QSize(round((pixels + pad) * ratio), round(pixels * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(_drawing(name, colour(role)))).render(painter, QRectF(0, 0, made.height(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


@functools.cache
def icon(name: str, role: str = "text", role_on: str = "", role_off: str = "text_off", pad: int = 0) -> QIcon:
    """Return an icon in a role's colour, in ``role_on`` where checked, in ``role_off`` where disabled."""
    made = QIcon(picture(name, role, 24, pad=pad))
    if role_on:
        made.addPixmap(picture(name, role_on, 24), QIcon.Mode.Normal, QIcon.State.On)
    made.addPixmap(picture(name, role_off, 24, pad=pad), QIcon.Mode.Disabled)
    return made
