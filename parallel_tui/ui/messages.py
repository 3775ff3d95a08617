"""Messages from threads to the dashboard; the only way in which they reach it."""

from __future__ import annotations

from textual.message import Message

from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Screen


class SnapshotChanged(Message, bubble=False):
    """The live view published a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Whether a newer snapshot replaces this message."""
        return isinstance(message, SnapshotChanged)


class ScreenChanged(Message, bubble=False):
    """The contents of the previewed pane changed."""

    def __init__(self, pane_screen: Screen) -> None:
        super().__init__()
        self.pane_screen = pane_screen

    def can_replace(self, message: Message) -> bool:
        """Whether newer contents replace this message."""
        return isinstance(message, ScreenChanged)


class Progress(Message, bubble=False):
    """A verb begins its next step.

    Attributes:
        text: The step in words; empty when all is done.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class HabitsChanged(Message):
    """Somebody chose how the dashboard is shown."""


class InputReady(Message):
    """A form or question has the focus and can take keys.

    Attributes:
        question: Whether keys that were typed before it was there are no answer to it.
    """

    def __init__(self, *, question: bool) -> None:
        super().__init__()
        self.question = question


class Recovered(Message, bubble=False):
    """An interrupted change was recovered, or could not be.

    Attributes:
        settled: What became of it.
    """

    def __init__(self, settled: Settled) -> None:
        super().__init__()
        self.settled = settled


class HangUp(Message, bubble=False):
    """The terminal is gone, or the process was asked to end.

    Attributes:
        status: Exit status to leave with.
    """

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status
