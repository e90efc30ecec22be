"""The sealed envelope read back: the sheet's groups, two new administrators side by side, why, and who was there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from cellguide import sheet_code
from cellguide.runs.reasons import says_something as is_enough
from ui import kit, theme
from ui.dialogs.dialog import Dialog
from ui.dialogs.enrol import NewPerson, PersonForm
from ui.forms import Choice, ChoiceField, Form, FreeField, TextField
from ui.language import put, say

STEPS = ("sheet", "first", "second", "ready", "done")
IDLE_S = 600  # a key lies open on the screen, and nobody is signed in whose screen would lock


class Recovery(NamedTuple):
    """What was given. ``first``, ``second``: an administrator who stands here already has a staff number, a document
    and a new password only. ``present``: who else was there, in words."""

    first: NewPerson
    second: NewPerson
    reason: str
    present: str


class GroupsForm(QWidget):
    """Fifteen numbered groups; each says by itself whether it is right, and a pasted or scanned text fills them all.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        self.fields: list[TextField] = []
        self._marks: list[QLabel] = []
        for place in range(sheet_code.GROUPS):
            field = TextField()
            put(field, "recovery.sheet.group", "setAccessibleName", number=place + 1, count=sheet_code.GROUPS)
            field.textEdited.connect(lambda text, place=place: self._edited(place, text))
            mark = kit.label(str(place + 1), "small", "quiet")
            mark.setBuddy(field)
            mark.setFixedHeight(theme.size("key") // 2)  # a sign of another face must not move its field
            cell = kit.column(gap=2)
            cell.addWidget(mark)
            cell.addWidget(field)
            grid.addLayout(cell, place // 5, place % 5)
            self.fields.append(field)
            self._marks.append(mark)
        self.setFocusProxy(self.fields[0])

    def text(self) -> str:
        """Everything typed, in order; with what was scanned beyond the groups, the station's key."""
        return "".join(sheet_code.plain(field.text()) for field in self.fields) + self._beyond

    _beyond = ""

    def fill(self, untrusted_text: str, start: int = 0) -> None:
        """Spread a text over the groups from ``start`` on."""
        text = sheet_code.plain(untrusted_text)
        length, room = sheet_code.GROUP_LENGTH, (sheet_code.GROUPS - start) * sheet_code.GROUP_LENGTH
        if start == 0 and len(text) > room:
            text = text.removeprefix(sheet_code.MARK)
        self._beyond = text[room:] if start == 0 else ""
        for place in range(start, sheet_code.GROUPS):
            part = text[(place - start) * length : (place - start + 1) * length]
            if part:
                self.fields[place].setText(part)
        self._settle()

    def wrong(self) -> list[int]:
        """The groups, from 1, that are full and not right."""
        return [place + 1 for place, field in enumerate(self.fields) if self._state(place, field) == "wrong"]

    def is_complete(self) -> bool:
        """Whether every group is right in itself."""
        return all(self._state(place, field) == "right" for place, field in enumerate(self.fields))

    def clear(self) -> None:
        """Forget the key."""
        self._beyond = ""
        for field in self.fields:
            field.clear()
        self._settle()

    def _edited(self, place: int, untrusted_text: str) -> None:
        text = sheet_code.plain(untrusted_text)
        self._beyond = ""
        if len(text) > sheet_code.GROUP_LENGTH:
            self.fill(text, place)
            return
        if text != untrusted_text:
            at = self.fields[place].cursorPosition()
            self.fields[place].setText(text)
            self.fields[place].setCursorPosition(min(at, len(text)))
        self._settle()
        if self._state(place, self.fields[place]) == "right" and place + 1 < len(self.fields):
            self.fields[place + 1].setFocus()

    def _state(self, place: int, field: TextField) -> str:
        text = sheet_code.plain(field.text())
        if len(text) < sheet_code.GROUP_LENGTH:
            return "open"
        return "right" if sheet_code.group_holds(place, text) else "wrong"

    def _settle(self) -> None:
        for place, (field, mark) in enumerate(zip(self.fields, self._marks, strict=True)):
            state = self._state(place, field)
            sign, tone = {"open": ("", "quiet"), "right": (" ✓", "ok"), "wrong": (" ×", "alarm")}[state]
            mark.setText(f"{place + 1}{sign}")
            theme.set_tone(mark, tone)
            theme.set_tone(field, "alarm" if state == "wrong" else "")
        self.changed.emit()


class AdministratorForm(QWidget):
    """One of the two: an administrator who stands here and forgot, or a new person.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = kit.column(self, gap=12)
        who = Form(columns=2)
        self.who = ChoiceField()
        self._known: tuple[Choice, ...] = ()
        who.add_row("recovery.who.name", self.who)
        column.addWidget(who)
        self.form = PersonForm(roles=("administrator",), columns=2)
        column.addWidget(self.form)
        self.who.currentIndexChanged.connect(self._choose)
        self.form.changed.connect(self.changed)
        self.show_known(())

    def show_known(self, known: Sequence[Choice]) -> None:
        """Offer the administrators who stand here, and a new person."""
        self._known = tuple(known)
        self.who.show_choices([*self._known, Choice("", say("recovery.who.new"))])
        self._choose()

    def _choose(self, _index: int = 0) -> None:
        new = not self.who.value()
        for field in (self.form.name, self.form.reading, self.form.ident):
            self.form.show_row(field, new)
        self.changed.emit()

    def ident(self) -> str:
        """The staff number, chosen or typed."""
        return self.who.value() or self.form.ident.value()

    def is_complete(self) -> bool:
        """Whether everything that must be given is given."""
        form = self.form
        secret = bool(form.password.value()) and form.password.value() == form.again.value()
        return form.is_complete() if not self.who.value() else secret and bool(form.document.value())

    def person(self) -> NewPerson:
        """What was given."""
        return self.form.person()._replace(ident=self.ident())

    def retranslate(self) -> None:
        """The last choice is a sentence."""
        self.show_known(self._known)


class RecoverDialog(Dialog):
    """Signals: ``sheet_given(str)``: answer with ``show_sheet`` or ``show_error`` · ``given(Recovery)``: answer with
    ``show_busy``, then ``show_done`` or ``show_error``. After ten minutes without a touch it closes and forgets."""

    over_covers = True  # nobody can sign in who could help, and it names administrators alone
    sheet_given = Signal(str)
    given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, width=820)
        self.step = "sheet"
        self.groups = GroupsForm()
        self.first, self.second = AdministratorForm(), AdministratorForm()
        self.reason, self.present = FreeField(lines=2), TextField(free=True)
        self._wrong = kit.label(tone="alarm", bold=True, wrap=True)
        self._found = kit.label(bold=True, wrap=True)
        self._done = kit.label(wrap=True)
        self._facts: tuple[str, str, str] = ("", "", "")
        self._pages = self._build()
        for page in self._pages:
            self.body.addWidget(page)
        self.back = kit.key("recovery.back", big=True)
        self.back.clicked.connect(self._go_back)
        self.key = self.add_key("recovery.next")
        self.key.clicked.connect(self._go_on)
        self.foot.insertWidget(0, self.back)
        self.foot.insertStretch(1, 1)
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(IDLE_S * 1000)
        self._idle.timeout.connect(self.close)
        for signal in (self.groups.changed, self.first.changed, self.second.changed, self.reason.textChanged):
            signal.connect(self._stirred)
        self.present.textChanged.connect(self._stirred)
        self.closed.connect(self._forget)
        self.show_step("sheet")

    def _build(self) -> list[QWidget]:
        why = Form()
        why.add_row("recovery.ready.reason", self.reason, help_key="sign.reason.rule")
        why.add_row("recovery.ready.present", self.present, help_key="recovery.ready.present_help")
        sheet_help = kit.words("recovery.sheet.help", wrap=True)
        return [
            _page(sheet_help, kit.words("recovery.sheet.type", "small", "quiet", wrap=True), self.groups, self._wrong),
            _page(self._found, kit.words("recovery.first.help", tone="quiet", wrap=True), self.first),
            _page(kit.words("recovery.second.help", tone="quiet", wrap=True), self.second),
            _page(kit.words("recovery.ready.help", tone="warn", wrap=True), why),
            _page(self._done, kit.words("recovery.done.next", wrap=True)),
        ]

    # --- what the caller says

    def show_sheet(self, text: str, known: Sequence[Choice]) -> None:
        """The sheet is this site's: say which one, and offer the administrators who stand here."""
        self._found.setText(text)
        for form in (self.first, self.second):
            form.show_known(known)
        self.show_step("first")

    def show_done(self, text: str) -> None:
        """Both are administrators; say so, and what must be done now."""
        self._done.setText(text)
        self._forget()
        self.show_step("done")

    def take_scan(self, untrusted_text: str) -> None:
        """The scanner read the sheet's code."""
        if self.step == "sheet" and not self._busy:
            self.groups.fill(untrusted_text)

    # --- steps

    def show_step(self, step: str) -> None:
        """Go to a step by name (one of ``STEPS``)."""
        self.step = step
        self.show_error("")
        for name, page in zip(STEPS, self._pages, strict=True):
            page.setVisible(name == step)
        field = {"sheet": self.groups, "first": self.first.who, "second": self.second.who, "ready": self.reason}
        if step in field:
            field[step].setFocus()
        self.retranslate()
        self.scroll.verticalScrollBar().setValue(0)

    def _go_on(self) -> None:
        if self.step == "sheet":
            self.sheet_given.emit(self.groups.text())
        elif self.step == "ready":
            self.given.emit(
                Recovery(self.first.person(), self.second.person(), self.reason.value(), self.present.value())
            )
        elif self.step == "done":
            self.accept()
        else:
            self.show_step(STEPS[STEPS.index(self.step) + 1])

    def _go_back(self) -> None:
        if self.step == "sheet":
            self.reject()
        else:
            self.show_step(STEPS[STEPS.index(self.step) - 1])

    def settle(self) -> None:
        two = self.first.ident() != self.second.ident()
        ready = {
            "sheet": self.groups.is_complete(),
            "first": self.first.is_complete(),
            "second": self.second.is_complete() and two,
            "ready": is_enough(self.reason.value()),
            "done": True,
        }[self.step]
        self.key.setEnabled(ready and not self._busy)
        self.back.setEnabled(not self._busy)

    def _stirred(self, *_what: object) -> None:
        self._idle.start()
        wrong = self.groups.wrong()
        numbers = (say("recovery.sheet.and")).join(str(number) for number in wrong)
        self._wrong.setText(say("recovery.sheet.wrong", groups=numbers) if wrong else "")
        self._wrong.setVisible(bool(wrong))
        self.settle()

    def _forget(self) -> None:
        self._idle.stop()
        self.groups.clear()
        self._idle.stop()
        for form in (self.first.form, self.second.form):
            for field in (form.password, form.again):
                field.clear()
        self._idle.stop()

    def retranslate(self) -> None:
        if not hasattr(self, "back"):
            return
        place = STEPS.index(self.step) + 1
        last = self.step == "done"
        put(self.kicker, "recovery.kicker", number=min(place, len(STEPS) - 1), count=len(STEPS) - 1)
        put(self.title, f"recovery.{self.step}.title")
        put(self, f"recovery.{self.step}.title", "setWindowTitle")
        put(self.back, "recovery.leave" if self.step == "sheet" else "recovery.back")
        put(
            self.key,
            {"sheet": "recovery.check", "ready": "recovery.give", "done": "recovery.close"}.get(
                self.step, "recovery.next"
            ),
        )
        self.back.setVisible(not last)
        for form in (self.first, self.second):
            form.retranslate()
        self._stirred()
        super().retranslate()


def _page(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = kit.column(made, gap=12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made
