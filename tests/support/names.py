"""Names of parametrised tests, short enough for a terminal, a report and a file."""

from __future__ import annotations

from typing import Final

LONGEST: Final = 200
"""Characters of the whole name of a test."""

_WHOLE: Final = 60
_SHOWN: Final = 24


def short(value: object) -> str | None:
    """What stands in the name of a test for a long text; `None` leaves the value to pytest."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "backslashreplace")
    if not isinstance(value, str):
        return None
    shown = value.encode("unicode_escape", "backslashreplace").decode("ascii")
    if len(shown) <= _WHOLE:
        return None
    return f"{shown[:_SHOWN]}..{len(value)}"
