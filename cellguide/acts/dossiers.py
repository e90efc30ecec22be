"""The excursion dossier: which containers, how long, how warm, the way here, the curve, the letters to the holder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .. import excursion_dossier
from ..answer_words import both
from ..clock import Moment, offset_at
from ..desk import Desk
from ..entry import Doc
from ..excursion_dossier import Affected, Dossier, Letter
from ..products import show_sources
from ..temperature.limits import Period
from ..words import LANGS
from . import containers as container_acts
from . import excursions, imports, planned_infusions, products
from . import places as place_acts
from . import shipments as shipment_acts

AROUND_MS = 6 * 3_600_000


def dossier(desk: Desk, id: str) -> Dossier:
    """Everything about one excursion, put together from the ledger now. Raises ``excursion.unknown``."""
    doc = excursions.get(desk, id)
    known = place_acts.tree(desk)
    place = known.places[str(doc["place"])]
    affected = tuple(_affected(desk, doc, id))
    plain = Dossier(id, doc, place.zh or place.code, place.en or place.code, affected, _curve(desk, id, doc), ())
    site = desk.site
    when = _local(desk, min(span[1] for span in doc["spans"])).iso[:16].replace("T", " ")
    day = desk.now().day.isoformat()
    letters = []
    for product in dict.fromkeys(one.product for one in affected if one.reasons):
        for lang in LANGS:
            name = str(site.get(lang, ""))
            sender = str(site.get(f"department_{lang}") or name)
            text = excursion_dossier.letter(plain, product, lang, site=name, sender=sender, day=day, when=when)
            letters.append(Letter(product, lang, text))
    return plain._replace(letters=tuple(letters))


def _local(desk: Desk, at_ms: int) -> Moment:
    return Moment(at_ms, offset_at(at_ms, str(desk.site.get("zone", "UTC"))))


def _affected(desk: Desk, doc: Mapping[str, Any], id: str) -> Iterable[Affected]:
    """Every container that was there, those on hold first."""
    held = {one["container"]: one for _, one in excursions.holds_of(desk, id)}
    rows = {product["key"]: product for product in doc["products"]}
    for key in sorted(rows, key=lambda key: (key not in held, key)):
        row, one = rows[key], container_acts.get(desk, key)
        order = desk.store.get("order", one.order)
        facts = order.doc if order is not None else {}
        stays = [stay for stay in place_acts.position_history(desk, key) if stay.since.utc_ms <= _last_ms(doc)]
        infusion = planned_infusions.infusion_on(desk, one.order)
        limit = row["limit"]
        yield Affected(
            container=key,
            coi=str(facts.get("coi", "")),
            lot=one.lot,
            product=str(facts.get("product", "")),
            product_zh=_product(desk, facts, "zh"),
            product_en=_product(desk, facts, "en"),
            reasons=tuple(held[key]["reasons"]) if key in held else (),
            limit_c=str(limit[1]) if limit else "",
            limit_source=str(limit[2]) if limit else "",
            warmest_c=str(row["warmest"][0]) if row["warmest"] else "",
            over_ms=int(row["over_ms"]),
            over_worst_ms=int(row["over_worst_ms"]),
            hole_ms=int(row["hole_ms"]),
            since=_local(desk, stays[-1].since.utc_ms).iso if stays else "",
            until=stays[-1].until.iso if stays and stays[-1].until is not None else "",
            journey=journey(desk, one.shipment),
            infusion_on=infusion.isoformat() if infusion is not None else "",
            call_holder=bool(held.get(key, {}).get("call_holder", False)),
        )


def _last_ms(doc: Mapping[str, Any]) -> int:
    return max(int(span[2] if span[2] is not None else span[1]) for span in doc["spans"])


def _product(desk: Desk, order: Mapping[str, Any], lang: str) -> str:
    product = str(order.get("product", ""))
    profile = products.profile_in_force(desk, product)[0] if product else None
    if profile is None:
        return str(order.get(f"product_{lang}", product))
    zh, en = products.names(profile)
    return zh if lang == "zh" else en


def journey(desk: Desk, shipment: str) -> str:
    """What the shipper's file said of the way here, in one line; "" where none was taken in."""
    if not shipment or desk.store.get("shipment", shipment) is None:
        return ""
    logger = shipment_acts.get(desk, shipment).logger
    if "c_max" not in logger:
        return ""
    gap = f", ≤ {logger['gap_min']} min" if "gap_min" in logger else ""
    return f"≤ {logger['c_max']} °C{gap}, {logger.get('serial') or '—'}"


def _curve(desk: Desk, id: str, doc: Mapping[str, Any]) -> Doc:
    """The chart around the excursion in the form of a record's ``series``, of the probe that showed it."""
    from ..imports import points_of
    from ..temperature.evidence import gather

    first, last = min(span[1] for span in doc["spans"]), _last_ms(doc)
    period = Period(first - AROUND_MS, max(last, first + 1) + AROUND_MS)
    series = imports.readings_of(desk, str(doc["probe"]), period)
    found = gather(series, (), period, min(period.end_ms, desk.now().utc_ms))
    points = points_of(found.streams[0], period) if found.streams else ()
    holes = [(gap.start_ms, gap.end_ms) for gap in found.gaps if points and gap.kind.value == "hole"]
    held = [desk.store.get("series", name) for name in doc["series"]]
    hashes = [str(one.doc["sha256"]) for one in held if one is not None]
    texts = {
        "logger": " ".join(dict.fromkeys(str(one.doc["serial"]) for one in held if one is not None)),
        "file": ", ".join(str(one.doc["name"]) for one in held if one is not None),
        "range": excursion_dossier.signed(f"{doc['peak_c']} °C") if doc["peak_c"] else "",
    }
    return {
        **both("letter.curve", excursion=id),
        "limit_c": doc["limit_c"] or None,
        "points": [[_local(desk, at_ms).iso, str(c)] for at_ms, c in points],
        "gaps": [[_local(desk, start).iso, _local(desk, end).iso] for start, end in holes],
        "facts": [
            both(f"letter.journey.{word}") | {"text": {"zh": text, "en": text}} for word, text in texts.items() if text
        ],
        "source_sha256": hashes[-1] if hashes else "",
    }


def shipment_dossier(desk: Desk, shipment: str) -> tuple[tuple[str, str], ...]:
    """The enquiry to the holder about a shipper that came warm, or whose record has a hole: ("zh", text), ("en", text).

    Raises ``shipment.unknown``; () while no logger file was taken in.
    """
    held = shipment_acts.get(desk, shipment)
    logger = held.logger
    if "c_max" not in logger:
        return ()
    order = desk.store.get("order", held.order)
    facts = order.doc if order is not None else {}
    product = str(facts.get("product", ""))
    profile = products.profile_in_force(desk, product)[0] if product else None
    limit, source = place_acts.product_limit(desk, held.order)
    source = show_sources(profile, "storage_c_max", "en") if profile is not None else source
    ids = ", ".join(one.id for one in container_acts.of_order(desk, held.order) if one.shipment == shipment)
    letters = []
    for lang in ("zh", "en"):
        letters.append(
            (
                lang,
                both(
                    "letter.shipper",
                    site=str(desk.site.get(lang, "")),
                    product=_product(desk, facts, lang),
                    coi=str(facts.get("coi", "")),
                    containers=ids or "—",
                    waybill=held.waybill or "—",
                    serial=logger.get("serial") or "—",
                    warmest=excursion_dossier.signed(logger["c_max"]),
                    limit=excursion_dossier.signed(str(getattr(limit, "value", limit))),
                    source=source or "—",
                    gap=logger.get("gap_min", "—"),
                    sha256=logger["sha256"],
                    day=desk.now().day.isoformat(),
                )[lang],
            )
        )
    return tuple(letters)
