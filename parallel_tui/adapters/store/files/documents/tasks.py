"""`session-<name>-tasks.md` in the coordination root (guide: distribute-tasks)."""

from __future__ import annotations

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.files.mechanics.change import SharedChange
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.model.sharing.tasks import LIST_PREFIX, LIST_SUFFIX, is_task_list, parse_list
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.mechanics.folder import Folder
    from parallel_tui.model.sharing.tasks import TaskList


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
            if not is_task_list(entry):
                continue
            try:
                text = self.text(entry[len(LIST_PREFIX) : -len(LIST_SUFFIX)])
            except UnusableFileError as error:
                problems.append(Problem(entry, error.message))
                continue
            if text is not None:
                lists.append(parse_list(entry[len(LIST_PREFIX) : -len(LIST_SUFFIX)], text))
        return tuple(lists), tuple(problems)

    def text(self, session: str) -> str | None:
        """The text of a task file, or `None` without one."""
        raw = self.folder.read(_name(session))
        return None if raw is None else raw.decode("utf-8", "surrogateescape")

    def stage(self, change: SharedChange, session: str, text: str) -> None:
        """Add a rewritten task file to a change."""
        change.put(self.folder, _name(session), _bytes(text))


def _name(session: str) -> str:
    return f"{LIST_PREFIX}{session}{LIST_SUFFIX}"


def _bytes(text: str) -> bytes:
    """Encode text as it was read; a name from JSON may hold half a surrogate, without bytes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
