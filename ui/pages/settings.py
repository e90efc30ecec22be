"""Settings of the site and of this station."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QFrame, QWidget

from ui import kit, scan, theme
from ui.forms import Choice, ChoiceField, Form, TextField
from ui.kit import Elided, Mark, Page
from ui.language import say
from ui.scan import ScannerSetup

ZONES = ("Asia/Shanghai", "Asia/Urumqi", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Europe/Berlin",
         "Europe/London", "America/New_York", "America/Los_Angeles", "UTC")  # fmt: skip
PAPER = (
    ("zh", "settings.paper.zh"),
    ("en", "settings.paper.en"),
    ("zh+en", "settings.paper.zh_en"),
    ("en+zh", "settings.paper.en_zh"),
)
BASES = (("electronic", "settings.base.electronic"), ("paper", "settings.base.paper"))


class SiteFacts(NamedTuple):
    """What is the same for the whole site. ``paper``: zh, en, zh+en, en+zh · ``base``: electronic or paper ·
    ``names``: full or initials, on boards and clocks."""

    name_zh: str = ""
    name_en: str = ""
    department_zh: str = ""
    department_en: str = ""
    zone: str = "Asia/Shanghai"
    paper: str = "zh"
    base: str = "electronic"
    ink_lines: bool = False
    names: str = "full"
    lock_minutes: int = 10
    backup_folder: str = ""
    language: str = "zh"
    scanner: ScannerSetup = ScannerSetup()


class SiteForm(Form):
    """Names, zone, paper: the same in the wizard and in the settings.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__(columns=2)
        self.name_zh, self.name_en = TextField(free=True), TextField()
        self.department_zh, self.department_en = TextField(free=True), TextField()
        self.zone = ChoiceField([Choice(zone, zone) for zone in ZONES])
        self.paper = ChoiceField().offer(*PAPER)
        self.base = ChoiceField().offer(*BASES)
        self.ink = ChoiceField().offer(("no", "settings.ink.no"), ("yes", "settings.ink.yes"))
        for key, field, help_key in (
            ("settings.site.name_zh", self.name_zh, ""),
            ("settings.site.name_en", self.name_en, ""),
            ("settings.site.department_zh", self.department_zh, ""),
            ("settings.site.department_en", self.department_en, ""),
            ("settings.site.zone", self.zone, ""),
            ("settings.paper.name", self.paper, ""),
            ("settings.base.name", self.base, "settings.base.help"),
            ("settings.ink.name", self.ink, "settings.ink.help"),
        ):
            self.add_row(key, field, help_key=help_key)
            signal = field.currentIndexChanged if isinstance(field, ChoiceField) else field.textChanged
            signal.connect(self.changed)

    def show_facts(self, facts: SiteFacts) -> None:
        """Show the site's facts."""
        self.name_zh.setText(facts.name_zh)
        self.name_en.setText(facts.name_en)
        self.department_zh.setText(facts.department_zh)
        self.department_en.setText(facts.department_en)
        self.zone.choose(facts.zone)
        self.paper.choose(facts.paper)
        self.base.choose(facts.base)
        self.ink.choose("yes" if facts.ink_lines else "no")

    def facts(self, before: SiteFacts) -> SiteFacts:
        """The facts as they stand here, the rest as before."""
        return before._replace(
            name_zh=self.name_zh.value(),
            name_en=self.name_en.value(),
            department_zh=self.department_zh.value(),
            department_en=self.department_en.value(),
            zone=self.zone.value(),
            paper=self.paper.value(),
            base=self.base.value(),
            ink_lines=self.ink.value() == "yes",
        )


class SettingsPage(Page):
    """Signals: ``save_asked(SiteFacts)``: answer with ``show_facts`` or a notice · ``test_symbol_asked()``: print the
    scanner's test symbol · ``envelope_asked()`` · ``language_chosen(str)`` · ``watch_chosen(str)``: a folder to watch,
    "" for none; answer with ``show_watched`` · ``ld_asked()``: choose the rule for lymphodepletion ·
    ``entries_asked()``: read everything that happened. While the page
    shows, give it scans with ``take_scan``."""

    save_asked = Signal(object)
    test_symbol_asked = Signal()
    envelope_asked = Signal()
    language_chosen = Signal(str)
    watch_chosen = Signal(str)
    ld_asked = Signal()
    entries_asked = Signal()
    title_key = "frame.page.settings"

    def __init__(self) -> None:
        super().__init__()
        self._before = SiteFacts()
        self._folder = ""
        self._scan: str | None = None
        self._loading = False
        outer = kit.column(self, gap=12)
        inside = QWidget()
        self._two = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._two.setContentsMargins(0, 0, 0, 0)
        self._two.setSpacing(16)
        left, right = kit.column(gap=16), kit.column(gap=16)
        self._two.addLayout(left, 1)
        self._two.addLayout(right, 1)
        outer.addWidget(kit.scroller(inside), 1)
        self.site = SiteForm()
        left.addWidget(_section("settings.site.title", self.site))
        left.addWidget(self._build_backup())
        left.addWidget(self._build_watched())
        left.addWidget(self._build_envelope())
        left.addStretch(1)
        right.addWidget(self._build_station())
        right.addWidget(self._build_ld())
        right.addWidget(self._build_scanner())
        right.addStretch(1)
        self._state = kit.label(size="small", tone="quiet")
        self.key = kit.key("settings.save", "primary", big=True, decides=True)
        self.key.clicked.connect(lambda: self.save_asked.emit(self.facts()))
        outer.addLayout(kit.row(self._state, None, self.key))
        self.site.changed.connect(self._settle)
        self.show_envelope("", offered=True)
        self.show_watched("", offered=True)
        self.show_facts(SiteFacts())

    def _build_backup(self) -> QFrame:
        self._folder_text = Elided()
        self._folder_mark = kit.pill(Mark(""))
        choose = kit.key("settings.backup.choose", icon="folder")
        choose.setMinimumHeight(44)
        choose.clicked.connect(self._choose)
        inner = QWidget()
        column = kit.column(inner)
        column.addWidget(kit.words("settings.backup.help", "small", "quiet", wrap=True))
        column.addLayout(kit.row(self._folder_text, self._folder_mark, choose, gap=12))
        return _section("settings.backup.title", inner)

    def _build_envelope(self) -> QFrame:
        self._envelope_at = ""
        self._envelope_text = kit.label(size="small", tone="quiet")
        self.envelope = kit.key("settings.envelope.print", icon="print")
        self.envelope.setMinimumHeight(44)
        self.envelope.clicked.connect(self.envelope_asked)
        inner = QWidget()
        column = kit.column(inner)
        column.addWidget(kit.words("settings.envelope.help", "small", "quiet", wrap=True))
        column.addLayout(kit.row(self._envelope_text, None, self.envelope, gap=12))
        self._envelope_card = _section("settings.envelope.title", inner)
        return self._envelope_card

    def _build_ld(self) -> QFrame:
        self._ld_text = kit.label(wrap=True)
        self._ld_rest = kit.label(size="small", tone="quiet", wrap=True)
        self.choose_ld = kit.key("settings.ld.choose")
        self.choose_ld.setMinimumHeight(44)
        self.choose_ld.clicked.connect(self.ld_asked)
        inner = QWidget()
        column = kit.column(inner)
        column.addWidget(kit.words("settings.ld.help", "small", "quiet", wrap=True))
        column.addWidget(self._ld_text)
        line = kit.row(self._ld_rest, self.choose_ld, gap=12)
        line.setStretch(0, 1)
        column.addLayout(line)
        return _section("settings.ld.title", inner)

    def show_ld(self, text: str, rest: str, *, offered: bool) -> None:
        """Show the site's rule for lymphodepletion and what it rests on (``""``: none is chosen)."""
        self._ld_text.setText(text or say("settings.ld.none"))
        theme.set_tone(self._ld_text, "" if text else "warn")
        self._ld_rest.setText(rest)
        self.choose_ld.setVisible(offered)

    def show_envelope(self, at: str, *, offered: bool) -> None:
        """Say when the root key sheet was last printed (``""``: never); only administrators see it at all."""
        self._envelope_at = at
        self._envelope_card.setVisible(offered)
        self._envelope_text.setText(say("settings.envelope.last", at=at) if at else say("settings.envelope.never"))

    def _build_station(self) -> QFrame:
        form = Form(columns=2)
        self.tongue = ChoiceField().offer(("zh", "settings.language.zh"), ("en", "settings.language.en"))
        minutes = [(str(n), f"settings.lock.m{n}") for n in (1, 2, 5, 10)]
        self.lock = ChoiceField().offer(*minutes)
        self.names = ChoiceField().offer(("full", "settings.names.full"), ("initials", "settings.names.initials"))
        form.add_row("settings.language.name", self.tongue)
        form.add_row("settings.lock.name", self.lock, help_key="settings.lock.help")
        form.add_row("settings.names.name", self.names, help_key="settings.names.help", span=2)
        for field in (self.tongue, self.lock, self.names):
            field.currentIndexChanged.connect(self._settle)
        self.tongue.chosen.connect(self.language_chosen)
        self.entries = kit.key("history.open_all")
        self.entries.setMinimumHeight(44)
        self.entries.clicked.connect(self.entries_asked)
        inner = QWidget()
        column = kit.column(inner, gap=12)
        column.addWidget(form)
        column.addLayout(kit.row(None, self.entries))
        return _section("settings.station.title", inner)

    def show_entries(self, *, offered: bool) -> None:
        """Offer the whole audit trail to whom it is allowed."""
        self.entries.setVisible(offered)

    def _build_scanner(self) -> QFrame:
        form = Form(columns=2)
        self.prefix, self.stand_in = TextField(width=120), TextField(width=120)
        self.stand_in.setMaxLength(1)
        self.end = ChoiceField().offer(
            ("enter", "settings.scanner.enter"), ("tab", "settings.scanner.tab"), ("none", "settings.scanner.none")
        )
        form.add_row("settings.scanner.prefix", self.prefix)
        form.add_row("settings.scanner.stand_in", self.stand_in)
        form.add_row("settings.scanner.terminator", self.end, span=2)
        for field in (self.prefix, self.stand_in):
            field.textChanged.connect(self._settle)
        self.end.currentIndexChanged.connect(self._settle)
        self._expected, self._arrived = kit.label(wrap=True), kit.label(wrap=True)
        self._findings = kit.label(wrap=True, bold=True)
        symbol = kit.key("settings.scanner.print", icon="print")
        symbol.setMinimumHeight(44)
        symbol.clicked.connect(self.test_symbol_asked)
        inner = QWidget()
        column = kit.column(inner, gap=10)
        column.addWidget(form)
        column.addWidget(kit.rule())
        column.addWidget(kit.words("settings.scanner.help", "small", "quiet", wrap=True))
        column.addLayout(kit.row(symbol, None))
        for part in (self._expected, self._arrived, self._findings):
            column.addWidget(part)
        return _section("settings.scanner.title", inner)

    def _build_watched(self) -> QFrame:
        self._watched = ""
        self._watched_text = Elided()
        self.watch = kit.key("watched.choose", icon="folder")
        self.unwatch = kit.key("watched.clear")
        self.watch.clicked.connect(lambda: self._ask_folder("watched.choose", self.watch_chosen.emit))
        self.unwatch.clicked.connect(lambda: self.watch_chosen.emit(""))
        for button in (self.watch, self.unwatch):
            button.setMinimumHeight(44)
        inner = QWidget()
        column = kit.column(inner)
        column.addWidget(kit.words("watched.help", "small", "quiet", wrap=True))
        column.addLayout(kit.row(self._watched_text, self.unwatch, self.watch, gap=12))
        return _section("watched.title", inner)

    def show_watched(self, folder: str, *, offered: bool) -> None:
        """Show which folder is watched (``""``: none); ``offered``: whether the person may choose another."""
        self._watched = folder
        self._watched_text.show_text(folder or say("watched.none"))
        self.watch.setVisible(offered)
        self.unwatch.setVisible(offered and bool(folder))

    def _choose(self) -> None:
        self._ask_folder("settings.backup.choose", self.choose_folder)

    def _ask_folder(self, title_key: str, then: Callable[[str], None]) -> None:
        chooser = QFileDialog(self, say(title_key))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.fileSelected.connect(then)
        chooser.open()

    def choose_folder(self, path: str) -> None:
        """Take the folder for backups."""
        self._folder = path
        self._settle()

    def take_scan(self, untrusted_text: str) -> None:
        """Compare what the scanner sent with the test symbol."""
        self._scan = untrusted_text
        self._show_scan()

    def show_facts(self, facts: SiteFacts) -> None:
        """Show what is saved."""
        self._before, self._folder = facts, facts.backup_folder
        self._loading = True
        self.site.show_facts(facts)
        self.tongue.choose(facts.language)
        self.lock.choose(str(facts.lock_minutes))
        self.names.choose(facts.names)
        self.prefix.setText(facts.scanner.prefix)
        self.stand_in.setText(facts.scanner.stand_in)
        self.end.choose(facts.scanner.terminator)
        self._loading = False
        self._show_scan()
        self._settle()

    def facts(self) -> SiteFacts:
        """What stands on the page now."""
        scanner = self._before.scanner._replace(
            prefix=self.prefix.value(), stand_in=self.stand_in.value(), terminator=self.end.value()
        )
        return self.site.facts(self._before)._replace(
            language=self.tongue.value(),
            lock_minutes=int(self.lock.value() or 10),
            names=self.names.value(),
            backup_folder=self._folder,
            scanner=scanner,
        )

    def _settle(self, *_what: object) -> None:
        if self._loading:
            return
        changed = self.facts() != self._before
        self.key.setEnabled(changed)
        self._state.setText(say("settings.changed" if changed else "settings.unchanged"))
        theme.set_tone(self._state, "warn" if changed else "quiet")
        self._folder_text.show_text(self._folder or say("settings.backup.none"))
        mark = Mark(say("settings.backup.set"), "ok") if self._folder else Mark(say("settings.backup.missing"), "alarm")
        self._folder_mark.setText(mark.text)
        theme.set_tone(self._folder_mark, mark.tone)

    def _show_scan(self) -> None:
        self._expected.setText(say("settings.scanner.expected", text=scan.visible(scan.TEST_SYMBOL)))
        self._arrived.setVisible(self._scan is not None)
        self._findings.setVisible(self._scan is not None)
        if self._scan is None:
            return
        faults = scan.scanner_faults(self._scan)
        self._arrived.setText(say("settings.scanner.arrived", text=scan.visible(self._scan)))
        keys = [f"settings.scanner.fault.{fault}" for fault in faults] or ["settings.scanner.good"]
        self._findings.setText("\n".join(say(key) for key in keys))
        theme.set_tone(self._findings, "alarm" if faults else "ok")

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        self._two.setDirection(QBoxLayout.Direction.TopToBottom if compact else QBoxLayout.Direction.LeftToRight)

    def retranslate(self) -> None:
        super().retranslate()
        self._show_scan()
        self.show_envelope(self._envelope_at, offered=not self._envelope_card.isHidden())
        self.show_watched(self._watched, offered=not self.watch.isHidden())
        self._settle()


def _section(title_key: str, inside: QWidget) -> QFrame:
    card, column = kit.card("", (20, 16, 20, 20), gap=12)
    column.addWidget(kit.words(title_key, "large"))
    column.addWidget(inside)
    return card
