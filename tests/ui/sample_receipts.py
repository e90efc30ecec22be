"""The dialogs of orders and receipts, filled with the demonstration's values."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from cellguide.words import Lang, say
from ui.dialogs.dialog import Dialog
from ui.dialogs.ld_choice import LdChoiceDialog
from ui.dialogs.order_backup import BackupDialog, BackupLine
from ui.dialogs.reserve import AwaitedLine, ReserveDialog, RoomChoice
from ui.forms import Choice
from ui.runner.pausing import TakeUpDialog
from ui.runner.performer import PerformerDialog
from ui.runner.pieces import FEWER, MORE, PiecesDialog

ORDER = "O-A-2026-000002"


def receipt_dialogs(parent: QWidget, lang: Lang) -> dict[str, Dialog]:
    """Who performs, taking up, pieces, positions, backups, the site's rule; each as it is met first and in use."""
    made: dict[str, Dialog] = {}
    operator = {"zh": "演示操作员 · 演示持有人", "en": "DEMO operator · DEMO holder"}[lang] + " · DEMO-AUTH-7"
    made["performer"] = PerformerDialog(parent, pharmacist=True)
    made["performer_unwitnessed"] = PerformerDialog(parent, pharmacist=False)
    made["performer_correct"] = PerformerDialog(parent, pharmacist=True, known=operator)
    held = say("runner.strip.paused", lang, at="11-22 14:32", name=operator, text="DEMO")
    made["take_up"] = TakeUpDialog(parent, held)
    for kind in (MORE, FEWER):
        pieces = PiecesDialog(parent, [Choice(f"{ORDER}-2", f"2/2 · {ORDER}-2")])
        pieces.kinds[kind].click()
        made[f"pieces_{kind}"] = pieces
    made["order_backup"] = BackupDialog(
        parent,
        ORDER,
        [BackupLine(f"{ORDER}-1", f"1/2 · DC260902 · {ORDER}-1", True, False, "here", "2027-06-30", "2027-01-31")],
    )
    places = tuple(Choice(code, code) for code in ("DEMO-A/1/04-1", "DEMO-A/1/04-2"))
    made["reserve"] = ReserveDialog(
        parent,
        ORDER,
        [AwaitedLine(f"{ORDER}-{n}", f"{n}/2 · DC260902 · {ORDER}-{n}", places[0].value, "DEMO-A") for n in (1, 2)],
        [RoomChoice("DEMO-A", "DEMO-A · 2", places)],
    )
    made["ld_choice"] = LdChoiceDialog(parent, "accepted_here", "DEMO SOP-12")
    return made
