"""The storage and temperature pages and their dialogs, with invented tanks, probes and patients."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from cellguide.places import Place
from cellguide.probes import Probe
from cellguide.words import Lang
from ui.dialogs.certificate import CertificateDialog
from ui.dialogs.dialog import Dialog
from ui.dialogs.doubted import DoubtedDialog
from ui.dialogs.move import BulkDialog, CountDialog, MoveDialog
from ui.dialogs.period import PeriodDialog
from ui.dialogs.place import PlaceDialog
from ui.dialogs.probe import ProbeDialog
from ui.dialogs.round import RoundDialog, ShipperReadingDialog
from ui.dialogs.source_review import SourceReviewDialog
from ui.forms import Choice
from ui.kit import Mark
from ui.pages.map import DeviceLook, Duty, MapPage, RackLook, ShipperLook, StoredRow
from ui.pages.panel import Detail, Fact, Note, Section, Way
from ui.pages.temperature import ImportLine, OpenAlarm, TemperaturePage
from ui.pages.tiles import Tile
from ui.rack import CellLook

CERTIFICATE = {"number": "DEMO-CAL-2025-000417", "calibrated_on": "2025-12-01", "due_on": "2026-11-30", "points": []}
PROBE = Probe("T-A-000004", "DEMO-PT100-04-2291-XK", "P1", "气相上部探头", "Vapour probe, top of the rack", "air_top",
              interval_s="300", certificates=(CERTIFICATE,))  # fmt: skip
TANK = Place("P1", "tank", "DEMO-TANK-B", "P0", "液氮罐 B（细胞库东侧）", "Liquid nitrogen tank B, east side",
             margin_c="10", limit_c_max="-150", limit_source="DEMO SOP-07", level_unit="cm", level_min="25",
             phase="vapour", rounds=("08:00", "20:00"))  # fmt: skip


def pick(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def device(lang: Lang) -> str:
    return TANK.zh if lang == "zh" else TANK.en


def storage(lang: Lang) -> MapPage:
    page = MapPage()
    cells = [CellLook(f"B/1/{n:02d}", "free", "", "", f"B/1/{n:02d}") for n in range(1, 13)]
    cells[1] = CellLook("B/1/02", "stored", pick(lang, "在", "S"), "102", "B/1/02")
    cells[4] = CellLook("B/1/05", "locked", pick(lang, "锁", "H"), "077", "B/1/05")
    rack = RackLook(pick(lang, "架 4 · 隔离区", "Rack 4 · quarantine"), tuple(cells))
    line = pick(lang, "上限 −150 °C · 液位 41 cm · 2 / 12 位", "limit −150 °C · level 41 cm · 2 of 12 taken")
    age = pick(lang, "−148.6 °C · 11-22 07:55（5 分钟前）", "−148.6 °C · 11-22 07:55 (5 min ago)")
    tank = DeviceLook("B", device(lang), line, Mark("−148.6 °C", "alarm"), age, (rack,))
    shipper = ShipperLook(
        "SN-1",
        pick(lang, "运输罐 SN-1 · 作为储存 · 演示丙", "Shipper SN-1 · used as a store · DEMO C"),
        pick(lang, "下次读数 11-22 12:00（需拍照）", "next reading 11-22 12:00 (with a photograph)"),
        Mark(pick(lang, "最迟处置 11-25 18:00", "Act by 11-25 18:00"), "warn"),
    )
    page.show_devices((tank,), (shipper,))
    where = pick(lang, "液氮罐 B · 架 4 · 05", "Tank B · rack 4 · 05")
    state = Mark(pick(lang, "锁定·待处理", "on hold"), "alarm")
    page.show_rows([StoredRow("B/1/05", where, pick(lang, "演示丙", "DEMO C"), "DEMO-CEL", "DC-1", "L-1", "—", state)])
    due = Mark(pick(lang, "待做", "Begin"), "warn")
    page.show_duties([Duty("round:B", f"20:00 {device(lang)}", due, pick(lang, "开始", "Begin"))])
    page.pick("B")
    page.show_detail("B", panel(lang), ("count", "round", "add_probe", "change", "retire", "up"))
    return page


def panel(lang: Lang) -> Detail:
    mark = Mark(pick(lang, "8 天后到期", "Due in 8 d"), "warn")
    note = Note("warn", pick(lang, "校准将于 2026-11-30 到期", "Calibration ends on 2026-11-30"), ("DEMO",))
    way = Way(
        "probe:T", PROBE.serial, pick(lang, "气相上部 · DEMO-CAL-2025-000417", "Vapour, top · DEMO-CAL-2025"), mark
    )
    facts = (Fact(pick(lang, "温度限值", "Limits"), "≤ −150 °C", "DEMO SOP-07"),)
    sections = (Section(pick(lang, "探头与校准", "Probes and calibration"), (), "", (way,)), Section("", facts))
    in_use = Mark(pick(lang, "使用中", "In use"))
    return Detail(device(lang), in_use, pick(lang, "演示院区", "DEMO site"), "", (note,), sections)


def temperature(lang: Lang) -> TemperaturePage:
    page = TemperaturePage()
    name = f"{device(lang)} · {PROBE.zh if lang == 'zh' else PROBE.en}"
    page.show_probes([Choice("T", name)], "T")
    page.show_tiles(
        [
            Tile(pick(lang, "最低 – 最高", "Lowest – highest"), "−187.2 – −148.6 °C", "", "alarm"),
            Tile(pick(lang, "探头校准", "Probe calibration"), "2026-11-30", PROBE.serial, "warn"),
        ]
    )
    page.show_last(pick(lang, "最近读数 −148.6 °C", "Last reading −148.6 °C"), "")
    verdict = Mark(pick(lang, "超温 · 已锁定 2 例", "Excursion · 2 on hold"), "alarm")
    consistent = Mark(pick(lang, "一致", "Consistent"), "ok")
    page.show_imports(
        [ImportLine("I-1", "DEMO", "11-21 00:00 → 11-22 07:55", "384", "0", "−148.6", verdict, consistent, "9f2c", "D")]
    )
    page.table.pick(0)
    page.show_alarm(OpenAlarm("X-1", pick(lang, "罐 B 高于上限", "Tank B above its limit"), "", ("acknowledge",)))
    return page


def store_dialogs(parent: QWidget, lang: Lang) -> dict[str, Dialog]:
    """Every dialog of the two pages, filled, by name."""
    devices = [Choice("DEMO-TANK-B", device(lang))]
    made: dict[str, Dialog] = {}
    probe, change, follow = ProbeDialog(parent), ProbeDialog(parent), ProbeDialog(parent)
    probe.show_places(devices, "DEMO-77", "DEMO-TANK-B")
    change.show_change(PROBE, devices, "DEMO-TANK-B", measured=True)
    follow.show_successor(PROBE, devices, "DEMO-TANK-B", device(lang))
    made |= {"probe": probe, "probe_change": change, "probe_replace": follow}
    certificate = CertificateDialog(parent)
    certificate.show_probe(PROBE.serial, device(lang))
    title = pick(
        lang, "登记后将列出自 2025-12-01 以来的全部测量", "Everything measured since 2025-12-01 will be listed"
    )
    certificate.show_doubt(Note("alarm", title, ("DEMO",)))
    made["certificate"] = certificate
    doubted = DoubtedDialog(parent)
    facts = tuple(
        Fact(f"O-A-2026-00000{n}-1", "2026-10-02 09:05 → 2026-10-30 08:30", "DEMO-24100137") for n in range(9)
    )
    doubted.show_list(PROBE.serial, Note("alarm", title), (Section("DEMO", facts),), deviations=True)
    made["doubted"] = doubted
    place, changed = PlaceDialog(parent), PlaceDialog(parent)
    place.show_parents([Choice("P0", "DEMO")], "tank", "P0")
    changed.show_place(TANK, [Choice("P0", "DEMO")])
    made |= {"place": place, "place_change": changed}
    review = SourceReviewDialog(parent)
    review.show_reviewed((Section("DEMO", (Fact("K1", "DEMO", "°C"),)),))
    made["source_review"] = review
    return made | _moving(parent, lang, devices)


def _moving(parent: QWidget, lang: Lang, devices: list[Choice]) -> dict[str, Dialog]:
    move, bulk, count = MoveDialog(parent), BulkDialog(parent), CountDialog(parent)
    move.show_container("O-A-2026-000001-1", device(lang))
    move.show_devices(devices, "DEMO-TANK-B")
    bulk.show_devices(devices)
    bulk.show_seconds(75, done=False)
    count.show_devices(devices, "DEMO-TANK-B")
    round_, reading, period = RoundDialog(parent), ShipperReadingDialog(parent), PeriodDialog(parent)
    round_.show_devices(devices, "DEMO-TANK-B")
    reading.show_shipper("SN-1")
    period.show_period(PROBE.serial, date(2026, 11, 1), date(2026, 11, 22))
    return {"move": move, "bulk": bulk, "count": count, "round": round_, "shipper_reading": reading, "period": period}
