"""Lid open, refill, probe fault: marked at a device with what shows it, and drawn in the chart's lanes."""

from __future__ import annotations

from cellguide.acts import device_marks, excursions
from cellguide.acts import places as place_acts
from cellguide.acts.device_marks import DeviceMark, Evidence
from cellguide.clock import parse_iso
from cellguide.desk import Desk
from cellguide.places import Place
from cellguide.refusal import Refusal
from cellguide.temperature.limits import Period
from ui.chart_view import Sign, wall
from ui.dialogs.device_mark import DeviceMarkDialog
from ui.language import language, say
from ui.station import Station
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in

# A probe fault has no lane of its own: it stands where people looked at the device.
LANES = {"lid_open": "door", "refill": "refill", "probe_fault": "round"}


def open_mark(station: Station, place: str, excursion: str = "") -> DeviceMarkDialog | None:
    """Ask what happened at a device (its code or id); ``excursion``: the one it explains, whose time is proposed."""
    desk = station.desk
    zone = str(desk.site.get("zone", "UTC"))
    first, last = "", ""
    try:
        device = place_acts.device(desk, place)
        if excursion:
            spans = excursions.get(desk, excursion)["spans"]
            ends = [span[2] for span in spans if span[2] is not None]
            first = f"{wall(min(span[1] for span in spans), zone):%Y-%m-%d %H:%M}"
            last = f"{wall(max(ends), zone):%Y-%m-%d %H:%M}" if ends else ""
    except Refusal as refusal:
        station.refuse(refusal)
        return None
    dialog = DeviceMarkDialog(station.frame)
    dialog.show_device(device_name(device), device_marks.KINDS, zone, first, last)

    def given() -> None:
        try:
            evidence = _evidence(dialog)
        except OSError as fault:
            dialog.show_error(say("holds_page.not_read", reason=fault.strerror or str(fault)))
            return
        until = parse_iso(dialog.until()) if dialog.until() else None
        id = act_in(
            station,
            dialog,
            lambda: device_marks.mark_device(
                desk, device.id, dialog.kind.value(), parse_iso(dialog.since()), until, dialog.text.value(), evidence,
                excursion=excursion,
            ),
        )  # fmt: skip
        if id is not None:
            kind = say(f"letter.cause.{dialog.kind.value()}")
            station.say_done("device_mark.saved", kind=kind, device=device_name(device), ident=id)

    dialog.given.connect(given)
    dialog.open()
    return dialog


def _evidence(dialog: DeviceMarkDialog) -> Evidence | None:
    path = dialog.file.path
    return None if path is None else Evidence(path.read_bytes(), path.name)


def signs(station: Station, place: Place, period: Period) -> list[Sign]:
    """The marks of a device as the chart's lanes show them: at their beginning, with their words."""
    zone = str(station.desk.site.get("zone", "UTC"))
    return [
        Sign(mark.since.utc_ms, LANES[mark.kind], mark_text(station.desk, mark, zone))
        for mark in device_marks.marks_of(station.desk, place.id, *period)
    ]


def mark_text(desk: Desk, mark: DeviceMark, zone: str) -> str:
    """One mark in a line: what, from when to when, who says so, and the file that shows it."""
    ends = f"–{wall(mark.until.utc_ms, zone):%H:%M}" if mark.until is not None else ""
    by = {person.id: person.called(language.now) for person in desk.people()}.get(mark.by, mark.by)
    text = say(
        "device_mark.line",
        kind=say(f"letter.cause.{mark.kind}"),
        time=f"{wall(mark.since.utc_ms, zone):%Y-%m-%d %H:%M}{ends}",
        text=mark.text,
        person=by,
    )
    return f"{text} · {mark.file}" if mark.file else text
