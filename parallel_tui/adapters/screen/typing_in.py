"""Type a text into a window, as its keys would.

A screen server does not tell whether a program wants to know what is pasted, so a text arrives as
keys: a line end in it is a line feed (Ctrl+J), which agents take for a further line, and not the
Enter at the end. Nor does it tell whether somebody scrolls back: nothing is typed into a window
that somebody has before them.
"""

from __future__ import annotations

import re
import time
from typing import Final

from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.screen import hardcopy, quoting, rows
from parallel_tui.adapters.screen.command import ScreenError, query, tell
from parallel_tui.adapters.screen.looking import ScreenWindow
from parallel_tui.model.window.pane_input import PaneInput

_CURSOR: Final = re.compile(r"\((\d+),(\d+)\)/\(\d+,\d+\)")
_SETTLE: Final = 0.15
"""Seconds between a text and its Enter: some programs take an Enter that comes with the text for
one more line of it."""

_COARSE: Final = 8.0
"""Seconds to which the kernel notes when a terminal was last read."""


def pane_input(found: ScreenWindow) -> PaneInput:
    """Where what is typed into a window goes; two processes.

    Raises:
        ScreenError: When its number is not known, or it cannot be asked.
    """
    number = number_of(found)
    pane = found.window.active_pane
    place = _CURSOR.search(query(found.server, number, ("info",)))
    if found.server.attached:
        tell(found.server, None, ("redisplay",))  # it is shown there too
    lines = hardcopy.captured(found.server, number, pane.height, modern=found.modern)
    if place is None or lines is None:
        raise ScreenError(
            f"The screen session {found.server.sty} does not tell what {pane.id} shows"
        )
    seen, pressed = _watched(found)
    return PaneInput(
        pid=pane.pid,
        taken=seen,
        cursor=(int(place[1]) - 1, int(place[2]) - 1),
        screen="\n".join(lines),
        last_key=pressed,
    )


def type_into(found: ScreenWindow, pid: int, text: str) -> bool:
    """Type a text and press Enter; returns whether it was typed.

    Raises:
        ScreenError: When the server cannot be reached; what was typed is not known then.
    """
    if found.window.active_pane.pid != pid or _watched(found)[0]:
        return False
    number = number_of(found)
    for piece in quoting.pieces(text):
        tell(found.server, number, ("stuff", piece))
    time.sleep(_SETTLE)
    tell(found.server, number, ("stuff", "\\015"))
    return True


def number_of(found: ScreenWindow) -> int:
    """The number by which a window is reached, proved once more; one process.

    Raises:
        ScreenError: When it is not proved which one it is.
    """
    asks = ("@echo", "-p", f"{rows.TERMINAL} {rows.COMMAND}")
    if found.number is None or not rows.is_it(
        query(found.server, found.number, asks), found.leader
    ):
        raise ScreenError(
            f"The windows of the screen session {found.server.sty} were numbered anew, and nothing "
            f"tells which of them is {found.window.id}",
            hint="GNU Screen 5.0 tells it. In an older one, give each its former number again.",
        )
    return found.number


def _watched(found: ScreenWindow) -> tuple[bool, float | None]:
    """Whether somebody may have a window before them, and when they last pressed a key."""
    if not found.server.attached:
        return False, None
    displays = leaders.terminals_open(found.server.pid)
    if displays is None:
        return True, None  # it may not be looked at
    pressed = max((leaders.last_read(each) for each in displays), default=0.0)
    # Of several displays the server tells only of one which window it shows.
    alone = len(displays) == 1 and not found.window.active
    return not alone, None if alone else (pressed + _COARSE if pressed else None)
