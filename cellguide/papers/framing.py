"""What stands around the body of every record's paper: head, footer, notices, decision, places for signatures."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from cellguide import canonical
from cellguide.papers import blocks, lines, qr, sheet, signature_block
from cellguide.papers.blocks import small
from cellguide.papers.glyphs import MACHINE_MARK
from cellguide.papers.lines import AMBER, GREY, RED, Style
from cellguide.papers.sheet import Block, Drawn
from cellguide.papers.voice import Voice, groups
from cellguide.refusal import Refusal

SCHEMA = "cellguide.record/1"

Record = Mapping[str, Any]


def voice_of(record: Record) -> Voice:
    """The languages of the record's site. Raises Refusal ``paper.unknown_record`` for a form nobody knows."""
    if record.get("schema") != SCHEMA:
        raise Refusal("paper.unknown_record", schema=str(record.get("schema"))[:60])
    return Voice(record["site"]["languages"])


def signable(drawn: Drawn, record: Record, previous_pdf: bytes | None) -> bytes:
    """A drawn paper as PDF/A-3b with ``record.json`` inside and its empty signature fields. Raises Refusal
    ``paper.previous_missing``, ``paper.previous_differs``, ``paper.not_pdfa``."""
    from cellguide.papers import pdfa, seal

    return seal.place_fields(pdfa.archive(drawn.pdf, record, previous_pdf), drawn.fields)


def head(record: Record, voice: Voice, *, whose: str, about: str) -> sheet.Head:
    """What every page says. ``whose``: what it is about, so that no page is an orphan; ``about``: the profile, or the
    probe, in the footer."""
    site, template, point = (record[name] for name in ("site", "template", "checkpoint"))
    main, second = voice.pair(template)
    base = voice.two(f"head.base_{site['base']}")
    model = f"{voice.two('head.template')} {template['id']} v{template['version']} {template['sha256'][:8]}".strip()
    sha256 = canonical.sha256(canonical.encode(record))
    code = qr.PageCode(
        record["id"],
        record["version"],
        1,
        1,
        sha256,
        point["size"],
        base64.b64decode(point["root"]).hex()[:16],
    )
    chain = f" · {point['chain'][:8]}" if point["chain"] else ""
    checkpoint = f"{voice.two('head.checkpoint')} {point['size']} · {groups(code.root)}{chain}"
    number = f"{record['id']} v{record['version']}"
    return sheet.Head(
        site=voice.joined(site),
        title=main,
        subtitle=" · ".join(part for part in (second, base) if part),
        number=number,
        whose=whose,
        demo=voice.two("head.demo") if record["demo"] else "",
        code=code,
        footer=(
            f"{checkpoint} · {model} · CellGuide {record['app']}",
            f"{number} · {voice.two('head.station')} {record['station']} · {about} · {base}",
        ),
        page_word=voice.two("head.page", page="{page}", pages="{pages}"),
        lang={"zh": "zh-CN", "en": "en"}[voice.main],
        author=voice.pair(site)[0],
    )


def notices(record: Record, voice: Voice) -> Iterator[Block]:
    """That it is void, or which version it replaces, and why."""
    amends, void = record["amends"], record["void"]
    if void:
        yield blocks.band(_notice(voice.two("head.void"), void["reason"], RED, voice), "hard")
    if amends:
        runs = _notice(voice.two("head.amends", version=amends["version"]), amends["reason"], AMBER, voice)
        tiny = Style(6.4, colour=GREY)
        runs.append((f"\n{voice.two('head.amends_record')} SHA-256 {groups(amends['sha256'])}", tiny))
        attached = f"{voice.two('head.amends_pdf')} SHA-256 {groups(amends['pdf_sha256'])}"
        runs.append((f"\n{attached if amends['pdf_sha256'] else voice.two('head.amends_unsigned')}", tiny))
        yield blocks.band(runs, "warn")


def _notice(title: str, reason: str, colour: str, voice: Voice) -> list[tuple[str, Style]]:
    why = f"\n{voice.two('head.reason')}{voice.colon}{voice.cut(reason, 600)}"
    return [(title, Style(9.4, bold=True, colour=colour)), (why, Style(8.2))]


def closing(record: Record, voice: Voice, *, legend: bool) -> Iterator[Block]:
    """The end that stays together: legend, decision, and the places for signatures."""
    if legend and record["void"] is None:
        faint = Style(6.6, colour=GREY)
        yield blocks.Legend(
            lines.wrap_one(voice.one("legend.changed"), faint, sheet.WIDTH),
            lines.wrap_one(f"{MACHINE_MARK} {voice.one('legend.machine')}", faint, sheet.WIDTH),
            lines.wrap_one(voice.one("legend.identified"), faint, sheet.WIDTH),
        )
    decision = record["decision"]
    if decision:
        main, second = voice.pair(decision)
        count = len(record["deviations"])
        right = voice.two("decision.deviations", count=count) if count else voice.two("decision.clean")
        runs = [(f"{voice.two('decision.title')}{voice.colon}{main}", Style(9.4, bold=True))]
        if second:
            runs.append(small("\n" + second))
        yield blocks.band(runs, decision["level"], right, right_level="warn" if count else "ok", keep=True, icon=True)
    required = record["required"]
    count_line = voice.two("signature.count", required=len(required))
    yield blocks.words(count_line, Style(7.4, colour=GREY), keep=True, before=2, after=4)
    ink = bool(record["site"]["ink_lines"])
    yield from signature_block.last([signature_block.box(meaning, voice, ink=ink) for meaning in required])
