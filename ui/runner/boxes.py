"""What the rules say of an answer, as boxes: what is held, and what to do. Recording was never refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide import runs
from cellguide.runs import Key
from cellguide.templates.values import Step
from ui.language import language, say
from ui.runner.standing import container_word, words_of
from ui.runner.values import Box
from ui.runner.why import why_words

if TYPE_CHECKING:
    from ui.runner.reading import Reader


def machine_stops(before: runs.Run | None, after: runs.Run) -> tuple[str, ...]:
    """What the machine has just found in values it computed: a stop on a question nobody is looking at."""
    known = {(stop.key, stop.n) for stop in runs.open_stops(before)} if before is not None else set()
    found = []
    for stop in runs.open_stops(after):
        step = after.template.step(stop.key.step)
        if step.by_machine and (stop.key, stop.n) not in known and stop.verdict.why != "unknown":
            name = f"{words_of(step)} {container_word(after, stop.key.container)}".strip()
            found.append(say("runner.box.machine", name=name, cause=cause_words(stop.verdict.cause)))
    return tuple(found)


def boxes_of(reader: Reader, key: Key, step: Step) -> tuple[Box, ...]:
    """The boxes below a question: first what must be said before it starts, then what its answer brought."""
    found: list[Box] = []
    if not reader.camera and key not in reader.run.current and (step.marks == "OPENED" or _takes_photo(step)):
        found.append(Box("warn", say("camera.absent_title"), say("camera.absent")))
    if key not in reader.run.current:
        return tuple(found)
    if runs.check_state(reader.run, key) == "mismatch":
        found.append(Box("alarm", starting(say("run.why.mismatch")), say("runner.box.disagree_do"), ("correct",)))
    verdict = reader.run.standing[key].verdict
    cleared = reader.run.standing[key].n in reader.run.cleared
    if verdict.level != "ok" and not cleared:
        box = _box(reader, key, step, verdict)
        keys = tuple(name for name in box.keys if not (step.by_machine and name in ("correct", "rescan")))
        found.append(box._replace(keys=keys))
    return tuple(found)


def _takes_photo(step: Step) -> bool:
    return step.ask == "photo" or any(part.ask == "photo" for part in step.also)


def _box(reader: Reader, key: Key, step: Step, verdict: runs.Verdict) -> Box:
    cause = cause_words(verdict.cause)
    scanned = step.ask in ("scan", "place")
    if verdict.level == "hard" and verdict.cause == "identity" and verdict.why == "not_met":
        again = rescans(reader.run, key) > 0
        closed = () if again else ("dispute",)
        where = "runner.box.in_cold" if _in_cold(reader, key) else "runner.box.cold_first"
        text = _joined(say(where), say("runner.box.identity" if scanned else "runner.box.identity_typed"))
        keys = ("rescan" if scanned else "correct", "dispute")
        return Box("alarm", say("runner.box.mismatch", cause=cause), text, keys, closed)
    if verdict.why == "unknown":
        text = _joined(say("runner.box.saved"), why_words(reader, key, step, verdict), *_unknown_text(verdict))
        return Box("warn", say("runner.box.unknown", cause=cause), text, ("correct", *_clear(verdict)))
    title = f"{cause} · {say(f'run.level.{verdict.level}')}"
    said = [say("runner.box.saved")]
    said.append(why_words(reader, key, step, verdict))
    if verdict.level == "warn":
        said.append(say("runner.box.warn"))
        return Box("warn", title, _joined(*said), ("correct",))
    if verdict.level == "hard":
        said.append(say("runner.box.hard"))
        return Box("alarm", title, _joined(*said), ("rescan",) if scanned else ("correct",))
    said.append(_held_text(verdict))
    return Box("alarm", title, _joined(*said), ("rescan" if scanned else "correct", *_clear(verdict)))


def cause_words(cause: str) -> str:
    """What a stop is about, as the beginning of a line."""
    return starting(say(f"run.cause.{cause}") if cause else say("runner.box.step"))


def starting(words: str) -> str:
    """Words as they begin a line."""
    return words[:1].upper() + words[1:]


def _joined(*sentences: str) -> str:
    """Sentences one after the other; Chinese ones follow without a blank."""
    return ("" if language.now == "zh" else " ").join(filter(None, sentences))


def _clear(verdict: runs.Verdict) -> tuple[str, ...]:
    return ("clear",) if verdict.level == "held" else ()


def rescans(run: runs.Run, key: Key) -> int:
    """How often the label was read again after the first time; only then does the dispute open."""
    return max(len(run.history(key)) - 1, 0)


def role_words(roles: tuple[str, ...]) -> str:
    """The roles that must sign: alternatives with "or", several with "and"."""
    joined = []
    for role in roles:
        either = [say(f"people.role.{one}") for one in role.split("|")]
        joined.append(say("runner.box.or").join(either))
    return say("runner.box.and").join(joined)


def _held_text(verdict: runs.Verdict) -> str:
    key = "runner.box.held_proof" if verdict.proof else "runner.box.held"
    return say(key, roles=role_words(verdict.by) or "—")


def _unknown_text(verdict: runs.Verdict) -> list[str]:
    said = [say("runner.box.find_out")]
    if verdict.level == "held":
        said.append(_held_text(verdict))
    return said


def _in_cold(reader: Reader, key: Key) -> bool:
    placed = [
        other in reader.run.current
        for other, step in reader.run.questions()
        if step.marks == "PLACED" and (key.container is None or other.container in (None, key.container))
    ]
    return bool(placed) and all(placed)
