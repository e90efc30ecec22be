"""The runner's own few rules of style, from the same roles as the house's stylesheet."""

from __future__ import annotations

import functools

from PySide6.QtWidgets import QBoxLayout

from ui import theme

_RULES = """
QLabel[kit="disc"] { border-radius: 13px; background: @trough; color: @text_quiet; font-weight: 700; }
QLabel[kit="disc"][state="here"] { background: @accent; color: @on_accent; }
QLabel[kit="disc"][state="done"] { background: @ok_pale; color: @ok; }
QPushButton[look="pause"] { background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 0;
  text-align: left; }
QPushButton[look="pause"][state="here"] { background: @accent_pale; }
QPushButton[look="pause"]:focus { border: 2px solid @focus; }
QFrame[kit="mismatch"] { background: @alarm_wash; border: 2px solid @alarm; border-radius: @radius_px; }
QFrame[kit="wrongrow"] { background: @alarm_pale; border: 0; }
QFrame[kit="idrow"] { background: transparent; border: 0; border-bottom: 1px solid @line; }
QLabel[kit="photo"] { background: @trough; border-radius: @radius_px; color: @text_quiet; }
QPushButton[look="choice"] { min-height: 44px; text-align: left; padding: 0 14px; font-weight: 500; }
QPushButton[look="choice"]:checked { background: @accent_pale; color: @accent; border: 2px solid @accent;
  padding: 0 13px; font-weight: 700; }
QPushButton[look="choice"]:focus { border: 2px solid @focus; padding: 0 13px; }
QLabel[kit="timer"] { font-size: 46px; font-weight: 700; color: @accent; }
QLabel[kit="timer"][small="true"] { font-size: 26px; }
QLabel[kit="timer"][tone="warn"] { color: @warn; }
QLabel[kit="timer"][tone="alarm"] { color: @alarm; }
QLineEdit[big="true"] { font-size: 20px; min-height: 50px; }
"""


@functools.cache
def sheet() -> str:
    """The rules with every role filled in."""
    text = _RULES.replace("@radius_px", f"{theme.size('radius')}px").replace("@alarm_wash", "#fff6f5")
    for role in sorted(theme.tokens()["role"], key=len, reverse=True):
        text = text.replace(f"@{role}", theme.colour(role))
    return text


def drop(layout: QBoxLayout) -> None:
    """Take everything out of a layout. Unlike ``kit.clear`` nothing is made a window of its own on its way out: that
    alone would cost half of the time a question has to appear in."""
    while layout.count():
        item = layout.takeAt(0)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            drop(inner)
            inner.deleteLater()
