"""What stands around the question: the patient's line, the product's limits, the clause, the trail, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cellguide import runs
from cellguide.acts import closing
from cellguide.desk import Desk
from cellguide.facts import SILENT, Unknown
from cellguide.products import schema, showing
from cellguide.runs import Key, Run
from ui.bars import PatientLine
from ui.kit import Mark
from ui.language import language, say
from ui.runner import reading, standing
from ui.runner.reading import Reader
from ui.runner.values import FactLine, GapLine, RunView, TrailLine

# The limits that concern a receipt; a page of another phase names its own. Loud: what must not be overlooked.
FIELDS = ("storage_c_max", "receipt_ambient_s_max", "container_type", "filter_devices")
LOUD = ("filter_devices",)
# Which key leads from what is missing to where it is put right.
_GAP_KEYS = {"unchecked": "check", "reason": "say", "late": "say", "unsigned": "sign"} | dict.fromkeys(
    ("unanswered", "incomplete", "mismatch", "stop"), "go"
)


def title_of(run: Run) -> str:
    """The checklist's name."""
    return run.template.en if language.now == "en" else run.template.zh


def _order(desk: Desk, run: Run) -> Mapping[str, Any]:
    held = desk.store.get("order", run.subjects.get("order", ""))
    return held.doc if held is not None else {}


def patient_line(desk: Desk, run: Run, mark: Mark, *, second: bool) -> PatientLine:
    """Whose cells these are, from the run's order; an order that is not there yet says so."""
    order = _order(desk, run)
    patient = order.get("patient") or {}
    name = str(patient.get("name") or say("runner.no_patient"))
    latin = str(patient.get("latin") or "")
    sex = str(patient.get("sex") or "").casefold()
    numbers = [f"{say('runner.mrn')} {item['value']}" for item in patient.get("numbers", ())[:1]]
    details = [
        latin,
        say(f"runner.sex.{sex}") if sex in ("f", "m") else "",
        str(patient.get("birth_date") or ""),
        *numbers,
    ]
    product = str(order.get(f"product_{language.now}") or order.get("product") or "")
    shipment = desk.store.get("shipment", run.subjects.get("shipment", ""))
    lot = str(order.get("lot") or (shipment.doc.get("lot") if shipment is not None else "") or "")
    coi = str(order.get("coi") or "")
    more = [say("runner.lot", lot=lot) if lot else "", f"COI {coi}" if coi else ""]
    return PatientLine(name, _joined(details), product, _joined(more), mark, second)


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def banner_mark(reader: Reader) -> Mark:
    """Where the product is, in the banner's pill."""
    placed = [key for key, step in reader.run.questions() if step.marks == "PLACED"]
    done = [key for key in placed if key in reader.run.current]
    if placed and len(done) == len(placed):
        return Mark(say("runner.where.cold"), "ok")
    if standing.exposure_running(reader.run):
        return Mark(say("runner.where.out"), "warn")
    return Mark(say("runner.where.coming"), "")


def product_facts(desk: Desk, reader: Reader) -> tuple[tuple[FactLine, ...], str]:
    """The product's limits in words, and the line under them that says where they stand."""
    order = _order(desk, reader.run)
    lines = []
    name = str(order.get(f"product_{language.now}") or "")
    if name:
        lines.append(FactLine(say("runner.fact.product"), name))
    sources = []
    for field in FIELDS:
        value = reader.facts.fact(f"profile.{field}")
        if isinstance(value, Unknown) and value is not SILENT:
            continue
        if field not in schema.FIELDS:
            continue
        shown = showing.show_value(field, value, language.now)  # type: ignore[arg-type]
        lines.append(FactLine(say(f"runner.fact.{field}"), shown, field in LOUD))
        name = f"profile.{field}"
        source = (reader.facts.source_zh(name) if language.now == "zh" else "") or reader.facts.source(name)
        if source:
            sources.append(source)
    if lines and len(lines) == 1:
        return tuple(lines), say("runner.fact.draft")
    return tuple(lines), " · ".join(dict.fromkeys(sources))


def guidance(run: Run, here: Key | None) -> tuple[str, str]:
    """The clause that speaks of this step, and what it says."""
    if here is None:
        return "", ""
    step = run.template.step(here.step)
    text = step.detail.say(language.now) if step.detail else ""
    title = say("runner.guide", clause=step.guide) if step.guide else say("runner.how")
    return (title, text) if text else ("", "")


def view_of(desk: Desk, reader: Reader, here: Key | None, others: int) -> RunView:
    """Everything that is shown of a run; ``here`` None: nothing is left to answer. ``others``: further open walks."""
    run = reader.run
    question = reading.question(reader, here) if here is not None else None
    missing = closing.closing_gate(desk, run, reader.at) if question is None else ()
    cold = reading.cold_key(reader)
    facts, foot = product_facts(desk, reader)
    guide, guide_text = guidance(run, here)
    return RunView(
        run.id,
        title_of(run),
        f"{run.template.id} v{run.template.version}",
        reading.pauses(reader, here),
        question,
        tuple(gap_line(reader, item) for item in missing),
        facts,
        foot,
        guide,
        guide_text,
        tuple(TrailLine(*line) for line in reading.trail(reader)),
        len(runs.checks_due(run)),
        reading.ident_of(cold) if cold is not None and cold != here else "",
        others,
        run.template.per == "shipment" and bool(run.subjects.get("order")),
    )


def gap_line(reader: Reader, missing: runs.Missing) -> GapLine:
    """One thing that is missing, with the key that leads to it."""
    step = reader.run.template.step(missing.key.step)
    text = f"{standing.words_of(step)} {standing.container_word(reader.run, missing.key.container)}".strip()
    what = say(f"run.missing.{missing.what}")
    if missing.what == "unchecked" and missing.detail:
        what = say("run.missing.unchecked_by", roles=standing.role_words(missing.detail.split("|")))
    return GapLine(
        reading.ident_of(missing.key), text, what, say(f"runner.gap.{_GAP_KEYS[missing.what]}"), missing.what
    )
