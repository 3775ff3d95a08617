"""The coordination root as one store: a cheap reader, and transactions under the guard."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import drafts, git_exclude
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files import documents
from parallel_tui.adapters.store.files.change import Change
from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.events import EventFiles
from parallel_tui.adapters.store.files.folder import Folder
from parallel_tui.adapters.store.files.guard import Guard
from parallel_tui.adapters.store.files.journal import Journal, JournalEntry
from parallel_tui.adapters.store.files.locks import LockFiles
from parallel_tui.adapters.store.files.state import StateFile, handoffs_of, oddities, sessions_of
from parallel_tui.adapters.store.files.tasks import TaskFiles
from parallel_tui.adapters.store.files.waiting import WaitingFile
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.sharing.coordination import Coordination, Event, Problem
from parallel_tui.model.sharing.lock import Liveness, Lock
from parallel_tui.model.text import strict_json

SHOWN_EVENTS: Final = 500
"""Newest events that the live view reads; older ones are counted."""

RUNTIME: Final = ("locks", "events", "parallel-state.json")
"""What must exist once in a repository, not once a worktree."""


class Store:
    """The shared files of one repository.

    One instance serves one reader thread; transactions may come from any thread.
    """

    def __init__(self, root: str, *, common_dir: str | None = None, timeout: float = 10.0) -> None:
        """Use a coordination root; it is made at the first write.

        Args:
            root: Absolute path.
            common_dir: Common git directory whose `info/exclude` hides the runtime files, once;
                `None` to leave it alone.
            timeout: Seconds to wait for the guard.
        """
        self._to_exclude = common_dir
        self.root = Folder(root)
        own = self.root.below("pdev")
        self.guard = Guard(own, timeout=timeout)
        self.own = own
        self.locks = LockFiles(self.root.below("locks"))
        self.state = StateFile(self.root)
        self.events = EventFiles(self.root.below("events"))
        self.tasks = TaskFiles(self.root)
        self.journal = Journal(own)
        self.waiting = WaitingFile(own)

    def read(self, *, events: int | None = SHOWN_EVENTS) -> Coordination:
        """Everything that can be read now, and what cannot be as `problems`.

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
            remedy = "pdev repair parallel-state.json"
            problems.append(Problem("parallel-state.json", document.problem, remedy))
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
        completed = document.data.get("completed_tasks")
        conflicts = document.data.get("conflicts")
        return Coordination(
            locks=locks,
            sessions=sessions_of(document.data),
            handoffs=handoffs_of(document.data),
            events=found,
            events_omitted=omitted,
            tasks=lists,
            completed=tuple(str(each) for each in completed) if isinstance(completed, list) else (),
            conflicts=tuple(map(_told, conflicts)) if isinstance(conflicts, list) else (),
            problems=(*problems, *unreadable),
            lost=tuple(lost),
            ended=frozenset(
                lock.name
                for lock in locks
                if liveness.liveness(lock.holder, lock.worktree) is Liveness.DEAD
            ),
        )

    @contextmanager
    def transaction(self) -> Iterator[Store]:
        """Hold the guard: what is read inside stays true until the block ends."""
        with self.guard.held():
            if self._to_exclude is not None:
                common_dir, self._to_exclude = self._to_exclude, None
                with suppress(OSError, UnusableFileError):  # then they show as untracked, no more
                    git_exclude.add(Path(common_dir))
                self.sweep()
            yield self

    def change(self) -> Change:
        """Several files to be changed as one, inside a transaction."""
        return Change(self.root)

    def sweep(self) -> None:
        """Delete drafts that writers left who were killed."""
        # Earlier versions left theirs beside what they wrote.
        for folder in (self.root.drafts(), self.root, self.locks.folder, self.locks.meta, self.own):
            with suppress(OSError), folder.descriptor() as here:
                drafts.sweep(here)

    def record(
        self, who: str, what: str, about: dict[str, Json], undo: str = ""
    ) -> tuple[str, ...]:
        """Write a line into the journal about what is done; returns warnings.

        A journal that cannot be written does not make undone what was done, so it is no error.
        """
        try:
            self.journal.write(JournalEntry(int(time.time() * 1000), who, what, about, undo))
        except ParallelError as error:
            return (f"the journal was not written: {error.message}",)
        return ()

    def repair(self, name: str) -> str:
        """Set an unusable file aside and start anew; returns where it went.

        Raises:
            UsageError: When the name is none of ours, or the file is usable.
        """
        known = {problem.path for problem in self.read(events=None).problems}
        if name not in known:
            raise UsageError(
                f"{name!r} is not a file that needs repair",
                hint="pdev doctor lists them." if known else "All shared files can be read.",
            )
        *folders, last = name.split("/")
        with self.transaction():
            kept = documents.set_aside(self.root.below(*folders), last)
            if not kept:
                raise RefusedError(f"{name} is gone already")
            self.record("user", "repair", {"file": name, "kept": kept[len(self.root.path) + 1 :]})
        return kept


def _told(conflict: Json) -> str:
    """A conflict in words; other programs may have put down more than a sentence."""
    return conflict if isinstance(conflict, str) else strict_json.readable(conflict)


def _file_of(lock: Lock) -> str:
    """The file that cannot be read: the lock's own, or where the details of it stand."""
    return f"locks/{lock.name}.lock" if lock.owner is None else f"locks/.meta/{lock.name}.json"


def split_brain(root: str, worktrees: Iterable[str]) -> tuple[Problem, ...]:
    """Linked worktrees that hold shared files of their own: whoever writes there is not heard.

    Args:
        root: The coordination root.
        worktrees: Absolute paths of all worktrees.
    """
    problems: list[Problem] = []
    for path in worktrees:
        folder = Folder(f"{path}/.claude")
        if folder.path == root:
            continue
        try:
            present = set(folder.names())
        except UnusableFileError:
            continue
        problems += [
            Problem(
                f"{folder.path}/{name}",
                f"{path} keeps its own .claude/{name}; nobody else sees what is written there",
                f"pdev repair --split-brain {path!r}",
            )
            for name in RUNTIME
            if name in present
        ]
    return tuple(problems)
