"""Handing the station to other people for their part of a walk: second values, overrides, a second scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cellguide import runs
from ui.runner.clearing import Clearing
from ui.runner.second import SecondPass
from ui.runner.two_scans import TwoScans

if TYPE_CHECKING:
    from ui.runner.walk import RunWalk


class Handing:
    """Opens their dialog; afterwards the walk that owns it is read anew."""

    def __init__(self, walk: RunWalk) -> None:
        self.walk = walk

    def check(self) -> None:
        """The second person's pass over everything that waits for them."""
        walk = self.walk
        if walk.run is not None and runs.checks_due(walk.run):
            self._hand_over(SecondPass(walk.station, walk.run, walk.reader_of))

    def clear(self) -> None:
        """The people who may override the stop that shows."""
        walk = self.walk
        if walk.run is not None and walk.here is not None:
            self._hand_over(Clearing(walk.station, walk.run, walk.here, walk.reader()))

    def two_scans(self) -> None:
        """No camera: a second person scans, or was there and saw it."""
        walk = self.walk
        draft = walk.panel.centre.draft()
        if walk.run is not None and draft is not None:
            self._hand_over(TwoScans(walk.station, walk.run, draft), on=True)

    def _hand_over(self, part: SecondPass | Clearing | TwoScans, *, on: bool = False) -> None:
        self.walk.dialog = part
        part.ended.connect(lambda: self.walk.read_again(on=on))
        part.start()
