"""Ports for what one user is told outside the dashboard, and what is kept for them alone."""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from parallel_tui.model.view.habits import Habits


class Desktop(Protocol):
    """Shows notifications on the user's desktop.

    What cannot be shown is no error: whoever tells has other ways.
    """

    def tell(self, title: str, text: str) -> bool:
        """Show a notification without the help of our terminal; takes up to some seconds.

        Args:
            title: Its heading, plain text from outside.
            text: What it says, plain text from outside, in one or more lines.

        Returns:
            Whether it was shown; false where nothing here can, or where only the terminal is to.
        """
        ...

    def in_terminal(self, title: str, text: str, *, shown: bool) -> str:
        """What to write to our terminal so that it shows a notification.

        Args:
            title: As for `tell`.
            text: As for `tell`.
            shown: Whether our window is on the screen of a client, where a multiplexer runs.

        Returns:
            A control sequence; empty where it would not arrive, or is not wanted.
        """
        ...


class Segment(Protocol):
    """A line about all sessions that the dashboard keeps for other programs while it runs."""

    def show(self, text: str) -> None:
        """Keep a text; called again at least every `BEAT` seconds, also with the same one.

        Raises:
            OSError: When it cannot be written.
        """
        ...

    def end(self) -> None:
        """Take it away, if it is ours."""
        ...


class SeenEvents(Protocol):
    """Which events the person at the screen has seen, from one run to the next."""

    def read(self) -> frozenset[str] | None:
        """Ids of those seen, none where that cannot be read; `None` before the first `keep`."""
        ...

    def keep(self, seen: Collection[str], there: Collection[str]) -> None:
        """Remember more events.

        Args:
            seen: Ids of those seen now.
            there: Ids of all that there are; what is not among them is forgotten.

        Raises:
            OSError: When it cannot be written.
            ParallelError: When others are writing it for too long.
        """
        ...


class KeptHabits(Protocol):
    """Habits of one user, for all repositories."""

    def read(self) -> Habits:
        """What was kept last; nothing where there is none, or it cannot be read."""
        ...

    def keep(self, habits: Habits) -> None:
        """Keep habits, and what is known of repositories besides.

        Raises:
            OSError: When they cannot be written.
        """
        ...
