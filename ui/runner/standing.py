"""How one question of a run stands, in one word; and the small words every part of the runner needs."""

from __future__ import annotations

from collections.abc import Iterable

from cellguide import runs
from cellguide.runs import Key, Run
from cellguide.runs.calcs import mark
from cellguide.templates.values import Part, Step
from ui.language import language, say


def words_of(spec: Step | Part) -> str:
    """The step's words in the language of the screens."""
    return spec.en if language.now == "en" else spec.zh


def container_word(run: Run, container: str | None) -> str:
    """Which of how many: ``1/2``; "" for the run as a whole."""
    if container is None:
        return ""
    return f"{run.containers.index(container) + 1}/{len(run.containers)}"


def state_of(run: Run, key: Key) -> str:
    """One word: open, done, warn, held, hard, unknown (somebody must find out), check (a second person is due)."""
    if key not in run.current:
        return "open"
    standing = run.standing[key]
    if runs.check_state(run, key) == "mismatch":
        return "hard"
    if standing.verdict.stops and standing.n not in run.cleared:
        return "unknown" if standing.verdict.why == "unknown" else standing.verdict.level
    if runs.check_state(run, key) == "missing":
        return "check"
    return "warn" if standing.verdict.level == "warn" else "done"


def role_words(roles: Iterable[str]) -> str:
    """Roles of which any will do, in the language of the screens."""
    return " / ".join(say(f"people.role.{role}") for role in sorted(roles))


def exposure_running(run: Run) -> bool:
    """Whether a lid is open and something is not yet in the cold."""
    if mark(run, "OPENED") is None:
        return False
    return any(step.marks == "PLACED" and key not in run.current for key, step in run.questions())


def stays(run: Run, key: Key) -> bool:
    """A finding is looked at before one goes on; what somebody must first find out holds nobody up."""
    if runs.check_state(run, key) == "mismatch":
        return True
    verdict = run.standing[key].verdict
    return verdict.level != "ok" and verdict.why != "unknown"
