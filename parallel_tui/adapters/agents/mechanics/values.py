"""Take single values out of what agents wrote, each within what it can be."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

_LONGEST: Final = 4096
_LATEST: Final = 1e11
"""Epoch seconds beyond which a time is none."""

_DIGITS: Final = re.compile(r"[0-9]{1,20}", re.ASCII)


def text(data: Mapping[str, Json], key: str) -> str:
    """A text, cut where it is too long; empty where there is none."""
    found = data.get(key)
    return found[:_LONGEST] if isinstance(found, str) else ""


def number(found: Json, most: float) -> float | None:
    """A number that is neither negative nor larger than anything of its kind; else `None`."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= most:
        return None
    return float(found)


def moment(found: Json, *, unit: float = 1.0) -> float | None:
    """A time in epoch seconds; `None` where there is none.

    Args:
        found: The value.
        unit: How many of it are a second.
    """
    at = number(found, _LATEST * unit)
    return None if not at else at / unit


def process(found: Json) -> int | None:
    """A process id; `None` where there is none."""
    whole = isinstance(found, int) and not isinstance(found, bool) and 0 < found < 1 << 31
    return found if whole and isinstance(found, int) else None


def token(found: Json) -> str:
    """The start of a process, as the kernel prints it; empty where there is none."""
    written = str(found) if number(found, 1e20) is not None else found
    return written if isinstance(written, str) and _DIGITS.fullmatch(written) else ""
