"""Builders of valid objects. People here are invented and marked so; their keys are made cheaply but really."""

from __future__ import annotations

import functools

from cellguide import keys
from cellguide.acts import site, staff
from cellguide.desk import Desk

CHEAP = keys.Cost(memory_kib=64, passes=1, lanes=1)

ADMIN, ADMIN_2 = "900001", "900002"
PHARMACIST, PHARMACIST_2 = "900011", "900012"
NURSE, NURSE_2 = "900021", "900022"
PHYSICIAN, QUALITY, TECHNOLOGIST = "900031", "900041", "900051"

STAFF = (
    staff.NewPerson(ADMIN, "演示管甲", "DEMO Guan Jia", ("administrator",), "DEMO 0001", "GJ", True),
    staff.NewPerson(ADMIN_2, "演示管乙", "DEMO Guan Yi", ("administrator",), "DEMO 0002", "GY", True),
    staff.NewPerson(PHARMACIST, "演示药甲", "DEMO Yao Jia", ("pharmacist",), "DEMO 0011", "YJ", True),
    staff.NewPerson(PHARMACIST_2, "演示药乙", "DEMO Yao Yi", ("pharmacist",), "DEMO 0012", "YY", True),
    staff.NewPerson(NURSE, "演示护甲", "DEMO Hu Jia", ("nurse",), "DEMO 0021", "HJ", True),
    staff.NewPerson(NURSE_2, "演示护乙", "DEMO Hu Yi", ("nurse", "quality"), "DEMO 0022", "HY", True),
    staff.NewPerson(PHYSICIAN, "演示医甲", "DEMO Yi Jia", ("physician",), "DEMO 0031", "YIJ", True),
    staff.NewPerson(QUALITY, "演示质甲", "DEMO Zhi Jia", ("quality",), "DEMO 0041", "ZJ", True),
    staff.NewPerson(TECHNOLOGIST, "演示技甲", "DEMO Ji Jia", ("technologist",), "DEMO 0051", "JJ", True),
)


def password(person: str) -> str:
    """The password of an invented person."""
    return f"冬天的河水很凉 no {person[::-1]}"


@functools.cache
def enrolment(new: staff.NewPerson) -> site.Enrolment:
    """A key wrapped by the person's password, made once per test process."""
    secret = keys.new_secret(new.staff_no)
    return site.Enrolment(new, keys.lock(secret, password(new.staff_no), CHEAP), secret)


FACTS = site.SiteFacts("演示医院", "Demonstration Hospital", "Asia/Shanghai", demo=True)


def found(desk: Desk, facts: site.SiteFacts = FACTS) -> None:
    """Make the site with all of STAFF."""
    site.found_site(desk, facts, [enrolment(new) for new in STAFF])


def proof(desk: Desk, person: str, components: str = "both") -> staff.Proof:
    """The person types staff number and password (or only the password)."""
    return staff.prove(desk, person, password(person), "both" if components == "both" else "password")


def sit(desk: Desk, person: str, role: str | None = None) -> None:
    """Sign out whoever is there, and in as ``person``."""
    staff.sign_out(desk)
    staff.sign_in(desk, proof(desk, person), role)
