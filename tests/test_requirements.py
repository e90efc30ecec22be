"""docs/requirements.md says of every requirement whether and where it is shown, and says it truly."""

from __future__ import annotations

import re

from requirements_table import PAGE, column, marked, rows

STATES = re.compile(r"shown|in part: .+|not yet: .+|later issue: .+")
WHOLE = 60  # REG-001…060


def test_every_requirement_has_its_line_in_order() -> None:
    assert list(rows(PAGE.read_text("utf-8"))) == [f"REG-{number:03d}" for number in range(1, WHOLE + 1)]


def test_no_test_names_a_requirement_that_does_not_exist() -> None:
    assert set(marked()) - set(rows(PAGE.read_text("utf-8"))) == set()


def test_each_line_names_the_test_files_that_carry_its_mark() -> None:
    shown = marked()
    wrong = {
        name: column(shown.get(name, []))
        for name, (_, _, files) in rows(PAGE.read_text("utf-8")).items()
        if files != column(shown.get(name, []))
    }
    assert wrong == {}, "run: python tests/requirements_table.py"


def test_what_is_called_shown_has_a_test_and_what_has_none_says_why() -> None:
    for name, (title, state, files) in rows(PAGE.read_text("utf-8")).items():
        assert title.strip() and STATES.fullmatch(state), name
        assert (files != "—") == state.startswith(("shown", "in part")), name
