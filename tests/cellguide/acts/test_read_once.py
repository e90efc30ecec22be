"""What is kept between two answers is what reading it anew would find; after any write it is read again."""

from __future__ import annotations

from pathlib import Path

import pytest

import db
from cellguide import demo
from cellguide.acts import walks
from cellguide.clock import SetClock
from cellguide.demo import month
from cellguide.desk import KEPT_MAX, Desk
from cellguide.entry import STATION, Change
from cellguide.keys import Cost
from db.doors import DOORS


@pytest.fixture
def desk(machine: db.Machine, clock: SetClock) -> Desk:
    return Desk(db.memory_store(machine), clock, pepper=machine.pepper)


def write(desk: Desk, kind: str, id: str, **new: object) -> None:
    desk.store.append("test", [Change(kind, id, dict(new))], who=STATION, at=desk.now())


def test_what_was_read_is_read_again_only_when_its_kind_was_written(desk: Desk) -> None:
    read: list[int] = []

    def states() -> list[str]:
        read.append(1)
        return [held.doc["state"] for held in desk.store.find("place")]

    def ask() -> list[str]:
        return desk.once("states", desk.store.written("place", "probe"), states)

    assert ask() == [] and ask() == [] and len(read) == 1
    write(desk, "order", "O-1", state="placed")
    assert ask() == [] and len(read) == 1
    write(desk, "place", "P-1", state="in_use")
    assert ask() == ["in_use"] and len(read) == 2
    write(desk, "probe", "T-1", state="in_use")
    assert ask() == ["in_use"] and len(read) == 3


def test_a_write_that_was_not_saved_does_not_pass_for_the_one_that_was(desk: Desk) -> None:
    """A rolled-back entry leaves its number to the next one: the mark of the kind may not have moved with it."""
    before = desk.store.written("place")
    with pytest.raises(TypeError):
        write(desk, "place", "P-1", state=0.5)
    assert desk.store.written("place") == before
    desk.once("places", desk.store.written("place"), lambda: desk.store.find("place"))
    write(desk, "place", "P-1", state="in_use")
    assert [held.id for held in desk.once("places", desk.store.written("place"), lambda: desk.store.find("place"))] == [
        "P-1"
    ]


def test_no_more_is_kept_than_fits(desk: Desk) -> None:
    for number in range(KEPT_MAX + 5):
        desk.once(("n", number), 0, lambda number=number: number)  # type: ignore[misc]
    assert len(desk._kept) == KEPT_MAX
    assert desk.once(("n", KEPT_MAX), 0, lambda: -1) == KEPT_MAX
    assert desk.once(("n", 0), 0, lambda: -1) == -1


def test_after_every_act_of_a_walk_the_kept_run_and_facts_are_those_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stops, clearances, second checks, containers placed: the demonstration's first scenes do them all."""
    checked: list[str] = []
    inner = Desk.write

    def compared(desk: Desk, act: str, changes: list[Change], **more: object) -> object:
        written = inner(desk, act, changes, **more)  # type: ignore[arg-type]
        fresh = Desk(desk.store, desk.clock)
        for held in desk.store.find("run", state="open"):
            run = walks.load_run(desk, held.id)
            assert run == walks.load_run(fresh, held.id)
            at = desk.now()
            assert walks.facts_of(desk, run, at) == walks.facts_of(fresh, run, at)
            checked.append(act)
        return written

    monkeypatch.setattr(Desk, "write", compared)
    monkeypatch.setattr(month, "SCENES", month.SCENES[:2])
    demo.make(tmp_path / "out", DOORS, cost=Cost(64, 1, 1))
    assert {"answer_step", "check_step"} <= set(checked) and len(checked) > 40
