"""Checklists as data: read, check and find the packaged ones (docs/templates.md)."""

from .loader import load
from .released import latest, packaged
from .values import Condition, Operand, Part, Rule, Section, Step, Template, Times, Words

__all__ = [
    "Condition",
    "Operand",
    "Part",
    "Rule",
    "Section",
    "Step",
    "Template",
    "Times",
    "Words",
    "latest",
    "load",
    "packaged",
]
