"""The projections: which kinds of object there are, which of their fields are looked up, which are searched.

Every kind has one table of the same form: id, version, first and last entry, and the document that the entries
add up to. Fields that are looked up are generated columns of the document, so they cannot disagree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

Doc = dict[str, Any]

PROJECTION_VERSION = 2


class Kind(NamedTuple):
    """``keys``: top-level fields of the document that are looked up. ``words``: what search finds it by."""

    name: str
    keys: tuple[str, ...] = ()
    words: Callable[[Doc], Iterable[str]] | None = None


def _order_words(doc: Doc) -> Iterable[str]:
    patient = doc.get("patient") or {}
    yield from (patient.get(name, "") for name in ("name", "latin", "initials"))
    yield from (number.get("value", "") for number in patient.get("numbers", ()))
    yield from (doc.get(name, "") for name in ("coi", "din", "aph_id", "lot", "product_zh", "product_en", "bed"))


def _shipment_words(doc: Doc) -> Iterable[str]:
    yield from (str(doc.get(name, "")) for name in ("waybill", "shipper", "lot"))
    yield from (str(seal) for seal in doc.get("seals", ()))


def _container_words(doc: Doc) -> Iterable[str]:
    yield from (str(doc.get(name, "")) for name in ("din", "lot"))


def _record_words(doc: Doc) -> Iterable[str]:
    yield from (str(word) for word in doc.get("words", ()))


def _titled(doc: Doc) -> Iterable[str]:
    yield from (str(doc.get(name, "")) for name in ("zh", "en", "text", "title"))


def _person_words(doc: Doc) -> Iterable[str]:
    yield from (str(doc.get(name, "")) for name in ("name", "latin", "initials"))


KINDS: tuple[Kind, ...] = (
    Kind("site"),
    Kind("person", ("state", "staff_no"), _person_words),
    Kind("certificate", ("person", "state")),
    Kind("training", ("person",)),
    Kind("checkpoint"),
    Kind("backup"),
    Kind("clock"),
    Kind("view", ("person",)),
    Kind("profile", ("state",)),
    Kind("site_limit", ("state",)),
    Kind("order", ("state", "coi", "din", "aph_id"), _order_words),
    Kind("dose", ("order",)),
    Kind("shipment", ("order", "state", "waybill", "shipper"), _shipment_words),
    Kind("container", ("order", "state", "shipment", "place", "lot"), _container_words),
    Kind("run", ("state", "template", "subject", "order")),
    Kind("run_event", ("run",)),
    Kind("record", ("state", "run", "order", "kind"), _record_words),
    Kind("revision", ("record",)),
    Kind("signature", ("record", "person")),
    Kind("print", ("record",)),
    Kind("scan", ("record",)),
    Kind("deviation", ("state", "run", "order", "container"), _titled),
    Kind("mark", ("state", "container")),
    Kind("place", ("parent", "state", "code"), _titled),
    Kind("probe", ("place", "state", "serial"), _titled),
    Kind("source", ("fingerprint", "state"), _titled),
    Kind("series", ("probe", "sha256", "subject")),
    Kind("round", ("place", "state")),
    Kind("event", ("place", "kind")),
    Kind("excursion", ("place", "state", "subject")),
    Kind("hold", ("container", "excursion", "state")),
    Kind("move", ("container", "state")),
)
BY_NAME = {kind.name: kind for kind in KINDS}


def create_sql(kind: Kind, table: str) -> list[str]:
    """Return the statements that make the projection table ``table`` for ``kind``."""
    generated = "".join(
        f", \"{field}\" TEXT GENERATED ALWAYS AS (json_extract(doc, '$.{field}')) VIRTUAL" for field in kind.keys
    )
    statements = [
        f'CREATE TABLE "{table}" (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, first INTEGER NOT NULL, '
        f"n INTEGER NOT NULL, doc TEXT NOT NULL{generated}) STRICT"
    ]
    statements += [f'CREATE INDEX "{table}_{field}" ON "{table}" ("{field}", first)' for field in kind.keys]
    return statements


def table_of(kind: str) -> str:
    """The table of a kind. Raises KeyError for a word that is no kind."""
    return f"p_{BY_NAME[kind].name}"
