"""What a limit or a fact can be when it is not a value: silent or missing."""

from __future__ import annotations

import enum


class Unknown(enum.Enum):
    """Two ways of not having a value, and they are not the same (engineering-review 12).

    ``SILENT``: the source was read and says nothing; a rule is skipped, paper prints "no label limit".
    ``MISSING``: nobody has read it yet; a rule that needs it is not met.
    """

    SILENT = "silent"
    MISSING = "missing"


SILENT = Unknown.SILENT
MISSING = Unknown.MISSING
