"""The demonstration's hospital and people: invented, and marked so in every name."""

from __future__ import annotations

from .. import keys
from ..acts import site, staff

SITE = site.SiteFacts(
    "演示医院",
    "Demonstration Hospital",
    "Asia/Shanghai",
    ("zh", "en"),
    demo=True,
    department_zh="药学部（演示）",
    department_en="Pharmacy (demonstration)",
)

# One password for every invented person: it opens nothing but demonstrations, and the demonstration says so.
PASSWORD = "演示口令 never for real patients"  # noqa: S105

ADMIN, ADMIN_2 = "D-001", "D-002"
PHARMACIST, PHARMACIST_2, PHARMACIST_3 = "D-011", "D-012", "D-013"
NURSE, PHYSICIAN, QUALITY = "D-021", "D-031", "D-041"

STAFF = (
    staff.NewPerson(ADMIN, "演示管理员甲", "DEMO Admin One", ("administrator",), "DEMO 0001", "DA", True),
    staff.NewPerson(ADMIN_2, "演示管理员乙", "DEMO Admin Two", ("administrator",), "DEMO 0002", "DB", True),
    staff.NewPerson(PHARMACIST, "演示药师甲", "DEMO Pharmacist One", ("pharmacist",), "DEMO 0011", "DP", True),
    staff.NewPerson(PHARMACIST_2, "演示药师乙", "DEMO Pharmacist Two", ("pharmacist",), "DEMO 0012", "DQ", True),
    staff.NewPerson(PHARMACIST_3, "演示药师丙", "DEMO Pharmacist Three", ("pharmacist",), "DEMO 0013", "DR", True),
    staff.NewPerson(NURSE, "演示护士甲", "DEMO Nurse One", ("nurse",), "DEMO 0021", "DN", True),
    staff.NewPerson(PHYSICIAN, "演示医师甲", "DEMO Physician One", ("physician",), "DEMO 0031", "DD", True),
    staff.NewPerson(QUALITY, "演示质量员甲", "DEMO Quality One", ("quality",), "DEMO 0041", "DZ", True),
)


def enrolments(cost: keys.Cost) -> list[site.Enrolment]:
    """Make everybody's key, wrapped by PASSWORD."""
    made = []
    for new in STAFF:
        secret = keys.new_secret(new.staff_no)
        made.append(site.Enrolment(new, keys.lock(secret, PASSWORD, cost), secret))
    return made
