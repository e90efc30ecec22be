"""Reading the sealed envelope back on the terminal, for a restored copy on a computer where no password is known."""

from __future__ import annotations

import getpass
import sys

from .. import keys, passwords
from ..acts import recovery, staff
from ..acts.site import Enrolment
from ..desk import Desk
from ..people import ADMINISTRATOR
from ..refusal import Refusal
from ..words import say
from . import language


def open_envelope(desk: Desk, reason: str) -> recovery.SheetRead:
    """Ask for the sheet and the two people, then the act; one line of standard input for each question where no
    terminal is. The sheet's letters are shown as they are typed, so that the second person can compare them.

    Raises what ``recovery.read_sheet`` and ``recovery.open_envelope`` refuse, and ``password.differs``.
    """
    sheet = recovery.read_sheet(desk, _line("sheet"))
    present = _line("present")
    two = [_person(desk, number) for number in (1, 2)]
    recovery.open_envelope(desk, sheet, two, reason, present)
    return sheet


def _person(desk: Desk, number: int) -> Enrolment:
    staff_no = _line("person", number=number)
    if desk.store.get("person", staff_no) is not None:
        new = recovery.administrator(desk, staff_no, _line("document"))
    else:
        name, latin, document = _line("name"), _line("latin"), _line("document")
        initials = "".join(word[0] for word in latin.split()).upper()
        new = staff.NewPerson(staff_no, name, latin, (ADMINISTRATOR,), document, initials, desk.demo)
    password = _password(desk, new)
    secret = keys.new_secret(staff_no)
    return Enrolment(new, keys.lock(secret, password), secret)


def _password(desk: Desk, new: staff.NewPerson) -> str:
    """Typed twice on a terminal, for nobody sees it."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = getpass.getpass(say("recovery.cli.password", language()))
        if getpass.getpass(say("recovery.cli.again", language())) != password:
            raise Refusal("password.differs")
    passwords.check_password(password, staff.known_words(desk.site, new))
    return password


def _line(name: str, **facts: object) -> str:
    if sys.stdin.isatty():
        return input(say(f"recovery.cli.{name}", language(), **facts)).strip()
    return sys.stdin.readline().strip()
