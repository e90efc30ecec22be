"""TOML text → Template, or a refusal that names file, line and reason. Nothing half-read leaves here."""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from .. import canonical
from ..people import MAY_SIGN, ROLES
from ..refusal import Refusal
from . import conditions
from .fact_names import CALCS, FACTS, MARKS, PATHS, SCAN_FIELDS
from .fields import Fields
from .positions import Place
from .values import (
    ANY_VALUE,
    ASKS,
    CHECKS,
    CODED_ASKS,
    LEVELS,
    PER,
    PROOFS,
    Condition,
    Part,
    Rule,
    Section,
    Step,
    Template,
    Times,
    Words,
)

STEPS_MAX = 9  # of one pause point: WHO checklist practice, regulation.md 6.3

_TOP_KEYS = {"id", "per", "zh", "en", "section"}
_SECTION_KEYS = {"id", "per", "zh", "en", "step"}
_INPUT_KEYS = {"id", "zh", "en", "ask", "of", "words", "when", "unit", "signed", "future", "optional"}
_STEP_KEYS = _INPUT_KEYS | {
    "per",
    "marks",
    "check",
    "agree_within",
    "rule",
    "also",
    "calc",
    "times",
    "gate",
    "meaning",
    "by",
    "detail",
    "guide",
    "origin",
}
_RULE_KEYS = {"when", "need", "else", "by", "proof", "cause", "path"}
_STEP_ID = re.compile(r"[A-Z]{1,3}-[0-9]{1,3}")
_CODE = re.compile(r"[a-z][a-z0-9_]*")


@functools.lru_cache(maxsize=64)  # a walk reads its own template for every answer, always the same text
def load(text: str, file_name: str) -> Template:
    """Read one template. ``file_name`` is ``<id>/<version>.toml``.

    Raises Refusal("template.mistake", file, line, reason, what); docs/templates.md lists the reasons.
    """
    return _Reader(text, file_name).template()


class _Reader(Fields):
    """Reads one file from top to bottom; a condition may name the steps that were read before it."""

    def __init__(self, text: str, file_name: str) -> None:
        super().__init__(text, file_name)
        self.ids: set[str] = set()
        self.steps: dict[str, Step] = {}
        self.ended = False

    # --- the whole ------------------------------------------------------------------------------------------

    def template(self) -> Template:
        try:
            tree = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else len(self.text.splitlines())
            raise Refusal("template.mistake", file=self.file, line=line, reason="not_toml", what=str(error)) from error
        self.keys(tree, _TOP_KEYS)
        path = PurePosixPath(self.file)
        if not path.stem.isdigit() or int(path.stem) < 1:
            self.wrong("no_version", path.name)
        name = self.word(tree, "id")
        if path.parent.name and path.parent.name != name:
            self.wrong("id_is_not_the_folder", name, "id")
        per = self.one_of(tree, "per", PER)
        title = self.title(tree)
        sections = tuple(self.section(index, raw, per) for index, raw in enumerate(self.tables(tree, "section")))
        if not sections:
            self.wrong("empty", name)
        digest = canonical.sha256(self.text.encode("utf-8"))
        return Template(name, int(path.stem), digest, per, title.zh, title.en, sections, self.text)

    def section(self, index: int, raw: dict[str, Any], template_per: str) -> Section:
        self.at = Place(index)
        self.keys(raw, _SECTION_KEYS)
        name = self.word(raw, "id")
        if f"section {name}" in self.ids:
            self.wrong("id_twice", name, "id")
        self.ids.add(f"section {name}")
        per = self.per(raw, template_per)
        title = self.title(raw)
        tables = self.tables(raw, "step")
        if not tables:
            self.wrong("empty", name)
        if len(tables) > STEPS_MAX:
            self.at = Place(index, STEPS_MAX)
            self.wrong("too_many_steps", len(tables))
        steps = tuple(self.step(Place(index, number), table, per, template_per) for number, table in enumerate(tables))
        return Section(name, title.zh, title.en, steps, per)

    # --- one step -------------------------------------------------------------------------------------------

    def step(self, place: Place, raw: dict[str, Any], section_per: str, template_per: str) -> Step:
        self.at = place
        self.keys(raw, _STEP_KEYS)
        name = self.text_of(raw, "id")
        if not _STEP_ID.fullmatch(name):
            self.wrong("no_step_id", name, "id")
        if name in self.ids:
            self.wrong("id_twice", name, "id")
        self.ids.add(name)
        title = self.title(raw)
        ask = self.one_of(raw, "ask", ASKS)
        of, words = self.codes(raw, ask)
        also = tuple(self.part(Place(*place[:2], number), part) for number, part in enumerate(self.tables(raw, "also")))
        self.at = place
        if len({part.id for part in also}) != len(also):
            self.wrong("id_twice", name, "also")
        step = Step(
            name,
            title.zh,
            title.en,
            ask,
            self.per(raw, template_per) or section_per,
            of,
            words,
            unit=self.text_of(raw, "unit", ""),
            signed=self.flag(raw, "signed"),
            future=self.flag(raw, "future"),
            optional=self.flag(raw, "optional"),
            marks=self.one_of(raw, "marks", MARKS, ""),
            check=self.one_of(raw, "check", CHECKS, "none"),
            agree_within=self.text_of(raw, "agree_within", ""),
            also=also,
            calc=self.text_of(raw, "calc", ""),
            times=self.times(raw),
            gate=self.gate(raw, ask, of),
            meaning=self.text_of(raw, "meaning", ""),
            by=self.strings(raw, "by"),
            detail=self.detail(raw),
            guide=self.text_of(raw, "guide", ""),
            origin=self.text_of(raw, "origin", ""),
            line=self.lines.line(place),
        )
        self.fits(step)
        self.steps[name] = step  # conditions may name this step and those before it
        for number, part in enumerate(also):
            self.at = Place(*place[:2], number)
            if part.when is not None:
                self.resolve(part.when, step, "when")
        self.at = place
        when = self.condition(raw, "when", step)
        rules = tuple(self.rule(table, step) for table in self.tables(raw, "rule"))
        step = replace(step, when=when, rules=rules)
        self.steps[name] = step
        return step

    def fits(self, step: Step) -> None:
        """What must not stand together in one step."""
        if step.check == "value" and step.ask in ("yn", "calc", "photo", "file", "sign"):
            self.wrong("check_proves_nothing", step.ask, "check")  # a second yes is a second tick
        if (step.ask == "calc") != bool(step.calc):
            self.wrong("calc_needs_ask_calc", step.calc or step.id, "calc")
        if step.calc and step.calc not in CALCS and step.calc not in FACTS:
            self.wrong("unknown_calc", step.calc, "calc")
        if step.signed and step.ask != "num":
            self.wrong("signed_is_for_numbers", step.ask, "signed")
        if step.future and step.ask != "time":
            self.wrong("future_is_for_times", step.ask, "future")
        if step.marks and (step.ask == "calc" or step.future):
            self.wrong("a_mark_is_a_fact", step.marks, "marks")
        if step.marks and step.gate:
            self.wrong("a_fact_has_no_gate", step.marks, "marks")  # principle 1: what happened is never refused
        if step.agree_within and not (step.ask == "num" and re.fullmatch(r"\d+(\.\d+)?", step.agree_within)):
            self.wrong("agree_within_is_for_numbers", step.agree_within, "agree_within")
        if step.times and step.ask != "set":
            self.wrong("times_are_for_sets", step.ask, "times")
        if not step.origin:
            self.wrong("no_origin", step.id, "origin")
        self.fits_signature(step)

    def fits_signature(self, step: Step) -> None:
        """A signature inside the run says what it means and who may give it; the record's own ends the checklist."""
        if self.ended:
            self.wrong("the_last_signature_is_last", step.id, "id")
        self.ended = step.ask == "sign" and not step.meaning
        if (step.meaning or step.by) and step.ask != "sign":
            self.wrong("meaning_is_for_signatures", step.ask, "meaning" if step.meaning else "by")
        if not step.meaning and step.by:
            self.wrong("missing_key", "meaning", "by")
        if not step.meaning:
            return
        if step.meaning not in MAY_SIGN:
            self.wrong("unknown_word", step.meaning, "meaning", step.meaning)
        if not step.by or not set(step.by) <= MAY_SIGN[step.meaning]:
            self.wrong("unknown_role", ", ".join(step.by), "by" if step.by else "meaning")
        if not step.gate:
            self.wrong("a_signature_inside_is_a_gate", step.id, "meaning")

    def part(self, place: Place, raw: dict[str, Any]) -> Part:
        self.at = place
        self.keys(raw, _INPUT_KEYS)
        name = self.word(raw, "id")
        title = self.title(raw)
        ask = self.one_of(raw, "ask", tuple(ask for ask in ASKS if ask not in ("set", "calc", "sign")))
        of, words = self.codes(raw, ask)
        part = Part(
            name,
            title.zh,
            title.en,
            ask,
            of,
            words,
            self.condition(raw, "when", None),
            unit=self.text_of(raw, "unit", ""),
            signed=self.flag(raw, "signed"),
            future=self.flag(raw, "future"),
            optional=self.flag(raw, "optional"),
        )
        if part.signed and ask != "num":
            self.wrong("signed_is_for_numbers", ask, "signed")
        if part.future and ask != "time":
            self.wrong("future_is_for_times", ask, "future")
        return part

    def rule(self, raw: dict[str, Any], step: Step) -> Rule:
        for key in raw.keys() - _RULE_KEYS:
            self.wrong("unknown_key", key, key)
        need = self.condition(raw, "need", step)
        level = raw.get("else")
        if need is None:
            self.wrong("missing_key", "need", "rule")
        when = self.condition(raw, "when", step)
        here = ("need", need.text, *([when.text] if when else []))  # where this rule stands
        if level not in LEVELS[1:]:
            self.wrong("unknown_word", level, *(("else", f'"{level}"') if level else here))
        by = self.strings(raw, "by")
        for role in (role for item in by for role in item.split("|")):
            if role not in ROLES:
                self.wrong("unknown_role", role, *here, role)
        if by and level != "held":
            self.wrong("only_held_is_overridden", level, *here)
        if level == "held" and not by:
            self.wrong("held_needs_roles", step.id, *here)
        proof = self.one_of(raw, "proof", PROOFS, "")
        path = self.one_of(raw, "path", PATHS, "")
        cause = self.text_of(raw, "cause", "")
        if cause and not _CODE.fullmatch(cause):
            self.wrong("no_code", cause, "cause", cause)
        return Rule(when, need, str(level), by, proof, cause, path)

    # --- conditions -----------------------------------------------------------------------------------------

    def condition(self, raw: dict[str, Any], key: str, step: Step | None) -> Condition | None:
        if key not in raw:
            return None
        text = self.text_of(raw, key)
        try:
            condition = conditions.parse(text)
        except conditions.NotACondition as error:
            self.wrong(error.args[0], error.args[1], key, str(error.args[1]))
        if step is not None:
            self.resolve(condition, step, key)
        return condition

    def resolve(self, condition: Condition, step: Step, key: str) -> None:
        """Everything the condition names exists, and codes are answers that can be given."""
        of: tuple[str, ...] | None = None
        for operand in conditions.operands(condition):
            if operand.kind == "step" and operand.name not in self.steps:
                self.wrong("no_earlier_step", operand.name, key, operand.name)
            if operand.kind in ("it", "step"):
                meant = step if operand.kind == "it" else self.steps[operand.name]
                of = self.answers(meant, operand.part, key)
            if operand.kind == "step" and self.steps[operand.name].per == "container" != step.per:
                self.wrong("no_one_container", operand.name, key, operand.name)
            if operand.kind == "number" and not self.counts(condition, step):
                self.wrong("a_limit_is_a_fact", operand.name, key, operand.name)
        for operand in conditions.operands(condition):
            if operand.kind == "code" and of is not None and operand.name not in of:
                self.wrong("unknown_code", operand.name, key, operand.name)

    def counts(self, condition: Condition, step: Step) -> bool:
        """True where a number may stand: against an answer that counts pieces. Limits belong to profile or site."""
        left = condition.left
        meant = step if left.kind == "it" else self.steps.get(left.name)
        return meant is not None and meant.unit in ("", "pcs") and not condition.plus_min

    def answers(self, step: Step, part_name: str, key: str) -> tuple[str, ...] | None:
        """The codes that can be answered, or None where any value can."""
        if part_name and step.ask == "set" and part_name in step.of:
            return None
        if part_name and step.ask == "calc":
            return None
        if step.ask == "scan" and part_name in SCAN_FIELDS and step.part(part_name) is None:
            return ("yes", "no") if part_name == "again" else None
        if part_name:
            part = step.part(part_name)
            if part is None:
                self.wrong("no_such_part", part_name, key, part_name)
            return ("yes", "no") if part.ask == "yn" else part.of or None
        return ("yes", "no") if step.ask == "yn" else step.of or None

    # --- values of a step -----------------------------------------------------------------------------------

    def per(self, raw: dict[str, Any], template_per: str) -> str:
        """ "container" where the lines repeat; the only loop there is."""
        value = self.one_of(raw, "per", PER, "")
        if value not in ("", template_per, "container"):
            self.wrong("no_such_loop", value, "per")
        return "container" if value == "container" and template_per != "container" else ""

    def codes(self, raw: dict[str, Any], ask: str) -> tuple[tuple[str, ...], tuple[Words, ...]]:
        of = self.strings(raw, "of")
        if bool(of) != (ask in CODED_ASKS):
            self.wrong("of_belongs_to_choices", ask, "of")
        table = raw.get("words", {})
        if not isinstance(table, dict) or set(table) - set(of):
            self.wrong("words_without_code", ", ".join(sorted(set(table) - set(of))), "of")
        for code in of:
            entry = table.get(code)
            if not _CODE.fullmatch(code) or of.count(code) > 1:
                self.wrong("no_code", code, "of", code)
            if not isinstance(entry, dict) or set(entry) != {"zh", "en"} or not all(entry.values()):
                self.wrong("code_without_words", code, "of", code)
        return of, tuple(Words(str(table[code]["zh"]), str(table[code]["en"])) for code in of)

    def gate(self, raw: dict[str, Any], ask: str, of: tuple[str, ...]) -> tuple[str, ...]:
        value = raw.get("gate", False)
        if value is False:
            return ()
        if value is True:
            if ask != "sign":
                self.wrong("gate_true_is_for_signatures", ask, "gate")
            return (ANY_VALUE,)
        codes = self.strings(raw, "gate")
        for code in codes:
            if ask != "choice" or code not in of:
                self.wrong("unknown_code", code, "gate", code)
        return codes

    def times(self, raw: dict[str, Any]) -> Times | None:
        value = raw.get("times")
        if value is None:
            return None
        minutes = value.get("min") if isinstance(value, dict) else None
        if not isinstance(minutes, list) or not all(type(item) is int and item >= 0 for item in minutes):
            self.wrong("no_times", value, "times")
        if value.get("after") not in MARKS or minutes != sorted(set(minutes)) or not minutes:
            self.wrong("no_times", value, "times")
        return Times(str(value["after"]), tuple(minutes))

    def detail(self, raw: dict[str, Any]) -> Words | None:
        value = raw.get("detail")
        if value is None:
            return None
        if not isinstance(value, dict) or set(value) != {"zh", "en"}:
            self.wrong("both_languages", "detail", "detail")
        return Words(self.text_of(value, "zh"), self.text_of(value, "en"))
