"""Person, Role and what each role may do. Permission is asked at the act, never only at the widget (REG-020)."""

from __future__ import annotations

import re
from typing import NamedTuple

from .entry import Doc
from .refusal import Refusal

PHARMACIST, NURSE, PHYSICIAN = "pharmacist", "nurse", "physician"
TECHNOLOGIST, QUALITY, ADMINISTRATOR = "technologist", "quality", "administrator"
ROLES = (PHARMACIST, NURSE, PHYSICIAN, TECHNOLOGIST, QUALITY, ADMINISTRATOR)
CLINICAL = frozenset(ROLES) - {ADMINISTRATOR}

_EVERYONE = frozenset(ROLES)
_RUNNERS = frozenset({PHARMACIST, NURSE, TECHNOLOGIST, PHYSICIAN, QUALITY})
_PHARMACY = frozenset({PHARMACIST, TECHNOLOGIST})

# The act's name is the permission, the entry kind, the menu item and the test (DESIGN.md 2). Who may do what:
# domain.md 2.1; administrators have no clinical permission at all (NMPA 2020-74, REG-022).
MAY: dict[str, frozenset[str]] = {
    "sign_in": _EVERYONE,
    "sign_out": _EVERYONE,
    "change_password": _EVERYONE,
    "set_pin": _EVERYONE,
    "claim_mark": _RUNNERS,
    "enrol_person": frozenset({ADMINISTRATOR}),
    "reset_person": frozenset({ADMINISTRATOR}),
    "change_roles": frozenset({ADMINISTRATOR}),
    "person_leaves": frozenset({ADMINISTRATOR}),
    "print_envelope": frozenset({ADMINISTRATOR}),
    "record_training": frozenset({ADMINISTRATOR, QUALITY, PHARMACIST}),
    "change_site": frozenset({ADMINISTRATOR, QUALITY}),
    "check_clock": _EVERYONE,
    "choose_backup_folder": frozenset({ADMINISTRATOR, QUALITY, PHARMACIST}),
    "make_backup": _EVERYONE,
    "restore_database": frozenset({ADMINISTRATOR}),
    "export_copy": frozenset({QUALITY, PHARMACIST, ADMINISTRATOR}),
    "place_order": frozenset({PHARMACIST, PHYSICIAN}),
    "verify_order": frozenset({PHARMACIST, PHYSICIAN, NURSE}),
    "change_order": frozenset({PHARMACIST, PHYSICIAN}),
    "cancel_order": frozenset({PHARMACIST, PHYSICIAN}),
    "replace_order": frozenset({PHARMACIST, PHYSICIAN}),
    "add_patient_number": frozenset({PHARMACIST, NURSE}),
    "plan_dose": frozenset({PHARMACIST, PHYSICIAN}),
    "choose_ld": frozenset({PHARMACIST, PHYSICIAN, QUALITY}),
    "record_fact": _RUNNERS,
    "authorise_container": _RUNNERS,
    "reinstate_container": frozenset({PHARMACIST, QUALITY}),
    "set_backup": _PHARMACY,
    "announce_shipment": _PHARMACY,
    "verify_profile": frozenset({PHARMACIST}),
    "adopt_profile": frozenset({PHARMACIST}),
    "review_profile": frozenset({PHARMACIST, QUALITY}),
    "retire_profile": frozenset({PHARMACIST}),
    "confirm_site_limit": frozenset({PHARMACIST, QUALITY}),
    "start_run": _RUNNERS,
    "answer_step": _RUNNERS,
    "correct_answer": _RUNNERS,
    "check_step": _RUNNERS,
    "skip_step": _RUNNERS,
    "clear_stop": _RUNNERS,
    "pause_run": _RUNNERS,
    "resume_run": _RUNNERS,
    "close_run": _RUNNERS,
    "abort_run": _RUNNERS,
    "sign_statement": _RUNNERS,
    "sign_record": _RUNNERS,
    "amend_record": _RUNNERS,
    "void_record": frozenset({PHARMACIST, QUALITY}),
    "print_record": _EVERYONE,
    "bind_scan": _RUNNERS,
    "view_record": _EVERYONE,
    "view_history": _EVERYONE,
    "view_entries": frozenset({QUALITY}),
    "comment_deviation": _RUNNERS,
    "open_deviation": _RUNNERS,
    "close_deviation": frozenset({QUALITY}),
    "add_place": frozenset({PHARMACIST, TECHNOLOGIST, QUALITY}),
    "add_probe": frozenset({PHARMACIST, TECHNOLOGIST, QUALITY}),
    "reserve_place": frozenset({PHARMACIST, TECHNOLOGIST, NURSE}),
    "move_container": frozenset({PHARMACIST, TECHNOLOGIST, NURSE}),
    "take_in_file": _RUNNERS,
    "make_temperature_record": frozenset({PHARMACIST, TECHNOLOGIST, NURSE}),
    "judge_series": _RUNNERS,
    "lift_hold": frozenset({PHARMACIST, QUALITY, PHYSICIAN}),
    "acknowledge_excursion": _RUNNERS,
    "silence_alarm": _RUNNERS,
    "mark_device": _RUNNERS,
    "resolve_excursion": frozenset({PHARMACIST, QUALITY}),
    "start_round": _RUNNERS,
    "count_stock": _RUNNERS,
    "record_calibration": frozenset({PHARMACIST, TECHNOLOGIST, QUALITY}),
    "review_import": frozenset({PHARMACIST, TECHNOLOGIST, QUALITY}),
    "describe_source": frozenset({PHARMACIST, TECHNOLOGIST, QUALITY}),
}

# What each meaning of a signature asks of its signer (domain.md 2.1, regulation.md 1.3).
MAY_SIGN: dict[str, frozenset[str]] = {
    "performed": frozenset({PHARMACIST, NURSE, TECHNOLOGIST, PHYSICIAN}),
    "checked": frozenset({PHARMACIST, NURSE, TECHNOLOGIST, PHYSICIAN}),
    "reviewed": frozenset({QUALITY, PHARMACIST}),
    "approved": frozenset({QUALITY, PHYSICIAN, PHARMACIST}),
    "voided": frozenset({PHARMACIST, QUALITY}),
    "received": frozenset({PHARMACIST, NURSE, TECHNOLOGIST}),
    "handed_over": frozenset({PHARMACIST, NURSE, TECHNOLOGIST}),
}

_STAFF_NO = re.compile(r"[0-9A-Za-z-]{2,20}")


class Person(NamedTuple):
    """One human being with one staff number, for ever. ``document``: kind and last four of what was shown."""

    id: str
    name: str
    latin: str
    roles: tuple[str, ...]
    state: str
    document: str
    certificate: str
    demo: bool

    @property
    def active(self) -> bool:
        return self.state == "active"

    def called(self, lang: str) -> str:
        """The name as a screen in ``lang`` says it; paper and signatures carry both."""
        return self.latin if lang == "en" else self.name


def person(id: str, doc: Doc) -> Person:
    """Read a person from the document that the ledger adds up to."""
    return Person(
        id,
        str(doc["name"]),
        str(doc["latin"]),
        tuple(doc["roles"]),
        str(doc["state"]),
        str(doc["document"]),
        str(doc.get("certificate", "")),
        bool(doc.get("demo", False)),
    )


def may(role: str, act: str) -> bool:
    """Whether ``role`` may do ``act``; an act that the table does not name is nobody's."""
    return role in MAY.get(act, frozenset())


def check_new_person(doc: Doc, others: list[Person]) -> None:
    """Refuse what may not be enrolled: used staff numbers, mixed roles, the same human twice.

    Source: 21 CFR 11.100(a), PI 041 9.3 (unique, never reassigned), REG-001, REG-022, engineering-review F.
    """
    staff_no = str(doc["staff_no"])
    if not _STAFF_NO.fullmatch(staff_no):
        raise Refusal("person.staff_no", staff_no=staff_no)
    if any(other.id == staff_no for other in others):
        raise Refusal("person.staff_no_used", staff_no=staff_no)
    for field in ("name", "latin", "document"):
        if not str(doc[field]).strip():
            raise Refusal("person.field_missing", field=field)
    check_roles(tuple(doc["roles"]))
    for other in others:
        if other.document == doc["document"] and other.name == doc["name"]:
            raise Refusal("person.enrolled_before", staff_no=other.id, name=other.name)


def check_roles(roles: tuple[str, ...]) -> None:
    """Refuse no role, unknown roles, and an administrator who is anything else besides (REG-022)."""
    unknown = set(roles) - set(ROLES)
    if not roles or unknown:
        raise Refusal("person.roles", roles=", ".join(sorted(unknown)) or "-")
    if ADMINISTRATOR in roles and len(roles) > 1:
        raise Refusal("person.admin_and_clinician")
