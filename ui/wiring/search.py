"""The search field of every page, and scans that no checklist, dialog or page asked for: found, shown, gone to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from ui.language import language, say
from ui.station import Station

if TYPE_CHECKING:
    from cellguide.acts.finding import Found
    from cellguide.store import Held
    from ui.found import FoundLine, FoundList

LEAST = 2  # characters; a single Chinese one is a name's


class SearchWire(QObject):
    """Listens to the frame; the list and what it reads with are made when something is first looked for."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.list: FoundList | None = None
        frame = station.frame
        frame.searched.connect(self.look)
        frame.search_entered.connect(self.enter)
        station.scanned.connect(self.scanned)
        station.left.connect(self.forget)
        frame.page_opened.connect(lambda _name: self.forget())
        language.changed.connect(self._say_anew)

    # --- looking ------------------------------------------------------------------------------------------------

    def look(self, text: str) -> None:
        """Show what is found while the person types."""
        text = text.strip()
        if len(text) < LEAST and text.isascii():
            self._hide()
            return
        self._show(self._find(text))

    def enter(self, text: str) -> None:
        """Enter: to the line that is marked, else to the only one; several are shown and chosen from."""
        if self.list is not None and self.list.choose():
            return
        if text:
            self._one_or_show(self._find(text))

    def scanned(self, untrusted_text: str) -> None:
        """A scan: a running checklist keeps it, so does a dialog, and a page that knows what to do with it."""
        if self._belongs_elsewhere(untrusted_text):
            return
        found = self._find(untrusted_text)
        if not found.held:
            self.station.frame.tell("info", say("search.scan_nothing"), stays=False)
            return
        self._one_or_show(found)

    def _say_anew(self) -> None:
        if self.list is not None and self.list.isVisible():
            self.look(self.station.frame.top.search.text())

    def forget(self) -> None:
        """Nobody looks any more: nothing typed or found stays on the screen."""
        self._hide()
        if self.station.frame.built:
            self.station.frame.top.search.clear()

    def _find(self, text: str) -> Found:
        from cellguide.acts import finding

        return finding.find(self.station.desk, text)

    def _one_or_show(self, found: Found) -> None:
        if len(found.held) == 1:
            self.go(found.held[0].kind, found.held[0].id)
        else:
            self._show(found)

    def _show(self, found: Found) -> None:
        if self.list is None:
            from ui.found import FoundList

            top = self.station.frame.top
            self.list = FoundList(top.search, top.parentWidget())
            self.list.chosen.connect(self.go)
        self.list.show_lines([self._line(held) for held in found.held], more=found.more)
        self.station.frame.top.search.setFocus()

    def _hide(self) -> None:
        if self.list is not None:
            self.list.hide()

    def _belongs_elsewhere(self, untrusted_text: str) -> bool:
        if any(one.isModal() and one.isVisible() for one in QApplication.topLevelWidgets()):
            return True
        page, wires = self.station.frame.page_name, self.station.wires
        if page == "settings":  # its scanner test reads whatever comes
            return True
        if page == "receipt":
            receipt: Any = wires.get("receipt")
            return receipt is not None and (receipt.page.running or receipt.awaits(untrusted_text))
        storage: Any = wires.get("storage")
        return page == "storage" and storage is not None and storage.knows(untrusted_text)

    # --- one line -----------------------------------------------------------------------------------------------

    def _line(self, held: Held) -> FoundLine:
        from ui.found import FoundLine

        title, line = getattr(self, f"_{held.kind}_words")(held)
        return FoundLine(held.kind, held.id, say(f"search.kind.{held.kind}"), title, line)

    def _order_words(self, held: Held) -> tuple[str, str]:
        patient, doc = held.doc.get("patient") or {}, held.doc
        name = patient.get("name", "") or say("search.no_name")
        return f"{name} · {held.id}", _joined(doc.get(f"product_{language.now}"), doc.get("coi"))

    def _shipment_words(self, held: Held) -> tuple[str, str]:
        doc = held.doc
        return _joined(doc.get("waybill"), held.id), _joined(self._patient(doc.get("order")), doc.get("lot"))

    def _container_words(self, held: Held) -> tuple[str, str]:
        doc = held.doc
        line = _joined(self._patient(doc.get("order")), say(f"container.state.{doc['state']}"), doc.get("place"))
        return _joined(held.id, doc.get("lot")), line

    def _record_words(self, held: Held) -> tuple[str, str]:
        shown = held.doc["shown"]
        return f"{held.id} · {shown[language.now]}", _joined(shown["patient"], str(held.doc["frozen_at"])[:10])

    def _deviation_words(self, held: Held) -> tuple[str, str]:
        from cellguide import deviations
        from ui.wiring.deviations import line

        row = line(deviations.deviation(held.id, held.doc))
        return f"{held.id} · {row.opened}", row.what

    def _place_words(self, held: Held) -> tuple[str, str]:
        doc = held.doc
        return str(doc.get("code", "")) or held.id, str(doc.get(language.now, ""))

    def _patient(self, order: object) -> str:
        held = self.station.desk.store.get("order", str(order or ""))
        return str((held.doc.get("patient") or {}).get("name", "")) if held is not None else ""

    # --- going there --------------------------------------------------------------------------------------------

    def go(self, kind: str, ident: str) -> None:
        """Open the page that shows it, at it."""
        getattr(self, f"_go_{kind}")(ident)
        self.forget()
        self.station.frame.top.search.clearFocus()

    def _page(self, name: str) -> Any:
        self.station.frame.open_page(name)
        return self.station.wires[name]

    def _go_order(self, ident: str) -> None:
        self._page("orders").page.pick(ident)

    def _go_shipment(self, ident: str) -> None:
        """The walk that is open about it, else the order it was announced for."""
        from cellguide.acts import walks

        for run, doc in walks.open_runs(self.station.desk):
            if doc["subject"] == ident:
                self._page("receipt").open_run(run)
                return
        held = self.station.desk.store.get("shipment", ident)
        if held is not None:
            self._go_order(str(held.doc["order"]))

    def _go_container(self, ident: str) -> None:
        """Its position in the store, or the order while it is in none."""
        held = self.station.desk.store.get("container", ident)
        if held is None:
            return
        if held.doc.get("place"):
            self._page("storage").page.pick(str(held.doc["place"]))
        else:
            self._go_order(str(held.doc["order"]))

    def _go_place(self, ident: str) -> None:
        held = self.station.desk.store.get("place", ident)
        if held is not None:
            self._page("storage").page.pick(str(held.doc["code"]))

    def _go_deviation(self, ident: str) -> None:
        self._page("deviations").page.pick(ident)

    def _go_record(self, ident: str) -> None:
        self._page("records").open_record(ident)


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)
