"""The one way the domain says no."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - the field's own word; it is an answer, not a fault
    """A code with facts, never a sentence; the sentence is found in ``resources/words/refusal.toml``.

    ``code`` is dotted lower-case words (``sign.same_person``); ``facts`` are plain values that the
    sentence may name. Whatever raises it has changed nothing.

    >>> str(Refusal("sign.same_person", person="004217"))
    'sign.same_person person=004217'
    """

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.facts.items())])
