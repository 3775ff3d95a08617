"""Ways to show a window to the user."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Attachment:
    """Command that shows a window to the user.

    Attributes:
        argv: Command to run.
        env: Whole environment for it.
        takes_terminal: Whether it needs the terminal for itself until the user detaches; if not,
            it switches the client that already shows us and returns at once.
        way_back: How to come back, in words (`detach with prefix d`).
        telling: Further words of `argv` that make the window itself say so for a moment; empty
            where it cannot.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    takes_terminal: bool
    way_back: str
    telling: tuple[str, ...] = ()
