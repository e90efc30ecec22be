"""The Settings page: the site's facts, backup, lock, scanner, language."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide.acts import orders, site, watched_folder
from cellguide.entry import Doc
from cellguide.people import may
from ui.dialogs.ld_choice import LdChoiceDialog
from ui.dialogs.reason import ReasonDialog
from ui.language import follow, language, say
from ui.pages.settings import SettingsPage, SiteFacts
from ui.scan import ScannerSetup
from ui.station import Station
from ui.wiring.envelope import ask_envelope
from ui.wiring.history import entries_offered, open_entries
from ui.wiring.in_dialog import act_in


class SettingsWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = SettingsPage()
        self.page.save_asked.connect(self._save)
        self.page.language_chosen.connect(language.switch)
        self.page.test_symbol_asked.connect(self._show_symbol)
        self.page.envelope_asked.connect(lambda: ask_envelope(station))
        self.page.watch_chosen.connect(self._watch)
        self.page.entries_asked.connect(lambda: open_entries(station))
        self.page.ld_asked.connect(self._ask_ld)
        self.dialog: LdChoiceDialog | ReasonDialog | None = None
        station.scanned.connect(self.page.take_scan)
        station.changed.connect(self._show_envelope)
        station.changed.connect(self._show_watched)
        station.changed.connect(self._show_ld)
        station.entered.connect(self.refresh)
        follow(self)
        self.refresh()

    def refresh(self) -> None:
        """Show what is saved."""
        self.page.show_facts(facts_of(self.station.desk.site))
        self._show_envelope()
        self._show_watched()
        self._show_ld()
        self.page.show_entries(offered=entries_offered(self.station))

    def retranslate(self) -> None:
        """Say anew what is made of values."""
        self._show_ld()

    def _show_ld(self) -> None:
        desk = self.station.desk
        chosen = orders.ld_choice(desk)
        offered = desk.session is not None and may(desk.session.role, "choose_ld")
        if chosen is None:
            self.page.show_ld("", "", offered=offered)
            return
        name = desk.person(chosen.by).called(language.now)
        rest = say("settings.ld.rest", source=chosen.source, name=name, at=chosen.at[:10])
        self.page.show_ld(say(f"order.ld.{chosen.choice}"), rest, offered=offered)

    def _ask_ld(self) -> None:
        chosen = orders.ld_choice(self.station.desk)
        known = (chosen.choice, chosen.source) if chosen is not None else ("", "")
        dialog = self.dialog = LdChoiceDialog(self.station.frame, *known)

        def given() -> None:
            desk = self.station.desk
            if act_in(self.station, dialog, lambda: orders.choose_ld(desk, dialog.choice(), dialog.source.value())):
                self.station.say_done("settings.ld.saved")

        dialog.given.connect(given)
        dialog.open()

    def _show_watched(self) -> None:
        desk = self.station.desk
        offered = desk.session is not None and may(desk.session.role, "describe_source")
        self.page.show_watched(watched_folder.watched_folder(desk), offered=offered)

    def _watch(self, folder: str) -> None:
        def choose() -> bool:
            watched_folder.choose_watch_folder(self.station.desk, folder)
            return True

        if self.station.act(choose):
            self.station.say_done("watched.chosen" if folder else "watched.cleared", folder=folder)

    def _show_envelope(self) -> None:
        session = self.station.desk.session
        at = str(self.station.desk.site.get("envelope_at", ""))[:16].replace("T", " ")
        self.page.show_envelope(at, offered=session is not None and may(session.role, "print_envelope"))

    def _show_symbol(self) -> None:
        from ui.dialogs.symbol import SymbolDialog

        SymbolDialog(self.station.frame).open()

    def _save(self, wanted: SiteFacts) -> None:
        desk = self.station.desk
        before = desk.site
        stood = site_changes(facts_of(before))
        changes = {name: value for name, value in site_changes(wanted).items() if stood[name] != value}
        folder = wanted.backup_folder if wanted.backup_folder != before.get("backup_folder") else ""

        def save(reason: str) -> bool:
            if folder:
                site.choose_backup_folder(desk, folder)
            if changes:
                site.change_site(desk, changes, reason)
            return True

        if not changes:
            self._saved(wanted, bool(self.station.act(lambda: save(""))))
            return
        dialog = self.dialog = ReasonDialog(self.station.frame)
        presets = tuple(say(f"settings.reason.{name}") for name in ("procedure", "requested", "typing"))
        dialog.show_request(say("settings.reason.title"), presets)

        def given(reason: str) -> None:
            if act_in(self.station, dialog, lambda: save(reason)):
                self._saved(wanted, True)

        dialog.given.connect(given)
        dialog.open()

    def _saved(self, wanted: SiteFacts, done: bool) -> None:
        if done:
            self.station.parts.scanner.configure(wanted.scanner)
            self.station.show_facts()
            self.station.say_done("station.saved")
        self.refresh()


def facts_of(doc: Doc) -> SiteFacts:
    """The site's document as the page shows it."""
    scanner = doc.get("scanner") or {}
    return SiteFacts(
        str(doc.get("zh", "")),
        str(doc.get("en", "")),
        str(doc.get("department_zh", "")),
        str(doc.get("department_en", "")),
        str(doc.get("zone", "Asia/Shanghai")),
        "+".join(doc.get("languages", ["zh"])),
        str(doc.get("base", "electronic")),
        bool(doc.get("ink_lines")),
        str(doc.get("names_on_board", "full")),
        int(doc.get("lock_minutes", 10)),
        str(doc.get("backup_folder", "")),
        language.now,
        ScannerSetup(
            str(scanner.get("prefix", "")), str(scanner.get("terminator", "enter")), str(scanner.get("stand_in", ""))
        ),
    )


def site_changes(wanted: SiteFacts) -> Doc:
    """What the page holds, as the site's document names it; the zone is fixed at the founding."""
    return {
        "zh": wanted.name_zh,
        "en": wanted.name_en,
        "department_zh": wanted.department_zh,
        "department_en": wanted.department_en,
        "languages": wanted.paper.split("+"),
        "base": wanted.base,
        "ink_lines": wanted.ink_lines,
        "names_on_board": wanted.names,
        "lock_minutes": wanted.lock_minutes,
        "scanner": {
            "prefix": wanted.scanner.prefix,
            "terminator": wanted.scanner.terminator,
            "stand_in": wanted.scanner.stand_in,
        },
    }
