"""The signing series as a state machine: no way leads to a signature with less than the rule asks (REG-006)."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from cellguide import sessions
from cellguide.clock import Moment, SetClock
from cellguide.sessions import Session

ME, OTHER = "900011", "900012"


def sit(clock: SetClock) -> Session:
    at = clock.now()
    return Session(ME, "pharmacist", "password", at, at)


class Series(RuleBasedStateMachine):
    """A second, slower bookkeeping of who has proved what since when, beside the real one."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = SetClock("2026-11-22T08:00:00+08:00")
        self.session: Session | None = None
        self.signed_both: Moment | None = None  # last signing of an unbroken series that began with both components

    @initialize()
    def sign_in(self) -> None:
        self.session = sit(self.clock)
        self.signed_both = None

    @rule(signer=st.sampled_from([ME, OTHER]), as_checker=st.booleans())
    def sign(self, signer: str, as_checker: bool) -> None:
        asked = sessions.components(self.session, signer, self.clock.now(), as_checker=as_checker)
        assert asked in ("both", "password"), "there is no signature with nothing asked"
        if asked == "password":
            assert self.session is not None and not self.session.locked
            assert signer == ME and not as_checker
            assert self.signed_both is not None, "a series begins with both components"
        if self.session is None or self.session.locked:
            return
        self.session = sessions.primed(self.session, signer, self.clock.now(), as_checker=as_checker)
        self.signed_both = self.clock.now() if signer == ME and not as_checker else None

    @rule(seconds=st.sampled_from([1, 30, 299, 600, 601, 3600, 8 * 3600]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds=seconds)
        if seconds > sessions.SERIES_IDLE_S:
            self.signed_both = None

    @rule(seconds=st.sampled_from([-7200, 121, 86400]))
    def set_the_clock(self, seconds: int) -> None:
        self.clock.jump(seconds=seconds)
        self.signed_both = None

    @rule()
    def do_something(self) -> None:
        if self.session is not None and not self.session.locked:
            self.session = sessions.touch(self.session, self.clock.now())

    @rule(minutes=st.integers(sessions.LOCK_MINUTES_MIN, sessions.LOCK_MINUTES_MAX))
    def look_at_the_lock(self, minutes: int) -> None:
        if self.session is not None:
            self.session = sessions.idle_lock(self.session, self.clock.now(), minutes)
            if self.session.locked:
                self.signed_both = None

    @precondition(lambda self: self.session is not None)
    @rule()
    def lock_screen(self) -> None:
        assert self.session is not None
        self.session = sessions.lock(self.session)
        self.signed_both = None

    @precondition(lambda self: self.session is not None)
    @rule()
    def give_a_wrong_password(self) -> None:
        assert self.session is not None
        self.session = sessions.broken(self.session)
        self.signed_both = None

    @rule()
    def leave(self) -> None:
        self.session = None
        self.signed_both = None

    @rule()
    def sit_down_again(self) -> None:
        self.sign_in()

    @invariant()
    def a_locked_or_empty_seat_asks_everything(self) -> None:
        if self.session is None or self.session.locked:
            assert sessions.components(self.session, ME, self.clock.now()) == "both"


Series.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)


@pytest.mark.req("REG-006")
class TestSeries(Series.TestCase):  # type: ignore[name-defined,misc]
    """Runs the machine."""


BREAKERS = {
    "lock": lambda session, clock: sessions.lock(session),
    "wrong password": lambda session, clock: sessions.broken(session),
    "another's signature": lambda session, clock: sessions.primed(session, OTHER, clock.now()),
    "own check of another": lambda session, clock: sessions.primed(session, ME, clock.now(), as_checker=True),
    "ten idle minutes": lambda session, clock: clock.move(seconds=601) and session,
    "clock set back": lambda session, clock: clock.jump(seconds=-66) and session,
    "clock set forward": lambda session, clock: clock.jump(seconds=180) and session,
    "signing out": lambda session, clock: None,
    "a new session": lambda session, clock: sit(clock),
}


@pytest.mark.req("REG-005", "REG-006")
@pytest.mark.parametrize("breaker", BREAKERS)
def test_each_breaker_ends_the_series(breaker: str) -> None:
    clock = SetClock("2026-11-22T08:00:00+08:00")
    session = sit(clock)
    assert sessions.components(session, ME, clock.now()) == "both", "the first signing asks both"
    session = sessions.primed(session, ME, clock.now())
    clock.move(seconds=5)
    assert sessions.components(session, ME, clock.now()) == "password"
    after = BREAKERS[breaker](session, clock)  # type: ignore[no-untyped-call]
    assert sessions.components(after, ME, clock.now()) == "both"


@pytest.mark.req("REG-006")
def test_eight_hours_end_a_series_that_was_never_idle() -> None:
    clock = SetClock("2026-11-22T08:00:00+08:00")
    session = sessions.primed(sit(clock), ME, clock.now())
    asked = []
    for _ in range(8 * 12 + 1):
        clock.move(minutes=5)
        asked.append(sessions.components(session, ME, clock.now()))
        session = sessions.primed(session, ME, clock.now())
    assert asked.index("both") == 8 * 12 - 1


def test_sleep_is_time_that_passed_and_no_jump() -> None:
    clock = SetClock("2026-11-22T08:00:00+08:00")
    before = clock.now()
    clock.move(minutes=20)  # a closed lid: wall and boot time alike
    assert sessions.clock_jump(before, clock.now()) is None
    assert sessions.elapsed_s(before, clock.now()) == 1200
    clock.jump(seconds=-1100)
    assert sessions.elapsed_s(before, clock.now()) == 1200, "a clock set back takes no time away"
    assert sessions.clock_jump(before, clock.now()) == "drift"
