"""The Today page: the board by state, what needs somebody, the last readings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide.acts import excursions, records, site, walks
from cellguide.entry import Doc
from cellguide.excursion_dossier import ON
from cellguide.store import Held
from ui.kit import Mark
from ui.language import day_words, language, say
from ui.pages.today import LastReading, Need, TodayPage
from ui.station import Station
from ui.wiring.clock_needs import clock_needs
from ui.wiring.dose_needs import dose_needs
from ui.wiring.fresh import Fresh
from ui.wiring.password_needs import password_needs
from ui.wiring.today_board import board


class TodayWire(QObject):
    """Holds the page and answers it."""

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = TodayPage()
        self.page.need_opened.connect(self._open_need)
        self.page.card_opened.connect(self._open_card)
        self.page.reading_opened.connect(self._open_reading)
        self.fresh = Fresh(station, self.page, self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Read the board anew."""
        desk = self.station.desk
        self.page.show_day(day_words(desk.now().day, language.now))
        self.page.show_board(board(desk, self._live()))
        self.page.show_needs(self._needs())
        self.page.show_readings(self._readings())

    def _live(self) -> list[Held]:
        store = self.station.desk.store
        return [held for state in ("placed", "verified", "provisional") for held in store.find("order", state=state)]

    def _readings(self) -> list[LastReading]:
        find = self.station.desk.store.find
        if not find("series", limit=1) and not find("round", limit=1):
            return []
        # Reading curves needs numpy: a station without a logger's file never waits for it.
        from ui.wiring.today_readings import last_readings

        return last_readings(self.station.desk)

    def _open_reading(self, code: str) -> None:
        self.station.frame.open_page("temperature")
        self.station.wires["temperature"].show_place(code)

    # --- what needs somebody ------------------------------------------------------------------------------------------

    def _needs(self) -> list[Need]:
        desk = self.station.desk
        found: list[Need] = []
        if not desk.site.get("backup_folder"):
            found.append(
                Need(
                    "page:settings",
                    Mark(say("today.need.backup"), "alarm"),
                    say("today.need.backup_text"),
                    say("today.verb.choose"),
                )
            )
        due = site.sheet_due(desk)
        if due:
            tone = "alarm" if due == "opened" else "warn"
            text, verb = say(f"today.need.envelope_{due}"), say("today.verb.print")
            found.append(Need("page:settings", Mark(say("today.need.envelope"), tone), text, verb))
        if desk.store.head_fault:
            text = say("today.need.head_text", reason=desk.store.head_fault)
            found.append(Need("page:settings", Mark(say("today.need.head"), "alarm"), text, say("today.verb.look")))
        found += password_needs(desk)
        found += clock_needs(desk)
        found += self._holds()
        found += self._held()
        found += dose_needs(desk, self._live())
        found += self._storage()
        for run, doc in walks.open_runs(desk):
            title = doc["title"][language.now]
            found.append(
                Need(f"run:{run}", Mark(say("today.need.run"), "info"), f"{title} · {run}", say("today.verb.go_on"))
            )
        for record, meaning, _doc in records.awaiting(desk):
            text = say("today.need.sign_text", record=record, meaning=say(f"station.meaning.{meaning}"))
            found.append(Need(f"sign:{record}", Mark(say("today.need.sign"), "warn"), text, say("today.verb.sign")))
        for held in desk.store.find("record", state="frozen"):
            found.append(
                Need(
                    f"sign:{held.id}",
                    Mark(say("today.need.sign"), "warn"),
                    say("today.need.draw_text", record=held.id),
                    say("today.verb.sign"),
                )
            )
        count = len(desk.store.find("deviation", state="open"))
        if count:
            found.append(
                Need(
                    "page:deviations",
                    Mark(say("today.need.deviation"), "warn"),
                    say("today.need.deviation_text", count=count),
                    say("today.verb.look"),
                )
            )
        return found

    def _storage(self) -> list[Need]:
        if not self.station.desk.store.find("place", limit=1):
            return []
        # Devices, rounds and probes: a station without stores never loads them.
        from ui.wiring.storage_needs import storage_needs

        return storage_needs(self.station.desk)

    def _holds(self) -> list[Need]:
        """Holds that stand, a line for each excursion, letters that are owed since a holder gave its word, and
        shipments about which the holder must be asked."""
        from ui.wiring import hold_words

        desk, verb = self.station.desk, say("holds_page.today.verb")
        standing: dict[str, list[Doc]] = {}
        for held in desk.store.find("hold", state=ON):
            standing.setdefault(str(held.doc["excursion"]), []).append(held.doc)
        found = []
        for excursion, holds in standing.items():
            containers = ", ".join(str(doc["container"]) for doc in holds)
            words = "call_text" if any(doc["call_holder"] for doc in holds) else "hold_text"
            text = say(f"holds_page.today.{words}", excursion=excursion, containers=containers)
            found.append(Need(f"excursion:{excursion}", Mark(say("holds_page.today.hold"), "alarm"), text, verb))
        for hold, doc in excursions.owed(desk):
            text = say("holds_page.today.owed_text", hold=hold, container=doc["container"])
            found.append(Need(f"excursion:{doc['excursion']}", Mark(say("holds_page.today.owed"), "warn"), text, verb))
        for shipment in hold_words.enquiries(desk):
            text = say("holds_page.today.shipment_text", shipment=shipment)
            found.append(Need(f"shipment:{shipment}", Mark(say("holds_page.today.shipment"), "warn"), text, verb))
        return found

    def _held(self) -> list[Need]:
        """Containers that the decision of a receipt holds, until it is decided again."""
        if not self.station.desk.store.find("container", state="locked", limit=1):
            return []
        from ui.wiring.held_since import held_needs

        return held_needs(self.station.desk, self._live())

    def _open_need(self, ident: str) -> None:
        kind, _, what = ident.partition(":")
        frame = self.station.frame
        if kind == "page":
            frame.open_page(what)
        elif kind in ("probe", "round", "count", "shipper", "out", "at"):
            from ui.wiring.storage_needs import open_storage_need

            open_storage_need(self.station, kind, what)
        elif kind == "excursion":
            from ui.wiring.holds import open_dossier

            open_dossier(self.station, what)
        elif kind == "shipment":
            from ui.wiring.holds import open_enquiry

            open_enquiry(self.station, what)
        elif kind == "order":
            self._open_card(what)
        elif kind == "decide":
            from ui.wiring.taking_up import amend

            frame.open_page("records")
            self.station.wires["records"].page.pick(what)
            amend(self.station, what)
        elif kind == "sign":
            frame.open_page("records")
            self.station.wires["records"].sign(what)
        elif kind == "run":
            frame.open_page("receipt")
            self.station.wires["receipt"].open_run(what)
        elif kind == "run-new":
            desk = self.station.desk
            subjects = {"device": f"station-{desk.store.station}"}
            run = self.station.act(lambda: walks.start_run(desk, what, subjects).id)
            if run is not None:
                frame.open_page("receipt")
                self.station.wires["receipt"].open_run(run)

    def _open_card(self, order: str) -> None:
        self.station.frame.open_page("orders")
        self.station.wires["orders"].page.pick(order)
