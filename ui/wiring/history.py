"""The audit trail on the screen: one thing's history, and all entries for who reviews them (REG-017, REG-047)."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from cellguide import entry_words
from cellguide.acts import history
from cellguide.acts.history import Found, Wanted
from cellguide.people import may
from ui.dialogs.history import Asked, ChangeLine, EntryLine, HistoryDialog
from ui.forms import Choice
from ui.language import language, say
from ui.station import Station

WHAT_SHOWN = 2  # changes on a line of the table; the rest stands below it


def open_history(station: Station, kind: str, id: str) -> None:
    """Show what happened to one thing."""
    kin = station.act(lambda: history.view_history(station.desk, kind, id))
    if kin is not None:
        HistoryFlow(station, kin).start()


def open_entries(station: Station) -> None:
    """Show everything that happened at this site."""

    def view() -> bool:
        history.view_entries(station.desk)
        return True

    if station.act(view):
        HistoryFlow(station, ()).start()


def entries_offered(station: Station) -> bool:
    """Whether who sits here may read everything."""
    session = station.desk.session
    return session is not None and may(session.role, "view_entries")


class HistoryFlow(QObject):
    """One open dialog. A page is filled slice by slice between what the person does; another question ends it."""

    def __init__(self, station: Station, kin: tuple[str, ...]) -> None:
        super().__init__(station)
        self.station, self.kin = station, kin
        self.dialog = HistoryDialog(station.frame, everything=not kin)
        self.wanted = Wanted(kin)
        self.starts: list[int | None] = [None]  # where each page so far begins: the number before which it looks
        self.page = 0
        self._found: list[Found] = []
        self._before: int | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._look)
        self.dialog.asked.connect(self._ask)
        self.dialog.older_asked.connect(self._older)
        self.dialog.newer_asked.connect(self._newer)
        self.dialog.closed.connect(self._end)
        language.changed.connect(self._say_again)

    def start(self) -> None:
        """Show the newest page, and go on from there."""
        self._offer()
        self._read()
        self.dialog.open()

    def _offer(self) -> None:
        desk, lang = self.station.desk, language.now
        people = [Choice(who.id, f"{who.called(lang)} · {who.id}") for who in desk.people()]
        acts = sorted(
            (Choice(act, entry_words.act_words(act, lang)) for act in entry_words.acts()), key=lambda one: one.text
        )
        title = say("history.all_title")
        if self.kin:
            kind, _, id = self.kin[0].partition(":")
            title = say("history.title", about=entry_words.about(kind, id, lang))
        things = [one for one in self.kin if not one.startswith("run_event:")]
        about = [Choice(one, entry_words.about(*_parts(one), lang)) for one in things]
        self.dialog.show_about(title, people, acts, about)

    # --- pages --------------------------------------------------------------------------------------------------

    def _ask(self, asked: Asked) -> None:
        about = (asked.about,) if asked.about else self.kin
        wanted = Wanted(about, asked.person, asked.act, asked.day, asked.text)
        if wanted == self.wanted:
            return
        self.wanted, self.starts, self.page = wanted, [None], 0
        self._read()

    def _older(self) -> None:
        if len(self._found) > history.PAGE:
            self.page += 1
            self.starts = [*self.starts[: self.page], self._found[history.PAGE - 1].n]
            self._read()

    def _newer(self) -> None:
        if self.page:
            self.page -= 1
            self._read()

    def _read(self) -> None:
        self._found, self._before = [], self.starts[self.page]
        self._look()

    def _look(self) -> None:
        """One slice; one line more than a page tells that there is another."""
        part = history.look(self.station.desk, self.wanted, self._before)
        self._found += part.found
        self._before = part.before
        if len(self._found) <= history.PAGE and part.before is not None:
            self._show()
            self.dialog.show_looking(part.at[:10])
            self._timer.start()
            return
        self._timer.stop()
        self._show()

    def _show(self) -> None:
        first = self.page * history.PAGE + 1
        lines = [self._line(one) for one in self._found[: history.PAGE]]
        self.dialog.show_page(lines, first, newer=self.page > 0, older=len(self._found) > history.PAGE)

    def _say_again(self, _lang: str) -> None:
        self._offer()
        self._show()

    def _end(self) -> None:
        self._timer.stop()
        language.changed.disconnect(self._say_again)
        self.dialog.deleteLater()
        self.deleteLater()

    # --- words --------------------------------------------------------------------------------------------------

    def _line(self, one: Found) -> EntryLine:
        desk, lang, entry = self.station.desk, language.now, one.entry
        changes = tuple(ChangeLine(*change) for change in history.told(desk, entry, lang))
        at = history.local(entry).local.strftime("%Y-%m-%d %H:%M:%S")
        name = self._name(str(entry["actor"]))
        role = entry_words.value_words("", "role", entry["role"], lang) if entry["role"] else ""
        how = entry_words.value_words("", "how", entry.fields.get("how", "none"), lang)
        known = say("history.known", name=name, person=entry["actor"], role=role or "—", how=how)
        number = say("history.number", n=one.n, version=entry["ver"], station=entry["ws"])
        happened = str(entry.fields.get("event", ""))
        if happened:
            number = f"{say('history.late', at=happened[:19].replace('T', ' '))} · {number}"
        return EntryLine(
            one.n,
            at,
            name,
            entry_words.act_words(str(entry["act"]), lang),
            entry_words.about(entry.kind, entry.id, lang),
            _summary(changes, str(entry["reason"])),
            known,
            number,
            str(entry["reason"]),
            changes,
            "warn" if history.is_exception(entry) else None,
        )

    def _name(self, person: str) -> str:
        held = self.station.desk.store.get("person", person)
        if held is not None:
            return str(held.doc["latin" if language.now == "en" else "name"])
        return say(f"history.{'station' if person == 'station' else 'nobody'}")


def _parts(thing: str) -> tuple[str, str]:
    kind, _, id = thing.partition(":")
    return kind, id


def _summary(changes: tuple[ChangeLine, ...], reason: str) -> str:
    """The reason first where there is one, then what changed, as far as a line goes."""
    parts = [reason] if reason else []
    for change in changes[:WHAT_SHOWN]:
        parts.append(f"{change.name}: {change.old} → {change.new}" if change.old else f"{change.name}: {change.new}")
    if len(changes) > WHAT_SHOWN:
        parts.append(say("history.more", count=len(changes) - WHAT_SHOWN))
    return " · ".join(parts).replace("\n", " ")
