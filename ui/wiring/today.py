"""The Today page: the board by state, what needs somebody, the last readings."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cellguide.acts import excursions, records, walks
from cellguide.entry import Doc
from cellguide.excursion_dossier import ON
from cellguide.products import load_packaged, profile_ids
from ui.kit import Mark
from ui.language import language, say
from ui.pages.today import BoardColumn, CardText, LastReading, Need, TodayPage
from ui.station import Station, day_words
from ui.wiring.fresh import Fresh

# Which states of a container stand in which column of the board (clinical-review 3.6: the words of each).
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("expected", ("expected",)),
    ("pending", ("arrived", "pending", "locked", "rejected")),
    ("stored", ("accepted", "backup", "released")),
    ("thaw", ("removed", "thawing", "thawed", "leaked", "at_bedside", "ready", "infusing", "paused", "part_used")),
)
TONES = {
    "expected": "info",
    "arrived": "warn",
    "pending": "warn",
    "locked": "alarm",
    "rejected": "alarm",
    "accepted": "ok",
    "backup": "",
    "released": "info",
}


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
        self.page.show_board(self._board())
        self.page.show_needs(self._needs())
        self.page.show_readings(self._readings())

    def _board(self) -> list[BoardColumn]:
        store = self.station.desk.store
        cards: dict[str, list[CardText]] = {name: [] for name, _ in COLUMNS}
        orders = [held for state in ("placed", "verified", "provisional") for held in store.find("order", state=state)]
        if not orders:
            return []
        for held in orders:
            containers = store.find("container", order=held.id)
            states = [str(item.doc["state"]) for item in containers] or ["expected"]
            for name, group in COLUMNS:
                here = [state for state in states if state in group]
                if here:
                    cards[name].append(
                        self._card(held.id, held.doc, here, [str(item.doc.get("place", "")) for item in containers])
                    )
                    break
        return [
            BoardColumn(say(f"today.column.{name}"), tuple(cards[name]), say(f"today.empty.{name}"))
            for name, _ in COLUMNS
        ]

    def _card(self, order: str, doc: Doc, states: list[str], places: list[str]) -> CardText:
        patient = doc.get("patient") or {}
        initials_only = self.station.desk.site.get("names_on_board") == "initials"
        name = str(patient.get("initials" if initials_only else "name") or order)
        planned = doc.get("planned") or {}
        foot = " · ".join(place for place in dict.fromkeys(places) if place)
        if not foot and planned.get("infusion_on"):
            foot = say("today.infusion_on", day=planned["infusion_on"])
        state = states[0]
        count = int(doc.get("containers") or len(states))
        bags = say("today.bag" if count == 1 else "today.bags", count=count)
        return CardText(
            order,
            name,
            Mark(say(f"today.state.{state}"), TONES.get(state, "info")),
            product_title(str(doc.get("product", ""))),
            f"{doc.get('coi') or order} · {bags}",
            foot or say("today.no_plan"),
        )

    def _readings(self) -> list[LastReading]:
        if not self.station.desk.store.find("series", limit=1):
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
        if desk.store.head_fault:
            text = say("today.need.head_text", reason=desk.store.head_fault)
            found.append(Need("page:settings", Mark(say("today.need.head"), "alarm"), text, say("today.verb.look")))
        found += self._holds()
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
        clocks = [doc for _, doc in walks.open_runs(desk) if doc["template"] == "clock-check"]
        if records.clock_state(desk) is None and not clocks:
            found.append(
                Need(
                    "run-new:clock-check",
                    Mark(say("today.need.clock"), "warn"),
                    say("today.need.clock_text"),
                    say("today.verb.start"),
                )
            )
        return found

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

    def _open_need(self, ident: str) -> None:
        kind, _, what = ident.partition(":")
        frame = self.station.frame
        if kind == "page":
            frame.open_page(what)
        elif kind == "excursion":
            from ui.wiring.holds import open_dossier

            open_dossier(self.station, what)
        elif kind == "shipment":
            from ui.wiring.holds import open_enquiry

            open_enquiry(self.station, what)
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


def product_title(product: str) -> str:
    """The product's name in the language of the moment."""
    if product not in profile_ids():
        return product
    from cellguide.acts.products import names

    zh, en = names(load_packaged(product))
    return zh if language.now == "zh" else en
