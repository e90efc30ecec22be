"""Every dialog, filled with the demonstration's values."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from samples import pick, sign_request, site_facts

from cellguide.words import Lang
from ui.dialogs.about import AboutDialog
from ui.dialogs.dialog import Dialog
from ui.dialogs.enrol import EnrolDialog
from ui.dialogs.fault import FaultDialog
from ui.dialogs.reason import ReasonDialog
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
    made["fault"] = FaultDialog("7F3A9C21", parent)
    return made | wizards(parent)


def wizards(parent: QWidget) -> dict[str, Dialog]:
    """The first start at each of its steps."""
    made: dict[str, Dialog] = {}
    for step in STEPS:
        wizard = WizardDialog(parent)
        wizard.site.show_facts(site_facts())
        wizard.show_step(step)
        made[f"wizard_{step}"] = wizard
    return made
