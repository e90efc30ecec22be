"""Product profiles at a site: a file, adopted, verified by two pharmacists, reviewed, retired (clinical-review E17).

A profile is its file: every act speaks of a SHA-256. What is in force is the file that two pharmacists verified last; a
newer file that a site adopts waits beside it. A draft stops acceptance, never receipt (DESIGN.md 0.3).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .. import canonical
from ..desk import Desk
from ..entry import Change, Doc
from ..people import PHARMACIST
from ..products import Profile, Text, load, packaged_text, profile_ids, readiness
from ..products.profile import Source
from ..refusal import Refusal
from .records import check_reason
from .staff import Proof
from .two_people import give_word

DRAFT, VERIFIED, UNDER_REVIEW, RETIRED = "draft", "verified", "under_review", "retired"
STATES = (DRAFT, VERIFIED, UNDER_REVIEW, RETIRED)
# The paper itself, and the authority's or holder's own publication of it; anything else is a draft for ever (E17).
PROVEN_BY = frozenset({"insert", "label", "invented", "default"})
# Besides each limit: the page on which the approval date of the insert can be seen.
LABEL_DATE = "label_date"
PHOTO_BYTES_MAX = 20_000_000
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")


class Photo(NamedTuple):
    """A photo of the insert (JPEG or PNG) and the fields whose paragraphs stand on it; ``label_date`` is one too."""

    fields: tuple[str, ...]
    data: bytes


class Standing(NamedTuple):
    """A profile as it stands at this site.

    ``profile``: the file in force, or the draft where none was ever verified. ``waiting``: a newer file, adopted and
    not verified yet. ``first``: who gave the first of two words on what is to be verified. ``photos``: field →
    SHA-256 of the photos that belong to what is to be verified, else to what is in force.
    """

    id: str
    state: str
    profile: Profile
    adopted: bool = False
    waiting: Profile | None = None
    first: str = ""
    photos: Mapping[str, Sequence[str]] = {}
    verified_by: tuple[str, ...] = ()
    verified_at: str = ""
    reason: str = ""

    @property
    def verified(self) -> bool:
        """Whether acceptance may rest on it."""
        return self.state == VERIFIED

    @property
    def running_may_go_on(self) -> bool:
        """A label in doubt stops new acceptances; a dose that is on its way goes on (clinical-review 4.1, R-35)."""
        return self.state in (VERIFIED, UNDER_REVIEW)

    @property
    def to_verify(self) -> Profile | None:
        """The file that two pharmacists may verify now."""
        if self.waiting is not None:
            return self.waiting
        return self.profile if self.adopted and self.state in (DRAFT, UNDER_REVIEW) else None


# --- reading ----------------------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=64)
def _packaged(id: str) -> Profile:
    return load(packaged_text(id), f"{id}.toml")


_files: dict[str, Profile] = {}


def _file(desk: Desk, id: str, sha256: str) -> Profile:
    if sha256 not in _files:
        _files[sha256] = load(desk.store.blob(sha256).decode("utf-8"), f"{id}.toml")
    return _files[sha256]


def profile_state(desk: Desk, id: str) -> Standing:
    """How the profile stands here. One that nobody has adopted is the packaged draft. Raises ``product.unknown``."""
    held = desk.store.get("profile", id)
    if held is None:
        if id not in profile_ids():
            raise Refusal("product.unknown", id=id)
        return Standing(id, DRAFT, _packaged(id))
    doc = held.doc
    waiting = doc["waiting"]
    verifying = doc["verifying"]
    return Standing(
        id,
        str(doc["state"]),
        _file(desk, id, str(doc["sha256"])),
        adopted=True,
        waiting=_file(desk, id, str(waiting["sha256"])) if waiting else None,
        first=str(verifying.get("by", "")),
        photos=verifying.get("photos") or doc["photos"],
        verified_by=tuple(doc["verified_by"]),
        verified_at=str(doc["verified_at"]),
        reason=str(doc["reason"]),
    )


def listed(desk: Desk) -> list[Standing]:
    """Every profile, packaged or brought in; invented ones only where the site is a demonstration."""
    ids = sorted({*profile_ids(), *(held.id for held in desk.store.find("profile"))})
    found = [profile_state(desk, id) for id in ids]
    return [one for one in found if one.adopted or desk.site.get("demo") or not one.profile.demonstration]


def profile_in_force(desk: Desk, id: str) -> tuple[Profile, bool]:
    """The file that holds now and whether it is verified. Raises ``product.unknown``."""
    standing = profile_state(desk, id)
    return standing.profile, standing.verified


def profile_by_file(desk: Desk, id: str, sha256: str) -> Profile:
    """A profile as it was used once, for a historic record (REG-052). Raises ``store.blob_missing``."""
    standing = profile_state(desk, id)
    return standing.profile if standing.profile.sha256 == sha256 else _file(desk, id, sha256)


def file_of(desk: Desk, id: str) -> bytes:
    """The bytes of the newest file: what waits, else what is in force, else the packaged one. To be completed."""
    standing = profile_state(desk, id)
    if not standing.adopted:
        return packaged_text(id).encode("utf-8")
    return desk.store.blob((standing.waiting or standing.profile).sha256)


def check_orderable(desk: Desk, id: str) -> Standing:
    """Refuse an order on an invented product at a real site, and on a retired profile."""
    standing = profile_state(desk, id)
    _check_demonstration(desk, standing.profile)
    if standing.state == RETIRED:
        raise Refusal("profile.retired", id=id)
    return standing


def label_of(profile: Profile) -> Source | None:
    """The source that says which label this is: the insert, else an official label, else the first there is."""
    ranked = sorted(profile.sources.values(), key=lambda source: _RANK.get(source.basis, len(_RANK)))
    return ranked[0] if ranked else None


_RANK = {"insert": 0, "label": 1, "invented": 2, "copy": 3, "secondary": 4}


def names(profile: Profile) -> tuple[str, str]:
    """(zh, en) of the medicine: its brand where there is one, else the generic name, else the id."""
    for field in ("brand_name", "generic_name"):
        value = profile.look(field).value
        if isinstance(value, Text):
            return value.say("zh"), value.say("en")
    return profile.id, profile.id


def profile_words(desk: Desk, id: str) -> Doc:
    """The foot of a record's pages: which profile, which label, which file, verified or not."""
    profile, verified = profile_in_force(desk, id)
    zh, en = names(profile)
    label = label_of(profile)
    return {
        "id": id,
        "zh": zh,
        "en": en,
        "label_version": label.label_version if label is not None else "",
        "label_date": label.label_date if label is not None else "",
        "sha256": profile.sha256,
        "verified": verified,
    }


def unproven(profile: Profile) -> tuple[str, ...]:
    """Limits that rest on a copy or on hearsay: no photo of an insert can be laid beside them."""
    found = []
    for name in readiness(profile).photograph:
        sources = profile.look(name).sources
        if not sources or any(source.basis not in PROVEN_BY for source in sources):
            found.append(name)
    return tuple(found)


def photographs_needed(profile: Profile) -> tuple[str, ...]:
    """Fields that need a photo of the insert; none for an invented product, which has no insert."""
    return () if profile.demonstration else (*readiness(profile).photograph, LABEL_DATE)


# --- acts -------------------------------------------------------------------------------------------------------------


def adopt_profile(desk: Desk, id: str, text: str) -> Standing:
    """Bring in a profile's file: the packaged one, or one that the hospital completed. It is a draft from then on.

    Raises ``product.bad_profile.*``, ``profile.other_id``, ``profile.same_file``, ``profile.revision`` (not newer than
    the file in force), ``profile.demonstration_here``.
    """
    at, who = desk.begin("adopt_profile")
    new = load(text, f"{id}.toml")
    if new.id != id:
        raise Refusal("profile.other_id", id=id, found=new.id)
    _check_demonstration(desk, new)
    held = desk.store.get("profile", id)
    doc: Doc = held.doc if held is not None else {}
    known = {str(doc.get("sha256", "")), str((doc.get("waiting") or {}).get("sha256", ""))}
    if new.sha256 in known and doc.get("state") != RETIRED:
        raise Refusal("profile.same_file", id=id)
    in_force = bool(doc) and doc["state"] in (VERIFIED, UNDER_REVIEW)
    if in_force and new.revision <= int(doc["revision"]):
        raise Refusal("profile.revision", id=id, given=new.revision, known=doc["revision"])
    zh, en = names(new)
    file = {"sha256": new.sha256, "revision": new.revision}
    if in_force:
        change: Doc = {"waiting": file, "verifying": {}}
    else:
        change = {"state": DRAFT, "waiting": {}, "verifying": {}, "zh": zh, "en": en, "reason": ""}
        change |= file | {"photos": {}, "verified_by": [], "verified_at": "", "demonstration": new.demonstration}
    change |= {"adopted_by": who.person, "adopted_at": at.iso}
    desk.write("adopt_profile", [Change("profile", id, change)], at=at, who=who, blobs=[text.encode("utf-8")])
    return profile_state(desk, id)


def _check_demonstration(desk: Desk, profile: Profile) -> None:
    """Invented products are for demonstrations, and demonstrations use nothing else (DESIGN.md 0.11)."""
    if profile.demonstration and not desk.site.get("demo"):
        raise Refusal("profile.demonstration_here", id=profile.id)


def verify_profile(desk: Desk, id: str, sha256: str, proof: Proof, photos: Sequence[Photo] = ()) -> Standing:
    """One pharmacist's word that this file says what the insert says. The second one's word puts it in force.

    The first hands in the photos; the second compares with the same ones and may add more. ``proof``: the pharmacist's
    own password, just given; it may be typed at another pharmacist's session.

    Raises ``profile.not_adopted``, ``profile.nothing_to_verify``, ``profile.other_file``, ``profile.incomplete``,
    ``profile.unproven``, ``profile.photos_missing``, ``profile.photo``, ``profile.real_on_demonstration`` and those of
    ``two_people.give_word``.
    """
    at, _ = desk.begin("verify_profile")
    standing, held = profile_state(desk, id), desk.store.get("profile", id)
    if held is None:
        raise Refusal("profile.not_adopted", id=id)
    profile = standing.to_verify
    if profile is None:
        raise Refusal("profile.nothing_to_verify", id=id, state=standing.state)
    if profile.sha256 != sha256:
        raise Refusal("profile.other_file", id=id, given=sha256[:8], known=profile.sha256[:8])
    check_verifiable(desk, profile)
    verifying: Doc = held.doc["verifying"]
    kept = _photographed(verifying.get("photos", {}), photos)
    missing = [name for name in photographs_needed(profile) if name not in kept]
    if missing:
        raise Refusal("profile.photos_missing", id=id, fields=", ".join(missing))
    number = 2 if verifying else 1
    word, who = give_word(
        desk,
        proof,
        PHARMACIST,
        about=f"profile:{id}",
        version=profile.revision,
        sha256=sha256,
        number=number,
        serial=held.version + 1,
        at=at,
        other=str(verifying.get("by", "")),
        more={"photos": canonical.sha256(canonical.encode(kept))},
    )
    if number == 1:
        doc: Doc = {"verifying": {"sha256": sha256, "by": who.person, "at": at.iso, "photos": kept, "word": word.id}}
    else:
        zh, en = names(profile)
        doc = {"state": VERIFIED, "sha256": sha256, "revision": profile.revision, "waiting": {}, "verifying": {}}
        doc |= {"verified_by": [verifying["by"], who.person], "verified_at": at.iso, "photos": kept, "reason": ""}
        doc |= {"words": [verifying["word"], word.id], "zh": zh, "en": en}
    blobs = list(dict.fromkeys(photo.data for photo in photos))
    desk.write("verify_profile", [Change("profile", id, doc), word], at=at, who=who, blobs=blobs)
    desk.store.checkpoint(who, desk.now())
    if number == 2:
        _rejudge(desk, id)
    return profile_state(desk, id)


def _rejudge(desk: Desk, id: str) -> None:
    """Walks that are under way are held against the profile as it stands now."""
    from .walks import rejudge_about_product  # walks reads profiles: the other way round it is a call

    rejudge_about_product(desk, id)


def check_verifiable(desk: Desk, profile: Profile) -> None:
    """Refuse what nobody may verify here: incomplete, resting on copies, invented at a real site or the reverse."""
    _check_demonstration(desk, profile)
    if desk.site.get("demo") and not profile.demonstration:
        raise Refusal("profile.real_on_demonstration", id=profile.id)
    ready = readiness(profile)
    if not ready.complete:
        raise Refusal("profile.incomplete", id=profile.id, fields=", ".join(ready.missing))
    resting = unproven(profile)
    if resting:
        raise Refusal("profile.unproven", id=profile.id, fields=", ".join(resting))


def _photographed(before: Mapping[str, Sequence[str]], photos: Sequence[Photo]) -> dict[str, list[str]]:
    found = {name: list(hashes) for name, hashes in before.items()}
    for photo in photos:
        if not photo.data.startswith(_PICTURES) or len(photo.data) > PHOTO_BYTES_MAX:
            raise Refusal("profile.photo", size=len(photo.data), limit=PHOTO_BYTES_MAX)
        name = canonical.sha256(photo.data)
        for field in photo.fields:
            if name not in found.setdefault(field, []):
                found[field].append(name)
    return found


def put_under_review(desk: Desk, id: str, reason: str) -> Standing:
    """Something on a label contradicts the profile: no new acceptance rests on it, running doses go on.

    It comes back into force when two pharmacists verify it, or a newer file, again. Raises ``profile.not_verified``,
    ``reason.short``.
    """
    at, who = desk.begin("review_profile")
    check_reason(reason)
    standing = profile_state(desk, id)
    if standing.state != VERIFIED:
        raise Refusal("profile.not_verified", id=id, state=standing.state)
    doc: Doc = {"state": UNDER_REVIEW, "reason": reason.strip(), "review_at": at.iso, "review_by": who.person}
    desk.write("review_profile", [Change("profile", id, doc | {"verifying": {}}, reason.strip())], at=at, who=who)
    _rejudge(desk, id)
    return profile_state(desk, id)


def retire_profile(desk: Desk, id: str, reason: str) -> Standing:
    """No order may be placed on it any more; what is under way keeps it. Raises ``profile.not_adopted``,
    ``profile.retired``, ``reason.short``."""
    at, who = desk.begin("retire_profile")
    check_reason(reason)
    standing = profile_state(desk, id)
    if not standing.adopted:
        raise Refusal("profile.not_adopted", id=id)
    if standing.state == RETIRED:
        raise Refusal("profile.retired", id=id)
    doc: Doc = {"state": RETIRED, "reason": reason.strip(), "retired_at": at.iso, "waiting": {}, "verifying": {}}
    desk.write("retire_profile", [Change("profile", id, doc, reason.strip())], at=at, who=who)
    return profile_state(desk, id)
