"""When a reason is a reason, and when an entry is late."""

from __future__ import annotations

import itertools

from ..clock import Moment
from ..refusal import Refusal
from .state import LATE_MIN, RESCUE_H, Answer, Reason, Run

# Presets of the list people choose from; their words stand in resources/words/run.toml under run.reason.
PRESETS = ("slip", "rescan", "look_again", "remeasured", "misread", "wrong_line", "late_news", "other")
SLIP_S = 10
HAN_MIN = 2  # 设备故障 says enough in four characters (engineering-review F), 漏液 in two
LATIN_MIN = 5


def says_something(text: str) -> bool:
    """True for two Chinese characters or five others, not all the same (REG-015).

    >>> says_something("漏液"), says_something("!!!!!"), says_something("broken")
    (True, False, True)
    """
    letters = [letter for letter in text.casefold() if letter.isalnum()]
    if len(set(letters)) < 2:
        return False
    han = sum(is_han(letter) for letter in letters)
    return han >= HAN_MIN or len(letters) >= LATIN_MIN


def is_han(letter: str) -> bool:
    """True for a Chinese character, extensions included."""
    point = ord(letter)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x323AF


def need_reason(reason: Reason) -> None:
    """Refuse an empty excuse. Raises Refusal ``run.reason``, ``run.unknown_reason``."""
    if reason.code not in PRESETS:
        raise Refusal("run.unknown_reason", preset=reason.code)
    if reason.code != "slip" and not says_something(reason.text):
        raise Refusal("run.reason", given=reason.text[:40])


def need_slip(run: Run, answer: Answer, at: Moment, given_ms: int) -> None:
    """A slip is taken back within ten seconds and before the next answer, else it wants a reason in words.

    Raises Refusal ``run.slip_over``.
    """
    after = itertools.islice(run.events, answer.n, None)
    followed = any(isinstance(event, Answer) and event.by.person != "station" for event in after)
    if followed or at.utc_ms - given_ms > SLIP_S * 1000:
        raise Refusal("run.slip_over", step=answer.key.step, seconds=SLIP_S)


def lateness(event: Moment, entered: Moment, *, rescue: bool = False) -> str:
    """Return "", "late" (over 15 min) or "rescue" (a rescue's record, completed within six hours; REG-026)."""
    passed_ms = entered.utc_ms - event.utc_ms
    if passed_ms <= LATE_MIN * 60_000:
        return ""
    return "rescue" if rescue and passed_ms <= RESCUE_H * 3_600_000 else "late"
