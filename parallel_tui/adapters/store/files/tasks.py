"""`session-<name>-tasks.md` in the coordination root (guide: distribute-tasks)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.change import Change
from parallel_tui.adapters.store.files.folder import Folder
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.model.sharing.tasks import TaskList, parse_list, tick

PREFIX: Final = "session-"
SUFFIX: Final = "-tasks.md"


@dataclass(frozen=True, slots=True)
class TaskFiles:
    """Reads and writes task files.

    Attributes:
        folder: The coordination root.
    """

    folder: Folder

    def all(self) -> tuple[tuple[TaskList, ...], tuple[Problem, ...]]:
        """Every task list by session, and the files that cannot be read."""
        lists: list[TaskList] = []
        problems: list[Problem] = []
        for entry in self.folder.names():
            if not (entry.startswith(PREFIX) and entry.endswith(SUFFIX)):
                continue
            try:
                text = self.text(entry[len(PREFIX) : -len(SUFFIX)])
            except UnusableFileError as error:
                problems.append(Problem(entry, error.message))
                continue
            if text is not None:
                lists.append(parse_list(entry[len(PREFIX) : -len(SUFFIX)], text))
        return tuple(lists), tuple(problems)

    def text(self, session: str) -> str | None:
        """A task file as written, or `None` when there is none."""
        raw = self.folder.read(_name(session))
        return None if raw is None else raw.decode("utf-8", "surrogateescape")

    def write(self, session: str, text: str) -> None:
        """Replace a task file.

        Raises:
            RefusedError: When the disk refuses; the file is then as it was.
        """
        self.folder.write(_name(session), _bytes(text))

    def stage(self, change: Change, session: str, text: str) -> None:
        """Make replacing a task file a part of a change."""
        change.put(self.folder, _name(session), _bytes(text))

    def tick(self, session: str, number: int, *, done: bool) -> str:
        """Set one tick, leaving every other byte of the file as it is; returns the task's text.

        Args:
            session: Whose file.
            number: Which task, counted from 1.
            done: Ticked or not.

        Raises:
            RefusedError: When there is no such file or task.
        """
        text = self.text(session)
        if text is None:
            raise RefusedError(f"{session} has no task file", hint="Deal tasks: pdev distribute")
        changed, task = tick(text, number, done=done)
        if task is None:
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        if changed != text:
            self.write(session, changed)
        return task


def _name(session: str) -> str:
    return f"{PREFIX}{session}{SUFFIX}"


def _bytes(text: str) -> bytes:
    """As it was read: a name that came from JSON may hold half a surrogate, which has no byte."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
