"""October 2026 in the demonstration hospital: what came, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..acts import products, walks
from ..clock import parse_iso
from ..refusal import Refusal
from ..runs import Reason
from ..shipments import Announced
from . import receipts, storage
from .hospital import Hospital
from .people import PHARMACIST, PHARMACIST_2, PHARMACIST_3

Scene = Callable[[Hospital], object]


def live(hospital: Hospital, progress: Callable[[int, int], None], more: Sequence[tuple[str, Scene]] = ()) -> None:
    """Play every scene on its day. ``more``: (ISO time, scene) besides the month's own, before, in or after it."""
    own = [(f"2026-10-{day}:00+08:00", scene) for day, scene in SCENES]
    scenes = sorted([*own, *more], key=lambda one: parse_iso(one[0]).utc_ms)
    for done, (at, scene) in enumerate(scenes):
        progress(done, len(scenes))
        if parse_iso(at).utc_ms > hospital.clock.utc_ms:  # a scene that took long pushes the next one back
            hospital.clock.set(at)
        hospital.sit(PHARMACIST)
        scene(hospital)
    progress(len(scenes), len(scenes))


def accepted(hospital: Hospital) -> None:
    """One bag, nothing unusual."""
    receipts.receive(hospital, receipts.deliver(hospital, 1, "demo-cel", "2026-10-20"))


def two_bags(hospital: Hospital) -> None:
    receipts.receive(hospital, receipts.deliver(hospital, 2, "demo-cel", "2026-10-22", 2))


def draft_profile(hospital: Hospital) -> None:
    """Nobody has verified the profile yet: received into 待验 and held, never accepted."""
    case = receipts.deliver(hospital, 3, "sample-cel", "2026-10-28")
    run = receipts.start(hospital, case)
    receipts.door(hospital, run, case)
    receipts.cold(hospital, run, case)
    receipts.desk_work(hospital, run, case)
    receipts.file_in(hospital, run, case)
    try:
        hospital.answer(run, "R-40", "accept")
    except Refusal as refusal:
        assert refusal.code == "run.gate"
    receipts.decide(hospital, run, "hold", contact="档案为草稿，先入待验；已请持有人提供说明书")
    hospital.sign(hospital.close(run), receipts.SIGNERS)


def profile_verified(hospital: Hospital) -> None:
    """Two pharmacists verify the second product."""
    sha256 = products.profile_state(hospital.desk, "sample-cel").profile.sha256
    products.verify_profile(hospital.desk, "sample-cel", sha256, hospital.proof(PHARMACIST))
    products.verify_profile(hospital.desk, "sample-cel", sha256, hospital.proof(PHARMACIST_2))


def decided_again(hospital: Hospital) -> None:
    """What had to be held for its draft profile is accepted now: the same record, its second version."""
    [held] = [one for one in hospital.desk.store.find("record") if one.doc["shown"]["product_en"].startswith("SAMPLE")]
    receipts.decide_again(hospital, held.id, "档案已由两名药师核实")


def initials(hospital: Hospital) -> None:
    """The label shows the patient's initials only."""
    receipts.receive(hospital, receipts.deliver(hospital, 4, "sample-cel", "2026-10-30"))


def warm_shipper(hospital: Hospital) -> None:
    """A quarter of an hour at −141 °C on the way: held, the holder is asked."""
    case = receipts.deliver(hospital, 5, "demo-cel", "2026-11-02", warm_c="-141.0")
    receipts.receive(hospital, case, "hold", contact="运输途中高于 −150 °C 十五分钟，请持有人书面处置")


def wrong_lot(hospital: Hospital) -> None:
    """The lot on the label is not the certificate's. The product is cold and safe; nobody can accept it."""
    case = receipts.deliver(hospital, 6, "demo-cel", "2026-11-04")
    receipts.receive(hospital, case, "hold", contact="批号不一致，已请持有人质量部门书面确认", lot="DC260960")


def rejected(hospital: Hospital) -> None:
    """The holder recalls the lot on the telephone while it stands in the tank."""
    case = receipts.deliver(hospital, 7, "demo-cel", "2026-11-05")
    receipts.receive(hospital, case, "reject", contact="持有人来电召回本批，书面通知随后")


def in_the_shipper(hospital: Hospital) -> None:
    receipts.kept_in_shipper(hospital, receipts.deliver(hospital, 8, "demo-cel", "2026-10-24"))


def at_night(hospital: Hospital) -> None:
    """Half past eleven: custody now, receipt in the morning."""
    case = receipts.deliver(hospital, 9, "demo-cel", "2026-11-06")
    receipts.night_custody(hospital, case)
    hospital.clock.set("2026-10-17T08:10:00+08:00")
    receipts.receive(hospital, case)


def holders_operator(hospital: Hospital) -> None:
    """The holder's engineer handles the cassettes; the pharmacist stands beside and says so."""
    case = receipts.deliver(hospital, 10, "demo-cel", "2026-11-09")
    receipts.receive(hospital, case, performer="演示持有人操作人员 DEMO-OP-1（授权 DEMO-AUTH）")


def conditional(hospital: Hospital) -> None:
    """Final sterility is outstanding; the physician knows and agrees."""
    receipts.receive(hospital, receipts.deliver(hospital, 11, "demo-cel", "2026-11-11"), status="conditional")


def amended(hospital: Hospital) -> None:
    """Accepted; the next day a digit of the expiry turns out to be misread."""
    record = receipts.receive(hospital, receipts.deliver(hospital, 12, "demo-cel", "2026-11-12"))
    hospital.clock.move(hours=20)
    receipts.amend_expiry(hospital, record)


def two_components(hospital: Hospital) -> None:
    """Two components, each a lot of its own with its own number: each cassette is scanned and read for itself."""
    announced = (
        Announced(1, 2, "DC260916A", "2027-06-30", "A99992600001601", "CD8"),
        Announced(2, 2, "DC260916B", "2027-05-31", "A99992600001602", "CD4"),
    )
    receipts.receive(hospital, receipts.deliver(hospital, 16, "demo-cel", "2026-11-13", 2, announced=announced))


def provisional(hospital: Hospital) -> None:
    """A product stands on the dock before its order was typed: taken in, held until the order is complete."""
    case = receipts.deliver(hospital, 13, "demo-cel", "2026-11-16", provisional=True)
    receipts.receive(hospital, case, "hold", contact="订单待补全，先入待验")


def half_way(hospital: Hospital) -> None:
    """The last delivery of the month is in the cold; the desk work waits for the third pharmacist."""
    case = receipts.deliver(hospital, 14, "sample-cel", "2026-11-18")
    run = receipts.start(hospital, case)
    receipts.door(hospital, run, case)
    receipts.cold(hospital, run, case)
    walks.note(hospital.desk, run, "pause", "等待药师丙接手")
    hospital.sit(PHARMACIST_3)
    walks.note(hospital.desk, run, "resume", "药师丙接手")
    hospital.answer(run, "R-21", ["delivery_note"])
    walks.correct_answer(
        hospital.desk,
        run,
        "R-21",
        None,
        ["delivery_note", "release_certificate", "package_insert", "temperature_record"],
        reason=Reason("late_news", "其余资料在罐盖内侧"),
    )


SCENES: tuple[tuple[str, Scene], ...] = (
    ("01T09:00", storage.tank),
    ("02T09:00", accepted),
    ("05T09:10", two_bags),
    ("06T10:00", draft_profile),
    ("07T13:00", profile_verified),
    ("07T15:00", decided_again),
    ("08T09:00", initials),
    ("09T14:20", warm_shipper),
    ("12T09:30", wrong_lot),
    ("13T09:00", rejected),
    ("14T15:00", in_the_shipper),
    ("16T23:30", at_night),
    ("19T09:00", holders_operator),
    ("20T09:20", conditional),
    ("21T09:00", amended),
    ("23T09:30", two_components),
    ("26T16:40", provisional),
    ("30T08:40", storage.month_read),
    ("30T09:05", half_way),
)
