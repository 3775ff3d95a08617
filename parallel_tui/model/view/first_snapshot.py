"""Build the first snapshot from the list of worktrees alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from parallel_tui.model.fact import NOT_LOOKED, PENDING
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.join import join
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import MUX_SOURCE


def first_snapshot(
    repository: Repository,
    worktrees: Sequence[Worktree],
    statuses: Mapping[str, WorkStatus] = MappingProxyType({}),
) -> Snapshot:
    """All rows, everything slower than a list of worktrees pending.

    Args:
        repository: Where all this stands.
        worktrees: What git listed.
        statuses: What is uncommitted, by git directory, as far as that is known.
    """
    sessions = [
        Session(
            key=joined.key,
            name=joined.name,
            worktree=joined.worktree,
            windows=(),
            evidence=_evidence(joined.worktree),
            status=statuses.get(joined.key, PENDING),
            managed=bool(joined.worktree and joined.worktree.assigned_name),
        )
        for joined in join(repository, worktrees, ())
    ]
    return Snapshot(repository, sessions=tuple(sessions))


def _evidence(worktree: Worktree | None) -> Evidence:
    if worktree is not None and worktree.missing:
        return Evidence(SessionState.MISSING, "git", "its directory is gone")
    return Evidence(SessionState.UNKNOWN, MUX_SOURCE, NOT_LOOKED)
