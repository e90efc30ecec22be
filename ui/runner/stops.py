"""Overriding a held stop: reason, one signature per role, the holder's word where the rule asks it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from cellguide.runs.reasons import says_something
from ui import kit
from ui.dialogs.dialog import Dialog
from ui.forms import Form, FreeField, PasswordField, TextField
from ui.kit import Key, Mark
from ui.language import put, say
from ui.runner import times
from ui.runner.values import Blob


class StopRequest(NamedTuple):
    """What is overridden: its title, what it concerns, the roles (code, words), whether the holder must have spoken."""

    title: str
    about: tuple[str, ...]
    roles: tuple[tuple[str, str], ...]
    proof: bool


class StopAnswer(NamedTuple):
    """What was given: the reason, and of the holder's word either a file or name, time as typed, and case number."""

    reason: str
    proof_file: Blob | None = None
    proof_name: str = ""
    proof_at: str = ""
    proof_case: str = ""


class RoleRow(QWidget):
    """One role: staff number and password, or a scanned badge and PIN; then the person's name.

    Signals: ``identified(str, str, str)``: how, staff number or badge, password or PIN · ``changed()``.
    """

    identified = Signal(str, str, str)
    changed = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.badge = ""
        self.known = False
        self.form = Form(columns=2)
        self.person_id, self.secret = TextField(), PasswordField()
        self.form.add_row("sign.person_id", self.person_id)
        self.form.add_row("sign.password", self.secret)
        self.key = kit.key("sign.second.identify")
        self.key.setMinimumHeight(44)
        self.key.clicked.connect(self._ask)
        self.mark = kit.pill(Mark("", "ok"))
        self.mark.hide()
        self.fault = kit.label(size="small", tone="alarm", wrap=True)
        self.fault.hide()
        column = kit.column(self, gap=6)
        column.addLayout(kit.row(kit.label(words, bold=True, wrap=True), None, self.mark))
        column.addWidget(self.form)
        column.addWidget(self.fault)
        column.addLayout(kit.row(None, self.key))
        for field in (self.person_id, self.secret):
            field.textChanged.connect(self._settle)
        self._settle()

    def _settle(self) -> None:
        self.key.setEnabled(bool(self.secret.value() and (self.badge or self.person_id.value())))
        self.changed.emit()

    def show_badge(self, badge: str) -> None:
        """A badge was scanned: its PIN is asked."""
        self.badge = badge
        self.form.show_row(self.person_id, False)
        self.form.rename(self.secret, "sign.pin")
        self.secret.clear()
        self.secret.setFocus()
        self._settle()

    def show_person(self, person: str) -> None:
        """A badge was scanned where something is signed: whose it is stands there, and the password is asked."""
        self.fault.hide()
        self.person_id.setText(person)
        self.secret.clear()
        self.secret.setFocus()
        self._settle()

    def _ask(self) -> None:
        self.fault.hide()
        how, who = ("badge", self.badge) if self.badge else ("password", self.person_id.value())
        self.identified.emit(how, who, self.secret.value())

    def show_known(self, name: str) -> None:
        """The person is known."""
        self.known = True
        self.secret.clear()
        self.form.hide()
        self.key.hide()
        self.mark.setText(name)
        self.mark.setFixedWidth(self.mark.sizeHint().width())
        self.mark.show()
        self.changed.emit()

    def ask_again(self) -> None:
        """The password was given too long ago: it is asked anew."""
        self.known = False
        self.mark.hide()
        self.form.show()
        self.key.show()
        self._settle()

    def show_fault(self, text: str) -> None:
        """Say what was not taken."""
        self.secret.clear()
        self.fault.setText(text)
        self.fault.setVisible(bool(text))


class StopDialog(Dialog):
    """Signals: ``identify_asked(int, str, str)``: role, staff number, password · ``given(object)``: StopAnswer."""

    identify_asked = Signal(int, str, str)
    given = Signal(object)

    def __init__(self, request: StopRequest, presets: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent, width=680)
        self.request = request
        put(self.kicker, "runner.stop.kicker")
        self.title.setText(request.title)
        self.setWindowTitle(request.title)
        for about in request.about:
            self.body.addWidget(kit.label(about, wrap=True))
        self.form = Form()
        self.reason = FreeField(2)
        self.form.add_row("sign.reason.text", self.reason, help_key="sign.reason.rule")
        self.body.addWidget(self.form)
        line = kit.row(gap=8)
        for preset in presets:
            key = Key("tab")
            key.setText(preset)
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, preset=preset: self.reason.setPlainText(preset))
            line.addWidget(key)
        line.addStretch(1)
        self.body.addLayout(line)
        self.blob: Blob | None = None
        if request.proof:
            self._build_proof()
        self.rows: list[RoleRow] = []
        for place, (_, words) in enumerate(request.roles):
            row = RoleRow(say("runner.stop.role", role=words, number=place + 1, of=len(request.roles)))
            row.identified.connect(lambda _how, who, secret, place=place: self.identify_asked.emit(place, who, secret))
            row.changed.connect(self.settle)
            self.rows.append(row)
            self.body.addWidget(kit.rule())
            self.body.addWidget(row)
        self.body.addWidget(kit.words("runner.stop.signed", "small", "quiet", wrap=True))
        self.body.addStretch(1)
        self.add_back("runner.stop.back")
        self.why = kit.label(size="small", tone="quiet", wrap=True)
        self.foot.insertWidget(2, self.why)
        self.key = self.add_key("runner.stop.key")
        self.key.clicked.connect(self._give)
        self.reason.textChanged.connect(self.settle)
        self.settle()

    def _build_proof(self) -> None:
        self.body.addWidget(kit.words("runner.stop.proof", bold=True, wrap=True))
        self.file_key = kit.key("runner.stop.file", icon="folder")
        self.file_key.setMinimumHeight(44)
        self.file_key.clicked.connect(self._choose)
        self.file_name = kit.label(size="small", tone="quiet", wrap=True)
        row = kit.row(self.file_key, self.file_name, gap=12)
        row.setStretch(1, 1)
        self.body.addLayout(row)
        self.word = Form(columns=3)
        self.spoke, self.at, self.case = TextField(free=True), TextField(), TextField()
        for key, field in (("name", self.spoke), ("at", self.at), ("case", self.case)):
            self.word.add_row(f"runner.stop.{key}", field)
            field.textChanged.connect(self.settle)
        self.body.addWidget(self.word)

    def _choose(self) -> None:
        dialog = QFileDialog(self, say("runner.stop.file"))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Take the holder's letter."""
        try:
            self.blob = Blob(path.read_bytes(), path.name)
        except OSError as fault:
            put(self.file_name, "runner.file.unreadable", name=path.name, reason=fault.strerror or "")
            return
        put(self.file_name, "runner.file.chosen", name=path.name, size=f"{len(self.blob.data):,}")
        self.settle()

    def show_person(self, person: str) -> None:
        """Whose badge was scanned: for the first role that nobody has taken yet."""
        row = next((row for row in self.rows if not row.known), None)
        if row is not None:
            row.show_person(person)

    def ask_again(self) -> None:
        """Passwords were given too long ago to sign with: they are asked anew."""
        for row in self.rows:
            row.ask_again()
        self.settle()

    def show_known(self, place: int, name: str) -> None:
        """One role is taken."""
        self.show_error("")
        self.rows[place].show_known(name)
        following = next((row for row in self.rows if not row.known), None)
        if following is not None:
            following.person_id.setFocus()
        self.settle()

    def show_role_fault(self, place: int, text: str) -> None:
        """One role was not taken."""
        self.show_error("")
        self.rows[place].show_fault(text)

    def _lacking(self) -> str:
        if not says_something(self.reason.value()):
            return say("runner.stop.lacks_reason")
        if self.request.proof and self.blob is None:
            whole = self.spoke.value() and self.case.value() and times.is_time(self.at.value())
            if not whole:
                return say("runner.stop.lacks_proof")
        if not all(row.known for row in self.rows):
            return say("runner.stop.lacks_people")
        return ""

    def settle(self) -> None:
        if not hasattr(self, "key"):
            return
        lacking = self._lacking()
        self.why.setText(lacking)
        self.key.setEnabled(not lacking and not self._busy)

    def _give(self) -> None:
        if self.request.proof:
            answer = StopAnswer(self.reason.value(), self.blob, self.spoke.value(), self.at.value(), self.case.value())
        else:
            answer = StopAnswer(self.reason.value())
        self.given.emit(answer)
