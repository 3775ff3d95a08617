"""Looking after a store whose data stand on a server."""

from __future__ import annotations

from collections.abc import Iterable

from parallel_tui.adapters.store.files.upkeep import FileUpkeep
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.ports.store import Adopted
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class ServerUpkeep:
    """Nothing on a server needs repair; private copies in worktrees are found all the same.

    Attributes:
        files: Looks after the files of this machine.
        shown: The server, for sentences.
    """

    files: FileUpkeep
    shown: str

    @property
    def journal_path(self) -> str:
        """Where the journal is, for messages."""
        return f"the journal at {self.shown}"

    def repair(self, name: str) -> str:
        """Nothing here needs repair.

        Raises:
            UsageError: Always.
        """
        raise UsageError(
            f"{name!r} is not a file that needs repair", hint=f"The store is at {self.shown}."
        )

    def strays(self, worktrees: Iterable[Worktree]) -> tuple[Problem, ...]:
        """Private copies of shared files in worktrees, where no other session sees them."""
        return self.files.strays(worktrees)

    def adopt(self, worktree: Worktree) -> Adopted | None:
        """Refuse: events of a worktree's own files are not what others on the server wait for.

        Raises:
            RefusedError: When it keeps any.
        """
        if not self.files.strays([worktree]):
            return None
        raise RefusedError(
            f"The files of {worktree.path} cannot be shared with the store at {self.shown}",
            hint="Move them away by hand, or repair them with PDEV_STORE=files.",
        )

    def ended_waiters(self) -> int:
        """None: who does not ask again is forgotten."""
        return 0

    def unreadable_lines(self) -> int:
        """None: the server takes no torn line."""
        return 0
