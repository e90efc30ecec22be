"""The centre: one question with its one main input, what the rules say of it, and the key that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import kit, theme
from ui.forms import TextField
from ui.language import put, say
from ui.runner import inputs, look, times
from ui.runner.gaps import GapRow
from ui.runner.identity import BoxView, identity_line
from ui.runner.inputs import Input
from ui.runner.photo import PhotoInput
from ui.runner.values import Ask, Draft, GapLine, Question

UNDO_S = 10


class QuestionCard(QWidget):
    """Signals: ``given(Draft)`` · ``drafted(Draft)``: something changed, nothing is given yet · ``went_on()`` ·
    ``went_back()`` · ``pressed(str)``: rescan, dispute, clear, correct, skip, undo, two_scans, performer ·
    ``close_asked()``: make the record · ``gap_chosen(GapLine)`` · ``refused(object)`` · ``folder_chosen(str)``."""

    given = Signal(object)
    drafted = Signal(object)
    went_on = Signal()
    went_back = Signal()
    pressed = Signal(str)
    close_asked = Signal()
    gap_chosen = Signal(object)
    refused = Signal(object)
    folder_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        frame, self._column = kit.card("", (20, 14, 20, 14), gap=4)
        kit.column(self).addWidget(frame)
        self._kicker = kit.label(size="small", tone="quiet", wrap=True)
        self._saved = kit.label(size="small", tone="ok", bold=True)
        self._undo = kit.key("runner.undo", "link", icon="back")
        self._undo.clicked.connect(lambda: self.pressed.emit("undo"))
        top = kit.row(self._kicker, self._saved, self._undo, gap=10)
        top.setStretch(0, 1)
        self._column.addLayout(top)
        self._title = kit.label(size="head", wrap=True)
        self._other = kit.label(tone="quiet", wrap=True)
        for line in (self._title, self._other):
            self._column.addWidget(line)
        self._column.addSpacing(6)
        inside = QWidget()
        self._body: QVBoxLayout = kit.column(inside, (0, 0, 4, 0), gap=12)
        self.area = kit.scroller(inside)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.verticalScrollBar().rangeChanged.connect(lambda *_: self._look())
        self._column.addWidget(self.area, 1)
        self._build_foot()
        self.question: Question | None = None
        self.main: Input | None = None
        self.parts: dict[str, Input] = {}
        self._part_rows: dict[str, QWidget] = {}
        self.editing = False
        self.boxes: list[BoxView] = []
        self.photo = QImage()
        self._undo_timer = QTimer(self)
        self._undo_timer.setSingleShot(True)
        self._undo_timer.timeout.connect(self._undo.hide)
        self.compact = False
        self.gaps: tuple[GapLine, ...] = ()

    def _build_foot(self) -> None:
        self.back = kit.key("runner.back", big=True)
        self.back.clicked.connect(self.went_back)
        self.earlier = kit.key("runner.earlier", "link", icon="clock")
        self.earlier.setCheckable(True)
        self.earlier.setToolTip("Ctrl+T")
        self.earlier.toggled.connect(self._show_earlier)
        self.skip = put(kit.key("runner.skip", "link"), "runner.skip_title", "setToolTip")
        self.skip.clicked.connect(lambda: self.pressed.emit("skip"))
        self.performer = put(kit.key("runner.performer_key", "link"), "runner.performer.title", "setToolTip")
        self.performer.clicked.connect(lambda: self.pressed.emit("performer"))
        self._performed = False
        self.missing = kit.label(size="small", tone="quiet", wrap=True)
        self.missing.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.key = kit.key("runner.go_on", "primary", big=True, decides=True)
        self.key.setToolTip("F10")
        self.key.setMinimumWidth(132)
        self.key.clicked.connect(self._go_on)
        self.happened = TextField(width=200)
        put(self.happened, "runner.happened.hint", "setPlaceholderText")
        put(self.happened, "runner.happened.name", "setAccessibleName")
        self.happened.textChanged.connect(self._changed)
        self._happened_row = QWidget()
        kit.row(
            kit.words("runner.happened.name", "small", "quiet"), self.happened, None, gap=10, owner=self._happened_row
        )
        self._happened_row.hide()
        self._column.addWidget(self._happened_row)
        foot = kit.row(self.back, self.earlier, self.skip, self.performer, None, self.key, gap=4)
        self._column.addWidget(self.missing)
        self._column.addLayout(foot)

    # --- showing

    def show_question(self, question: Question, photo: QImage, *, editing: bool = False) -> None:
        """Show a question to be answered, or the answer that stands; ``editing``: it is being given anew."""
        self._drop_inputs()
        self.question, self.photo = question, photo
        self.editing = question.given is None or editing
        self.gaps = ()
        self._kicker.setText(question.kicker)
        self._title.setText(question.title)
        self._other.setText(question.other)
        self._other.setVisible(bool(question.other) and not self.compact)
        self.earlier.setChecked(False)
        self.happened.clear()
        blocked = question.blocked and not self.editing
        put(self.key, "runner.all_match" if blocked else "runner.go_on")
        look.drop(self._body)
        self.boxes = []
        table = question.rows or not photo.isNull()
        if table and not self.compact:
            self._body.addLayout(identity_line(question.rows, photo, question.photo_caption))
        if self._boxes_first(question):
            self._show_boxes(question)
        if self.editing:
            self._ask(question)
        elif question.given is not None:
            self._show_given(question)
        if not self._boxes_first(question):
            self._show_boxes(question)
        if self.compact and question.detail:
            self._body.addWidget(kit.label(question.detail, "small", "quiet", wrap=True))
        if table and self.compact:
            self._body.addLayout(identity_line(question.rows, photo, question.photo_caption))
        self._body.addStretch(1)
        self.setAccessibleName(f"{question.title}. {question.kicker}")
        self.earlier.setVisible(self.editing and question.late_allowed)
        self.skip.setVisible(question.skippable and question.given is None)
        self.show_performer(self._performed)
        self._settle()
        self._look()

    def _look(self) -> None:
        """What stops is never below the edge; otherwise the question is seen from its beginning."""
        if self.question is not None and self.question.blocked and self.boxes:
            self.area.ensureWidgetVisible(self.boxes[0], 0, 8)
        else:
            self.area.verticalScrollBar().setValue(0)

    def _boxes_first(self, question: Question) -> bool:
        """With the table above it the answer needs no line of its own: the finding follows at once. In a low window it
        comes first too, since it says what was read."""
        return bool(question.rows or self.compact) and question.given is not None and not self.editing

    def _show_boxes(self, question: Question) -> None:
        for box in question.boxes:
            if self.editing and question.given is not None:
                continue  # it is being answered anew: what was found before no longer speaks
            made = BoxView(box, compact=self.compact)
            made.pressed.connect(self.pressed)
            self.boxes.append(made)
            self._body.addWidget(made)

    def _ask(self, question: Question) -> None:
        self.main = self._make(question.main)
        self._body.addWidget(self.main)
        for part in question.parts:
            made = self._make(part)
            self.parts[part.ident] = made
            host = QWidget()
            column = kit.column(host, gap=4)
            suffix = f" · {say('runner.optional')}" if part.optional else ""
            column.addWidget(kit.label(part.title + suffix, "small", "quiet", wrap=True))
            column.addWidget(made)
            self._part_rows[part.ident] = host
            self._body.addWidget(host)
        if question.check:
            self._body.addWidget(kit.label(question.check, "small", "info", wrap=True))
        if question.two_scans:
            key = kit.key("camera.two_scans", icon="people")
            key.setMinimumHeight(44)
            key.clicked.connect(lambda: self.pressed.emit("two_scans"))
            self._body.addLayout(kit.row(key, None))
        if question.given is None or question.main.kind != "photo":
            self.main.begin()

    def _make(self, ask: Ask) -> Input:
        made = inputs.make(ask)
        made.changed.connect(self._changed)
        made.filled.connect(self._filled)
        if isinstance(made, PhotoInput):
            made.refused.connect(self.refused)
            made.folder_chosen.connect(self.folder_chosen)
        return made

    def _show_given(self, question: Question) -> None:
        given = question.given
        assert given is not None
        card, column = kit.card("plain", (16, 12, 16, 12), gap=6)
        if not question.rows:
            column.addWidget(kit.label(given.text, "title", wrap=True))
        pills = kit.row(gap=8)
        pills.addWidget(kit.label(f"{given.at} · {given.who}" if given.who else given.at, "small", "quiet"))
        for mark in given.marks:
            pills.addWidget(kit.pill(mark))
        pills.addStretch(1)
        column.addLayout(pills)
        self._body.addWidget(card)
        if question.check:
            self._body.addWidget(kit.label(question.check, "small", "info", wrap=True))
        offered = any("correct" in box.keys or "rescan" in box.keys for box in question.boxes)
        if not given.machine and not offered:
            key = kit.key("runner.key.correct")
            key.setMinimumHeight(44)
            key.clicked.connect(lambda: self.pressed.emit("correct"))
            self._body.addLayout(kit.row(key, None))
        self.setFocus()

    def show_performer(self, at_work: bool) -> None:
        """Offer to name the holder's operator where they may do it and are not named yet, or another for an answer."""
        self._performed, given = at_work, self.question.given if self.question else None
        put(self.performer, "runner.performer_correct" if given else "runner.performer_key")
        may = bool(self.question and self.question.performable)
        self.performer.setVisible(may and not (given.machine if given else at_work))

    def show_closing(self, gaps: Sequence[GapLine], title: str) -> None:
        """Nothing is left to answer: what still keeps the record from being made, or the key that makes it."""
        self._drop_inputs()
        self.question, self.gaps = None, tuple(gaps)
        self._kicker.setText(title)
        put(self._title, "runner.closing.open" if gaps else "runner.closing.clear", count=len(gaps))
        self._other.setVisible(False)
        look.drop(self._body)
        self.boxes = []
        for gap in gaps:
            row = GapRow(gap)
            row.chosen.connect(self.gap_chosen)
            self._body.addWidget(row)
        if not gaps:
            self._body.addWidget(kit.words("runner.closing.text", wrap=True))
        self._body.addStretch(1)
        for part in (self.earlier, self.skip, self.performer, self._happened_row):
            part.hide()
        put(self.key, "runner.closing.key")
        self.key.setEnabled(not gaps)
        self.missing.setText(say("runner.closing.missing", count=len(gaps)) if gaps else "")
        self.missing.setVisible(bool(gaps))
        self.setFocus()

    def _drop_inputs(self) -> None:
        self.close_down()
        self.main, self.parts, self._part_rows = None, {}, {}

    def close_down(self) -> None:
        """Let go of the camera: the page is left."""
        for part in [self.main, *self.parts.values()]:
            if isinstance(part, PhotoInput):
                part.close_down()

    def show_parts(self, due: Sequence[str]) -> None:
        """Show those further inputs that are due with what is drafted now."""
        for ident, row in self._part_rows.items():
            row.setVisible(ident in due)
        self._settle()

    def show_saved(self, time: str) -> None:
        """Say when the last answer was saved; it can be taken back for ten seconds. ``""``: nothing yet."""
        self._saved.setVisible(bool(time))
        self._undo.setVisible(bool(time))
        if time:
            put(self._saved, "runner.saved", time=time)
            self._undo_timer.start(UNDO_S * 1000)

    def set_compact(self, compact: bool) -> None:
        """Take the low form: the other language goes, the detail comes in from the right column."""
        self.compact = compact
        self._column.setContentsMargins(*((14, 8, 14, 8) if compact else (20, 14, 20, 14)))
        self.area.setMinimumHeight(40 if compact else 0)  # the keys below are never cut off for it
        theme.set_prop(self._title, scale="large" if compact else "head")
        if self.question is not None:
            self._other.setVisible(bool(self.question.other) and not compact)

    # --- giving

    def begin(self) -> None:
        """Give the keyboard back to what is asked."""
        (self.main or self).setFocus()

    def _due_parts(self) -> dict[str, Input]:
        return {ident: part for ident, part in self.parts.items() if not self._part_rows[ident].isHidden()}

    def draft(self) -> Draft | None:
        """What stands in the inputs now."""
        if self.question is None or self.main is None:
            return None
        parts = {ident: value for ident, part in self._due_parts().items() if (value := part.value()) is not None}
        happened = self.happened.value() if self.earlier.isChecked() else ""
        return Draft(self.question.ident, self.main.value(), parts, happened)

    def lacking(self) -> str:
        """The sentence that says what is missing; "" when the answer is complete."""
        if self.main is None:
            return ""
        for part in (self.main, *self._due_parts().values()):
            if part.fault():
                return part.fault()
            if part.value() is None and not (part.ask.optional and not _begun(part)):
                return say(part.missing(), name=part.ask.title)
        if self.earlier.isChecked() and not times.is_time(self.happened.value()):
            return say("runner.missing.happened")
        return ""

    def _changed(self) -> None:
        draft = self.draft()
        if draft is not None:
            self.drafted.emit(draft)
        self._settle()

    def _filled(self) -> None:
        if self.question is not None and self.question.by_device and self.editing and not self.lacking():
            self._go_on()

    def _settle(self) -> None:
        if self.question is None:
            return
        lacking = self.lacking() if self.editing else ""
        self.missing.setText(lacking)
        self.missing.setVisible(bool(lacking))
        self.key.setEnabled(not lacking and (self.editing or not self.question.blocked))

    def _go_on(self) -> None:
        if self.question is None:
            self.close_asked.emit()
        elif not self.editing:
            self.went_on.emit()
        elif not self.lacking():
            self.given.emit(self.draft())

    def _show_earlier(self, on: bool) -> None:
        self._happened_row.setVisible(on)
        if on:
            self.happened.setFocus()
        self._changed()

    # --- devices and keys

    def take_scan(self, untrusted_text: str) -> bool:
        """A scan goes to the field the person is in, else to the first empty one that takes scans, else to the main."""
        if self.main is None or not self.editing:
            return False
        fields = [self.main, *self._due_parts().values()]
        focused = [part for part in fields if part.isAncestorOf(self.focusWidget()) or part is self.focusWidget()]
        empty = [part for part in fields if part.value() is None]
        order = [part for part in (*focused, *empty) if part.value() is None] + fields
        return any(part.take_scan(untrusted_text) for part in order)

    def shoot(self) -> None:
        """F9 or the foot pedal: keep the frame that shows now."""
        photo = next((part for part in self._photos() if part.value() is None), None)
        if photo is not None:
            photo.shoot()

    def paste(self) -> None:
        """Ctrl+V outside text: take the picture on the clipboard."""
        photo = next(iter(self._photos()), None)
        if photo is not None:
            photo.paste()

    def _photos(self) -> list[PhotoInput]:
        return [part for part in (self.main, *self._due_parts().values()) if isinstance(part, PhotoInput)]

    def watch_folder(self, folder: str, after_s: float) -> None:
        """Let every photograph's input look into the watched folder."""
        for part in self._photos():
            part.watch_folder(folder, after_s)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.close_down()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for photo in self._photos() if self.main is not None else []:
            photo.open_up()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sign = event.text()
        if self.main is not None and sign and self.main.take_key(sign):
            event.accept()
            return
        super().keyPressEvent(event)


def _begun(part: Any) -> bool:
    return bool(hasattr(part, "field") and part.field.text().strip())
