"""Temperature: one probe over time, what it means, and every file that was taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QHBoxLayout, QSizePolicy, QStackedLayout, QWidget

from ui import kit, theme
from ui.chart import Chart
from ui.forms import Choice, ChoiceField
from ui.kit import Elided, Key, Mark, Page
from ui.language import put, say
from ui.pages.tiles import Tile, TileCard
from ui.rows import Column, RowsTable

PERIODS = ("30d", "7d", "24h", "own")
# Seen, quiet for a while, over: three acts and never one (UI-15); the checklist leads through all of it.
ALARM_ACTS = ("acknowledge", "silence", "respond", "dossier", "resolve")


class ImportLine(NamedTuple):
    """One file of the table. ``review``: somebody must still look at it."""

    ident: str
    source: str
    period: str
    readings: str
    gaps: str
    highest: str
    verdict: Mark
    signature: Mark
    raw: str
    who: str
    review: bool = False


class OpenAlarm(NamedTuple):
    """An excursion of this place that is not resolved. ``acts``: which of ALARM_ACTS may be pressed now."""

    ident: str
    what: str
    whom: str
    acts: tuple[str, ...]


class AlarmStrip(QFrame):
    """The open excursion of this place with its three keys.

    Signals: ``act_asked(str, str)``: one of ALARM_ACTS, the excursion.
    """

    act_asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kit", "card")
        self.setProperty("tone", "alarm")
        self._ident = ""
        self.what = Elided(bold=True, tone="alarm")
        self.whom = Elided("", "small")
        texts = QWidget()
        text_column = kit.column(texts, gap=0)
        text_column.addWidget(self.what)
        text_column.addWidget(self.whom)
        self.keys: dict[str, Key] = {}
        for name in ALARM_ACTS:
            key = kit.key(f"temperature_page.act.{name}", "alarm" if name == "acknowledge" else "")
            key.setMinimumHeight(44)
            key.clicked.connect(lambda _on=False, name=name: self.act_asked.emit(name, self._ident))
            self.keys[name] = key
        self._acts: tuple[str, ...] = ()
        self._first_only = False
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(16, 8, 12, 8)
        self._box.setSpacing(10)
        head = kit.row(kit.picture("warning", "alarm", 22), texts, gap=12)
        head.setStretch(1, 1)
        self._box.addLayout(head, 1)
        self._box.addLayout(kit.row(*self.keys.values(), None, gap=8))
        self.hide()

    def set_form(self, *, stacked: bool, first_only: bool) -> None:
        """In narrow windows: the keys below the words, or only the next one beside them."""
        ways = QBoxLayout.Direction
        self._box.setDirection(ways.TopToBottom if stacked else ways.LeftToRight)
        self._first_only = first_only
        self._offer()

    def _offer(self) -> None:
        for name, key in self.keys.items():
            key.setEnabled(name in self._acts)
            key.setVisible(not self._first_only or self._acts[:1] == (name,))

    def show_alarm(self, alarm: OpenAlarm | None) -> None:
        """Show the excursion; None where none is open."""
        self.setVisible(alarm is not None)
        if alarm is None:
            return
        self._ident = alarm.ident
        self.what.show_text(alarm.what)
        self.whom.show_text(alarm.whom)
        self.whom.setVisible(bool(alarm.whom))
        self._acts = alarm.acts
        self._offer()


class TemperaturePage(Page):
    """Signals: ``probe_chosen(str)`` · ``period_asked(str)``: of PERIODS · ``manual_asked()`` · ``import_asked()`` ·
    ``files_dropped(list)``: paths · ``probe_asked()``: register one · ``alarm_asked(str, str)`` ·
    ``import_picked(str)`` · ``review_asked(str)`` · ``record_asked()``: a period becomes a signed record ·
    ``mark_asked()``: what happened at the device · ``notes_asked()`` · ``tile_asked(str)``: a tile's act. ``chart`` is
    fed by the caller."""

    probe_chosen = Signal(str)
    period_asked = Signal(str)
    manual_asked = Signal()
    import_asked = Signal()
    files_dropped = Signal(list)
    probe_asked = Signal()
    alarm_asked = Signal(str, str)
    import_picked = Signal(str)
    review_asked = Signal(str)
    record_asked = Signal()
    mark_asked = Signal()
    notes_asked = Signal()
    tile_asked = Signal(str)
    title_key = "frame.page.temperature"
    has_side = True

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._part = 0
        self._review = ""
        self._outer = QStackedLayout(self)
        self._work, self._nothing = QWidget(), QWidget()
        self._column = kit.column(self._work, gap=14)
        self._column.addLayout(self._bar())
        self.strip = AlarmStrip()
        self.strip.act_asked.connect(self.alarm_asked)
        self._column.addWidget(self.strip)
        self._tiles_host = QWidget()
        self._tiles = QGridLayout(self._tiles_host)
        self._tiles.setContentsMargins(0, 0, 0, 0)
        self._tiles.setSpacing(14)
        self._cards: list[TileCard] = []
        self._shown_tiles: tuple[Tile, ...] = ()
        self._column.addWidget(self._tiles_host)
        self._build_chart()
        self._build_table()
        self._build_nothing()
        self._outer.addWidget(self._work)
        self._outer.addWidget(self._nothing)

    # --- what it is made of

    def _bar(self) -> QHBoxLayout:
        self.probe = put(ChoiceField(), "temperature_page.probe", "setAccessibleName")
        self.probe.setStyleSheet("min-height: 36px;")  # as high as the keys beside it
        self.probe.chosen.connect(self.probe_chosen)
        self.periods: dict[str, Key] = {}
        for name in PERIODS:
            key = Key("tab") if name == "own" else kit.key(f"temperature_page.period.{name}", "tab")
            key.setCheckable(True)
            key.clicked.connect(lambda _on=False, name=name: self._ask_period(name))
            self.periods[name] = key
        put(self.periods["own"], "temperature_page.period.own_name", "setAccessibleName")
        self.add_probe = kit.key("temperature_page.add_probe", "link")
        self.add_probe.clicked.connect(self.probe_asked)
        self.manual = kit.key("temperature_page.manual", icon="plus")
        self.manual.clicked.connect(self.manual_asked)
        self.take_in = kit.key("temperature_page.import", "primary")
        self.take_in.clicked.connect(self.import_asked)
        keys = self.periods.values()
        return kit.row(self.probe, *keys, None, self.add_probe, self.manual, self.take_in, gap=8)

    def _ask_period(self, name: str) -> None:
        self.mark_period(self._period)  # the key is checked when the caller shows that period, not before
        self.period_asked.emit(name)

    def _build_chart(self) -> None:
        self._chart_card, column = kit.card("", (8, 8, 8, 6), gap=2)
        self._chart_card.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.last = Elided("", "small", "quiet")
        self.last.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.make_record = kit.key("temperature_record.make.key", "link")
        self.make_record.clicked.connect(self.record_asked)
        self.mark = kit.key("temperature_page.mark", "link")
        self.mark.clicked.connect(self.mark_asked)
        self.notes = Key("link")
        self.notes.clicked.connect(self.notes_asked)
        self.notes.hide()
        head = kit.row(self.make_record, self.mark, self.notes, self.last, gap=8)
        head.setStretch(3, 1)
        column.addLayout(head)
        self.told = Elided("", "small", "quiet")
        self.told.hide()
        column.addLayout(kit.row(8, self.told, 8))
        self.chart = Chart()
        column.addWidget(self.chart, 1)
        self._column.addWidget(self._chart_card, 1)
        self._period = "30d"

    def _build_table(self) -> None:
        self._table_card, column = kit.card("", (8, 2, 8, 4), gap=0)
        self.table = RowsTable(_COLUMNS, "temperature_page.table", "temperature_page.no_imports", row_height=38)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(lambda line: self.import_picked.emit(line.ident))
        column.addWidget(self.table, 1)
        self.review = kit.key("temperature_page.review", "link")
        self.review.clicked.connect(lambda: self.review_asked.emit(self._review))
        self.review.hide()
        column.addWidget(self.review, 0, Qt.AlignmentFlag.AlignLeft)
        self._table_card.setFixedHeight(128)
        self._column.addWidget(self._table_card)

    def _build_nothing(self) -> None:
        column = kit.column(self._nothing, (0, 48, 0, 0), gap=14)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(kit.picture("temperature", "edge", 48), 0, centre)
        column.addWidget(kit.words("temperature_page.empty.title", "title"), 0, centre)
        text = kit.words("temperature_page.empty.text", tone="quiet", wrap=True)
        text.setFixedWidth(520)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(text, 0, centre)
        self.first_probe = kit.key("temperature_page.empty.probe", "primary", big=True)
        self.first_probe.clicked.connect(self.probe_asked)
        other = kit.key("temperature_page.import", big=True)
        other.clicked.connect(self.import_asked)
        column.addLayout(kit.row(None, self.first_probe, other, None, gap=12))
        column.addStretch(1)

    # --- what it shows

    def show_probes(self, probes: Sequence[Choice], chosen: str) -> None:
        """Offer probes; with none of them the page says how to begin."""
        self._outer.setCurrentWidget(self._work if probes else self._nothing)
        self.probe.show_choices(probes)
        self.probe.choose(chosen)

    def mark_period(self, name: str, own: str = "") -> None:
        """Mark which period is shown; ``own``: it in words, e.g. 10-23 → 11-22."""
        self._period = name
        for key_name, key in self.periods.items():
            key.setChecked(key_name == name)
        if own:
            self.periods["own"].setText(own)

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show the figures, five at most."""
        while len(self._cards) < len(tiles):
            card = TileCard()
            card.asked.connect(self.tile_asked)
            self._tiles.addWidget(card, 0, len(self._cards))
            self._tiles.setColumnStretch(len(self._cards), 1)
            self._cards.append(card)
        for at, card in enumerate(self._cards):
            card.setVisible(at < len(tiles))
            if at < len(tiles):
                card.show_tile(tiles[at])
        self._shown_tiles = tuple(tiles)
        self._arrange()

    def show_last(self, text: str, tone: str) -> None:
        """The last reading with its age; ``tone`` quiet where it is too old to be "now"."""
        theme.set_tone(self.last, tone)
        self.last.show_text(text)

    def show_notes(self, text: str, tone: str) -> None:
        """The key that leads to what stands beside the curve; "" while nothing is known."""
        self.notes.setText(text)
        self.notes.setVisible(bool(text))
        theme.set_tone(self.notes, tone)

    def show_told(self, text: str, tone: str) -> None:
        """A record of the shown time, or that one does not know all of it any more; "" for none."""
        theme.set_tone(self.told, tone)
        self.told.show_text(text)
        self.told.setVisible(bool(text))

    def show_alarm(self, alarm: OpenAlarm | None) -> None:
        """The open excursion of this place."""
        self.strip.show_alarm(alarm)

    def show_imports(self, lines: Sequence[ImportLine]) -> None:
        """Every file of this probe, newest first."""
        self._review = ""
        self.review.hide()
        self.table.show_rows(lines)

    def allow(self, *, manual: bool, take_in: bool, probe: bool, record: bool = True, mark: bool = True) -> None:
        """Offer keys only to whom they are allowed."""
        self.mark.setVisible(mark)
        self.make_record.setVisible(record)
        self.manual.setVisible(manual)
        self.take_in.setVisible(take_in)
        self.add_probe.setVisible(probe and not self.compact)
        self.first_probe.setVisible(probe)
        self._may_probe = probe

    _may_probe = True

    def _pick(self, line: ImportLine) -> None:
        self._review = line.ident if line.review else ""
        self.review.setVisible(line.review)

    # --- files dropped on the page

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    # --- form

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._part = 0
        self._column.setSpacing(8 if compact else 14)
        put(self.take_in, "temperature_page.import_short" if compact else "temperature_page.import")
        put(self.manual, "temperature_page.manual_short" if compact else "temperature_page.manual")
        self.add_probe.setVisible(self._may_probe and not compact)
        self._table_card.setMinimumHeight(120)
        self._table_card.setMaximumHeight(16_777_215 if compact else 128)
        self._arrange()

    def toggle_side(self) -> None:
        """In the compact form: the curve, then the figures, then the files."""
        if self.compact:
            self._part = (self._part + 1) % 3
            self._arrange()

    def _arrange(self) -> None:
        both = not self.compact
        self.strip.set_form(stacked=self.compact and self._part > 0, first_only=self.compact and self._part == 0)
        for n, part in enumerate((self._chart_card, self._tiles_host, self._table_card)):
            part.setVisible(both or self._part == n)
        rows = 1 if both else 2
        per_row = -(-max(len(self._shown_tiles), 1) // rows)
        for at, card in enumerate(self._cards):
            self._tiles.addWidget(card, at // per_row, at % per_row)
            self._tiles.setColumnStretch(at, 1 if at < per_row else 0)

    def retranslate(self) -> None:
        super().retranslate()


def said_period(start: str, end: str) -> str:
    """A period in words for its key.

    >>> said_period("10-23", "11-22")
    '10-23 → 11-22'
    """
    return say("temperature_page.period.span", start=start, end=end)


_COLUMNS = (
    Column("temperature_page.column.source", lambda r: r.source, width=128),
    Column("temperature_page.column.period", lambda r: r.period, width=206),
    Column("temperature_page.column.readings", lambda r: r.readings, width=76, right=True),
    Column("temperature_page.column.gaps", lambda r: r.gaps, width=104),
    Column("temperature_page.column.highest", lambda r: r.highest, width=84, right=True),
    Column("temperature_page.column.verdict", lambda r: r.verdict.text, tone=lambda r: r.verdict.tone, width=176),
    Column(
        "temperature_page.column.signature",
        lambda r: r.signature.text,
        tone=lambda r: r.signature.tone or None,
        width=92,
    ),
    Column("temperature_page.column.raw", lambda r: r.raw, width=88),
    Column("temperature_page.column.who", lambda r: r.who),
)
