"""A probe registered from the Temperature page, or from a file that names its logger."""

from __future__ import annotations

from collections.abc import Callable

from cellguide.acts import places as place_acts
from cellguide.acts import probes as probe_acts
from cellguide.places import IN_USE
from ui.dialogs.probe import ProbeDialog
from ui.forms import Choice
from ui.station import Station
from ui.wiring.excursion_words import device_name
from ui.wiring.in_dialog import act_in


def open_new_probe(station: Station, device: str, serial: str, then: Callable[[str], None]) -> ProbeDialog:
    """Register a probe; ``device``: its code, proposed; ``serial`` as a file said it; ``then`` is told its id."""
    desk = station.desk
    devices = [one for one in place_acts.tree(desk).places.values() if one.device and one.state == IN_USE]
    dialog = ProbeDialog(station.frame)
    dialog.show_places([Choice(one.code, device_name(one)) for one in devices], serial, device)

    def save() -> None:
        made = act_in(station, dialog, lambda: probe_acts.add_probe(desk, dialog.probe()))
        if made is not None:
            station.say_done("temperature_page.probe_form.saved", serial=made.serial)
            then(made.id)

    dialog.saved.connect(save)
    dialog.open()
    return dialog
