"""What the desk knows of a run now, gathered for everything that is drawn at the same moment."""

from __future__ import annotations

from cellguide.acts import walks
from cellguide.desk import Desk
from cellguide.runs import Facts, Key, Run
from ui.language import language
from ui.runner import camera
from ui.runner.raw import has_photo
from ui.runner.reading import Reader

FACTS_MS = 150  # how long gathered facts stand while one answer is drawn


class Readers:
    """Makes Readers. Facts are gathered once per run and moment; people's names are read from the store."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._held: tuple[Run, int, Facts] | None = None

    def reader(self, run: Run, here: Key | None) -> Reader:
        """A run with its facts; ``here``: the question that shows, which may want a camera."""
        at = self._desk.now()
        held = self._held
        if held is None or held[0] is not run or not 0 <= at.utc_ms - held[1] < FACTS_MS:
            held = self._held = run, at.utc_ms, walks.facts_of(self._desk, run, at)
        step = run.template.step(here.step) if here is not None else None
        asks = step is not None and (step.marks == "OPENED" or has_photo(step))
        there = camera.available() if asks else True
        return Reader(run, held[2], at, self._name_of, there)

    def _name_of(self, person: str) -> str:
        held = self._desk.store.get("person", person)
        return str(held.doc["latin" if language.now == "en" else "name"]) if held is not None else person
