"""Plain values for pages and dialogs, marked as a demonstration."""

from __future__ import annotations

import sample_stores
from PySide6.QtGui import QImage, QPainter

from cellguide.words import Lang
from ui.bars import BannerText, PatientLine, RunningClock
from ui.dialogs.sign import SignRequest
from ui.frame import Frame
from ui.kit import Mark, Page
from ui.pages.people import PeoplePage, PersonLine, TrainingLine
from ui.pages.records import RecordLine, RecordsPage
from ui.pages.settings import SettingsPage, SiteFacts
from ui.pages.today import BoardColumn, CardText, LastReading, Need, TodayPage
from ui.scan import TEST_SYMBOL

PAGES = (
    "today",
    "orders",
    "receipt",
    "storage",
    "thaw",
    "administration",
    "temperature",
    "trace",
    "deviations",
    "records",
    "monthly",
    "guide",
    "people",
    "settings",
)


def pick(lang: Lang, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


def clocks(lang: Lang) -> list[RunningClock]:
    start = pick(lang, "最迟开始", "Latest start")
    return [
        RunningClock("C1", pick(lang, "演示甲 · 12 床", "DEMO A · bed 12"), "DEMO-CEL 1/2", start, "15:15", "00:42:46"),
        RunningClock(
            "C2", pick(lang, "演示乙 · 7 床", "DEMO B · bed 7"), "SAMPLE-CEL 1/1", start, "14:40", "00:07:12", "alarm"
        ),
    ]


def excursions(lang: Lang) -> list[BannerText]:
    return [
        BannerText(
            "X1",
            pick(
                lang,
                "罐 B 上部 −148.6 °C，高于上限 −150 °C 已 14 分钟",
                "Tank B top −148.6 °C, above −150 °C for 14 min",
            ),
            pick(
                lang,
                "内有 2 例：演示丙（回输 11-24）· 演示丁（回输 12-02）· 已自动锁定",
                "2 patients inside: DEMO C (11-24), DEMO D (12-02) · locked",
            ),
        )
    ]


def patient(lang: Lang) -> PatientLine:
    return PatientLine(
        pick(lang, "演示甲", "DEMO A"),
        pick(lang, "男 · 1968-04-17 · 住院号 20241103 · 12 床", "male · 1968-04-17 · MRN 20241103 · bed 12"),
        pick(lang, "演示赛 DEMO-CEL", "DEMO-CEL"),
        pick(lang, "批号 RC2411-097 · COI DC-24097", "lot RC2411-097 · COI DC-24097"),
        Mark(pick(lang, "已入冷 · 罐 A 架 3 盒 07", "In the cold · tank A 3/07"), "ok"),
    )


def board(lang: Lang) -> list[BoardColumn]:
    demo, sample = pick(lang, "演示赛 DEMO-CEL", "DEMO-CEL"), pick(lang, "示例赛 SAMPLE-CEL", "SAMPLE-CEL")
    bags = pick(lang, "{} 袋", "{} bags")
    stored = Mark(pick(lang, "验收合格·在库", "Accepted · stored"), "ok")

    def name(sign: str, letter: str) -> str:
        return pick(lang, f"演示{sign}", f"DEMO {letter}")

    return [
        BoardColumn(
            pick(lang, "预期到货", "Expected"),
            (
                CardText(
                    "D1",
                    name("戊", "E"),
                    Mark(pick(lang, "明日 09:00", "tomorrow 09:00"), "info"),
                    demo,
                    f"DC-24118 · {bags.format(2)}",
                    pick(lang, "干式液氮罐 · 冷链物流 · 就绪 5/6", "Dry shipper · courier · ready 5/6"),
                ),
                CardText(
                    "D2",
                    name("己", "F"),
                    Mark("11-27"),
                    demo,
                    f"DC-20931 · {bags.format(1)}",
                    pick(lang, "清淋方案未确认", "Lymphodepletion not confirmed"),
                ),
            ),
        ),
        BoardColumn(
            pick(lang, "待验", "To be judged"),
            (
                CardText(
                    "D3",
                    name("庚", "G"),
                    Mark(pick(lang, "待验", "To be judged"), "warn"),
                    sample,
                    f"SC-77120 · {bags.format(1)}",
                    pick(lang, "运输记录 14 min 高于 −150 °C", "Transport 14 min above −150 °C"),
                ),
            ),
        ),
        BoardColumn(
            pick(lang, "在库", "Stored"),
            (
                CardText(
                    "D4",
                    name("辛", "H"),
                    stored,
                    demo,
                    f"DC-24102 · {bags.format(2)}",
                    pick(lang, "罐 A · 架 3 · 盒 07", "Tank A · rack 3 · box 07"),
                ),
                CardText(
                    "D5",
                    name("壬", "J"),
                    stored,
                    sample,
                    f"SC-11837 · {bags.format(1)}",
                    pick(lang, "罐 A · 架 1 · 盒 02", "Tank A · rack 1 · box 02"),
                ),
                CardText(
                    "D6",
                    name("丙", "C"),
                    Mark(pick(lang, "失效 12-03", "Expires 12-03"), "warn"),
                    sample,
                    f"SC-77098 · {bags.format(1)}",
                    pick(lang, "罐 B · 架 2 · 盒 11", "Tank B · rack 2 · box 11"),
                ),
            ),
        ),
        BoardColumn(
            pick(lang, "复融与给药", "Thaw and administration"),
            (
                CardText(
                    "D7",
                    name("甲", "A"),
                    Mark(pick(lang, "进行中", "Running"), "alarm"),
                    f"{demo} · 1/2",
                    "DC-24097",
                    pick(lang, "最迟开始 15:15 · 最迟输完 15:45", "Start by 15:15 · end by 15:45"),
                    "01:12:46",
                    41,
                ),
            ),
        ),
    ]


def needs(lang: Lang) -> list[Need]:
    return [
        Need(
            "N1",
            Mark(pick(lang, "巡检", "Round"), "warn"),
            pick(lang, "20:00 罐 A、罐 B 待做", "20:00 tanks A and B are due"),
            pick(lang, "开始", "Start"),
        ),
        Need(
            "N2",
            Mark(pick(lang, "校准", "Calibration"), "warn"),
            pick(lang, "探头 PT100-04 校准将于 11-30 到期", "Probe PT100-04: calibration ends 11-30"),
            pick(lang, "查看", "Look"),
        ),
        Need(
            "N3",
            Mark(pick(lang, "培训", "Training"), "warn"),
            pick(lang, "演示护士 复融操作资质 6 天后到期", "DEMO nurse: thaw training ends in 6 days"),
            pick(lang, "查看", "Look"),
        ),
    ]


def readings(lang: Lang) -> list[LastReading]:
    calm = (-186.0, -186.4, -185.8, -186.1, -186.3, -185.9, -186.2, -186.0, -186.3, -186.2)
    rise = (-156.0, -156.4, -156.0, -155.8, -155.0, -154.0, -152.9, -151.0, -149.0, -148.6)
    return [
        LastReading(
            "P1", pick(lang, "罐 A", "Tank A"), pick(lang, "2 min 前", "2 min ago"), "−186.2 °C", "ok", calm, -184.0
        ),
        LastReading(
            "P2", pick(lang, "罐 B", "Tank B"), pick(lang, "1 min 前", "1 min ago"), "−148.6 °C", "alarm", rise, -150.0
        ),
        LastReading("P3", pick(lang, "冰箱 2", "Fridge 2"), "09:00", "4.8 °C", "quiet", (4.6, 4.9, 4.7, 5.0, 4.8), 8.0),
    ]


def today(lang: Lang) -> TodayPage:
    page = TodayPage()
    page.show_day(pick(lang, "11 月 22 日 星期日", "Sunday, 22 November"))
    page.show_board(board(lang))
    page.show_needs(needs(lang))
    page.show_readings(readings(lang))
    return page


def fill_frame(frame: Frame, lang: Lang) -> Frame:
    frame.show_person(pick(lang, "演示药师", "DEMO pharmacist"), pick(lang, "药师", "Pharmacist"))
    frame.show_time("14:32")
    frame.show_station("PHARM-01", Mark(pick(lang, "记录链完整", "chain intact"), "ok"))
    frame.show_badges({"temperature": 1, "deviations": 2})
    return frame


def sign_request(lang: Lang, **changes: object) -> SignRequest:
    request = SignRequest(
        kicker=pick(
            lang, "复核签名 · 第 2 个，共 2 个 · 全部 5 关已完成", "Checking signature · 2 of 2 · all 5 gates done"
        ),
        statement=pick(lang, "以上 6 项由我本人独立核对", "I checked these 6 items myself, independently"),
        facts=(
            (pick(lang, "记录", "Record"), pick(lang, "R-2026-000318 · 第 1 版", "R-2026-000318 · version 1")),
            (pick(lang, "患者", "Patient"), pick(lang, "演示辛 · 20241098", "DEMO H · 20241098")),
            (pick(lang, "结论", "Conclusion"), pick(lang, "验收合格，入库", "Accepted into stock")),
            ("SHA-256", "9f2c 41aa 07be … e1"),
        ),
        abnormal=(
            pick(
                lang,
                "运输记录缺 5 分钟（13:05–13:10），持有人已补传",
                "Transport record lacks 5 min (13:05–13:10); sent later by the holder",
            ),
        ),
        action=pick(lang, "复核签名", "Sign as checker"),
        person_id="004219",
    )
    return request._replace(**changes)


def sheet() -> QImage:
    """A page-shaped picture with a line of text, as a renderer would hand it over."""
    image = QImage(620, 877, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    painter.fillRect(40, 60, 300, 18, 0x16242F)
    for line in range(20):
        painter.fillRect(40, 120 + line * 30, 540, 1, 0xDBE3E8)
    painter.end()
    return image


def records(lang: Lang) -> RecordsPage:
    page = RecordsPage()
    page.show_kinds((("receipt", pick(lang, "接收", "Receipt")), ("thaw", pick(lang, "复融", "Thaw"))))
    signed = Mark(pick(lang, "已签名", "Signed"), "ok")
    waiting = Mark(pick(lang, "待签名", "Awaiting"), "warn")
    kind = pick(lang, "接收", "Receipt")
    rows = [
        RecordLine(
            f"R{n}",
            f"R-A-2026-{318 - n:06d}",
            "v1",
            kind,
            pick(lang, f"演示{'甲乙丙丁戊己'[n % 6]}", f"DEMO {'ABCDEF'[n % 6]}"),
            "DEMO-CEL",
            f"2026-11-{22 - n:02d} 14:46",
            waiting if n % 5 == 0 else signed,
        )
        for n in range(14)
    ]
    page.show_rows(rows, 318)
    page.table.pick(1)
    page.show_sheet("R1", 1, 3, sheet())
    page.show_verdict(
        "R1", Mark(pick(lang, "完整", "INTACT"), "ok"), pick(lang, "签名 2 个，均有效。", "2 signatures, both valid.")
    )
    return page


def people(lang: Lang) -> PeoplePage:
    page = PeoplePage()
    active, left = Mark(pick(lang, "在岗", "Active"), "ok"), Mark(pick(lang, "已离职", "Left"))
    fine = Mark(pick(lang, "有效", "Valid"), "ok")
    soon = Mark(pick(lang, "6 天后到期", "Ends in 6 days"), "warn")
    trainings = (
        TrainingLine(pick(lang, "DEMO-CEL · 复融", "DEMO-CEL · thaw"), "2026-11-28", soon),
        TrainingLine(pick(lang, "DEMO-CEL · 接收", "DEMO-CEL · receipt"), "2027-05-30", fine),
    )
    nurse, pharmacist = pick(lang, "演示护士", "DEMO nurse"), pick(lang, "演示药师", "DEMO pharmacist")
    roles = pick(lang, "护士", "Nurse"), pick(lang, "药师", "Pharmacist")
    page.show_people(
        [
            PersonLine("004217", nurse, "YANSHI Hushi", roles[0], soon, active, "4F:9A:02:7C", "2026-02-03", trainings),
            PersonLine("004219", pharmacist, "YANSHI Yaoshi", roles[1], fine, active, "A1:07:55:1B", "2026-02-03"),
            PersonLine("003990", f"{pharmacist} 2", "YANSHI Er", roles[1], Mark("—"), left, here=False),
        ]
    )
    page.table.pick(0)
    return page


def site_facts() -> SiteFacts:
    return SiteFacts("演示医院", "DEMO hospital", "药学部", "Pharmacy", backup_folder="")


def settings(lang: Lang) -> SettingsPage:
    page = SettingsPage()
    page.show_facts(site_facts()._replace(language=lang))
    page.take_scan(TEST_SYMBOL.replace("\x1d", ""))
    return page


def page(name: str, lang: Lang) -> Page:
    makers = {
        "today": today,
        "records": records,
        "people": people,
        "settings": settings,
        "storage": sample_stores.storage,
        "temperature": sample_stores.temperature,
    }
    return makers.get(name, today)(lang)
