"""Ending a session: show everything that would be lost, then take away only what was agreed to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from parallel_tui.adapters.ports import GitReader, GitWriter, Mux, Processes
from parallel_tui.model.config import Config
from parallel_tui.model.removal import RemovalPlan
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Remover:
    """Removes sessions.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where windows are closed.
        processes: Who still works in the directory.
        sessions: Look-up of what exists.
        config: Effective settings.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    processes: Processes
    sessions: Sessions
    config: Config

    def plan(self, wanted: str) -> RemovalPlan:
        """Inspect a session. Changes nothing.

        Raises:
            UsageError: When there is no such session.
            CouldNotLookError: When any inspection failed; what could not be seen is not removed.
        """
        raise NotImplementedError

    def remove(
        self, plan: RemovalPlan, consents: Collection[str], *, delete_branch: bool = False
    ) -> Receipt:
        """Carry a plan out, after checking that it still describes the session.

        Raises:
            RefusedError: When a loss has no consent, the session changed since, or is protected.
        """
        raise NotImplementedError
