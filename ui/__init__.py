"""The window: PySide6 Widgets fed with plain values, emitting intents. Knows no SQL and draws no paper."""

from __future__ import annotations

import ctypes
import sys

# The PySide6 6.12 wheel returns None, True and False as if they were immortal, which they are from Python 3.12 on
# (PEP 683). On 3.11 each ``setText`` takes one reference from None; after some thousand calls the interpreter aborts
# with "none_dealloc". Until a wheel without that fault is pinned, they get the count that 3.12 would give them.
if sys.implementation.name == "cpython" and sys.version_info < (3, 12):
    for _constant in (None, True, False, NotImplemented, Ellipsis):
        ctypes.c_ssize_t.from_address(id(_constant)).value = 1 << 60
