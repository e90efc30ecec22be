"""Product profiles as data: loading, looking up a fact, comparing versions, readiness for verification."""

from .judging import (
    Difference,
    Readiness,
    TocilizumabStock,
    coldest,
    compare,
    plain_number_kinds,
    readiness,
    tocilizumab_dose_mg,
    tocilizumab_stock,
)
from .loading import load, load_packaged, packaged_text, profile_ids
from .profile import Clock, Fact, LdRule, Profile, Source, Text, Value
from .schema import FACTS, FIELDS, NEEDED
from .showing import show, show_clock, show_devices, show_ld_rule, show_length, show_sources, show_value

__all__ = [
    "FACTS",
    "FIELDS",
    "NEEDED",
    "Clock",
    "Difference",
    "Fact",
    "LdRule",
    "Profile",
    "Readiness",
    "Source",
    "Text",
    "TocilizumabStock",
    "Value",
    "coldest",
    "compare",
    "load",
    "load_packaged",
    "packaged_text",
    "plain_number_kinds",
    "profile_ids",
    "readiness",
    "show",
    "show_clock",
    "show_devices",
    "show_ld_rule",
    "show_length",
    "show_sources",
    "show_value",
    "tocilizumab_dose_mg",
    "tocilizumab_stock",
]
