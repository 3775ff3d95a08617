"""Parse durations such as `90s`, `5m` and `2h`."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FORM: Final = pattern(r"^\s*(\d+(?:\.\d+)?)\s*([smhd]?)\s*$")


def parse(text: str) -> float:
    """Seconds in `90`, `90s`, `5m`, `1.5h` or `2d`.

    Raises:
        UsageError: When it is none of these.
    """
    match = _FORM.match(text)
    if match is None:
        raise UsageError(f"{text!r} is not a duration", hint="Write 90s, 5m, 1h or 2d.")
    return float(match[1]) * _UNITS[match[2] or "s"]
