"""What the rules say of an answer, as boxes: what is held, and what to do. Recording was never refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide import runs
from cellguide.facts import Unknown
from cellguide.runs import Key
from cellguide.templates.values import Step
from ui.language import say
from ui.runner.standing import container_word, words_of
from ui.runner.values import Box

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
        found.append(Box("alarm", say("runner.box.disagree"), say("runner.box.disagree_do"), ("correct",)))
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
        text = " ".join((say(where), say("runner.box.identity" if scanned else "runner.box.identity_typed")))
        keys = ("rescan" if scanned else "correct", "dispute")
        return Box("alarm", say("runner.box.mismatch", cause=cause), text, keys, closed)
    if verdict.why == "unknown":
        return Box(
            "warn", say("runner.box.unknown", cause=cause), _unknown_text(verdict), ("correct", *_clear(verdict))
        )
    title = f"{cause} · {say(f'run.level.{verdict.level}')}"
    said = [say("runner.box.saved")]
    limit = _limit(reader, key, verdict)
    if limit:
        said.append(limit)
    if verdict.level == "warn":
        said.append(say("runner.box.warn"))
        return Box("warn", title, " ".join(said), ("correct",))
    if verdict.level == "hard":
        said.append(say("runner.box.hard"))
        return Box("alarm", title, " ".join(said), ("rescan",) if scanned else ("correct",))
    said.append(_held_text(verdict))
    return Box("alarm", title, " ".join(said), ("rescan" if scanned else "correct", *_clear(verdict)))


def cause_words(cause: str) -> str:
    """What a stop is about, as the beginning of a line."""
    words = say(f"run.cause.{cause}") if cause else say("runner.box.step")
    return words[:1].upper() + words[1:]


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


def _unknown_text(verdict: runs.Verdict) -> str:
    said = [say("runner.box.saved"), say("runner.box.find_out")]
    if verdict.level == "held":
        said.append(_held_text(verdict))
    return " ".join(said)


def _limit(reader: Reader, key: Key, verdict: runs.Verdict) -> str:
    """The limit used as the entry has it, in words where the product's table knows the field."""
    fact, _, shown = verdict.limit.partition(" = ")
    if not shown:
        return ""
    space, _, field = fact.partition(".")
    if space == "profile":
        from cellguide.products import schema, showing
        from ui.language import language

        value = reader.facts.fact(fact, key.container)
        if field in schema.FIELDS and not isinstance(value, Unknown):
            shown = showing.show_value(field, value, language.now)  # type: ignore[arg-type]
    if verdict.source:
        return say("runner.box.limit_from", limit=shown, source=verdict.source)
    return say("runner.box.limit", limit=shown)


def _in_cold(reader: Reader, key: Key) -> bool:
    placed = [
        other in reader.run.current
        for other, step in reader.run.questions()
        if step.marks == "PLACED" and (key.container is None or other.container in (None, key.container))
    ]
    return bool(placed) and all(placed)
