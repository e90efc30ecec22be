"""The Deviations page: list, open by hand, comment, close."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from cellguide import deviations as domain
from cellguide.acts import containers, deviations, orders
from cellguide.deviations import Cause, Deviation
from cellguide.people import may
from ui.dialogs.deviation import CommentDialog, DeviationDialog, Written
from ui.dialogs.reason import ReasonDialog
from ui.kit import Mark
from ui.language import language, say
from ui.pages.deviations import DeviationLine, DeviationsPage
from ui.pages.panel import Detail, Fact, Note, Section
from ui.station import Station
from ui.wiring.fresh import Fresh
from ui.wiring.history import open_history
from ui.wiring.in_dialog import act_in

TONES = {"minor": "", "major": "warn", "critical": "alarm"}


class DeviationsWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = DeviationsPage()
        self.state = domain.OPEN
        self.dialog: object = None
        page = self.page
        page.filtered.connect(self._filter)
        page.picked.connect(self._show)
        page.open_asked.connect(self.write)
        page.act_asked.connect(lambda act, id: {"comment": self.comment, "close": self.close}[act](id))
        page.history_asked.connect(lambda deviation: open_history(station, "deviation", deviation))
        self.fresh = Fresh(station, self.page, self.refresh)
        self.refresh()

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """The page with one picked and its dialogs, for the tour."""
        found: list[tuple[str, Callable[[], object]]] = [("dialog-deviation-new", self.write)]
        open_ones = self.station.desk.store.find("deviation", state="open", limit=1)
        if open_ones:
            id = open_ones[0].id
            found.append(("deviations-picked", lambda: self.page.pick(id)))
            found.append(("dialog-deviation-comment", lambda: self.comment(id)))
            found.append(("dialog-deviation-close", lambda: self.close(id)))
        return found

    def refresh(self) -> None:
        """Read what is shown anew."""
        self.page.allow(opening=self._may("open_deviation"))
        found = deviations.listed(self.station.desk, open_only=self.state == domain.OPEN)
        if self.state == domain.CLOSED:
            found = [one for one in found if not one.open]
        self.page.show_rows([line(one) for one in found])
        if self.page.ident:
            self._show(self.page.ident)

    def _may(self, act: str) -> bool:
        session = self.station.desk.session
        return session is not None and may(session.role, act)

    def _filter(self, state: str) -> None:
        self.state = state
        self.refresh()

    def _name(self, person: str) -> str:
        held = self.station.desk.store.get("person", person)
        return str(held.doc["latin" if language.now == "en" else "name"]) if held is not None else person

    def _show(self, id: str) -> None:
        held = deviations.get(self.station.desk, id)
        offered = ["close", "comment"] if held.open else ["comment"]
        acts = [act for act in offered if self._may(f"{act}_deviation")]
        writers = {held.opened_by, held.closed_by, *(comment.by for comment in held.comments)}
        people = {person: self._name(person) for person in writers if person}
        self.page.show_detail(id, detail_of(held, people), acts)

    # --- acts ---------------------------------------------------------------------------------------------------

    def write(self) -> None:
        """Write one down by hand."""
        dialog = DeviationDialog(self.station.frame)
        dialog.given.connect(lambda written: self._written(written, dialog))
        self.dialog = dialog
        dialog.open()

    def _written(self, written: Written, dialog: DeviationDialog) -> None:
        desk = self.station.desk

        def work() -> Deviation:
            if written.order:
                orders.get(desk, written.order)
            if written.container:
                containers.get(desk, written.container)
            cause = Cause(
                "other",
                written.severity,
                order=written.order,
                container=written.container,
                facts=(("code", say("deviations_page.by_hand")),),
                text=written.text,
            )
            return deviations.open_deviation(desk, cause)

        made = act_in(self.station, dialog, work)
        if made is not None:
            self.page.pick(made.id)
            self.station.say_done("deviations_page.opened", deviation=made.id)

    def comment(self, id: str) -> None:
        """Add words, closed or not."""
        held = deviations.get(self.station.desk, id)
        dialog = CommentDialog(self.station.frame)
        dialog.show_about(id, words_of(held))

        def given(text: str) -> None:
            def work() -> bool:
                deviations.comment_deviation(self.station.desk, id, text)
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done("deviations_page.commented", deviation=id)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()

    def close(self, id: str) -> None:
        """Close it with the reason that is printed."""
        dialog = ReasonDialog(self.station.frame)
        dialog.show_request(say("deviations_page.close_title", deviation=id), ())

        def given(reason: str) -> None:
            def work() -> bool:
                deviations.close_deviation(self.station.desk, id, reason)
                return True

            if act_in(self.station, dialog, work):
                self.station.say_done("deviations_page.closed", deviation=id)

        dialog.given.connect(given)
        self.dialog = dialog
        dialog.open()


def words_of(held: Deviation) -> str:
    """The cause in the language of the moment, or the person's own words where it was written by hand."""
    if held.cause == "other" and held.text:
        return held.text
    return {"zh": held.zh, "en": held.en}[language.now]


def _stamp(iso: str) -> str:
    return iso[:16].replace("T", " ")


def _severity(held: Deviation) -> Mark:
    return Mark(say(f"deviation.severity.{held.severity}"), TONES[held.severity])


def _mark(held: Deviation) -> Mark:
    return Mark(say(f"deviations_page.state.{held.state}"), "warn" if held.open else "ok")


def line(held: Deviation) -> DeviationLine:
    """One row of the list."""
    what, about = words_of(held), held.container or held.order
    if about and about not in what:
        what = f"{what} · {about}"
    return DeviationLine(held.id, _stamp(held.opened_at), what, _severity(held), _mark(held))


def detail_of(held: Deviation, people: dict[str, str]) -> Detail:
    """The panel of one deviation."""
    facts = [
        Fact(say("deviations_page.column.severity"), _severity(held).text, tone=TONES[held.severity]),
        Fact(say("deviations_page.opened_by"), people.get(held.opened_by, held.opened_by), _stamp(held.opened_at)),
    ]
    if held.event_at:
        facts.append(Fact(say("deviations_page.event_at"), _stamp(held.event_at)))
    for key, value in (("order", held.order), ("container", held.container), ("run", held.run)):
        if value:
            facts.append(Fact(say(f"deviations_page.{key}"), value))
    said = tuple(
        Fact(
            f"{people.get(comment.by, comment.by)} · {_stamp(comment.at)}",
            comment.text,
            say("deviations_page.seen_again") if comment.seen_again else "",
        )
        for comment in held.comments
    )
    notes = []
    if not held.open:
        title = say(
            "deviations_page.closed_by", name=people.get(held.closed_by, held.closed_by), at=_stamp(held.closed_at)
        )
        notes.append(Note("ok", title, (held.closed_reason,)))
    text = held.text if held.text and held.cause != "other" else ""
    sections = (
        Section("", tuple(facts)),
        Section(say("deviations_page.comments"), said, say("deviations_page.no_comments")),
    )
    return Detail(
        held.id, _mark(held), "", " · ".join(part for part in (words_of(held), text) if part), tuple(notes), sections
    )
