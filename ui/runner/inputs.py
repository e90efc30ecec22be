"""One input per kind of question. Each gives a raw value or None; none of them commits anything.

Typing, choosing by number key, scanning and photographing fill an input; the big key or F10 gives the answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QButtonGroup, QFileDialog, QGridLayout, QSizePolicy, QWidget

from cellguide.refusal import Refusal
from cellguide.runs import parse_number
from ui import kit
from ui.forms import DateField, FreeField, NumberField, TextField
from ui.kit import Key
from ui.language import put, say
from ui.runner import times
from ui.runner.values import NOW, Ask, Blob
from ui.scan import visible

FILE_BYTES_MAX = 200_000_000


class _UndoPassesOn(QObject):
    """Ctrl+Z in a field with nothing to undo belongs to the run: it takes back the last answer."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(watched, TextField):
            assert isinstance(event, QKeyEvent)
            if event.matches(QKeySequence.StandardKey.Undo) and not watched.isUndoAvailable():
                event.ignore()
                return True
        return False


class Input(QWidget):
    """Signals: ``changed()``: something was typed, chosen or taken away · ``filled()``: a device filled it whole."""

    changed = Signal()
    filled = Signal()

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self.ask = ask
        self._passes = _UndoPassesOn(self)

    def value(self) -> Any:
        """What was given, None where it is not complete."""
        raise NotImplementedError

    def missing(self) -> str:
        """The catalogue key of what is missing."""
        return f"runner.missing.{self.ask.kind}"

    def fault(self) -> str:
        """A sentence about what was typed and cannot be taken; "" where there is none."""
        return ""

    def begin(self) -> None:
        """Take the keyboard."""
        self.setFocus()

    def take_scan(self, untrusted_text: str) -> bool:
        """Take a scan; False where this input takes none."""
        return False

    def take_key(self, sign: str) -> bool:
        """Take a number key, y or n; False where it means nothing here."""
        return False

    def _line(self, field: TextField) -> TextField:
        field.setAccessibleName(self.ask.title)
        field.installEventFilter(self._passes)
        field.textChanged.connect(self.changed)
        self.setFocusProxy(field)
        return field


class ChoiceInput(Input):
    """One of a few (yes and no among them): keys with their number in front."""

    def __init__(self, ask: Ask, *, many: bool = False) -> None:
        super().__init__(ask)
        self.many = many
        self._group = QButtonGroup(self)
        self._group.setExclusive(not many)
        self._keys: list[Key] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        short = max((len(choice.text) for choice in ask.choices), default=0) <= 16
        columns = 2 if short and len(ask.choices) != 3 else 1
        for place, choice in enumerate(ask.choices):
            key = Key("choice")
            key.setCheckable(True)
            letter = {"yes": "Y", "no": "N"}.get(choice.value, "") if ask.kind == "yn" else str(place + 1)
            key.setText(f"{letter}   {choice.text}" if place < 9 else choice.text)
            key.setAccessibleName(f"{ask.title}: {choice.text}")
            key.toggled.connect(lambda on, place=place: self._toggled(place, on))
            self._group.addButton(key, place)
            self._keys.append(key)
            grid.addWidget(key, place // columns, place % columns)
        if self._keys:
            self.setFocusProxy(self._keys[0])
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def _toggled(self, place: int, on: bool) -> None:
        if self.many and on:
            # "nothing seen" and "something seen" cannot both be ticked
            none = [at for at, choice in enumerate(self.ask.choices) if choice.value == "none"]
            for at, key in enumerate(self._keys):
                if at != place and (place in none or at in none):
                    key.setChecked(False)
        self.changed.emit()

    def value(self) -> Any:
        chosen = [choice.value for choice, key in zip(self.ask.choices, self._keys, strict=True) if key.isChecked()]
        if not chosen:
            return None
        return chosen if self.many else chosen[0]

    def take_key(self, sign: str) -> bool:
        letters = {"y": "yes", "n": "no"} if self.ask.kind == "yn" else {}
        wanted = letters.get(sign.casefold())
        place = int(sign) - 1 if sign.isdecimal() and sign.isascii() and sign != "0" else -1
        for at, (choice, key) in enumerate(zip(self.ask.choices, self._keys, strict=True)):
            if choice.value == wanted or (wanted is None and at == place):
                key.setChecked(not key.isChecked() if self.many else True)
                return True
        return False


class NumberInput(Input):
    """A number with its unit; below zero the sign must be typed."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.field = NumberField(unit=ask.unit, width=200)
        self.field.setProperty("big", "true")
        self._line(self.field)
        kit.row(self.field, kit.label(ask.unit, tone="quiet"), None, owner=self)

    def value(self) -> Any:
        typed = self.field.value()
        if not typed or self.fault():
            return None
        return typed

    def fault(self) -> str:
        typed = self.field.value()
        if not typed or typed in ("-", "−", "－", "+"):
            return ""
        try:
            parse_number(typed, signed=self.ask.signed)
        except Refusal as refusal:
            return say(f"runner.fault.{refusal.code.removeprefix('run.')}")
        return ""


class TimeInput(Input):
    """When it happened: now unless a time is typed. With ``future`` the time must be typed or picked."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.field = TextField(width=240)
        self.field.setProperty("big", "true")
        self._line(self.field)
        put(self.field, "runner.time.future" if ask.future else "runner.time.now", "setPlaceholderText")
        row = kit.row(self.field, gap=10, owner=self)
        self.in_hours = ""
        if ask.future:
            for hours in (1, 2, 4):
                key = put(Key("tab"), "runner.time.in_hours", hours=hours)
                key.setMinimumHeight(44)
                key.clicked.connect(lambda _on=False, hours=hours: self._pick(hours))
                row.addWidget(key)
        row.addStretch(1)

    def _pick(self, hours: int) -> None:
        self.field.setText(f"+{hours} h")

    def value(self) -> Any:
        typed = self.field.value()
        if not typed:
            return None if self.ask.future else NOW
        return typed if times.is_time(typed) or self._is_picked(typed) else None

    def _is_picked(self, typed: str) -> bool:
        return self.ask.future and typed in ("+1 h", "+2 h", "+4 h")

    def fault(self) -> str:
        typed = self.field.value()
        return say("runner.fault.time") if len(typed) > 4 and self.value() is None else ""


class DayInput(Input):
    """A day; eight digits do."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.field = DateField()
        self.field.setProperty("big", "true")
        self._line(self.field)
        kit.row(self.field, None, owner=self)

    def value(self) -> Any:
        day = self.field.day()
        return day.isoformat() if day is not None else None


class ScanInput(Input):
    """An identifier: scanned, or typed where nothing can be scanned. How it came is kept."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._scanned = ""
        self.field = TextField()
        self.field.setProperty("big", "true")
        self._line(self.field)
        put(self.field, "runner.scan.place" if ask.kind == "place" else "runner.scan.hint", "setPlaceholderText")
        kit.row(kit.picture("scan", "accent", 26), self.field, gap=12, owner=self)

    def value(self) -> Any:
        typed = self.field.value()
        if not typed:
            return None
        scanned = bool(self._scanned) and typed == visible(self._scanned).strip()
        if self.ask.kind == "place":
            return self._scanned.strip() if scanned else typed
        return {"text": self._scanned if scanned else typed, "how": "scanned" if scanned else "typed"}

    def take_scan(self, untrusted_text: str) -> bool:
        self._scanned = untrusted_text
        self.field.setText(visible(untrusted_text))
        self.filled.emit()
        return True


class WordsInput(Input):
    """Free words: one line for a name or number on a label, several for what was said."""

    def __init__(self, ask: Ask, lines: int) -> None:
        super().__init__(ask)
        self.free: FreeField | None = None
        self.field: TextField | None = None
        if lines > 1:
            self.free = FreeField(lines)
            self.free.setAccessibleName(ask.title)
            self.free.textChanged.connect(self.changed)
            self.setFocusProxy(self.free)
            kit.row(self.free, owner=self)
        else:
            self.field = TextField(free=True)
            self.field.setProperty("big", "true")
            self._line(self.field)
            kit.row(self.field, owner=self)

    def value(self) -> Any:
        text = self.field.value() if self.field is not None else self.free.value() if self.free is not None else ""
        return text or None

    def take_scan(self, untrusted_text: str) -> bool:
        if self.field is None:
            return False
        self.field.setText(visible(untrusted_text))
        return True


class SetInput(Input):
    """A set of numbers taken together."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.fields: dict[str, NumberField] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, choice in enumerate(ask.choices):
            field = NumberField(unit=ask.unit)
            self._line(field)
            field.setAccessibleName(f"{ask.title}: {choice.text}")
            self.fields[choice.value] = field
            grid.addWidget(kit.label(choice.text, "small", "quiet"), place // 3 * 2, place % 3)
            grid.addWidget(field, place // 3 * 2 + 1, place % 3)
        if self.fields:
            self.setFocusProxy(next(iter(self.fields.values())))

    def value(self) -> Any:
        found = {name: field.value() for name, field in self.fields.items()}
        whole = all(field.number() is not None for field in self.fields.values())
        return found if found and whole else None


class FileInput(Input):
    """A document or a logger's file: chosen or dropped."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self._blob: Blob | None = None
        self.key = kit.key("runner.file.choose", icon="folder", big=True)
        self.key.clicked.connect(self._choose)
        self.name = kit.label(wrap=True)
        put(self.name, "runner.file.drop")
        row = kit.row(self.key, self.name, gap=14, owner=self)
        row.setStretch(1, 1)
        self.setFocusProxy(self.key)
        self.setAcceptDrops(True)

    def _choose(self) -> None:
        dialog = QFileDialog(self.window(), self.ask.title)
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        dialog.open()

    def take_file(self, path: Path) -> None:
        """Read the file; what cannot be read is said in the place of its name."""
        try:
            if path.stat().st_size > FILE_BYTES_MAX:
                put(self.name, "runner.file.too_large", name=path.name, most_mb=FILE_BYTES_MAX // 10**6)
                return
            data = path.read_bytes()
        except OSError as fault:
            put(self.name, "runner.file.unreadable", name=path.name, reason=fault.strerror or "")
            return
        self._blob = Blob(data, path.name)
        put(self.name, "runner.file.chosen", name=path.name, size=f"{len(data):,}")
        self.changed.emit()

    def value(self) -> Any:
        return self._blob

    def dragEnterEvent(self, event: Any) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            self.take_file(files[0])


class SignInput(Input):
    """A signature: nothing is typed here, the big key opens the signing dialog."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(ask.title)
        kit.row(kit.picture("record", "accent", 26), kit.words("runner.sign", wrap=True), None, gap=12, owner=self)

    def value(self) -> Any:
        return {"sign": True}


class ShownInput(Input):
    """What the machine computes: shown, never asked."""

    def __init__(self, ask: Ask) -> None:
        super().__init__(ask)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(ask.title)
        kit.row(kit.words("runner.waits", tone="quiet", wrap=True), owner=self)

    def value(self) -> Any:
        return None


def make(ask: Ask) -> Input:
    """The input for a question or a part."""
    if ask.kind == "photo":
        from ui.runner.photo import PhotoInput

        return PhotoInput(ask)
    if ask.kind in ("choice", "many", "yn"):
        return ChoiceInput(ask, many=ask.kind == "many")
    if ask.kind in ("scan", "place"):
        return ScanInput(ask)
    if ask.kind == "text":
        return WordsInput(ask, 1)
    made: type[Input] = _KINDS[ask.kind]
    return made(ask)


_KINDS: dict[str, type[Input]] = {
    "num": NumberInput,
    "time": TimeInput,
    "date": DayInput,
    "set": SetInput,
    "file": FileInput,
    "sign": SignInput,
    "calc": ShownInput,
}


def focused_in(scope: QWidget) -> QWidget | None:
    """The widget inside ``scope`` that has the keyboard."""
    widget = QApplication.focusWidget()
    return widget if widget is not None and scope.isAncestorOf(widget) else None
