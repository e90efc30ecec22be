"""Identity layer by layer, and the photograph to read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide import runs
from cellguide.answer_words import value_words
from cellguide.runs import Key, gates
from cellguide.runs.inputs import same_text
from cellguide.templates.values import Step
from ui.kit import Mark
from ui.language import language, say
from ui.runner import standing
from ui.runner.values import IdentityRow

if TYPE_CHECKING:
    from ui.runner.reading import Reader

# Layers with a short name of their own; any other is called what its step is called.
_LAYERS = ("R-22", "R-29", "R-30", "R-31", "R-32")
_SAID = {"hard": ("alarm", "wrong"), "unknown": ("warn", "unknown")}


def is_identity(step: Step) -> bool:
    """Whether the step is a layer of identity: its rule has no override and that cause."""
    return any(rule.cause == "identity" and rule.level == "hard" for rule in step.rules)


def reads_label(step: Step) -> bool:
    """Whether the step is read from the label's photograph besides the layers of identity."""
    return step.ask in ("date", "num") and any(rule.cause in ("expiry", "label_limit") for rule in step.rules)


def identity(reader: Reader, here: Key) -> tuple[IdentityRow, ...]:
    """Every layer that this run has read or reads in the pause point of ``here``.

    The order's value stands there only once the label has been read: nobody copies it.
    """
    section = reader.run.template.section_of(here.step)
    rows = []
    for key, step in reader.run.questions():
        here_too = step in section.steps and gates.due(reader.run, key, step, reader.facts, reader.at)
        if not is_identity(step) or (key not in reader.run.current and not here_too):
            continue
        word = standing.container_word(reader.run, key.container)
        label = say(f"runner.layer.{step.id}") if step.id in _LAYERS else standing.words_of(step)
        rows.append(_row(reader, key, step, f"{label} {word}".strip()))
    return tuple(rows)


def _row(reader: Reader, key: Key, step: Step, title: str) -> IdentityRow:
    answer = reader.run.current.get(key)
    if answer is None or answer.not_applicable:
        return IdentityRow(title, "—", "—", Mark(say("runner.identity.open")))
    kept = answer.value
    read = str(kept["text"]) if isinstance(kept, dict) else value_words(step, kept)[language.now]
    tone, code = _SAID.get(standing.state_of(reader.run, key), ("ok", "same"))
    return IdentityRow(title, _expected(reader, key, step, read), read, Mark(say(f"runner.identity.{code}"), tone))


def _expected(reader: Reader, key: Key, step: Step, read: str) -> str:
    """The order's value; of several that a label may carry, the one that was read, else the first and the last."""
    rule = next(rule for rule in step.rules if rule.cause == "identity")
    right = rule.need.right
    value = reader.facts.fact(right.name, key.container) if right is not None and right.kind == "fact" else None
    if isinstance(value, tuple) and value:
        either = " / ".join(dict.fromkeys((value[0], value[-1])))
        return next((one for one in value if same_text(one, read)), either)
    return value if isinstance(value, str) else "—"


def photo_beside(reader: Reader, key: Key, step: Step) -> tuple[str, str]:
    """The photograph to read from (SHA-256 and caption): its own at a photo question, the label's at identity and label
    questions, else the one that was taken just before."""
    run = reader.run
    if step.ask == "photo":
        answer = run.current.get(key)
        taken = photo_of(step, answer) if answer is not None else ""
        return (taken, run.current[key].at[11:19]) if taken else ("", "")
    if step.by_machine or step.ask in ("file", "sign"):
        return "", ""
    whole = is_identity(step) or reads_label(step)
    found = ("", "")
    for other, line in run.questions():
        if other == key and not is_identity(step):
            break
        answer = run.current.get(other)
        if answer is None or answer.by.person == "station":
            continue
        taken = photo_of(line, answer)
        mine = key.container is None or other.container == key.container
        if taken and (mine and is_identity(line) if whole else True):
            word = standing.container_word(run, other.container)
            found = taken, f"{standing.words_of(line)} {word}".strip() + f"\n{answer.at[11:19]}"
        elif not whole:
            found = ("", "")
    return found


def photo_of(step: Step, answer: runs.Answer) -> str:
    """The SHA-256 of the photograph in an answer, "" where there is none."""
    if answer.not_applicable:
        return ""
    if step.ask == "photo" and answer.value:
        return str(answer.value["sha256"])
    taken = [answer.parts[part.id]["sha256"] for part in step.also if part.ask == "photo" and part.id in answer.parts]
    return str(taken[0]) if taken else ""
