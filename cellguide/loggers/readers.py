"""The readers this program was tested with: one tuple, no discovery; validated software loads nothing else.

A new vendor is one module under ``vendors`` and one line here; contract test and file dialog follow by themselves.
"""

from __future__ import annotations

from . import generic
from .reader import Reader
from .vendors import (
    berlinger,
    elitech,
    govee,
    hanwell,
    hobo,
    ibutton,
    lascar,
    logtag,
    madgetech,
    meaco,
    pdf,
    rotronic,
    ruuvi,
    tandd,
    testo_csv,
    testo_vi2,
    tinytag,
    tomst,
    trend,
)

READERS: tuple[Reader, ...] = (
    berlinger.READER,
    elitech.READER,
    govee.READER,
    hanwell.READER,
    hobo.READER,
    ibutton.READER,
    lascar.READER,
    logtag.READER,
    madgetech.READER,
    meaco.READER,
    pdf.READER,
    rotronic.READER,
    ruuvi.READER,
    tandd.READER,
    testo_csv.READER,
    testo_vi2.READER,
    tinytag.READER,
    tomst.READER,
    trend.READER,
    generic.READER,
)
FALLBACK = generic.READER
"""Claims a file only when no vendor's reader does."""
