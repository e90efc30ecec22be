"""What a scanned label gives to a step that asks for one of its fields.

A step says by the fact in its rule what it compares with, and so which field of a label it wants. A GS1 or ISBT 128
code holds several; the one asked for becomes the answer, the raw scan is kept beside it. A scan that cannot be
believed, or that is something else altogether, is said in words and scanned again: it is no sign of another patient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from .. import labels
from ..facts import SILENT, Unknown
from ..labels import Scan
from ..products import plain_number_kinds
from ..refusal import Refusal
from ..templates.fact_names import FactSource, FactValue
from ..templates.values import Step
from ..words import Word
from .inputs import same_text
from .state import Answer, Run

_CHAIN = ("coi", "din", "aph_id", "sec")
# The fact that a rule holds a scan against → the fields of a label that can be it. Where several are tried, the first.
_WANTED: Mapping[str, tuple[str, ...]] = {
    "order.coi": ("coi",),
    "order.chain_ids": _CHAIN,
    "container.chain_ids": _CHAIN,
    "container.own_ids": ("din",),
    "order.second_ids": ("birth_date", "patient_id"),
    "shipment.lot": ("lot",),
    "container.lot": ("lot",),
    "shipment.waybill": ("sscc",),
    "shipment.shipper": ("asset",),
    "device.code": ("asset",),
}
# Who somebody is and which lot: there a wrong kind of code must not look like the wrong patient. A courier's or a
# maker's own codes may look like anything and are compared as they are.
_STRICT = frozenset(_CHAIN) | {"lot", "birth_date", "patient_id"}
# What else is known of this delivery by a number, so that a scan at the wrong question can be called by its name.
_KNOWN: Mapping[str, str] = {
    "order.coi": "coi",
    "order.chain_ids": "chain",
    "container.din": "din",
    "container.lot": "lot",
    "shipment.lot": "lot",
    "order.second_ids": "patient_id",
    "shipment.waybill": "waybill",
    "shipment.shipper": "shipper",
    "shipment.seal": "seal",
}
# GS1 has no field for a chain of identity: makers put it into one of these.
_CARRIERS = ("additional_id", "secondary_serial", "serial", "asset")
_ONE_CONTAINER = ("serial", "division")  # fields that two containers of one delivery never share


def take(run: Run, step: Step, container: str | None, kept: Mapping[str, str], facts: FactSource) -> dict[str, Any]:
    """Return the kept form of a scan with the field that ``step`` asks for as its ``text``.

    Where that is not the whole scan, ``raw`` is what came, and ``fields`` what its standard says. Raises Refusal, each
    with what to do: ``run.scan_doubtful`` (a fault of the code), ``run.scan_other`` (another kind of code) and
    ``run.scan_other_container`` (the label of another container of this run).
    """
    names = _facts_of(step)
    wanted = tuple(dict.fromkeys(field for name in names for field in _WANTED[name]))
    if not wanted:
        return dict(kept)
    scan = labels.read(kept["text"], lambda text: plain_number_kinds(_Pattern(facts), text))
    expected = [text for name in names for text in _texts(facts.fact(name, container))]
    forms = tuple(_forms(scan, wanted))
    hit = next((one for one in forms if any(same_text(one, text) for text in expected)), None)
    strict = bool(_STRICT & set(wanted))
    if strict:
        _refuse_faults(step, scan, hit is not None)
    if hit is None:
        _refuse_another_container(run, step, container, forms, facts)
        _refuse_known(step, container, scan.text, wanted, facts)
        hit = next((scan.fields[name] for name in wanted if scan.standard != "plain" and name in scan.fields), None)
    if hit is None and strict and scan.fields and not set(wanted) & set(scan.fields):
        raise Refusal("run.scan_other", step=step.id, wanted=_words(wanted), given=_words(scan.fields))
    return _kept(kept, scan, hit)


def _kept(kept: Mapping[str, str], scan: Scan, hit: str | None) -> dict[str, Any]:
    structured = scan.standard != "plain" and bool(scan.fields)
    text = kept["text"] if hit is None else hit
    if same_text(text, kept["text"]) and not structured:
        return dict(kept)
    more: dict[str, Any] = {"raw": kept["text"]} if text != kept["text"] else {}
    if structured:
        more |= {"standard": scan.standard, "fields": dict(scan.fields)}
    return {**kept, "text": text, **more}


class _Pattern:
    """The product's patterns, read from the facts of a run."""

    def __init__(self, facts: FactSource) -> None:
        self._facts = facts

    def fact(self, name: str) -> Any:
        return self._facts.fact(f"profile.{name}")


def _facts_of(step: Step) -> tuple[str, ...]:
    """The facts that the step's own answer is held against."""
    found = []
    for rule in step.rules:
        left, right = rule.need.left, rule.need.right
        if left.kind == "it" and not left.part and right is not None and right.kind == "fact" and right.name in _WANTED:
            found.append(right.name)
    return tuple(found)


def _texts(value: FactValue | Unknown) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else ()


def _forms(scan: Scan, wanted: Iterable[str]) -> Iterable[str]:
    """The whole text, and each field asked for as a label or a person may also write it."""
    yield scan.text
    for name in wanted:
        value = scan.fields.get(name)
        if value is not None:
            yield value
            if name == "din":
                yield value + scan.fields.get("flags", "")
                yield value + labels.check_character(value)
            if name == "coi":
                yield value.removeprefix("CH")
    if "coi" in wanted:
        yield from (scan.fields[name] for name in _CARRIERS if name in scan.fields)


def _refuse_faults(step: Step, scan: Scan, hit: bool) -> None:
    """A field that is exactly the expected one has not swallowed its neighbour; a wrong check digit was misread."""
    faults = [fault for fault in scan.faults if fault not in labels.HARMLESS]
    if hit:
        faults = [fault for fault in faults if fault not in ("separator_lost", "not_whole")]
    if faults:
        what = Word(", ".join(faults), *(f"scan.fault.{fault}" for fault in faults))
        raise Refusal("run.scan_doubtful", step=step.id, what=what)


def _refuse_another_container(
    run: Run, step: Step, container: str | None, forms: tuple[str, ...], facts: FactSource
) -> None:
    for place, other in enumerate(run.containers, start=1):
        own = _texts(facts.fact("container.own_ids", other))
        if container is not None and other != container and any(same_text(form, id) for form in forms for id in own):
            here = run.containers.index(container) + 1
            raise Refusal("run.scan_other_container", step=step.id, other=place, here=here, of=len(run.containers))


def _refuse_known(step: Step, container: str | None, text: str, wanted: tuple[str, ...], facts: FactSource) -> None:
    for name, field in _KNOWN.items():
        if field in wanted or (field == "chain" and set(_CHAIN) & set(wanted)):
            continue
        if any(same_text(text, one) for one in _texts(facts.fact(name, container))):
            raise Refusal("run.scan_other", step=step.id, wanted=_words(wanted), given=_words((field,)))


def _words(names: Iterable[str]) -> Word:
    """Field names in the words of the reader; identifiers that nobody here has words for are called other data."""
    known = dict.fromkeys(name if name in _NAMED else "other" for name in names)
    return Word(", ".join(known), *(f"scan.field.{name}" for name in known))


_NAMED = frozenset(
    {
        *_CHAIN,
        *_STRICT,
        "chain",
        "gtin",
        "expiry",
        "serial",
        "sscc",
        "asset",
        "waybill",
        "shipper",
        "seal",
        "trace_code",
    }
    | {"division", "product_code"}
)


def field(kept: Mapping[str, Any], name: str) -> FactValue | Unknown:
    """A field of a scan's label; silent where its code says nothing of it. The expiry is a day."""
    value = kept.get("fields", {}).get(name)
    if value is None:
        return SILENT
    return date.fromisoformat(value) if name == "expiry" else str(value)


def again(run: Run, answer: Answer) -> bool | Unknown:
    """Whether this code was scanned for another container before; silent where it is not one container's alone."""
    mine = answer.value.get("fields", {})
    if not any(name in mine for name in _ONE_CONTAINER):
        return SILENT
    others = [
        other.value.get("fields", {})
        for key, other in run.current.items()
        if key.step == answer.key.step and key != answer.key and isinstance(other.value, Mapping)
    ]
    return mine in others
