"""What Today says of doses: those whose day has come, and backups that somebody must decide about."""

from __future__ import annotations

from collections.abc import Iterable

from cellguide.acts import containers, orders
from cellguide.desk import Desk
from cellguide.store import Held
from ui.kit import Mark
from ui.language import language, say
from ui.pages.today import Need


def dose_needs(desk: Desk, live: Iterable[Held]) -> list[Need]:
    """``live``: the orders that wait for something. A dose is said on its day and, not given, on every day after."""
    today = desk.now().day.isoformat()
    found = []
    for held in live:
        for dose in orders.doses_to_give(desk, held.id):
            if dose.planned_on > today:
                continue
            late = dose.planned_on < today
            mark = Mark(say("today.need.dose_late" if late else "today.need.dose"), "warn" if late else "info")
            text = say("today.need.dose_text", name=_whose(desk, held), n=dose.n, day=dose.planned_on)
            found.append(Need(f"order:{held.id}", mark, text, say("today.verb.look")))
    for one in containers.backups_to_decide(desk):
        assert one.backup is not None
        text = say("today.need.backup_bag_text", container=one.id, day=one.backup["decide_by"])
        found.append(
            Need(f"order:{one.order}", Mark(say("today.need.backup_bag"), "warn"), text, say("today.verb.look"))
        )
    return found


def _whose(desk: Desk, held: Held) -> str:
    """The patient as the site shows patients on boards, and the product."""
    patient = held.doc.get("patient") or {}
    shown = patient.get("initials" if desk.site.get("names_on_board") == "initials" else "name") or held.id
    product = held.doc.get(f"product_{language.now}") or held.doc.get("product") or ""
    return " · ".join(part for part in (str(shown), str(product)) if part)
