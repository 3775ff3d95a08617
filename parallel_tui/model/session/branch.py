"""Local and remote-tracking branches."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Branch:
    """A local or remote-tracking branch.

    Attributes:
        name: Short name; for a remote one with the remote, `origin/feature/x`.
        oid: Commit it stands at.
        remote: Name of the remote; `None` for a local branch.
        worktree: Path of the worktree that has it checked out; `None` when none has.
        committed: Committer date of its tip, epoch seconds.
    """

    name: str
    oid: str
    remote: str | None = None
    worktree: str | None = None
    committed: int = 0
