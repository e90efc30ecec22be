"""The manifestation of a signature: who, what it means, when, over which record (21 CFR 11.50, regulation.md 1.3).

Drawn three times from the same values: as an empty box in the record, as the appearance that a signer puts into it,
and as a small card for the signatures given during the run.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from cellguide.papers import lines
from cellguide.papers.lines import GREEN, GREY, INK, REGULAR, RULE, Line, Style
from cellguide.papers.sheet import WIDTH, Block
from cellguide.papers.voice import Voice, both, groups, stamp
from cellguide.refusal import Refusal
from cellguide.words import LANGS, catalogue, say

CARD_HEIGHT = 75.0
LABEL_WIDTH = 86.0
REASON_MAX = 120  # of an override on its card; the table of overrides has all of it
NAME_MAX = 80  # a longer name is cut on the card; the certificate and record.json hold all of it


@dataclass(frozen=True, slots=True)
class Shown:
    """What a signature's block says. ``at``: ISO 8601 with offset; ``key``: the certificate's fingerprint in groups.

    ``number``: the start of the statement's SHA-256, by which the ledger finds it; ``clock``: ``checked_at`` (ISO) and
    ``difference_s`` of the station clock's last comparison, ``moved``, ``moved_at`` and ``moved_s`` where it was moved
    since, or None.
    """

    meaning: str
    name: str
    staff_id: str
    role: str
    method: str
    at: str
    number: str
    key: str
    record: str
    version: int
    sha256: str
    n: int
    of: int
    late: bool = False
    clock: Mapping[str, Any] | None = None


def check_meaning(meaning: str) -> None:
    """The meanings are a closed list. Raises Refusal ``paper.unknown_meaning``."""
    if f"paper.meaning.{meaning}" not in catalogue("paper"):
        raise Refusal("paper.unknown_meaning", meaning=meaning)


def _known(group: str, code: str) -> str:
    return both(f"{group}.{code}") if f"paper.{group}.{code}" in catalogue("paper") else code


def statement_lines(shown: Shown) -> tuple[tuple[str, tuple[tuple[str, Style], ...]], ...]:
    """The block as (label, runs), in both languages whatever the site's (REG-010)."""
    small, strong = Style(7), Style(7, bold=True)
    meaning = both(f"meaning.{shown.meaning}")
    by = _in_both("signature.by", meaning=lambda lang: say(f"paper.meaning.{shown.meaning}", lang))
    name = shown.name if len(shown.name) <= NAME_MAX else shown.name[:NAME_MAX] + "…"
    who = f"   {both('signature.id')} {shown.staff_id}   {both('signature.role')} {_known('role', shown.role)}"
    claim = f"（{say(f'paper.claim.{shown.meaning}', 'zh')} · {say(f'paper.claim.{shown.meaning}', 'en')}）"
    late = ((f"   {both('signature.late')}", Style(7, bold=True, colour=lines.AMBER)),) if shown.late else ()
    place = _in_both("signature.place", n=shown.n, of=shown.of)
    number = f"{shown.number}   {both('signature.method')} {_known('how', shown.method)}   "
    return (
        (by, ((name, Style(10, bold=True)), (who, small))),
        (both("signature.meaning"), ((meaning, strong), (claim, small))),
        (both("signature.at"), ((stamp(shown.at), strong), *late, (f"   （{_clock_words(shown.clock)}）", small))),
        (both("signature.number"), ((number + f"{both('signature.key')} {shown.key}   ", small), (place, small))),
        (
            both("signature.record"),
            ((f"{shown.record} v{shown.version}   SHA-256 {groups(shown.sha256)}", Style(6.2)),),
        ),
    )


def _clock_words(clock: Mapping[str, Any] | None) -> str:
    """How the station clock stood when the record was frozen (REG-028, REG-029)."""
    if clock is None:
        return both("signature.clock_unverified")
    if clock.get("moved"):
        return _in_both("signature.clock_moved", at=stamp(clock["moved_at"])[:16], seconds=f"{clock['moved_s']:+d}")
    difference = str(clock["difference_s"])
    signed = difference if difference.startswith(("-", "−", "+")) else f"+{difference}"
    return _in_both("signature.clock", at=stamp(clock["checked_at"])[:16], difference=signed)


def _in_both(key: str, **facts: Any) -> str:
    """Both languages with facts filled in; a fact that is itself a word is given as a function of the language."""
    parts = []
    for lang in LANGS:
        filled = {name: fact(lang) if callable(fact) else fact for name, fact in facts.items()}
        parts.append(say(f"paper.{key}", lang, **filled))
    return " ".join(parts)


def _fitted(runs: Sequence[tuple[str, Style]], width: float) -> tuple[Line, ...]:
    """One line, set smaller where it would not fit; only what is unreadably long is cut."""
    for scale in (1.0, 0.92, 0.85, 0.78, 0.7, 0.62):
        scaled = [(text, style._replace(size=style.size * scale)) for text, style in runs]
        found = lines.wrap(scaled, width)
        if len(found) == 1:
            break
    return found[:1]


def draw_filled(canvas: Any, shown: Shown, x: float, top: float, width: float = WIDTH) -> None:
    """The card as signed: white, with a green edge; the empty box below it disappears."""
    canvas.setFillColor("#ffffff")
    canvas.rect(x, top - CARD_HEIGHT, width, CARD_HEIGHT, stroke=0, fill=1)
    canvas.setStrokeColor("#b7dcc6")
    canvas.setLineWidth(0.7)
    canvas.roundRect(x + 0.5, top - CARD_HEIGHT + 0.5, width - 1, CARD_HEIGHT - 1, 4, stroke=1, fill=1)
    canvas.setFillColor(GREEN)
    canvas.roundRect(x + 0.5, top - CARD_HEIGHT + 0.5, 3.4, CARD_HEIGHT - 1, 1.6, stroke=0, fill=1)
    y = top - 7
    for label, runs in statement_lines(shown):
        text = _fitted(runs, width - LABEL_WIDTH - 20)
        label_line = _fitted([(label, Style(6.4, colour=GREY))], LABEL_WIDTH - 4)
        drop = text[0].leading * 0.76 - label_line[0].leading * 0.76
        lines.draw_lines(canvas, label_line, x + 12, y - drop)
        y = lines.draw_lines(canvas, text, x + 12 + LABEL_WIDTH, y) - 2.2


def appearance(shown: Shown) -> bytes:
    """The card as a PDF page of its own, for the signature field."""
    lines.load_faces()
    out = io.BytesIO()
    canvas = Canvas(
        out,
        pagesize=(WIDTH, CARD_HEIGHT),
        invariant=1,
        pageCompression=1,
        pdfVersion=(1, 7),
        initialFontName=REGULAR,
        initialFontSize=7,
    )
    draw_filled(canvas, shown, 0, CARD_HEIGHT)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Box:
    """An empty place for a signature. ``field`` names the meaning that goes here."""

    field: str
    label: tuple[Line, ...]
    ink: tuple[tuple[Line, ...], ...] = ()
    keep: bool = True
    head: Block | None = None

    @property
    def gap(self) -> float:
        return 32.0 if self.ink else 7.0

    @property
    def height(self) -> float:
        return CARD_HEIGHT + self.gap

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def draw(self, canvas: Any, x: float, top: float) -> None:
        canvas.setStrokeColor("#aab6bf")
        canvas.setLineWidth(0.7)
        canvas.setDash(3, 2.4)
        canvas.roundRect(x + 0.5, top - CARD_HEIGHT + 0.5, WIDTH - 1, CARD_HEIGHT - 1, 4, stroke=1, fill=0)
        canvas.setDash()
        lines.draw_lines(canvas, self.label, x + 12, top - 8)
        if not self.ink:
            return
        half = WIDTH / 2
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.5)
        for column, text in enumerate(self.ink):
            left = x + column * half
            lines.draw_lines(canvas, text, left, top - CARD_HEIGHT - 14)
            start = left + text[0].width + 6
            canvas.line(start, top - CARD_HEIGHT - 23, left + half - 14, top - CARD_HEIGHT - 23)


def box(meaning: str, voice: Voice, *, ink: bool) -> Box:
    """An empty box for one required meaning, with lines for a pen where the site asks for them."""
    check_meaning(meaning)
    label = lines.wrap_one(both(f"meaning.{meaning}"), Style(9, bold=True), WIDTH - 24)
    pen = ("signature.ink", "signature.ink_date")
    written = tuple(lines.wrap_one(voice.two(key), Style(6.6, colour=GREY), 140) for key in pen) if ink else ()
    return Box(meaning, label, written)


def last(boxes: list[Box]) -> list[Box]:
    """Boxes stay together; the last of them may end a page."""
    return [*boxes[:-1], replace(boxes[-1], keep=False)] if boxes else []


@dataclass(frozen=True, slots=True)
class InnerCards:
    """Two signatures given during the run, side by side."""

    cards: tuple[tuple[Line, ...], ...]
    keep: bool = False
    head: Block | None = None

    @property
    def height(self) -> float:
        return max(lines.height(card) for card in self.cards) + 20

    def split(self, room: float) -> tuple[Block, Block] | None:
        return None

    def draw(self, canvas: Any, x: float, top: float) -> None:
        width, height = (WIDTH - 10) / 2, self.height - 7
        for column, card in enumerate(self.cards):
            left = x + column * (width + 10)
            canvas.setStrokeColor(RULE)
            canvas.setLineWidth(0.6)
            canvas.roundRect(left, top - height, width, height, 4, stroke=1, fill=0)
            canvas.setFillColor(GREEN)
            canvas.roundRect(left, top - height, 3, height, 1.5, stroke=0, fill=1)
            lines.draw_lines(canvas, card, left + 11, top - 6)


def inner_card(given: Mapping[str, Any]) -> tuple[Line, ...]:
    """The lines of a signature given inside the run: the statement, and enough of its proof to find it again."""
    room = (WIDTH - 10) / 2 - 20
    stated = given["statement"]
    small, faint = Style(6.6), Style(6, colour=GREY)
    proof = hashlib.sha256(base64.b64decode(given["signature"])).hexdigest()[:16]
    reason = stated.get("override", {}).get("reason", {}).get("text", "")
    runs = [
        (_known("meaning", stated["meaning"]) + "  ", Style(6.8, colour=GREY)),
        (f"{stated['name']} {stated['latin']}"[:NAME_MAX], Style(8.6, bold=True)),
        (f"  {stated['signer']} · {_known('role', stated['role'])}\n", small),
        (f"{stamp(stated['time'])} · {stated['number']}/{stated['of']}\n", Style(6.8, bold=True)),
        (f"{given['zh']} {given['en']}\n", small),
        *([(f"{both('signature.override')}: {reason[:REASON_MAX]}\n", small)] if reason else []),
        (f"{both('signature.answers')} ({stated['version']}) SHA-256 {groups(stated['sha256'])}\n", faint),
        (f"{both('signature.key')} {stated['certificate']} · P-256 {groups(proof)}", faint),
    ]
    return lines.wrap(runs, room)


def inner_cards(given: list[Mapping[str, Any]]) -> list[Block]:
    """All signatures given inside the run, two to a row."""
    cards = [inner_card(one) for one in given]
    return [InnerCards(tuple(cards[at : at + 2])) for at in range(0, len(cards), 2)]
