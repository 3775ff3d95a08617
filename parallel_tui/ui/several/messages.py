"""Messages from the threads of one of several repositories to the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Screen

if TYPE_CHECKING:
    from parallel_tui.ui.several.group import Group


class SnapshotOf(Message, bubble=False):
    """The live view of a repository published a snapshot."""

    def __init__(self, group: Group, snapshot: Snapshot) -> None:
        super().__init__()
        self.group = group
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        """Whether a newer snapshot of the same repository replaces this message."""
        return isinstance(message, SnapshotOf) and message.group is self.group


class ScreenOf(Message, bubble=False):
    """The contents of the pane that is previewed in a repository changed."""

    def __init__(self, group: Group, pane_screen: Screen) -> None:
        super().__init__()
        self.group = group
        self.pane_screen = pane_screen

    def can_replace(self, message: Message) -> bool:
        """Whether newer contents replace this message."""
        return isinstance(message, ScreenOf) and message.group is self.group


class ProgressOf(Message, bubble=False):
    """A verb in a repository begins its next step.

    Attributes:
        group: The repository.
        text: The step in words; empty when all is done.
    """

    def __init__(self, group: Group, text: str) -> None:
        super().__init__()
        self.group = group
        self.text = text


class Rested(Message):
    """Nothing is being done any more in a repository."""


class RecoveredIn(Message, bubble=False):
    """An interrupted change of a repository was recovered, or could not be.

    Attributes:
        group: The repository.
        settled: What became of it.
    """

    def __init__(self, group: Group, settled: Settled) -> None:
        super().__init__()
        self.group = group
        self.settled = settled
