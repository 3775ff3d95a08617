"""Task files as they will be after a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.adapters.store.files.staged.state import StagedDocument
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.tasks import (
    Task,
    TaskList,
    add_tasks,
    parse_list,
    render_list,
    take_out,
    tick,
)
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.files.staged.parts import Change, TaskPart


@dataclass(slots=True)
class StagedTasks:
    """Task files, as text by session."""

    files: TaskPart
    document: StagedDocument
    staged: dict[str, str] = field(default_factory=dict)

    def all(self) -> tuple[TaskList, ...]:
        """Every list, by session."""
        found = {each.session: each for each in self.files.all()[0]}
        found |= {session: parse_list(session, text) for session, text in self.staged.items()}
        return tuple(found[session] for session in sorted(found))

    def append(self, session: str, tasks: Sequence[Task]) -> None:
        """Append tasks to a session's list."""
        text = self._text(session)
        if text is None:
            self.staged[session] = render_list(f"Session {session}", tasks)
        elif tasks:
            self.staged[session] = add_tasks(text, tasks)

    def replace(self, tasks: TaskList) -> None:
        """Rewrite a session's whole list."""
        self._text(tasks.session)  # one that cannot be read is not written over
        self.staged[tasks.session] = render_list(f"Session {tasks.session}", tasks.tasks)

    def tick(self, session: str, number: int, *, done: bool) -> str:
        """Tick or untick one task; returns its text."""
        text = self._demand(session)
        changed, task = tick(text, number, done=done)
        if task is None:
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        if changed != text:
            self.staged[session] = changed
        return task

    def take(self, session: str, number: int) -> Task:
        """Take one task out of a list; returns it."""
        rest, task = take_out(self._demand(session), number)
        if task is None:
            raise RefusedError(f"{session} has no task number {number}", hint="See: pdev tasks")
        self.staged[session] = rest
        return task

    def complete(self, task: str) -> None:
        """Add to the tasks reported complete."""
        data = self.document.for_change()
        done = data.get("completed_tasks")
        data["completed_tasks"] = [*(done if isinstance(done, list) else []), task]

    def stage(self, change: Change) -> None:
        """Add the edits to the change of the files."""
        for session, text in self.staged.items():
            self.files.stage(change, session, text)

    def _demand(self, session: str) -> str:
        text = self._text(session)
        if text is None:
            raise RefusedError(f"{session} has no task file", hint="Deal tasks: pdev distribute")
        return text

    def _text(self, session: str) -> str | None:
        staged = self.staged.get(session)
        return self.files.text(session) if staged is None else staged
