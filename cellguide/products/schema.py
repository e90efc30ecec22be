"""What a product profile may say: its fields, their kinds, their closed words. Data only, nothing is judged here.

A profile is one TOML file per product and jurisdiction (``resources/products/*.toml``). Every field is a value,
``silent`` (the label was read and says nothing) or missing (nobody has read it yet); engineering-review 12.
"""

from __future__ import annotations

from typing import NamedTuple

SCHEMA = 1
NOT_STATED = "not stated"
DEMONSTRATION_JURISDICTION = "DEMO"
JURISDICTIONS = ("CN", "US", "EU", "UK", "CH", "JP", DEMONSTRATION_JURISDICTION)

# insert: the paper that came with the product; label: the official publication; copy: a mirror or leaflet copy of one;
# secondary: anything that speaks about a label; invented: demonstrations; default: this program's own careful choice.
BASES = ("insert", "label", "copy", "secondary", "invented")
INVENTED = "invented"
DEFAULT_BASIS = "default"

MARKS = ("REMOVED", "THAW_START", "THAW_END", "PREP_DONE", "INF_START", "INF_END")
SCOPES = ("per_container", "per_preparation", "per_dose")

DEVICES = (
    "transfusion_set_170_200um",
    "holder_line",
    "unfiltered_line",
    "ordinary_infusion_set",
    "precision_infusion_set",
    "microaggregate_filter",
    "leukodepleting_filter",
)
# What the label's sentence means in devices that hang on a ward. A product may allow fewer, never more. No rule opens
# the last four: a fluid filter of 15 µm or finer hangs in every ordinary set and holds cells back (clinical-review E1).
FILTER_RULES = {
    "NO_LEUKODEPLETING": ("transfusion_set_170_200um", "holder_line", "unfiltered_line"),
    "INLINE_REQUIRED": ("transfusion_set_170_200um", "holder_line"),
    "NO_INLINE": ("holder_line", "unfiltered_line"),
}

EXCIPIENTS = ("dmso", "hsa", "dextran40", "gentamicin", "kanamycin", "sodium", "potassium")
DOCUMENTS = (
    "delivery_note",
    "certificate_of_analysis",
    "release_certificate",
    "rfic",
    "lis",
    "dose_planner",
    "package_insert",
    "temperature_record",
)
IDENTIFIERS = (
    "patient_name",
    "birth_date",
    "patient_no",
    "coi",
    "din",
    "aph_id",
    "sec",
    "lot",
    "expiry",
    "n_of_m",
    "pfpin",
    "fdp",
    "donor_id",
    "trace_code",
)


class Field(NamedTuple):
    """One field: ``kind`` names its reader, ``words`` its closed vocabulary, ``needed`` blocks verification."""

    name: str
    group: str
    kind: str
    needed: bool = False
    words: tuple[str, ...] = ()


_FIELDS = (
    Field("generic_name", "identity", "text", needed=True),
    Field("brand_name", "identity", "text"),
    Field("holder", "identity", "text", needed=True),
    Field("holder_phone", "identity", "line"),
    Field("approval_no", "identity", "line"),
    Field("approved_on", "identity", "line"),
    Field("autologous", "identity", "flag", needed=True),
    Field("storage_c_max", "storage", "temp_c", needed=True),
    Field("shelf_life_months", "storage", "months"),
    Field("receipt_ambient_s_max", "storage", "seconds", needed=True),
    Field("container_type", "storage", "word", needed=True, words=("bag", "vial")),
    Field("outer_type", "storage", "word", words=("cassette", "carton")),
    Field("preparation_unit", "storage", "word", words=("container", "component", "dose")),
    Field("containers_min", "storage", "count"),
    Field("containers_max", "storage", "count"),
    Field("volume_text", "storage", "text"),
    Field("excipient_alerts", "content", "words", needed=True, words=EXCIPIENTS),
    Field("excipient_text", "content", "text"),
    Field("dose_text", "content", "text"),
    Field("dose_schedule_text", "content", "text"),
    Field("docs_required", "papers", "words", needed=True, words=DOCUMENTS),
    Field("docs_text", "papers", "text"),
    Field("ids_required", "papers", "words", needed=True, words=IDENTIFIERS),
    Field("label_name_form", "papers", "word", needed=True, words=("full", "initials", "masked", "none")),
    Field("pattern_coi", "papers", "pattern"),
    Field("pattern_lot", "papers", "pattern"),
    Field("pattern_din", "papers", "pattern"),
    Field("retention_years_after_expiry", "papers", "count"),
    Field("thaw_methods", "thaw", "words", needed=True, words=("water_bath", "dry_device", "room_temperature")),
    Field("thaw_c", "thaw", "temp_c"),
    Field("thaw_c_max", "thaw", "temp_c"),
    Field("thaw_usual_s_min", "thaw", "seconds"),
    Field("thaw_usual_s_max", "thaw", "seconds"),
    Field("thaw_s_max", "thaw", "seconds"),
    Field("thaw_one_at_a_time", "thaw", "flag"),
    Field("next_after_infused", "thaw", "flag", needed=True),
    Field("overwrap", "thaw", "word", words=("none", "bag", "sterile_bag")),
    Field("wash_forbidden", "thaw", "flag"),
    Field("sample_forbidden", "thaw", "flag"),
    Field("irradiate_forbidden", "thaw", "flag"),
    Field("light_protect", "thaw", "flag"),
    Field("preparation_text", "thaw", "text"),
    Field("post_thaw_c_min", "thaw", "temp_c"),
    Field("post_thaw_c_max", "thaw", "temp_c"),
    Field("clocks", "thaw", "clocks", needed=True),
    Field("filter_rule", "infusion", "word", needed=True, words=tuple(FILTER_RULES)),
    Field("filter_devices", "infusion", "words", words=DEVICES),
    Field("latex_free", "infusion", "flag"),
    Field("central_line_required", "infusion", "flag"),
    Field("infusion_modes", "infusion", "words", words=("gravity", "peristaltic_pump", "iv_push", "bolus")),
    Field("infusion_usual_s_max", "infusion", "seconds"),
    Field("rate_ml_min_min", "infusion", "amount"),
    Field("rate_ml_min_max", "infusion", "amount"),
    Field("rate_ml_kg_h_max", "infusion", "amount"),
    Field("infusion_text", "infusion", "text"),
    Field("flush_ml_min", "infusion", "amount"),
    Field("flush_ml_max", "infusion", "amount"),
    Field("flush_text", "infusion", "text"),
    Field("damaged_never_infused", "infusion", "flag"),
    Field("handling_text", "infusion", "text"),
    Field("disposal_text", "infusion", "text"),
    Field("ld_rules", "patient", "ld_rules", needed=True),
    Field("ld_repeat_text", "patient", "text"),
    Field("premed_text", "patient", "text"),
    Field("premed_before_s_min", "patient", "seconds"),
    Field("premed_before_s_max", "patient", "seconds"),
    Field("steroid_text", "patient", "text"),
    Field("toci_doses_min", "patient", "count", needed=True),
    Field("toci_next_s_max", "patient", "seconds"),
    Field("toci_gap_s_min", "patient", "seconds"),
    Field("toci_doses_max", "patient", "count"),
    Field("toci_mg_kg", "patient", "amount"),
    Field("toci_mg_kg_under_30kg", "patient", "amount"),
    Field("toci_mg_max", "patient", "amount"),
    Field("monitor_days", "patient", "days"),
    Field("monitor_daily_days", "patient", "days"),
    Field("stay_near_days", "patient", "days"),
    Field("no_driving_days", "patient", "days"),
    Field("monitor_text", "patient", "text"),
)
FIELDS: dict[str, Field] = {field.name: field for field in _FIELDS}
GROUPS = tuple(dict.fromkeys(field.group for field in _FIELDS))

# Missing blocks acceptance and verification; silent does not.
NEEDED = tuple(field.name for field in _FIELDS if field.needed)
# Written as tables of their own, because they are several.
TABLES = {"clocks": "clock", "ld_rules": "ld_rule"}
# Every kind but words about the product: these can harm, and are verified against a photo of the insert (E17).
LIMIT_KINDS = ("temp_c", "seconds", "amount", "clocks", "ld_rules", "days", "months")
LIMITS = (
    *(field.name for field in _FIELDS if field.kind in LIMIT_KINDS),
    "next_after_infused",
    "filter_rule",
    "filter_devices",
    "thaw_methods",
    "toci_doses_min",
    "toci_doses_max",
)
# Operands a template may name; nothing else exists for it.
HEADER_FACTS = ("id", "revision", "jurisdiction", "demonstration")
FACTS = frozenset(f"profile.{name}" for name in (*FIELDS, *HEADER_FACTS))
