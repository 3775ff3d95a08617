"""Has every dialog and screen say which repository it is about."""

from __future__ import annotations

from typing import Any, TypeVar

from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui.dialogs.frame import Dialog

Answer = TypeVar("Answer")


class RepositoryLine(Static):
    """The line on top of a screen that names its repository."""

    DEFAULT_CSS = """
    RepositoryLine {
        dock: top; height: 1; width: 100%; padding: 0 1;
        background: $panel; color: $text-accent; text-style: bold;
    }
    """


def name_of(screen: Screen[Any]) -> str:
    """What people call the repository that a screen names; empty when it names none."""
    of: str = vars(screen).get("of", "")
    return of


def named(screen: Screen[Answer], label: str) -> Screen[Answer]:
    """The same screen, which will name a repository: dialogs in their frame, others on top.

    Args:
        screen: One that is not open yet.
        label: What people call the repository.
    """
    if isinstance(screen, Dialog):
        screen.of = label
        return screen
    vars(screen)["of"] = label  # for the dialogs that it opens
    line = RepositoryLine(Content(safe(label, 60)))
    screen.call_after_refresh(screen.mount, line)
    return screen
