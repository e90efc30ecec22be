"""Deviations: a plain list that is opened, commented on and closed by a quality officer."""

from __future__ import annotations

import makers
import pytest

from cellguide.acts import deviations as acts
from cellguide.desk import Desk
from cellguide.deviations import Cause
from cellguide.entry import Change
from cellguide.refusal import Refusal

LID = Cause("other", "minor", order="O-A-2026-000001", run="N-A-2026-000001", text="罐盖未盖严两分钟")


def test_a_deviation_is_opened_commented_on_and_closed_with_a_reason(desk: Desk) -> None:
    held = acts.open_deviation(desk, LID)
    assert (held.id, held.state, held.opened_by) == ("D-A-2026-000001", "open", makers.PHARMACIST)
    acts.comment_deviation(desk, held.id, "已盖好，温度未超限")
    makers.sit(desk, makers.QUALITY)
    acts.close_deviation(desk, held.id, "影响评估完成，无需进一步措施")
    closed = acts.get(desk, held.id)
    assert (closed.state, closed.closed_by, closed.closed_reason) == (
        "closed",
        makers.QUALITY,
        "影响评估完成，无需进一步措施",
    )
    assert [comment.text for comment in closed.comments] == ["已盖好，温度未超限"]
    assert acts.listed(desk) == []
    assert [one.id for one in acts.listed(desk, open_only=False)] == [held.id]


@pytest.mark.req("REG-020")
def test_only_a_quality_officer_closes(desk: Desk) -> None:
    held = acts.open_deviation(desk, LID)
    for person in (makers.PHARMACIST, makers.NURSE, makers.PHYSICIAN, makers.ADMIN):
        makers.sit(desk, person)
        with pytest.raises(Refusal) as caught:
            acts.close_deviation(desk, held.id, "看起来没有问题了")
        assert caught.value.code == "session.role"
    assert acts.get(desk, held.id).open


def test_one_cause_in_one_run_is_one_deviation_whose_severity_only_rises(desk: Desk) -> None:
    warm = Cause("other", "major", run="N-A-2026-000001", text="运输罐温度偏高")
    first = acts.open_deviation(desk, warm)
    with pytest.raises(Refusal):
        acts.open_deviation(desk, warm._replace(severity="terrible"))
    again = acts.open_deviation(desk, warm._replace(severity="critical", text="到货时 -118 °C"))
    assert again.id == first.id
    assert (again.severity, [comment.text for comment in again.comments]) == ("critical", ["到货时 -118 °C"])
    assert acts.open_deviation(desk, warm._replace(severity="minor")).severity == "critical"
    other_run = acts.open_deviation(desk, warm._replace(run="N-A-2026-000002"))
    assert other_run.id == "D-A-2026-000002"


def test_after_closing_a_new_cause_is_a_new_deviation_and_late_news_is_still_written_down(desk: Desk) -> None:
    held = acts.open_deviation(desk, LID)
    makers.sit(desk, makers.QUALITY)
    acts.close_deviation(desk, held.id, "影响评估完成")
    acts.comment_deviation(desk, held.id, "持有人书面确认已收到")
    assert not acts.get(desk, held.id).open
    assert acts.open_deviation(desk, LID).id != held.id
    with pytest.raises(Refusal) as caught:
        acts.close_deviation(desk, held.id, "再关闭一次")
    assert caught.value.code == "deviation.closed"


def test_a_critical_one_is_not_closed_before_somebody_wrote_what_was_found(desk: Desk) -> None:
    cause = Cause(
        "leaked",
        "critical",
        container="O-A-2026-000001-1",
        facts=(("container", "O-A-2026-000001-1"), ("state", "thawed")),
    )
    held = acts.open_deviation(desk, cause)
    acts.open_deviation(desk, cause)
    makers.sit(desk, makers.QUALITY)
    with pytest.raises(Refusal) as caught:
        acts.close_deviation(desk, held.id, "影响评估完成")
    assert caught.value.code == "deviation.no_findings"
    acts.comment_deviation(desk, held.id, "袋体接缝破裂，持有人受理号 C-88")
    acts.close_deviation(desk, held.id, "影响评估完成")
    assert not acts.get(desk, held.id).open


@pytest.mark.parametrize(
    ("cause", "code"),
    [(LID._replace(text=" "), "deviation.text"), (LID._replace(severity="terrible"), "deviation.severity")],
)
def test_an_empty_or_impossible_one_is_refused(desk: Desk, cause: Cause, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        acts.open_deviation(desk, cause)
    assert caught.value.code == code


def test_an_empty_comment_a_short_reason_and_an_unknown_number_are_refused(desk: Desk) -> None:
    held = acts.open_deviation(desk, LID)
    makers.sit(desk, makers.QUALITY)
    for attempt, code in (
        (lambda: acts.comment_deviation(desk, held.id, "  "), "deviation.text"),
        (lambda: acts.close_deviation(desk, held.id, "ok"), "reason.short"),
        (lambda: acts.get(desk, "D-A-2026-000099"), "deviation.unknown"),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == code
    assert acts.get(desk, held.id).open


def test_it_is_found_by_its_words(desk: Desk) -> None:
    held = acts.open_deviation(desk, LID)
    assert [hit.id for hit in desk.store.search("罐盖", kinds=["deviation"])] == [held.id]


def test_one_that_another_act_wrote_with_fewer_words_is_listed_too(desk: Desk) -> None:
    doc = {
        "state": "open",
        "cause": "training",
        "zh": "培训过期仍签名",
        "en": "signed without training",
        "opened_at": "x",
    }
    at = desk.now()
    desk.write("sign_record", [Change("deviation", "D-A-2026-000001", doc)], at=at)
    assert [(one.cause, one.severity) for one in acts.listed(desk)] == [("training", "major")]
    assert acts.open_deviation(desk, LID).id == "D-A-2026-000002"
