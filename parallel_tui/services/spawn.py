"""Starting a session: branch, worktree, files, context, window, agent, as one operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from parallel_tui.adapters.ports import Branch, Clock, GitReader, GitWriter, Mux, Trust
from parallel_tui.errors import RefusedError
from parallel_tui.model.config import Config
from parallel_tui.model.spawn import SpawnPlan, SpawnRequest
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sessions import Sessions

Progress = Callable[[str], None]
"""Told each step as it begins, in words."""


class TrustNeededError(RefusedError):
    """Commands that come from the repository would run and were never trusted in this wording.

    Attributes:
        content: The exact commands, to be shown and, on consent, passed to `Spawner.trust`.
    """

    title = "These commands come from the repository"

    def __init__(self, message: str, *, hint: str = "", content: str) -> None:
        super().__init__(message, hint=hint)
        self.content = content


@dataclass(frozen=True, slots=True)
class SpawnChoices:
    """What a form offers.

    Attributes:
        bases: Branches to start from, the repository's base first.
        branches: Local and remote branches that are checked out nowhere.
        layouts: Names of layouts, the default first.
        agent: The agent command that would run; empty for a plain shell.
        names: Names already taken.
    """

    bases: tuple[str, ...]
    branches: tuple[Branch, ...]
    layouts: tuple[str, ...]
    agent: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Spawner:
    """Starts sessions.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where the window opens.
        sessions: Look-up of what exists.
        config: Effective settings.
        from_repository: Names of settings whose value the repository gave (they need trust).
        trusted: What the user trusted.
        clock: For the context file.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    sessions: Sessions
    config: Config
    from_repository: frozenset[str]
    trusted: Trust
    clock: Clock

    def choices(self) -> SpawnChoices:
        """Read what a form should offer."""
        raise NotImplementedError

    def plan(self, request: SpawnRequest) -> SpawnPlan:
        """Say exactly what a request would make, or why it cannot be made. Changes nothing."""
        raise NotImplementedError

    def spawn(self, request: SpawnRequest, progress: Progress = lambda step: None) -> Receipt:
        """Make it. A failure after any step undoes the finished ones."""
        raise NotImplementedError

    def trust(self, content: str) -> None:
        """Record that the user allowed exactly these commands of this repository."""
        self.trusted.grant(self.git.repository.common_dir, content)
