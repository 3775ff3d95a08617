"""Outcomes of recovering a change that a kill, a crash or a power cut interrupted."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.advice import Advice
from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.journal import UndoAction
from parallel_tui.model.sync.backup_ref import BackupRef
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

NAMES: Final = {
    "remove": "an interrupted removal",
    "restore": "an interrupted restore",
    "spawn": "an interrupted start",
    "sync": "an interrupted sync",
    "undo": "an interrupted undo of a sync",
    "forward": "an interrupted sync",
    "land": "an interrupted landing",
    "unland": "an interrupted undo of a landing",
    "push": "an interrupted push",
}
"""What each kind of change is called while it is unfinished."""


def unfinished(verb: str) -> str:
    """The sentence about an interrupted change that is not recovered yet, for read-only commands.

    Args:
        verb: As in `Settled`.
    """
    name = NAMES.get(verb, f"an interrupted {verb}")
    return f"{name} is unfinished; the next command that changes a worktree finishes or undoes it"


class End(StrEnum):
    """Result of a recovery for one change."""

    FINISHED = "finished"
    TAKEN_BACK = "taken back"
    LEFT = "left as it is"
    UNFINISHED = "unfinished"


def remedy_of(error: Exception) -> tuple[str | Advice, ...]:
    """The remedies that an error names."""
    if not isinstance(error, ParallelError):
        return ()
    return (*error.hint.splitlines(), *error.advice)


@dataclass(frozen=True, slots=True)
class Settled:
    """One interrupted change, and the result of its recovery.

    Attributes:
        verb: What was being done: `spawn`, `remove`, `restore`, `sync`, `undo`, `land`,
            `unland`, `push`.
        session: Name of the session it was done to; of the branch where there is none.
        end: How it ended.
        message: The same as one sentence for a person.
        remedy: What a person can do, where it is unfinished.
        key: Git directory of the worktree; empty when it is not known.
        branch: Branch of it, where one was being moved.
        before: Commit that the branch stood at.
        after: Commit it stands at now, where it was moved.
        backup: Reference that keeps `before`; empty when there is none.
        undo: Brings back what was taken away.
    """

    verb: str
    session: str
    end: End
    message: str
    remedy: tuple[str | Advice, ...] = ()
    key: str = ""
    branch: str | None = None
    before: str | None = None
    after: str | None = None
    backup: str = ""
    undo: UndoAction | None = None

    @property
    def run(self) -> str:
        """Name of the sync run that it was part of; empty without one."""
        backup = BackupRef.parse(self.backup)
        return backup.run if backup is not None else ""

    @property
    def open(self) -> bool:
        """Whether it stays on record, to be recovered later."""
        return self.end is End.UNFINISHED
