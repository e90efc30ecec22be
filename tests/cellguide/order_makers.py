"""Valid orders of invented patients, for tests of orders, shipments and containers."""

from __future__ import annotations

from dataclasses import replace

from cellguide.entry import Actor
from cellguide.orders import Evidence, Order
from cellguide.patients import Number, Patient

PHARMACIST = Actor("900011", "pharmacist", "password")
PHARMACIST_2 = Actor("900012", "pharmacist", "badge+pin")
NURSE = Actor("900021", "nurse", "badge+pin")
PHYSICIAN = Actor("900031", "physician", "password")
QUALITY = Actor("900041", "quality", "password")

PATIENT = Patient(
    name="赵小明",
    birth_date="1980-05-17",
    sex="m",
    numbers=(Number("mrn", "M0012345", "2020-01-01"), Number("inpatient", "ZY2026-1187", "2026-11-01")),
    latin="Zhao Xiaoming",
    initials="ZXM",
)
ORDER = Order(
    patient=PATIENT,
    product="demo-cel",
    product_zh="演示赛注射液",
    product_en="DEMO-CEL",
    coi="DC-24097-ZXM",
    din="A9999 26 123456",
    aph_id="APH-0417",
    containers=2,
    physician="演示医甲",
    consent_on="2026-09-01",
    planned={"ld_start": "2026-11-25", "ld_end": "2026-11-27", "infusion_on": "2026-11-30"},
    clinical={"hbsag": "neg", "anti_hbc": "neg", "weight_kg": "61.5"},
    holder={
        "approval": Evidence(text="医院名录 2026-08", until="2027-08-31"),
        "agreement": Evidence(text="QA-2026-03", until="2027-03-31"),
        "training": Evidence(text="TR-2026-09", until="2027-09-30"),
    },
)
OTHER = replace(
    ORDER,
    patient=Patient("钱大海", "1961-02-03", "m", (Number("mrn", "M0099001", "2019-03-01"),), "Qian Dahai", "QDH"),
    coi="DC-71553-QDH",
    din="A9999 26 777777",
    aph_id="APH-0533",
)
