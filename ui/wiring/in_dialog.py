"""An act behind an open dialog: a refusal is said in the dialog, never behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from cellguide.acts import staff
from cellguide.refusal import Refusal
from ui.dialogs.dialog import Dialog
from ui.dialogs.vouch import Vouching
from ui.language import say
from ui.station import Station, sentence

T = TypeVar("T")


def act_in(station: Station, dialog: Dialog, work: Callable[[], T]) -> T | None:
    """Do something that may be refused; closes the dialog when it is done, and None comes back when it was not."""
    try:
        station.parts.faults.require_sound()
        result = work()
    except Refusal as refusal:
        dialog.show_error(sentence(refusal))
        return None
    dialog.show_busy("")
    dialog.accept()
    station.changed.emit()
    return result


def prove_two(
    station: Station,
    vouching: Vouching,
    done: Callable[[staff.Proof, staff.Proof], None],
    failed: Callable[[Refusal], None],
) -> None:
    """Both passwords, one after the other in the pool; ``done`` gets both proofs, ``failed`` the first wrong one."""

    def first(proof: staff.Proof) -> None:
        station.prove(vouching.second, vouching.second_password, lambda other: done(proof, other), failed)

    station.prove(vouching.first, vouching.first_password, first, failed)


class Filing(Protocol):
    """A dialog that chose files."""

    def files(self) -> dict[str, bytes]: ...

    def show_error(self, text: str) -> None: ...


def files_in(dialog: Filing) -> dict[str, bytes] | None:
    """What the chosen files hold; None where one cannot be read, which the dialog then says."""
    try:
        return dialog.files()
    except OSError as fault:
        dialog.show_error(say("orders_page.file_fault", reason=fault.strerror or str(fault)))
        return None
