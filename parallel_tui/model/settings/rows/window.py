"""The rows of the settings table that say in what windows are opened and shown."""

from __future__ import annotations

from parallel_tui.model.settings import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PLACES: Final = ("tab", "window", "split")
"""Where a terminal emulator shows another program."""

ROWS: Final = (
    (
        "multiplexer",
        "multiplexer",
        values.optional(values.one_of("tmux", "screen")),
        "what windows are opened in: tmux, screen (GNU Screen)",
        "PDEV_MULTIPLEXER",
    ),
    (
        "terminal_place",
        "terminal_place",
        values.one_of(*PLACES),
        "where the terminal in use shows another window, if it can: tab, window, split",
        "PDEV_TERMINAL_PLACE",
    ),
)
"""Name, field, parser, what it decides, and variable."""
