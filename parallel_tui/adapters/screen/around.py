"""The environment of the terminal that shows the screen session we run in."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.adapters.process import leaders


def environment_around(env: Mapping[str, str]) -> Mapping[str, str] | None:
    """What the display began with that shows our session, of several the one used last.

    Args:
        env: Our own environment.

    Returns:
        `None` where nobody shows it, or it cannot be told.
    """
    process = env.get("STY", "").partition(".")[0]
    if not (process.isascii() and process.isdigit()):
        return None
    displays = leaders.terminals_open(int(process)) or ()
    last = max(displays, key=leaders.last_read, default=None)
    return leaders.environment_at(last, "screen") if last is not None else None
