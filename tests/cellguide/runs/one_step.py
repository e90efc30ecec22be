"""A checklist of a few lines, made for one test."""

from __future__ import annotations

from typing import Any

from cellguide.clock import Moment, parse_iso
from cellguide.entry import Actor
from cellguide.runs import Facts, Run, Verdict, answer, open_run, settle
from cellguide.templates import Template, load

BY = Actor("004217", "pharmacist", "session")
AT = parse_iso("2026-11-22T14:00:00+08:00")


def checklist(*steps: str, per: str = "shipment") -> Template:
    """A template whose steps are the given TOML lines; zh, en, origin and code words are filled in."""
    text = f'id = "test"\nper = "{per}"\nzh = "测试"\nen = "Test"\n[[section]]\nid = "one"\nzh = "一"\nen = "One"\n'
    for step in steps:
        text += f'[[section.step]]\nzh = "项"\nen = "Item"\norigin = "test"\n{step}\n'
    return load(text, "test/1.toml")


def begun(template: Template, containers: tuple[str, ...] = ("C1",)) -> Run:
    subjects = {"shipment": "A-S-000001", "preparation": "A-P-000001"}
    return open_run("A-R-000001", template, subjects=subjects, containers=containers, by=BY, at=AT.iso)


def judged(
    steps: tuple[str, ...],
    answers: list[tuple[str, Any]],
    values: dict[str, Any],
    at: Moment = AT,
) -> Verdict:
    """The verdict on the last step after the given answers; a value (main, parts) gives further inputs."""
    run = begun(checklist(*steps))
    facts = Facts(values)
    for step, value in answers:
        main, parts = value if isinstance(value, tuple) else (value, {})
        container = "C1" if run.template.step(step).per == "container" else None
        run, _ = answer(run, step, container, main, by=BY, at=at, facts=facts, parts=parts)
    run = settle(run, facts, at)
    last = tuple(key for key, _ in run.questions())[-1]
    return run.standing[last].verdict
