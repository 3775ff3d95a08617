"""What a window shows, by `hardcopy`: text without colours.

From 5.0 it is written as the window has it. Before, each character is one byte, its lowest: beyond
Latin-1 that is another character, and of the lines of a box a control character.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parallel_tui.adapters.screen import quoting
from parallel_tui.adapters.screen.command import ScreenSession, tell
from parallel_tui.adapters.screen.private import private_folder
from parallel_tui.patience import ask_until

_PATIENCE: Final = 1.0
"""Seconds in which a hardcopy is written; it takes 1 ms."""

_FILLER: Final = "\xff"
"""What stands behind a character of two columns."""


def captured(
    server: ScreenSession, number: int, rows: int, *, modern: bool
) -> tuple[str, ...] | None:
    """Rows of a window; `None` when they were not written in time, as of one that has gone.

    Args:
        server: Its server.
        number: The window's number now.
        rows: Height of the window.
        modern: Whether the server is 5.0 or newer.

    Raises:
        ScreenError: When the server cannot be reached.
    """
    with private_folder() as folder:
        path = Path(folder, "hardcopy")
        tell(server, number, ("hardcopy", quoting.word(str(path))))
        # It is done after the answer; each row ends with a line feed.
        data = ask_until(
            lambda: path.read_bytes() if path.exists() else b"",
            lambda found: found.count(b"\n") >= rows,
            seconds=_PATIENCE,
        )
    return lines_of(data, rows, modern=modern) if data.count(b"\n") >= rows else None


def lines_of(data: bytes, rows: int, *, modern: bool) -> tuple[str, ...]:
    """Rows of a hardcopy.

    Args:
        data: As it was written.
        rows: How many there are.
        modern: Whether by 5.0 or newer.
    """
    if modern:
        text = data.decode("utf-8", "replace")
    else:
        text = data.decode("latin-1").replace(_FILLER, "").translate(_LINES)
    return tuple(text.split("\n")[:rows])


_LINES: Final = {byte: 0x2500 + byte for byte in range(0x20) if byte != 0x0A}
"""Box drawing begins at U+2500: no other characters with such a lowest byte are as frequent."""
