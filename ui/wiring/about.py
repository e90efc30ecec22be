"""What the About dialog says of this installation."""

from __future__ import annotations

from cellguide import __version__
from ui.language import language, say
from ui.station import Station, chain_mark


def facts(station: Station) -> tuple[str, str, str, str]:
    """Version, site, station, chain."""
    name = str(station.desk.site.get(language.now, "—"))
    letter = station.desk.store.station
    return __version__, name, say("station.letter", letter=letter), chain_mark(station.verdict).text
