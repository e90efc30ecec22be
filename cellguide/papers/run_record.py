"""The printed record of a finished run: from ``record.json`` to a PDF with places for its signatures.

Nothing here reads a store, judges a value or knows what time it is: the record says it all, and the same record
gives the same bytes. The form is ``cellguide.record/1`` (docs/paper.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cellguide import canonical
from cellguide.papers import blocks, curve, framing, lines, sheet, signature_block, step_table
from cellguide.papers.blocks import plain, small
from cellguide.papers.lines import AMBER, FAINT, GREY, Style
from cellguide.papers.sheet import Block, Drawn
from cellguide.papers.voice import Voice, clock_parts, groups, stamp
from cellguide.refusal import Refusal

NOT_STATED = "not stated"  # what a profile says where a label has no version or date
VALUE_MAX = 120  # characters of one identifier that are set on paper

Record = Mapping[str, Any]


def draw(record: Record, photos: Mapping[str, bytes]) -> bytes:
    """Draw a record as a PDF. ``photos``: SHA-256 → bytes of every photograph the record names.

    Raises Refusal ``paper.unknown_record``, ``paper.unknown_meaning``, ``paper.photo_missing`` and
    ``paper.photo_changed``.
    """
    return lay(record, photos).pdf


def prepare(record: Record, photos: Mapping[str, bytes], previous_pdf: bytes | None = None) -> bytes:
    """Draw a record, make it PDF/A-3b with ``record.json`` inside, and give it its empty signature fields.

    ``previous_pdf``: the signed PDF of the version that an amended record replaces. Raises Refusal as ``draw`` does,
    and ``paper.previous_missing``, ``paper.previous_differs``, ``paper.not_pdfa``.
    """
    return framing.signable(lay(record, photos), record, previous_pdf)


def lay(record: Record, photos: Mapping[str, bytes]) -> Drawn:
    """Draw a record and say where its signature fields go; refuses as ``draw`` does."""
    voice = framing.voice_of(record)
    head = framing.head(record, voice, whose=_whose(record, voice), about=_profile(record["profile"], voice))
    return sheet.draw(head, list(_blocks(record, photos, voice)))


def _profile(profile: Mapping[str, Any] | None, voice: Voice) -> str:
    if profile is None:
        return voice.two("head.no_profile")
    stated = [text for text in (profile["label_version"], profile["label_date"]) if text and text != NOT_STATED]
    label = f"{voice.two('head.label')} {' '.join(stated) or voice.two('head.not_stated')}"
    draft = "" if profile["verified"] else f" · {voice.two('head.profile_draft')}"
    return f"{voice.two('head.profile')} {profile['id']} {profile['sha256'][:8]} · {label}{draft}"


def _whose(record: Record, voice: Voice) -> str:
    subject = record["subject"]
    patient = subject["patient"]
    parts = [patient["name"][:40], patient["birth_date"]] if patient else []
    parts += [
        f"{voice.word('number', one['type'])} {one['value'][:40]}" for one in (patient["numbers"] if patient else [])
    ][:1]
    product = [voice.pair(subject["product"])[0]] if subject["product"] else []
    return " · ".join(part for part in (*parts, *product, subject["lot"]) if part)


def _blocks(record: Record, photos: Mapping[str, bytes], voice: Voice) -> Iterator[Block]:
    yield from framing.notices(record, voice)
    yield blocks.grid(_identifiers(record, voice))
    if record["void"] is None:
        yield from _containers(record, voice)
        yield from _acceptance(record, voice)
        yield from step_table.sections(record, voice)
        yield from _series(record, voice)
        yield from _photos(record, photos, voice)
        yield from step_table.clearances(record, voice)
        yield from step_table.deviations(record, voice)
        yield from step_table.events(record, voice)
        yield from step_table.changes(record, voice)
        yield from _inner(record, voice)
    yield from framing.closing(record, voice, legend=True)


def _identifiers(record: Record, voice: Voice) -> list[tuple[str, str]]:
    subject = record["subject"]
    found: list[tuple[str, str]] = []

    def add(key: str, value: object) -> None:
        if value:
            found.append((voice.two(key), voice.cut(str(value), VALUE_MAX)))

    patient = subject["patient"]
    if patient:
        add("subject.patient", patient["name"])
        add("subject.latin", patient["latin"])
        add("subject.sex", voice.code("sex", str(patient["sex"] or "")))
        add("subject.birth_date", patient["birth_date"])
        for number in patient["numbers"]:
            found.append((voice.code("number", number["type"]), voice.cut(number["value"], VALUE_MAX)))
    add("subject.product", voice.joined(subject["product"]) if subject["product"] else "")
    for key in ("order", "coi", "lot", "din", "aph_id"):
        add(f"subject.{key}", subject[key])
    add("subject.opened", stamp(record["opened"]))
    add("subject.closed", stamp(record["closed"]))
    return found


def _containers(record: Record, voice: Voice) -> Iterator[Block]:
    containers = record["subject"]["containers"]
    if not containers:
        return
    widths = (42.0, 118.0, 98.0, 78.0, 99.0, 80.3)
    labels = [voice.two(f"containers.{name}") for name in ("number", "id", "lot", "expiry", "place", "exposure")]
    table = [
        [
            [plain(f"{one['n']}/{one['of']}")],
            [blocks.strong(voice.cut(one["id"], VALUE_MAX))],
            [plain(one["lot"] or "—")],
            [plain(one["expiry"] or "—")],
            [plain(voice.cut(one["place"] or "—", VALUE_MAX))],
            [blocks.strong("—" if one["exposure_s"] is None else f"{one['exposure_s']} s")],
        ]
        for one in containers
    ]
    yield blocks.heading(*voice.title("containers.title"))
    yield from blocks.rows(blocks.head_row(labels, widths), table)


def _acceptance(record: Record, voice: Voice) -> Iterator[Block]:
    """What an inspector asks of an acceptance record; what nobody has told stands as a dash."""
    found = record["subject"].get("acceptance", ())
    if found:
        yield blocks.heading(*voice.title("acceptance.title"))
        yield blocks.grid([(voice.joined(one), voice.cut(one["text"] or "—", VALUE_MAX)) for one in found])


def _series(record: Record, voice: Voice) -> Iterator[Block]:
    series = record["series"]
    if series is None:
        return
    yield blocks.heading(*voice.pair(series))
    facts = "   ".join(f"{voice.pair(fact)[0]} {voice.pair(fact['text'])[0]}" for fact in series["facts"])
    if facts:
        yield blocks.words(facts, Style(7.6, colour=GREY), keep=True)
    drawn = curve.curve(series, voice)
    yield drawn or blocks.words(voice.two("series.no_points"), Style(8, colour=AMBER))
    yield blocks.words(f"{voice.two('series.source')} {groups(series['source_sha256'])}", Style(6.2, colour=FAINT))


def _photos(record: Record, photos: Mapping[str, bytes], voice: Voice) -> Iterator[Block]:
    found = [_picture(number, photo, photos, voice) for number, photo in enumerate(record["photos"], start=1)]
    if not found:
        return
    yield blocks.heading(*voice.title("photos.title"))
    for at in range(0, len(found), blocks.PICTURES_A_ROW):
        yield blocks.Pictures(tuple(found[at : at + blocks.PICTURES_A_ROW]))


def _picture(number: int, photo: Mapping[str, Any], photos: Mapping[str, bytes], voice: Voice) -> blocks.Picture:
    sha256 = photo["sha256"]
    if sha256 not in photos:
        raise Refusal("paper.photo_missing", sha256=sha256)
    if canonical.sha256(photos[sha256]) != sha256:
        raise Refusal("paper.photo_changed", sha256=sha256)
    image = blocks.readable_image(photos[sha256])
    main, second = voice.pair(photo)
    runs = [(f"{number}  {voice.cut(main, 60)}", Style(7, bold=True))]
    if second:
        runs.append(small("\n" + voice.cut(second, 60)))
    if image is None:
        runs.append(small(f"\n{voice.two('photos.unreadable')}", AMBER))
    hour, rest = clock_parts(photo["at"])
    runs.append(small(f"\n{hour} {rest}\n{groups(sha256[:16])}"))
    return blocks.Picture(image, lines.wrap(runs, blocks.PICTURE_WIDTH))


def _inner(record: Record, voice: Voice) -> Iterator[Block]:
    if record["signatures"]:
        yield blocks.heading(*voice.title("inner.title"))
        yield from signature_block.inner_cards(list(record["signatures"]))
