"""The shared files of one repository, read all at once."""

# ruff: noqa: PTH112

from __future__ import annotations

import os

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.documents.events import EventFiles
from parallel_tui.adapters.store.files.documents.journal import Journal
from parallel_tui.adapters.store.files.documents.locks import LockFiles
from parallel_tui.adapters.store.files.documents.page import PageFile
from parallel_tui.adapters.store.files.documents.state import (
    StateFile,
    completed_of,
    conflicts_of,
    handoffs_of,
    oddities,
    sessions_of,
)
from parallel_tui.adapters.store.files.documents.tasks import TaskFiles
from parallel_tui.adapters.store.files.documents.waiting import WaitingFile
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.model.sharing.coordination import Coordination, Event, Problem
from parallel_tui.model.sharing.lock import Liveness, Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

SHOWN_EVENTS: Final = 500
"""Newest events that the live view reads; older ones are counted."""

REPAIR_STATE: Final = "pdev repair parallel-state.json"
"""The command that sets a state document aside which cannot be used."""


class SharedFiles:
    """Every kind of shared file, below one coordination root.

    Attributes:
        root: The coordination root.
        own: The folder in it that no other program uses.
    """

    def __init__(self, root: str, *, clock: Callable[[], float]) -> None:
        """Use a coordination root; nothing is made or read yet.

        Args:
            root: Absolute path.
            clock: Epoch seconds.
        """
        self._clock = clock
        self.root = Folder(root)
        self.own = own = self.root.below("pdev")
        self.locks = LockFiles(self.root.below("locks"))
        self.state = StateFile(self.root)
        self.events = EventFiles(self.root.below("events"))
        self.tasks = TaskFiles(self.root)
        self.log = Journal(own)
        self.page = PageFile(self.root)
        self.line = WaitingFile(own)

    def now(self) -> float:
        """The clock of this machine, epoch seconds."""
        return self._clock()

    def liveness(self, lock: Lock) -> Liveness:
        """Whether the session that holds a lock is proved alive, proved dead, or neither."""
        return liveness.liveness(lock.holder, lock.worktree)

    def read(self, *, events: int | None = SHOWN_EVENTS) -> Coordination:
        """Everything readable, and unreadable parts as `problems`.

        Args:
            events: How many of the newest events; `None` for all.
        """
        problems: list[Problem] = []
        lost: list[tuple[str, str]] = []
        locks: tuple[Lock, ...] = ()
        found: tuple[Event, ...] = ()
        omitted = 0
        try:
            locks = self.locks.all()
        except UnusableFileError as error:
            problems.append(Problem("locks", error.message))
            lost.append(("locks", error.message))
        try:
            found, omitted = self.events.newest(events)
        except UnusableFileError as error:
            problems.append(Problem("events", error.message))
            lost.append(("events", error.message))
        document = self.state.load()
        if document.problem is not None:
            problems.append(Problem("parallel-state.json", document.problem, REPAIR_STATE))
            lost += [(part, document.problem) for part in ("sessions", "handoffs")]
        problems += [
            Problem("parallel-state.json", f"{self.root.path}/parallel-state.json: {oddity}")
            for oddity in oddities(document.data)
        ]
        try:
            lists, unreadable = self.tasks.all()
        except UnusableFileError as error:
            lists, unreadable = (), (Problem("", error.message),)
            lost.append(("tasks", error.message))
        problems += [
            Problem(_file_of(lock), lock.problem) for lock in locks if lock.problem is not None
        ]
        problems += [
            Problem(f"events/{each.id}.json", each.problem) for each in found if each.problem
        ]
        return Coordination(
            locks=locks,
            sessions=sessions_of(document.data),
            handoffs=handoffs_of(document.data),
            events=found,
            events_omitted=omitted,
            tasks=lists,
            completed=completed_of(document.data),
            conflicts=conflicts_of(document.data),
            problems=self._no_folder() or (*problems, *unreadable),
            lost=tuple(lost),
            ended=frozenset(lock.name for lock in locks if self.liveness(lock) is Liveness.DEAD),
        )

    def _no_folder(self) -> tuple[Problem, ...]:
        """The one thing that is wrong when something else stands where the root should."""
        path = self.root.path
        if os.path.isdir(path) or not os.path.lexists(path):
            return ()
        import shlex  # where something is wrong only

        move = f"mv -- {shlex.quote(path)} {shlex.quote(f'{path}.old')}"
        return (Problem("", f"{path} is not a directory: nothing can be shared", move),)


def _file_of(lock: Lock) -> str:
    """The unreadable file: the lock's own, or its sidecar."""
    return f"locks/{lock.name}.lock" if lock.owner is None else f"locks/.meta/{lock.name}.json"
