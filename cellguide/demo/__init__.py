"""A hospital's month through the real acts, with invented products and people only (DESIGN.md 0.11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..acts import site, staff
from ..clock import SetClock, parse_iso
from ..desk import Desk
from ..doors import Doors
from ..entry import STATION
from ..keys import Cost
from ..refusal import Refusal

if TYPE_CHECKING:
    from .hospital import Hospital
    from .shipper_logger import Given, Told

Progress = Callable[[int, int], None]
START = "2026-10-01T08:00:00+08:00"


def make(
    out: Path,
    doors: Doors,
    *,
    logger: Given | None = None,
    told: Callable[[Told], None] | None = None,
    progress: Progress | None = None,
    cost: Cost = Cost(),  # noqa: B008
) -> list[Path]:
    """Write cellguide.db, records/*.pdf, root.pem and certificates.jsonl into ``out``; return what was written.

    ``logger``: a real logger file, understood (``shipper_logger.understand``), as the history of one more shipper;
    ``told`` hears what became of it. Its receipt is played at the file's own time. Raises ``demo.not_empty`` for a
    folder in use.
    """
    from . import incidents, month, rounds
    from .hospital import Hospital
    from .people import SITE, enrolments

    out.mkdir(parents=True, exist_ok=True)
    database = out / "cellguide.db"
    if database.exists():
        raise Refusal("demo.not_empty", folder=str(out))
    store, pepper = doors.open(database, out / "cellguide.db.station", True)
    try:
        clock = SetClock(_founded(logger))
        desk = Desk(store, clock, pepper=pepper, demo=True)
        site.found_site(desk, SITE, enrolments(cost))
        hospital = Hospital(desk, clock)
        hospital.open_house()
        more = [*rounds.SCENES, *incidents.SCENES, *_more(logger, told)]
        month.live(hospital, progress or (lambda _done, _of: None), more)
        staff.sign_out(desk)
        store.checkpoint(STATION, clock.now())
        return [database, *_papers(desk, out)]
    finally:
        store.close()


def _founded(logger: Given | None) -> str:
    """The site is older than the oldest thing that happens in it."""
    day_before = logger.begins.plus(seconds=-86400) if logger is not None else None
    return day_before.iso if day_before is not None and day_before.utc_ms < parse_iso(START).utc_ms else START


def _more(logger: Given | None, told: Callable[[Told], None] | None) -> list[tuple[str, Callable[[Hospital], None]]]:
    if logger is None:
        return []
    from . import shipper_logger

    def scene(hospital: Hospital) -> None:
        became = shipper_logger.receive(hospital, logger)
        if told is not None:
            told(became)

    return [(logger.begins.iso, scene)]


def _papers(desk: Desk, out: Path) -> list[Path]:
    written = []
    folder = out / "records"
    folder.mkdir(exist_ok=True)
    for held in desk.store.find("record"):
        if held.doc["pdf_sha256"]:
            path = folder / f"{held.id}-v{held.doc['number']}.pdf"
            path.write_bytes(desk.store.blob(str(held.doc["pdf_sha256"])))
            written.append(path)
    root = out / "root.pem"
    root.write_bytes(staff.root_pem(desk))
    listed = out / "certificates.jsonl"
    lines = [
        json.dumps({"serial": held.id, "person": held.doc["person"], "sha256": held.doc["sha256"]}, sort_keys=True)
        for held in desk.store.find("certificate")
    ]
    listed.write_text("\n".join(lines) + "\n", "utf-8")
    return [*written, root, listed]
