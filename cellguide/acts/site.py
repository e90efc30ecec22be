"""The site: its founding by the wizard, its facts, its clock, its backups."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .. import keys, sessions, sheet_code
from ..desk import Desk
from ..entry import STATION, Actor, Change, Doc
from ..people import ADMINISTRATOR, check_new_person
from ..refusal import Refusal
from ..runs.reasons import says_something
from .staff import NewPerson, Proof, certified, open_root, root_pem

BASES = ("electronic", "paper")


class SiteFacts(NamedTuple):
    """What the wizard asks. ``languages``: of paper, main first. ``base``: which form counts (NMPA 2020-74)."""

    zh: str
    en: str
    zone: str
    languages: tuple[str, ...] = ("zh", "en")
    base: str = "electronic"
    ink_lines: bool = False
    demo: bool = False
    department_zh: str = ""
    department_en: str = ""

    @property
    def doc(self) -> Doc:
        return {
            "zh": self.zh,
            "en": self.en,
            "zone": self.zone,
            "languages": list(self.languages),
            "base": self.base,
            "ink_lines": self.ink_lines,
            "demo": self.demo,
            "department_zh": self.department_zh,
            "department_en": self.department_en,
            "names_on_board": "full",
            "lock_minutes": sessions.LOCK_MINUTES,
            "backup_folder": "",
        }


class Enrolment(NamedTuple):
    """A new person with the key that their own password wrapped, made beside them in the pool."""

    new: NewPerson
    locked: keys.Lock
    secret: keys.Secret


def _check_facts(doc: Doc) -> None:
    for field in ("zh", "en"):
        if not str(doc[field]).strip():
            raise Refusal("site.name_missing", language=field)
    try:
        ZoneInfo(str(doc["zone"]))
    except (ZoneInfoNotFoundError, ValueError):
        raise Refusal("site.zone", zone=doc["zone"]) from None
    if (
        not doc["languages"]
        or set(doc["languages"]) - {"zh", "en"}
        or len(set(doc["languages"])) != len(doc["languages"])
    ):
        raise Refusal("site.languages")
    if doc["base"] not in BASES:
        raise Refusal("site.base", base=doc["base"])
    if not sessions.LOCK_MINUTES_MIN <= int(doc["lock_minutes"]) <= sessions.LOCK_MINUTES_MAX:
        raise Refusal("site.lock_minutes", least=sessions.LOCK_MINUTES_MIN, most=sessions.LOCK_MINUTES_MAX)


def found_site(desk: Desk, facts: SiteFacts, people: Sequence[Enrolment]) -> None:
    """Make the site: its root, wrapped for every pair of the first administrators, and the first enrolments.

    With one administrator the site is marked so: nobody can be reset until there is a second (engineering-review 11).
    Raises ``site.founded``, ``site.no_administrator`` and what the facts and people themselves are refused for.
    """
    if desk.site:
        raise Refusal("site.founded")
    doc = facts.doc
    _check_facts(doc)
    administrators = [item for item in people if ADMINISTRATOR in item.new.roles]
    if not administrators:
        raise Refusal("site.no_administrator")
    at = desk.now()
    root_key, root_pem = keys.new_root(facts.en, at.local)
    groups: list[tuple[Enrolment, ...]] = list(itertools.combinations(administrators, 2)) or [(administrators[0],)]
    secrets: dict[tuple[str, str], bytes | None] = {}
    for group in groups:
        shares = tuple(item.secret for item in group)
        secrets[("root", keys.pair_name(shares))] = keys.wrap_root(root_key, shares)
    doc |= {
        "root_sha256": hashlib.sha256(root_pem).hexdigest(),
        "administrators": len(administrators),
        "stations": {desk.store.station: desk.store.public_key().hex()},
        "founded_at": at.iso,
    }
    changes = [Change("site", "site", doc)]
    blobs = [root_pem]
    known: list[Any] = []
    for item in people:
        check_new_person(item.new.doc, known)
        known.append(_as_person(item.new))
        more, der, vault = certified(item.new, item.secret, item.locked, root_key, root_pem, at)
        changes += more
        blobs.append(der)
        secrets |= vault
    desk.write("found_site", changes, at=at, who=STATION, blobs=blobs, secrets=secrets)


def _as_person(new: NewPerson) -> Any:
    from ..people import person

    return person(new.staff_no, new.doc)


def change_site(desk: Desk, changes: Doc, reason: str) -> None:
    """Change facts of the site, with a reason (REG-015). Raises ``reason.short``, ``site.field`` and the facts' own."""
    at, who = desk.begin("change_site")
    if not says_something(reason):
        raise Refusal("reason.short")
    allowed = {
        "zh",
        "en",
        "languages",
        "base",
        "ink_lines",
        "lock_minutes",
        "names_on_board",
        "scanner",
        "department_zh",
        "department_en",
    }
    if set(changes) - allowed:
        raise Refusal("site.field", field=", ".join(sorted(set(changes) - allowed)))
    _check_facts(desk.site | changes)
    desk.write("change_site", [Change("site", "site", changes, reason)], at=at, who=who)


def choose_backup_folder(desk: Desk, folder: str) -> None:
    """Say where the verified copies go. Raises ``backup.folder`` when nothing can be written there."""
    at, who = desk.begin("choose_backup_folder")
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        trial = path / ".cellguide-trial"
        trial.write_bytes(b"trial")
        trial.unlink()
    except OSError as fault:
        raise Refusal("backup.folder", folder=folder, reason=fault.strerror or str(fault)) from fault
    desk.write("choose_backup_folder", [Change("site", "site", {"backup_folder": str(path)})], at=at, who=who)


def begin_backup(desk: Desk) -> str:
    """Sign how far the chain reaches and return the chosen folder; empty where none is chosen."""
    folder = str(desk.site.get("backup_folder", ""))
    if folder:
        desk.store.checkpoint(_backup_actor(desk), desk.now())
    return folder


def file_backup(desk: Desk, folder: str, verdict: str) -> None:
    """Write down what became of a copy. Raises ``backup.failed`` when it did not verify."""
    at = desk.now()
    change = Change("backup", "last", {"at": at.iso, "folder": folder, "verdict": verdict})
    desk.write("make_backup", [change], at=at, who=_backup_actor(desk))
    if not verdict.startswith("INTACT"):
        raise Refusal("backup.failed", verdict=verdict, folder=folder)


def keep_checkpoint(desk: Desk) -> None:
    """Sign how far the chain reaches where anything was written since the last time: each hour, by whoever is here."""
    last = desk.store.find("checkpoint", newest=True, limit=1)
    if next(desk.store.entries(after=last[0].n if last else 0), None) is not None:
        desk.store.checkpoint(_backup_actor(desk), desk.now())


def _backup_actor(desk: Desk) -> Actor:
    return desk.session.actor if desk.session is not None else STATION


def make_backup(desk: Desk, progress: Callable[[int, int], None] | None = None) -> str | None:
    """Copy database, blobs and vault into the chosen folder and verify the copy; None where none is chosen.

    Here and now, for the command line and at closing; the window copies in the pool between ``begin_backup`` and
    ``file_backup``.
    """
    folder = begin_backup(desk)
    if not folder:
        return None
    try:
        verdict = desk.store.backup(folder, progress)
    except Refusal as refusal:
        verdict = f"FAILED {refusal.code}"
    file_backup(desk, folder, verdict)
    return verdict


def check_clock(desk: Desk, second: Actor, difference_s: int, reference: str) -> None:
    """Two people compared the station's clock with a trusted one (engineering-review 20).

    ``difference_s``: station minus reference, in seconds. Printed on records as "clock checked …".
    """
    at, who = desk.begin("check_clock")
    if second.person == who.person:
        raise Refusal("check.same_person", person=who.person)
    doc = {
        "checked_at": at.iso,
        "difference_s": difference_s,
        "reference": reference,
        "by": [who.person, second.person],
        "moved": "",
    }
    desk.write("check_clock", [Change("clock", "station", doc)], at=at, who=who)


class Sealed(NamedTuple):
    """What the sealed-envelope sheet prints: ``root_key`` PKCS #8 DER, ``root_pem`` its certificate, ``sheet`` both
    keys as the sheet's groups carry them."""

    root_key: bytes
    root_pem: bytes
    sheet: sheet_code.Sheet


def envelope(desk: Desk, administrators: Sequence[Proof]) -> Sealed:
    """Open both keys for a sheet with a number of its own; an entry is left. It replaces every earlier sheet.

    Raises the refusals of ``staff.open_root``, and ``root.two_needed`` for one administrator alone.
    """
    if len(administrators) < 2:
        raise Refusal("root.two_needed")
    root_key = open_root(desk, administrators)
    at, who = desk.begin("print_envelope")
    printed, letter = printed_sheets(desk), desk.store.station
    number = 1 + sum(1 for sheet in printed if sheet.startswith(f"E-{letter}-"))
    root = sheet_code.Key("root", letter, number, keys.root_number(root_key))
    approvers = [proof.person for proof in administrators]
    new = {
        "envelope_at": at.iso,
        "envelope_by": approvers,
        "envelopes": printed | {root.sheet: {"at": at.iso, "by": approvers}},
    }
    desk.write("print_envelope", [Change("site", "site", new)], at=at, who=who)
    sheet = sheet_code.Sheet(root, sheet_code.Key("station", letter, number, desk.store.secret_key()))
    return Sealed(root_key, root_pem(desk), sheet)


def printed_sheets(desk: Desk) -> dict[str, Doc]:
    """Every sheet that was printed, by its number: ``at``, ``by``. The greatest number is the newest."""
    found: dict[str, Doc] = desk.site.get("envelopes", {})
    return found


def openings(desk: Desk) -> list[Doc]:
    """Every opening of an envelope, oldest first (``recovery.open_envelope`` writes them); they stay for ever."""
    found: list[Doc] = desk.site.get("envelope_openings", [])
    return found


def sheet_due(desk: Desk) -> str:
    """Why a key sheet must be printed: ``opened`` (the envelope was), ``station`` (this computer's key is on none),
    ``never``; empty where a good one lies in the safe. A demonstration needs none until one was opened."""
    printed, opened = printed_sheets(desk), openings(desk)
    if opened and len(printed) <= int(opened[-1]["printed"]):
        return "opened"
    if not printed:
        return "" if desk.demo else "never"
    return "" if max(printed).startswith(f"E-{desk.store.station}-") else "station"
