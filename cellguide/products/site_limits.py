"""Limits that no label gives: each a site's decision of two people, with a source (engineering-review 12).

``resources/site_limits.toml`` holds what is proposed. A proposal is never a limit: only what two people have confirmed,
and an act has recorded, is handed in as ``confirmed``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from .. import resources
from ..facts import MISSING, Unknown
from ..refusal import Refusal
from .profile import Text
from .reading import number


class Proposal(NamedTuple):
    """A number to confirm. ``read``: the source was read; else it is own knowledge, and says so to whoever signs."""

    name: str
    value: Decimal
    unit: str
    read: bool
    source: str
    url: str
    label: Text
    allowed: tuple[Decimal, Decimal]


class SiteLimit(NamedTuple):
    """A number that two people of the site have signed."""

    name: str
    value: Decimal
    unit: str
    source: str


@functools.cache
def proposals() -> Mapping[str, Proposal]:
    """Return the packaged proposals by name (``site.<name>`` in templates)."""
    tree = tomllib.loads(resources.read_text("site_limits.toml"), parse_float=number)
    return {
        name: Proposal(
            name,
            Decimal(entry["value"]),
            entry["unit"],
            entry["read"],
            entry["source"],
            entry.get("url", ""),
            Text(entry["zh"], entry["en"]),
            (Decimal(entry["allowed"][0]), Decimal(entry["allowed"][1])),
        )
        for name, entry in tree["limit"].items()
    }


def site_limit(name: str, value: Decimal, source: str) -> SiteLimit:
    """Return what two people are about to sign: their number for ``name``, resting on ``source``.

    Raises Refusal ``product.unknown_site_limit``, ``product.site_limit_outside`` (the number is not one that anybody
    could mean) or ``product.site_limit_no_source``.
    """
    if name not in proposals():
        raise Refusal("product.unknown_site_limit", name=name)
    proposal = proposals()[name]
    low, high = proposal.allowed
    if not (value.is_finite() and low <= value <= high):
        raise Refusal("product.site_limit_outside", name=name, value=value, low=low, high=high, unit=proposal.unit)
    if not source.strip():
        raise Refusal("product.site_limit_no_source", name=name)
    return SiteLimit(name, value, proposal.unit, source.strip())


def fact(name: str, confirmed: Mapping[str, SiteLimit]) -> Decimal | Unknown:
    """Return the confirmed value of ``site.<name>``, or MISSING: an unconfirmed proposal is not a limit.

    Raises KeyError for a name that is no site limit.
    """
    short = name.removeprefix("site.")
    proposals()[short]
    limit = confirmed.get(short)
    return MISSING if limit is None else limit.value
