"""A device's own alarm rules: shown in words, changed in a dialog, signed for by a second person."""

from __future__ import annotations

from cellguide import alarm_rules
from cellguide.acts import places as place_acts
from cellguide.alarm_words import rule_words
from cellguide.entry import Actor
from cellguide.places import Place
from cellguide.refusal import Refusal
from ui.dialogs.alarm_rules import AlarmRulesDialog, RuleText
from ui.dialogs.second import SecondPersonDialog
from ui.language import language, say
from ui.station import Station, sentence
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in
from ui.wiring.second_person import ask_second


def rule_text(row: tuple[str, ...]) -> RuleText:
    """One rule in the words of the moment. Raises Refusal ``place.alarm_rule``."""
    return RuleText(tuple(row), rule_words(alarm_rules.rule(row))[language.now], row[-1])


def open_alarm_rules(station: Station, code: str) -> AlarmRulesDialog:
    """Show the rules of a device and let them be changed."""
    held = place_acts.device(station.desk, code)
    dialog = AlarmRulesDialog(station.frame)
    dialog.show_device(device_name(held), [rule_text(row) for row in held.alarms])

    def added() -> None:
        try:
            rows = [*dialog.rows(), dialog.typed()]
            alarm_rules.rules(rows)
        except Refusal as refusal:
            dialog.show_error(_said(refusal))
            return
        dialog.show_rules([rule_text(row) for row in rows])

    def removed(at: int) -> None:
        dialog.show_rules([one for n, one in enumerate(dialog.rules()) if n != at])

    dialog.added.connect(added)
    dialog.removed.connect(removed)
    dialog.saved.connect(lambda: _ask_second(station, dialog, held))
    dialog.open()
    return dialog


def _said(refusal: Refusal) -> str:
    """A refusal with the field by the name that stands above it."""
    if refusal.code != "place.alarm_rule":
        return sentence(refusal)
    field = say(f"alarm_rules.field.{refusal.facts['field']}")
    return sentence(Refusal(refusal.code, **{**refusal.facts, "field": field}))


def _ask_second(station: Station, first: AlarmRulesDialog, held: Place) -> None:
    dialog = SecondPersonDialog(station.frame)
    dialog.kicker.setText(say("alarm_rules.kicker", device=device_name(held)))

    def known(second: Actor) -> None:
        desk, fields, reason = station.desk, {"alarms": first.rows()}, first.reason.value()
        changed = act_in(station, dialog, lambda: place_acts.change_place(desk, held.id, fields, reason, second))
        if changed is not None:
            first.accept()
            station.say_done("alarm_rules.saved", device=device_name(changed), count=len(changed.alarms))

    ask_second(station, dialog, "add_place", known)
    dialog.open()
