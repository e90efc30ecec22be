"""The demonstration's rounds: planned late in the month, walked by the nurse or the pharmacist, one missed."""

from __future__ import annotations

from collections.abc import Callable

from ..acts import places, rounds
from .hospital import Hospital
from .people import NURSE, PHARMACIST, QUALITY
from .storage import TANK

Scene = Callable[[Hospital], object]


def planned(hospital: Hospital) -> None:
    """From now on the tank is looked at morning and evening."""
    places.change_place(hospital.desk, TANK, {"rounds": ["08:00", "20:00"]}, "演示：自即日起每日两次巡检")


def walked(person: str, shown_c: str, level_cm: str, *, filled: bool = False) -> Scene:
    """What only eyes can see, and a signature; the rest comes from the logger."""

    def scene(hospital: Hospital) -> None:
        hospital.sit(person)
        run = rounds.start_round(hospital.desk, TANK).id
        for step, value in (("L-01", TANK), ("L-10", "ok"), ("L-02", shown_c), ("L-06", level_cm), ("L-11", "20.9")):
            hospital.answer(run, step, value)
        parts = {"litres": "60"} if filled else None
        hospital.answer(run, "L-12", "yes" if filled else "no", parts=parts)
        hospital.sign(hospital.close(run), {"performed": person, "reviewed": QUALITY})

    return scene


# The evening of the 29th is missed: nobody came.
SCENES: tuple[tuple[str, Scene], ...] = (
    ("2026-10-27T16:00:00+08:00", planned),
    ("2026-10-27T20:05:00+08:00", walked(NURSE, "-186.0", "44")),
    ("2026-10-28T08:10:00+08:00", walked(PHARMACIST, "-185.5", "43")),
    ("2026-10-28T19:50:00+08:00", walked(NURSE, "-189.5", "52", filled=True)),
    ("2026-10-29T08:05:00+08:00", walked(PHARMACIST, "-189.0", "51")),
    ("2026-10-30T08:00:00+08:00", walked(PHARMACIST, "-187.5", "49")),
)
