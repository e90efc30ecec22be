"""A logger file taken in: chosen or dropped, read, asked about one question at a time, shown, and given to a probe."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QFrame, QGridLayout, QWidget

from ui import kit, theme
from ui.dialogs.dialog import Dialog
from ui.forms import Choice, ChoiceField, Form, NumberField, TextField
from ui.kit import Elided, Key, Mark
from ui.language import put, say

STAGES = ("choose", "reading", "question", "understood", "done")


class Asked(NamedTuple):
    """One thing that the file leaves open. ``options``: (answer, its words, what it makes of the first and the last
    row); none where the person types it: a number with its ``unit``."""

    about: str
    text: str
    options: tuple[tuple[str, str, str], ...]
    proposal: str = ""
    unit: str = ""


class FoundProblem(NamedTuple):
    """Something wrong with the file: where, what, and how grave (info, warn, error)."""

    line: str
    text: str
    tone: str


class ChannelLine(NamedTuple):
    """One temperature channel of a logger of several. ``name``: as the file has it; ``text``: its range and count;
    ``probe``: whose it is, "" not taken in; ``taken``: why it cannot be taken in any more, in words."""

    name: str
    text: str
    probe: str = ""
    taken: str = ""


class Understood(NamedTuple):
    """What the file was taken for. ``facts``: (name, value, tone). ``notice``: why it cannot or should not be taken in,
    in words; ``refused``: it cannot. ``probes`` with the one it belongs to; ``reason``: another logger's file asks for
    one. ``described``: the table may be described by hand. ``channels``: of a logger of several, each with its probe;
    ``left_out``: the file's other columns, in words."""

    title: str
    facts: tuple[tuple[str, str, str], ...]
    problems: tuple[FoundProblem, ...]
    probes: tuple[Choice, ...]
    probe: str = ""
    notice: Mark = Mark("")
    refused: bool = False
    reason: bool = False
    described: bool = False
    channels: tuple[ChannelLine, ...] = ()
    left_out: str = ""


NEW = "+"  # stands for a probe that is to be registered, among a channel's choices


class DropCard(QFrame):
    """Where files are dropped.

    Signals: ``dropped(list)``: paths · ``asked()``: choose by hand.
    """

    dropped = Signal(list)
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self.setProperty("tone", "plain")
        self.setAcceptDrops(True)
        self.setMinimumHeight(180)
        column = kit.column(self, (24, 24, 24, 24), gap=10)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(1)
        column.addWidget(kit.picture("folder", "accent", 36), 0, centre)
        text = kit.words("import_page.drop", "large")
        column.addWidget(text, 0, centre)
        help_text = kit.words("import_page.drop_help", "small", "quiet", wrap=True)
        help_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(help_text)
        self.key = kit.key("import_page.choose", "primary", big=True)
        self.key.clicked.connect(self.asked)
        column.addWidget(self.key, 0, centre)
        column.addStretch(1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)


class ImportDialog(Dialog):
    """Signals: ``chosen(list)``: paths · ``cancelled()``: stop reading · ``answered(str, str)``: about, answer ·
    ``described()``: open the column wizard · ``probe_wanted()``: register one · ``channel_chosen(str, str)``: channel,
    its probe, "" or ``NEW`` · ``confirmed(object, str)``: channel → probe ("" is the only channel), reason.
    """

    chosen = Signal(list)
    cancelled = Signal()
    answered = Signal(str, str)
    described = Signal()
    probe_wanted = Signal()
    channel_chosen = Signal(str, str)
    confirmed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None, endings: Sequence[str] = ()) -> None:
        super().__init__(parent, width=760)
        self.stage = "choose"
        self._endings = tuple(endings)
        self._asked: Asked | None = None
        self._shown: Understood | None = None
        put(self.kicker, "import_page.kicker")
        put(self, "import_page.title", "setWindowTitle")
        put(self.title, "import_page.title")
        self.drop = DropCard()
        self.drop.dropped.connect(self.chosen)
        self.drop.asked.connect(self._browse)
        self._pages = {"choose": self.drop, "reading": QWidget(), "question": QWidget(), "understood": QWidget()}
        self._pages["done"] = QWidget()
        for page in self._pages.values():
            self.body.addWidget(page)
        self._build_question()
        self._build_understood()
        self._done = kit.label("", "large", wrap=True)
        self._done_mark = kit.column(self._pages["done"], gap=12)
        self._done_mark.addWidget(self._done)
        self._done_mark.addStretch(1)
        self._build_keys()
        self._show_stage("choose")

    def _build_keys(self) -> None:
        self.back = self.add_back("import_page.back")
        self.stop = self.add_key("import_page.stop", decides=False, look="")
        self.stop.clicked.connect(self.cancelled)
        self.go_on = self.add_key("import_page.go_on", decides=False)
        self.go_on.clicked.connect(self._answer)
        self.take = self.add_key("import_page.take")
        self.take.clicked.connect(lambda: self.confirmed.emit(self.given(), self.reason.value()))

    # --- one question

    def _build_question(self) -> None:
        column = kit.column(self._pages["question"], gap=10)
        self._question = kit.label("", "title", wrap=True)
        column.addWidget(self._question)
        self._options_host = QWidget()
        self._options = kit.column(self._options_host, gap=4)
        column.addWidget(self._options_host)
        self._group = QButtonGroup(self)
        self._group.idToggled.connect(lambda *_: self.settle())
        self._free = Form()
        self.number = NumberField(unit="s")
        self.number.textChanged.connect(self.settle)
        self._free.add_row("import_page.own_answer", self.number)
        column.addWidget(self._free)
        column.addStretch(1)

    def show_question(self, asked: Asked, file: str) -> None:
        """Ask one thing; the proposal stands first and nothing is chosen for the person."""
        self._asked = asked
        put(self.kicker, "import_page.kicker_file", name=file)
        put(self.title, "import_page.question_title")
        self._question.setText(asked.text)
        for button in self._group.buttons():
            self._group.removeButton(button)
        kit.clear(self._options)
        for at, (answer, text, rows) in enumerate(asked.options):
            button = Key("tab")
            button.setText(text)
            button.setCheckable(True)
            button.setStyleSheet("text-align: left;")
            button.setProperty("answer", answer)
            self._group.addButton(button, at)
            self._options.addWidget(button)
            if rows:
                line = kit.label(rows, "small", "quiet")
                line.setContentsMargins(16, 0, 0, 6)
                self._options.addWidget(line)
        self._free.setVisible(not asked.options)
        self.number.setText(asked.proposal if not asked.options else "")
        self._show_stage("question")
        if self._group.buttons():
            self._group.buttons()[0].setFocus()
        else:
            self.number.setFocus()

    def answer(self) -> str:
        """What the person says, ``""`` while they have not."""
        if self._asked is None:
            return ""
        if not self._asked.options:
            return str(self.number.number() or "")
        chosen = self._group.checkedButton()
        return str(chosen.property("answer")) if chosen is not None else ""

    def choose_answer(self, answer: str) -> None:
        """Choose one of the options."""
        for button in self._group.buttons():
            if button.property("answer") == answer:
                button.setChecked(True)

    def _answer(self) -> None:
        if self._asked is not None and self.answer():
            self.answered.emit(self._asked.about, self.answer())

    # --- what was understood

    def _build_understood(self) -> None:
        column = kit.column(self._pages["understood"], gap=10)
        self._notice = kit.label("", bold=True, wrap=True)
        column.addWidget(self._notice)
        facts, holder = kit.card("plain", (16, 10, 16, 10), gap=0)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(24)
        self._facts.setVerticalSpacing(6)
        holder.addLayout(self._facts)
        column.addWidget(facts)
        self._problems = kit.column(gap=2)
        column.addLayout(self._problems)
        self.form = Form(columns=2)
        self.probe = ChoiceField()
        self.probe.chosen.connect(lambda _id: self.settle())
        self.reason = TextField(free=True)
        self.reason.textChanged.connect(self.settle)
        self.lines: dict[str, ChoiceField] = {}
        self._lines_host = QWidget()
        self._lines = kit.column(self._lines_host, gap=6)
        column.addWidget(self._lines_host)
        self.form.add_row("import_page.probe", self.probe)
        self.form.add_row("import_page.reason", self.reason, span=2)
        column.addWidget(self.form)
        self._left_out = kit.label("", "small", "quiet", wrap=True)
        column.addWidget(self._left_out)
        self.register = kit.key("import_page.register", "link", icon="plus")
        self.register.clicked.connect(self.probe_wanted)
        self.describe = kit.key("import_page.describe", "link", icon="columns")
        self.describe.clicked.connect(self.described)
        column.addLayout(kit.row(self.register, self.describe, None, gap=12))
        column.addStretch(1)

    def show_understood(self, shown: Understood, file: str) -> None:
        """Show what was made of the file, and ask whose it is."""
        self._shown = shown
        put(self.kicker, "import_page.kicker_file", name=file)
        self.title.setText(shown.title)
        self._notice.setText(shown.notice.text)
        self._notice.setVisible(bool(shown.notice.text))
        theme.set_tone(self._notice, shown.notice.tone)
        kit.clear(self._facts)
        for at, (name, value, tone) in enumerate(shown.facts):
            row, side = at // 2, at % 2 * 2
            self._facts.addWidget(kit.label(name, "small", "quiet"), row, side)
            self._facts.addWidget(Elided(value, "", tone, bold=True), row, side + 1)
        for side in (1, 3):
            self._facts.setColumnStretch(side, 1)
        kit.clear(self._problems)
        for problem in shown.problems:
            line = kit.row(kit.pill(Mark(problem.line, problem.tone)), Elided(problem.text, "small"), gap=8)
            line.setStretch(1, 1)
            self._problems.addLayout(line)
        self.probe.show_choices([Choice("", say("import_page.no_probe")), *shown.probes])
        self.probe.choose(shown.probe)
        self.form.show_row(self.probe, not shown.channels)
        self.form.show_row(self.reason, shown.reason)
        self.form.setVisible(shown.reason or not shown.channels)
        self.reason.clear()
        self._show_channels(shown)
        self._left_out.setText(shown.left_out)
        self._left_out.setVisible(bool(shown.left_out))
        self.register.setVisible(not shown.channels)
        self.describe.setVisible(shown.described)
        self._show_stage("understood")

    def _show_channels(self, shown: Understood) -> None:
        """A line for each channel: what it is, and the probe it is given to. Lines that stand already stay, and keep
        the focus."""
        choices = [Choice("", say("import_page.not_taken")), *shown.probes]
        choices.append(Choice(NEW, say("import_page.register_choice")))
        standing = {line.name: line for line in shown.channels if not line.taken}
        if shown.channels and list(standing) == list(self.lines):
            for name, field in self.lines.items():
                field.show_choices(choices)
                field.choose(standing[name].probe)
            return
        kit.clear(self._lines)
        self.lines = {}
        self._lines_host.setVisible(bool(shown.channels))
        if shown.channels:
            self._lines.addWidget(kit.words("import_page.channels", "small", "quiet"))
        for line in shown.channels:
            field = ChoiceField(choices)
            field.setAccessibleName(say("import_page.channel_probe", channel=line.name))
            field.setMinimumWidth(300)
            field.choose(line.probe)
            field.chosen.connect(lambda probe, name=line.name: self.channel_chosen.emit(name, probe))
            what = QWidget()
            column = kit.column(what, gap=0)
            column.addWidget(Elided(line.name, bold=True))
            column.addWidget(kit.label(line.text, "small", "quiet"))
            row = kit.row(what, kit.pill(Mark(line.taken, "warn")) if line.taken else field, gap=12)
            row.setStretch(0, 1)
            self._lines.addLayout(row)
            if not line.taken:
                self.lines[line.name] = field

    def given(self) -> dict[str, str]:
        """Channel → probe, those that are taken in; "" stands for a file's only channel."""
        if self._shown is not None and self._shown.channels:
            return {name: field.value() for name, field in self.lines.items() if field.value()}
        return {"": self.probe.value()} if self.probe.value() else {}

    def show_done(self, text: str, tone: str, file: str) -> None:
        """Say what became of it."""
        put(self.kicker, "import_page.kicker_file", name=file)
        put(self.title, "import_page.done")
        theme.set_tone(self._done, tone)
        self._done.setText(text)
        self._show_stage("done")
        put(self.back, "import_page.close")

    # --- stages

    def show_reading(self, text: str) -> None:
        """A file is being read; it can be stopped."""
        self._show_stage("reading")
        self.show_busy(text)

    def start_over(self, error: str = "") -> None:
        """Choose a file again."""
        self._show_stage("choose")
        put(self.title, "import_page.title")
        self.show_error(error)

    def _show_stage(self, stage: str) -> None:
        self.show_busy("")
        self.error.hide()
        self.stage = stage
        for name, page in self._pages.items():
            page.setVisible(name == stage)
        self.settle()
        self._fit()

    def reject(self) -> None:
        """Leave; a reading that is under way is stopped first."""
        if self.stage == "reading" and self._busy:
            self.cancelled.emit()
            return
        super().reject()

    def settle(self) -> None:
        if not hasattr(self, "take"):
            return
        shown, busy = self._shown, self._busy
        self.stop.setVisible(self.stage == "reading")
        self.go_on.setVisible(self.stage == "question")
        self.go_on.setEnabled(bool(self.answer()) and not busy)
        self.take.setVisible(self.stage == "understood")
        reason = shown is None or not shown.reason or len(self.reason.value()) >= 4
        given = self.given()
        allowed = shown is not None and not shown.refused and bool(given) and reason
        allowed = allowed and len(set(given.values())) == len(given)
        self.take.setEnabled(allowed and not busy)

    def _browse(self) -> None:
        chooser = QFileDialog(self, say("import_page.choose"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFiles)
        known = " ".join(f"*{ending}" for ending in self._endings)
        chooser.setNameFilters([f"{say('import_page.filter')} ({known})", f"{say('import_page.filter_all')} (*)"])
        chooser.filesSelected.connect(self.chosen)
        chooser.open()
