"""A demonstration record of real density, and small changes to it. Every person and product is invented and marked."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
from typing import Any

STEPS = [
    ("R-01", "核对运输罐编号", "Shipper serial number", "SN 88213", "SN 88213"),
    ("R-02", "核对封签号与运单", "Seals match the waybill", "0041-77 · 0041-78", "0041-77 · 0041-78"),
    ("R-03", "干式液氮罐外观", "Outside of the shipper", "完好，无倾倒指示", "Intact, no tilt indicator"),
    ("R-09", "收货人与交接时间", "Handover", "14:16 · 演示冷链物流", "14:16 · DEMO courier"),
    (
        "R-14",
        "导入运输温度记录",
        "Shipping temperature file",
        "demo-0041.csv · 2881 个读数",
        "demo-0041.csv · 2881 readings",
    ),
    (
        "R-16",
        "运输全程温度",
        "Temperature during shipping",
        "最高 −178.2 °C · 超限 0 min",
        "Max −178.2 °C · 0 min above",
    ),
    ("R-19", "液氮残余重量", "Liquid nitrogen left", "3.4 kg", "3.4 kg"),
    ("R-22", "产品标签与医嘱身份", "Label against the order", "5/5 标识一致", "5 of 5 identifiers match"),
    ("R-24", "袋体完整性", "Bag integrity", "无裂纹、无渗漏（照片 2）", "No crack, no leak (photo 2)"),
    ("R-27", "批号与有效期", "Lot and expiry", "DEMO-2411-097 · 2027-05-30", "DEMO-2411-097 · 2027-05-30"),
    ("R-28", "剂量", "Dose", "100×10⁶ 个 CAR⁺ 存活 T 细胞", "100×10⁶ CAR⁺ viable T cells"),
    ("R-38", "常温暴露时间", "Ambient exposure", "128 s", "128 s"),
    ("R-40", "处置结论", "Disposition", "验收合格，入库", "Accepted into storage"),
]


def pair(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def at(minute: int, second: int = 5) -> str:
    return f"2026-11-22T{14 + minute // 60:02d}:{minute % 60:02d}:{second:02d}.000+08:00"


WANG = {"id": "D-0017", "name": "演示甲 DEMO A"}
LIU = {"id": "D-0021", "name": "演示乙 DEMO B"}


def step(number: int, row: tuple[str, str, str, str, str]) -> dict[str, Any]:
    code, zh, en, answer_zh, answer_en = row
    return {
        "id": code,
        "zh": zh,
        "en": en,
        "ask": "text",
        "text": pair(answer_zh, answer_en),
        "at": at(18 + number),
        "event_at": None,
        "person": WANG,
        "role": "pharmacist",
        "how": "session",
        "late": False,
        "machine": False,
        "not_applicable": None,
        "check": None,
        "verdict": None,
        "changes": [],
    }


def verdict(level: str, limit: str | None, source: str | None, zh: str = "", en: str = "") -> dict[str, Any]:
    return {
        "level": level,
        "limit": pair(limit, limit) if limit else None,
        "source": pair(source, source) if source else None,
        "rule": "it <= profile.transit_c_max",
        "text": pair(zh, en),
    }


def change(old: str, new: str, reason: str = "读错一位 misread digit") -> dict[str, Any]:
    return {"old": pair(old, old), "new": pair(new, new), "reason": reason, "at": at(41), "person": WANG}


def section(code: str, zh: str, en: str, container: str | None = None) -> dict[str, Any]:
    steps = [step(number, row) for number, row in enumerate(STEPS)]
    by_id = {one["id"]: one for one in steps}
    by_id["R-16"] |= {
        "machine": True,
        "person": None,
        "verdict": verdict("ok", "≤ −150 °C", "产品档案 DEMO 标签 2025-01 §2.2"),
    }
    by_id["R-38"] |= {
        "machine": True,
        "person": None,
        "verdict": verdict("warn", "≤ 120 s", "站点限值 site limit", "超出 8 s", "8 s over"),
    }
    by_id["R-22"]["check"] = {
        "kind": "value",
        "person": LIU,
        "at": at(33),
        "match": True,
        "text": pair("5/5", "5/5"),
    }
    by_id["R-24"]["check"] = {"kind": "witness", "person": LIU, "at": at(34), "match": True, "text": pair("", "")}
    by_id["R-09"] |= {"late": True, "event_at": at(16)}
    by_id["R-19"] |= {"not_applicable": "本批次为干冰运输 shipped on dry ice", "text": pair("", "")}
    return {"id": code, "zh": zh, "en": en, "container": container, "steps": steps}


def series() -> dict[str, Any]:
    points = [
        [
            f"2026-11-{20 + hour // 24}T{hour % 24:02d}:{minute:02d}:00.000+08:00",
            f"{-181 + (hour * 7 + minute) % 5 * 0.6:.1f}",
        ]
        for hour in range(48)
        for minute in (0, 20, 40)
        if not 20 <= hour < 23
    ]
    return {
        "zh": "运输温度 °C",
        "en": "Temperature during shipping °C",
        "limit_c": "-150",
        "points": points,
        "gaps": [["2026-11-20T19:40:00.000+08:00", "2026-11-20T23:00:00.000+08:00"]],
        "facts": [
            {"zh": "读数", "en": "readings", "text": pair("2881", "2881")},
            {"zh": "覆盖", "en": "coverage", "text": pair("93.8 %", "93.8 %")},
            {"zh": "最高", "en": "max", "text": pair("−178.2 °C", "−178.2 °C")},
        ],
        "source_sha256": hashlib.sha256(b"demo logger file").hexdigest(),
    }


def photo(colour: tuple[int, int, int]) -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return out.getvalue()


def photographs() -> dict[str, bytes]:
    found = [photo((40, 90, 120)), photo((180, 170, 150)), b"not a picture at all"]
    return {hashlib.sha256(one).hexdigest(): one for one in found}


def statement(meaning: str, person: dict[str, str], role: str, minute: int) -> dict[str, Any]:
    """As it is drawn; no key made it, so only drawing may be tested with it."""
    stated = {
        "schema": "cellguide.statement/1", "record": "W-A-2026-000318", "version": minute, "meaning": meaning,
        "sha256": hashlib.sha256(meaning.encode()).hexdigest(), "signer": person["id"], "name": person["name"],
        "latin": "", "role": role, "certificate": "5b2e77", "time": at(minute), "method": "staff number and password",
        "number": 1, "of": 1, "covers": "run_event", "step": "R-20",
    }  # fmt: skip
    signature = base64.b64encode(b"an ECDSA signature " + meaning.encode()).decode()
    return pair("交接", "Hand-over") | {"id": "S", "statement": stated, "signature": signature, "certificate": ""}


def record(**changes: Any) -> dict[str, Any]:
    """The demonstration record; keyword arguments replace whole keys."""
    found: dict[str, Any] = {
        "schema": "cellguide.record/1",
        "id": "R-A-2026-000318",
        "version": 1,
        "kind": "receipt",
        "demo": True,
        "site": pair("演示医院 药学部", "DEMO Hospital, Pharmacy")
        | {"zone": "Asia/Shanghai", "base": "electronic", "languages": ["zh", "en"], "ink_lines": False},
        "station": "A",
        "template": pair("细胞治疗药品接收核对记录", "Cell therapy product receipt record")
        | {"id": "receipt", "version": 3, "sha256": hashlib.sha256(b"template").hexdigest()},
        "profile": pair("演示赛", "DEMO-CEL")
        | {
            "id": "demo-cel",
            "label_version": "3.1",
            "label_date": "2025-01-15",
            "sha256": hashlib.sha256(b"profile").hexdigest(),
            "verified": True,
        },
        "app": "0.1.0",
        "subject": {
            "patient": {
                "name": "演示患者甲",
                "latin": "YANSHI Huanzhe Jia",
                "sex": "f",
                "birth_date": "1968-04-17",
                "numbers": [{"type": "mrn", "value": "20241103"}, {"type": "inpatient", "value": "Z-889120"}],
            },
            "order": "O-A-2026-0042",
            "coi": "DC-24097",
            "product": pair("演示赛", "DEMO-CEL"),
            "lot": "DEMO-2411-097",
            "din": "=A9999 24 123456 0",
            "aph_id": "APH-24-0911",
            "containers": [
                {
                    "id": f"DEMO-2411-097-{n}",
                    "n": n,
                    "of": 2,
                    "lot": "DEMO-2411-097",
                    "expiry": "2027-05-30",
                    "place": f"罐 A / 架 3 / 盒 0{6 + n}",
                    "exposure_s": 120 + 8 * n,
                }
                for n in (1, 2)
            ],
        },
        "clock": {"checked_at": "2026-11-22T08:02:00.000+08:00", "difference_s": "1"},
        "opened": at(14),
        "closed": at(58),
        "sections": [
            section("dock", "到货与外包装", "At the dock"),
            section("cold", "开罐与入冷", "Into the cold", "1/2"),
            section("cold", "开罐与入冷", "Into the cold", "2/2"),
        ],
        "clearances": [
            {
                "step": "R-38",
                "reason": "持有人电话确认可接受 holder accepts by telephone",
                "people": [WANG | {"role": "pharmacist"}, LIU | {"role": "nurse"}],
                "proof": "DEMO case 5512 · 14:40",
                "at": at(46),
            }
        ],
        "deviations": [
            {"id": "D-A-2026-0029", "zh": "常温暴露超过 120 s", "en": "Ambient exposure over 120 s", "state": "open"}
        ],
        "signatures": [statement("received", WANG, "pharmacist", 20), statement("checked", LIU, "nurse", 34)],
        "photos": [
            {"sha256": sha256, "zh": f"标签照片 {n}", "en": f"Label photo {n}", "at": at(30 + n)}
            for n, sha256 in enumerate(photographs(), start=1)
        ],
        "series": series(),
        "decision": pair("验收合格，入库（罐 A · 架 3）", "Accepted into storage (tank A, rack 3)")
        | {"code": "accept", "level": "ok"},
        "required": ["performed", "checked", "reviewed"],
        "amends": None,
        "void": None,
        "checkpoint": {
            "size": 4812,
            "root": base64.b64encode(hashlib.sha256(b"root").digest()).decode(),
            "chain": hashlib.sha256(b"c").hexdigest(),
        },
    }
    found["sections"][0]["steps"][0]["changes"] = [change("SN 88231", "SN 88213")]
    found["sections"][2]["steps"][9]["changes"] = [change("2027-05-03", "2027-05-30")]
    return found | changes


def small_record(**changes: Any) -> dict[str, Any]:
    """One section of three steps, no pictures, no curve: quick to draw."""
    found = record(photos=[], series=None, clearances=[], deviations=[], signatures=[])
    found["sections"] = [found["sections"][0]]
    found["sections"][0]["steps"] = found["sections"][0]["steps"][1:4]
    return found | changes


def in_language(source: dict[str, Any], *languages: str) -> dict[str, Any]:
    found = copy.deepcopy(source)
    found["site"]["languages"] = list(languages)
    return found
