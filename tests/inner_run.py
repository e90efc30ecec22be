"""A checklist with a signature in its middle, for tests: the program's own have none yet before thaw."""

from __future__ import annotations

from cellguide import runs
from cellguide.desk import Desk
from cellguide.entry import Change
from cellguide.templates import load

GO = """
id = "test-go"
per = "device"
zh = "演示：医师放行"
en = "DEMO: a physician's go"
[[section]]
id = "one"
zh = "一"
en = "One"
[[section.step]]
id = "A-1"
zh = "体积"
en = "Volume"
ask = "text"
rule = [{ need = "it = ready", else = "held", by = ["pharmacist", "quality"], cause = "other" }]
origin = "test"
[[section.step]]
id = "A-2"
zh = "医师放行"
en = "The physician's go"
ask = "sign"
meaning = "approved"
by = ["physician"]
gate = true
origin = "test"
[[section.step]]
id = "A-3"
zh = "双人签名"
en = "Both sign"
ask = "sign"
gate = true
origin = "test"
"""


def begin(desk: Desk) -> str:
    """A walk through GO, begun as ``walks.start_run`` begins one; no checklist of the program's is needed for it."""
    at, who = desk.begin("start_run")
    template = load(GO, "test-go/1.toml")
    run = runs.open_run("W-A-2026-000777", template, subjects={"device": "TANK-1"}, containers=(), by=who, at=at.iso)
    doc = runs.run_doc(run)
    assert doc.pop("events") == []
    del doc["id"]
    doc |= {"state": "open", "subject": "TANK-1", "order": "", "title": {"zh": template.zh, "en": template.en}}
    desk.write("start_run", [Change("run", run.id, doc)], at=at, who=who, blobs=[GO.encode()])
    return run.id
