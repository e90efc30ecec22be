"""Password rules, PIN rules and throttling: pure functions over what is typed and what happened before.

NIST SP 800-63B-4: at least 15 characters when the password is the only factor, no composition rules, a block list,
any character of Unicode; regulation.md 5.2. Throttle and lockout: REG-003.
"""

from __future__ import annotations

import functools
import itertools
import unicodedata

from . import resources
from .refusal import Refusal

LENGTH_MIN = 15
LENGTH_MAX = 256
PIN_LENGTH_MIN = 6
FREE_FAILURES = 2
LOCKOUT_FAILURES = 5
LOCKOUT_S = 15 * 60
PIN_FAILURES_MAX = 5
PIN_VALID_S = 12 * 3600


def normal(password: str) -> str:
    """The one form of a password (NFKC), so that every keyboard types the same."""
    return unicodedata.normalize("NFKC", password)


@functools.cache
def _blocked() -> frozenset[str]:
    return frozenset(resources.read_text("words/blocked_passwords.txt").split("\n")) - {""}


def check_password(password: str, known_words: tuple[str, ...]) -> None:
    """Refuse a weak new password. ``known_words``: the site's names, the person's name and staff number."""
    text = normal(password)
    if len(text) < LENGTH_MIN:
        raise Refusal("password.short", length=len(text), least=LENGTH_MIN)
    if len(text) > LENGTH_MAX:
        raise Refusal("password.long", most=LENGTH_MAX)
    folded = text.casefold().replace(" ", "")
    if len(set(folded)) < 5:
        raise Refusal("password.repeats")
    rest = folded
    for word in sorted((normal(word).casefold().replace(" ", "") for word in known_words), key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    for word in _blocked():
        if word in rest:
            rest = rest.replace(word, "")
    if len(rest) < LENGTH_MIN // 2:
        raise Refusal("password.guessable")


def check_pin(pin: str) -> None:
    """Refuse a PIN that is not six digits or more, all the same, or a staircase."""
    text = normal(pin)
    if not text.isdecimal() or len(text) < PIN_LENGTH_MIN:
        raise Refusal("pin.form", least=PIN_LENGTH_MIN)
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(text)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise Refusal("pin.guessable")


def wait_s(failures: int, since_last_s: float) -> float:
    """Seconds that must still pass before the next try is looked at.

    Two slips are free, then 5, 30 s, and from the fifth failure 15 minutes.

    >>> [wait_s(n, 0) for n in range(6)]
    [0, 0, 0, 5, 30, 900]
    """
    if failures <= FREE_FAILURES:
        return 0
    pause = LOCKOUT_S if failures >= LOCKOUT_FAILURES else (5, 30)[failures - FREE_FAILURES - 1]
    return max(0, pause - since_last_s)
