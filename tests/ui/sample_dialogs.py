"""Every dialog, filled with the demonstration's values."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from sample_receipts import receipt_dialogs
from sample_stores import store_dialogs
from samples import pick, sign_request, site_facts

from cellguide import sheet_code
from cellguide.words import Lang, say
from ui.dialogs import recover
from ui.dialogs.about import AboutDialog
from ui.dialogs.dialog import Dialog
from ui.dialogs.enrol import EnrolDialog
from ui.dialogs.fault import FaultDialog
from ui.dialogs.history import ChangeLine, EntryLine, HistoryDialog
from ui.dialogs.reason import ReasonDialog
from ui.dialogs.roles import RolesDialog
from ui.dialogs.second import BlindField, Compared, SecondPersonDialog
from ui.dialogs.sign import SignDialog
from ui.dialogs.train import TrainDialog
from ui.dialogs.wizard import STEPS, WizardDialog
from ui.forms import Choice


def dialogs(parent: QWidget, lang: Lang) -> dict[str, Dialog]:
    """Every dialog, filled, by name."""
    made: dict[str, Dialog] = {}
    sign = SignDialog(parent)
    sign.show_request(sign_request(lang))
    made["sign"] = sign
    refused = SignDialog(parent)
    missing = (
        pick(lang, "批号核对不一致，争议未结", "Lot does not match; the dispute is open"),
        pick(lang, "第二人尚未核对身份", "The second person has not checked identity"),
    )
    refused.show_request(sign_request(lang, missing=missing))
    made["sign_refused"] = refused
    made["history"] = history(parent, lang)
    second = SecondPersonDialog(parent)
    made["second_who"] = second
    values = SecondPersonDialog(parent)
    values.show_values(
        pick(lang, "演示护士", "DEMO nurse"),
        (
            BlindField("coi", "COI"),
            BlindField("lot", pick(lang, "批号", "Lot")),
            BlindField("expiry", pick(lang, "有效期至", "Expires"), "date"),
            BlindField("volume", pick(lang, "体积", "Volume"), "number", "mL"),
            BlindField(
                "look",
                pick(lang, "外观", "Appearance"),
                "choice",
                "",
                (Choice("good", pick(lang, "完好", "intact")), Choice("bad", pick(lang, "破损", "damaged"))),
            ),
        ),
    )
    made["second_values"] = values
    results = SecondPersonDialog(parent)
    results.show_results(
        (
            Compared("COI", True, "DC-24097", "DC-24097"),
            Compared(pick(lang, "批号", "Lot"), False, "RC2411-097", "RC2411-079"),
        )
    )
    made["second_results"] = results
    reason = ReasonDialog(parent)
    reason.show_request(
        pick(lang, "为什么更改这个值？", "Why is this value changed?"),
        (
            pick(lang, "录入笔误", "Typing slip"),
            pick(lang, "重新读取", "Read again"),
            pick(lang, "设备故障", "Device fault"),
        ),
    )
    made["reason"] = reason
    about = AboutDialog(parent)
    chain = pick(lang, "完整，至 #4 812", "intact up to #4 812")
    about.show_facts("0.1.0", pick(lang, "演示医院", "DEMO hospital"), "PHARM-01", chain)
    made["about"] = about
    made["enrol"] = EnrolDialog(parent)
    reset = EnrolDialog(parent, reset=True)
    reset.show_reset("004217", pick(lang, "演示护士", "DEMO nurse"))
    made["reset"] = reset
    train = TrainDialog(parent)
    task = Choice("thaw", pick(lang, "复融", "Thaw"))
    train.show_person("004217", pick(lang, "演示护士", "DEMO nurse"), [Choice("demo", "DEMO-CEL")], [task])
    made["train"] = train
    roles = RolesDialog(parent)
    roles.show_person(pick(lang, "演示护士", "DEMO nurse"), ("nurse",))
    made["roles"] = roles
    made["fault"] = FaultDialog("7F3A9C21", parent)
    return (
        made | wizards(parent) | recoveries(parent, lang) | store_dialogs(parent, lang) | receipt_dialogs(parent, lang)
    )


def history(parent: QWidget, lang: Lang) -> HistoryDialog:
    """A record's history, one entry of it picked."""
    dialog = HistoryDialog(parent)
    people = (Choice("900011", pick(lang, "演示药甲 · 900011", "DEMO Yao Jia · 900011")),)
    acts = (Choice("amend_record", pick(lang, "更正记录", "amend a record")),)
    record = pick(lang, "记录 R-A-2026-000003", "Record R-A-2026-000003")
    title = pick(lang, "记录 R-A-2026-000003 的经过", "History of Record R-A-2026-000003")
    dialog.show_about(title, people, acts, (Choice("record:R-A-2026-000003", record),))
    change = ChangeLine(
        pick(lang, "步骤 R-40 处置结论", "Step R-40 Disposition"),
        pick(lang, "锁定·待处理", "hold"),
        pick(lang, "验收合格", "accept"),
    )
    reason = pick(lang, "档案已由两名药师核实", "two pharmacists verified the profile")
    lines = [
        EntryLine(
            40 - n,
            f"2026-11-22 08:{30 - n:02d}:12",
            pick(lang, "演示药甲", "DEMO Yao Jia"),
            pick(lang, "更正步骤", "correct a step"),
            record,
            f"{reason} · {change.name}: {change.old} → {change.new}",
            pick(
                lang,
                "演示药甲（900011） · 药师 · 工号和口令",
                "DEMO Yao Jia (900011) · Pharmacist · number and password",
            ),
            pick(lang, "记录链第 40 条，第 2 版，工作站 A", "entry 40 of the chain, version 2, station A"),
            reason,
            (change,),
            "warn",
        )
        for n in range(12)
    ]
    dialog.show_page(lines, 1, newer=False, older=True)
    dialog.table.pick(0)
    return dialog


def recoveries(parent: QWidget, lang: Lang) -> dict[str, Dialog]:
    """The sealed envelope at each of its steps; one group is mistyped."""
    made: dict[str, Dialog] = {}
    key = sheet_code.Key("root", "A", 3, bytes(range(32)))
    names = pick(lang, "演示管新 (900007)、演示管又 (900008)", "DEMO Guan Xin (900007), DEMO Guan You (900008)")
    found = say("recovery.sheet.found", lang, envelope=key.sheet)
    standing = say("recovery.standing.current", lang, at="2026-11-22 10:14")
    for step in recover.STEPS:
        dialog = recover.RecoverDialog(parent)
        if step == "sheet":
            dialog.groups.fill("".join(sheet_code.groups(key)[:11]))
            dialog.groups.fields[4].setText("AAAAA")
            dialog.groups.fill("", 11)
        elif step != "done":
            who = pick(lang, "演示管甲 (900001)", "DEMO Guan Jia (900001)")
            dialog.show_sheet(f"{found} {standing}", [Choice("900001", who)])
            dialog.second.who.choose("")
            dialog.show_step(step)
        else:
            dialog.show_done(say("recovery.done.text", lang, names=names, envelope=key.sheet))
        made[f"recover_{step}"] = dialog
    return made


def wizards(parent: QWidget) -> dict[str, Dialog]:
    """The first start at each of its steps."""
    made: dict[str, Dialog] = {}
    for step in STEPS:
        wizard = WizardDialog(parent)
        wizard.site.show_facts(site_facts())
        wizard.show_step(step)
        made[f"wizard_{step}"] = wizard
    return made
