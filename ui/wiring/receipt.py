"""The Receipt page: deliveries and open walks, one of them in the runner, F6 from one to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from cellguide import labels, orders, shipments
from cellguide.acts import closing, walks
from cellguide.acts import containers as container_acts
from cellguide.acts import shipments as shipment_acts
from cellguide.entry import Doc
from cellguide.runs.inputs import same_text
from ui.jobs import Job
from ui.kit import Mark
from ui.language import follow, language, say
from ui.pages.receipt import DeliveryLine, OpenRunLine, ReceiptPage
from ui.runner import facing
from ui.runner.pausing import pause_in
from ui.runner.walk import RunWalk
from ui.station import Station
from ui.wiring import reserving
from ui.wiring.run_signing import RunSigning
from ui.wiring.taking_up import end

PAGE = "receipt"
ARRIVED_SHOWN = 200  # of those that came, the newest; what was received long ago is found in Records


class ReceiptWire(QObject):
    """Holds the page and answers it.

    Signals: ``record_made(str)``: a walk became this record; signing it is another's part.
    """

    record_made = Signal(str)

    def __init__(self, station: Station) -> None:
        super().__init__(station)
        self.station = station
        self.page = ReceiptPage()
        self.walk = RunWalk(station, self.page.panel)
        self.walk.record_made.connect(self._closed)
        self.walk.signature_wanted.connect(self._sign_step)
        self.walk.left.connect(self.show_list)
        self.walk.next_run_wanted.connect(self.next_run)
        self.page.start_asked.connect(self._start)
        self.page.run_opened.connect(self.open_run)
        self.page.end_asked.connect(self._end)
        self.page.ready_asked.connect(self._ready)
        self._order: list[str] = []
        self.dialog: object = None
        station.changed.connect(self.refresh)
        station.entered.connect(self.refresh)
        station.left.connect(self.show_list)
        station.scanned.connect(self._scan)
        station.frame.page_opened.connect(self._page_opened)
        follow(self)
        Job(lambda _work: labels.get_ready()).start()
        self.refresh()

    # --- lists ------------------------------------------------------------------------------------------------------

    def open_runs(self) -> list[tuple[str, Doc]]:
        """Every open walk, newest first: a round or a clock comparison is walked in the same runner."""
        return list(walks.open_runs(self.station.desk))

    def scenes(self) -> list[tuple[str, Callable[[], object]]]:
        """The dialogs of a walk and of the lists, for the tour."""
        runs = self.open_runs()
        found: list[tuple[str, Callable[[], object]]] = []
        for name in ("pause", "pieces", "ask_performer") if runs else ():

            def ask(name: str = name) -> None:
                self.open_run(runs[0][0])
                getattr(self.walk.keeping, name)()

            found.append((f"dialog-run-{name.replace('_', '-')}", ask))
        self.show_list()
        waiting = [line.ident for line in self.page.deliveries.model.rows]
        found += [("dialog-run-reserve", lambda: self._ready(waiting[0]))] if waiting else []
        found += [("dialog-run-end", lambda: self._end(runs[0][0]))] if runs else []
        return found

    def refresh(self) -> None:
        """Read what is shown anew."""
        if self.page.running:
            self._banner()
            return
        runs = self.open_runs()
        self.page.show_lists([self._run_line(*one) for one in runs], self._deliveries({d["subject"] for _, d in runs}))

    def retranslate(self) -> None:
        """Say anew what the lists and the banner are made of."""
        self.refresh()

    def _doc(self, kind: str, ident: str) -> Mapping[str, Any]:
        held = self.station.desk.store.get(kind, ident) if ident else None
        return held.doc if held is not None else {}

    def _run_line(self, run: str, doc: Doc) -> OpenRunLine:
        order = self._doc("order", str(doc.get("order", "")))
        started = str(doc["opened_at"])[:16].replace("T", " ")
        title = str(doc["title"][language.now])
        mark = self._state(run)
        if doc.get("again"):
            mark = Mark(say("runner.state_again", record=doc["again"]["record"]), "warn")
        return OpenRunLine(run, title, _patient(order), _product(order), started, mark)

    def _state(self, run: str) -> Mark:
        """Whether it is walked or rests, and then since when and by whose hand."""
        desk = self.station.desk
        pause = pause_in(held.doc["event"] for held in desk.store.find("run_event", run=run))
        if pause is None:
            return Mark(say("runner.state_open"), "info")
        name = desk.person(pause.person).called(language.now)
        return Mark(say("runner.state_paused", at=pause.since, name=name), "warn")

    def _deliveries(self, busy: set[Any]) -> list[DeliveryLine]:
        desk = self.station.desk
        lines, told = [], set()
        waiting = desk.store.find("shipment", newest=True, state=shipments.ANNOUNCED)
        waiting += desk.store.find("shipment", newest=True, state=shipments.ARRIVED, limit=ARRIVED_SHOWN)
        for held in waiting:
            told.add(held.doc.get("order"))
            if held.id in busy or not self._waits(held.id, held.doc):
                continue
            order = self._doc("order", str(held.doc.get("order", "")))
            arrived = held.doc.get("state") == shipments.ARRIVED
            mark = (
                Mark(say("runner.delivery.arrived"), "warn")
                if arrived
                else Mark(say("runner.delivery.expected"), "info")
            )
            count = str(held.doc.get("count") or order.get("containers") or "")
            waybill = str(held.doc.get("waybill", ""))
            lines.append(DeliveryLine(f"shipment:{held.id}", _patient(order), _product(order), waybill, count, mark))
        live = [held for state in orders.LIVE for held in desk.store.find("order", state=state)]
        for held in live:
            # One that had a delivery is received; a further delivery of it comes with a notice of its own.
            if held.id not in told and not desk.store.find("shipment", order=held.id, limit=1):
                mark, count = Mark(say("runner.delivery.no_notice")), str(held.doc.get("containers") or "")
                lines.append(DeliveryLine(f"order:{held.id}", _patient(held.doc), _product(held.doc), "", count, mark))
        return lines

    def _waits(self, shipment: str, doc: Mapping[str, Any]) -> bool:
        """Whether a receipt of it is still to come: custody alone receives nothing."""
        if doc.get("state") == shipments.ANNOUNCED:
            return True
        done = [held.doc for held in self.station.desk.store.find("run", subject=shipment)]
        return not any(run["state"] == "closed" and run["template"] != "night-custody" for run in done)

    # --- opening ----------------------------------------------------------------------------------------------------

    def _start(self, delivery: str, template: str) -> None:
        kind, _, ident = delivery.partition(":")
        desk = self.station.desk

        def begin() -> str:
            shipment = ident if kind == "shipment" else self._announce(ident)
            order = str(self._doc("shipment", shipment).get("order", ""))
            found = [one.id for one in container_acts.of_order(desk, order) if one.shipment == shipment]
            subjects = {"shipment": shipment} | ({"order": order} if order else {})
            return walks.start_run(desk, template, subjects, tuple(found)).id

        run = self.station.act(begin)
        if run is not None:
            self.open_run(run)

    def _announce(self, order: str) -> str:
        """A delivery that nobody announced: a notice with nothing but its order, so that it can be taken in."""
        count = max(int(self._doc("order", order).get("containers") or 1), 1)
        announced = [shipments.Announced(n, count) for n in range(1, count + 1)]
        return shipment_acts.announce_shipment(self.station.desk, order, shipments.Shipment(), announced).id

    def _end(self, run: str) -> None:
        end(self.station, run)
        self.refresh()

    def _ready(self, delivery: str) -> None:
        kind, _, ident = delivery.partition(":")
        order = ident if kind == "order" else str(self._doc("shipment", ident).get("order", ""))
        self.dialog = reserving.open_reserve(self.station, order)

    def show_order(self, order: str) -> None:
        """The walk about an order, or else its delivery picked in the list."""
        run = next((run for run, doc in self.open_runs() if doc.get("order") == order), "")
        if run:
            self.open_run(run)
            return
        self.show_list()
        for place, line in enumerate(self.page.deliveries.model.rows):
            kind, _, ident = line.ident.partition(":")
            if order == (ident if kind == "order" else self._doc("shipment", ident).get("order")):
                self.page.deliveries.pick(place)
                return

    def open_run(self, run: str) -> None:
        """Show a walk in the runner."""
        names = [name for name, _ in self.open_runs()]
        self._order = [name for name in self._order if name in names]
        self._order += [name for name in reversed(names) if name not in self._order]
        self.page.show_runner()
        self.walk.open(run, len(self._order) - 1)
        if self.walk.run is None:
            self.show_list()
            return
        self.station.frame.open_page(PAGE)

    def next_run(self) -> None:
        """F6: the next open walk; colour and patient of the banner change with it."""
        if self.walk.run is None or len(self._order) < 2:
            return
        place = self._order.index(self.walk.run.id)
        self.open_run(self._order[(place + 1) % len(self._order)])
        run = self.walk.run
        line = facing.patient_line(self.station.desk, run, Mark(""), second=False)
        self.station.frame.tell("info", say("runner.switched", name=line.name, product=line.product), stays=False)

    def show_list(self) -> None:
        """Back to the lists; the walk stays as it is in the store."""
        self.walk.leave()
        self.page.show_list()
        self.station.frame.show_patient(None)
        self.refresh()

    def _sign_step(self, run: str, step: str) -> None:
        """A signature in the middle is given at once; the last step is the record's own: it is frozen, then signed."""
        walked = self.walk.run
        if walked is not None and walked.template.step(step).meaning and self.walk.here is not None:
            here = self.walk.here
            flow = RunSigning(self.station, walked, here)
            flow.signed.connect(lambda after: self.walk.done(after, here, self.station.desk.now()))
            flow.ended.connect(self.walk.forget_dialog)
            self.walk.dialog = flow
            flow.start()
            return
        record = self.station.act(lambda: closing.close_run(self.station.desk, run))
        if record is not None:
            self._closed(record)

    def _closed(self, record: str) -> None:
        self.show_list()
        self.record_made.emit(record)

    # --- banner and scans -------------------------------------------------------------------------------------------

    def _banner(self) -> None:
        run = self.walk.run
        if run is None or self.station.frame.page_name != PAGE:
            return
        second = run.id in self._order and self._order.index(run.id) % 2 == 1
        mark = facing.banner_mark(self.walk.reader())
        self.station.frame.show_patient(facing.patient_line(self.station.desk, run, mark, second=second))

    def _page_opened(self, name: str) -> None:
        if name != PAGE:
            self.walk.panel.centre.close_down()
            self.station.frame.show_patient(None)
        elif self.page.running:
            self._banner()
            self.walk.look_again()

    def _scan(self, untrusted_text: str) -> None:
        if self.station.frame.page_name != PAGE:
            return
        if self.page.running:
            self.walk.take_scan(untrusted_text)
            return
        place = self._awaited(untrusted_text)
        if place is not None:
            self.page.deliveries.pick(place)

    def awaits(self, untrusted_text: str) -> bool:
        """Whether a delivery of the list is the one with that waybill."""
        return self._awaited(untrusted_text) is not None

    def _awaited(self, untrusted_text: str) -> int | None:
        lines = enumerate(self.page.deliveries.model.rows)
        return next((place for place, line in lines if same_text(line.waybill, untrusted_text)), None)


def _patient(order: Mapping[str, Any]) -> str:
    patient = order.get("patient") or {}
    return str(patient.get("name") or say("runner.no_patient"))


def _product(order: Mapping[str, Any]) -> str:
    return str(order.get(f"product_{language.now}") or order.get("product") or "")
