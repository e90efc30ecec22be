"""Today's board: a card for every state that containers of an order are in, so that none hides behind another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cellguide.acts import containers as container_acts
from cellguide.acts import planned_infusions
from cellguide.container_life import Container
from cellguide.desk import Desk
from cellguide.products import load_packaged, profile_ids
from cellguide.store import Held
from ui.kit import Mark
from ui.language import language, say
from ui.pages.today import BoardColumn, CardText

# Which states of a container stand in which column of the board (clinical-review 3.6: the words of each).
COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("expected", ("expected",)),
    ("pending", ("locked", "rejected", "arrived", "pending", "not_used", "to_return", "waste")),
    ("stored", ("released", "accepted", "backup")),
    ("thaw", ("leaked", "paused", "infusing", "ready", "at_bedside", "thawed", "thawing", "removed", "part_used")),
)
TONES = {
    "expected": "info",
    "arrived": "warn",
    "pending": "warn",
    "locked": "alarm",
    "rejected": "alarm",
    "leaked": "alarm",
    "paused": "warn",
    "not_used": "warn",
    "to_return": "warn",
    "waste": "warn",
    "part_used": "warn",
    "accepted": "ok",
    "backup": "",
    "released": "info",
}
_IN_STORE = ("accepted", "released")
PLACES_SHOWN = 3


class _Placed(NamedTuple):
    """A card with where it stands: alarms first, then as the states go, then the older order."""

    column: str
    rank: tuple[bool, int, str]
    card: CardText


def board(desk: Desk, live: Sequence[Held]) -> list[BoardColumn]:
    """The columns with their cards; [] while no order lives. ``live``: the orders that wait for something."""
    if not live:
        return []
    placed = sorted((one for held in live for one in _cards(desk, held)), key=lambda one: one.rank)
    return [
        BoardColumn(
            say(f"today.column.{name}"),
            tuple(one.card for one in placed if one.column == name),
            say(f"today.empty.{name}"),
        )
        for name, _ in COLUMNS
    ]


def _cards(desk: Desk, held: Held) -> Iterable[_Placed]:
    """A card for each state of the order's containers; an order of which nothing is announced is expected."""
    of_order = container_acts.of_order(desk, held.id)
    total = max(int(held.doc.get("containers") or 0), len(of_order))
    if not of_order:
        yield _Placed("expected", (True, 0, held.id), _card(desk, held, "expected", (), max(total, 1)))
    for name, group in COLUMNS:
        for place, state in enumerate(group):
            here = tuple(one for one in of_order if one.state == state)
            if here:
                rank = (TONES.get(state, "info") != "alarm", place, held.id)
                yield _Placed(name, rank, _card(desk, held, state, here, total))


def _card(desk: Desk, held: Held, state: str, here: Sequence[Container], total: int) -> CardText:
    doc = held.doc
    patient = doc.get("patient") or {}
    initials_only = desk.site.get("names_on_board") == "initials"
    name = str(patient.get("initials" if initials_only else "name") or held.id)
    late = _late(desk, state, here)
    return CardText(
        held.id,
        name,
        Mark(say(f"today.state.{state}"), TONES.get(state, "info")),
        product_title(str(doc.get("product", ""))),
        f"{doc.get('coi') or held.id} · {_how_many(len(here) or total, total)}",
        _foot(desk, held, state, here),
        late=say("today.infusion_passed", day=late) if late else "",
    )


def _how_many(count: int, total: int) -> str:
    if count != total:
        return say("today.bags_of", count=count, total=total)
    return say("today.bag" if count == 1 else "today.bags", count=count)


def _foot(desk: Desk, held: Held, state: str, here: Sequence[Container]) -> str:
    """Lines: since when they are held, where they stand; or when they are to be given."""
    lines = list(dict.fromkeys(one.place for one in here if one.place))
    if len(lines) > PLACES_SHOWN:
        lines[PLACES_SHOWN - 1 :] = [say("today.more_places", count=len(lines) - PLACES_SHOWN + 1)]
    if state == "locked":
        # What a hold rests on is read only where something is locked.
        from ui.wiring.held_since import held_since

        lines[:0] = dict.fromkeys(words for one in here if (words := held_since(desk, one)))
    if lines:
        return "\n".join(lines)
    planned = (held.doc.get("planned") or {}).get("infusion_on")
    return say("today.infusion_on", day=planned) if planned else say("today.no_plan")


def _late(desk: Desk, state: str, here: Sequence[Container]) -> str:
    """The planned day that has passed while they still stand in store, else ""."""
    if state not in _IN_STORE:
        return ""
    days = [day for one in here if (day := planned_infusions.passed(desk, one)) is not None]
    return min(days).isoformat() if days else ""


def product_title(product: str) -> str:
    """The product's name in the language of the moment."""
    if product not in profile_ids():
        return product
    from cellguide.acts.products import names

    zh, en = names(load_packaged(product))
    return zh if language.now == "zh" else en
