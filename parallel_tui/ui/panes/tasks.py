"""Tab with the tasks of sessions and their progress."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from parallel_tui.model.session.session import Session
from parallel_tui.model.sharing.tasks import TaskList
from parallel_tui.model.text.safe import safe
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.advice import Keys, keyed, keys_of
from parallel_tui.ui.panes.spec import Listed, part
from parallel_tui.ui.present.sharing import TASK_COLUMNS, bar, task_rows
from parallel_tui.ui.widgets.keyed_table import KeyedTable

_BARS = 6
"""Sessions whose progress is shown at once; the rest is counted."""

_NAME = 20
"""Cells of a session's name before its progress."""


def tasks_of(snapshot: Snapshot) -> Listed[TaskList]:
    """All task lists of a snapshot."""
    found, pending, lost = part(snapshot.coordination, "tasks")
    return Listed(found.tasks, pending, lost)


class TasksPane(Vertical, can_focus=True):
    """The progress of every session above, the selected session's tasks below."""

    DEFAULT_CSS = """
    TasksPane { height: 1fr; }
    TasksPane > #task-progress { height: auto; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """Progress bars, then the table."""
        yield Static(id="task-progress")
        yield KeyedTable(TASK_COLUMNS, id="task-table")

    @property
    def table(self) -> KeyedTable:
        """The table of tasks."""
        return self.query_one(KeyedTable)

    @property
    def number(self) -> int | None:
        """Number of the selected task, counted from 1."""
        key = self.table.cursor
        return int(key.partition(".")[0]) if key else None

    def show(self, session: Session | None, lists: tuple[TaskList, ...], lost: str = "") -> None:
        """Show a session's tasks, and everyone's progress.

        Args:
            session: The selected one.
            lists: All lists, as they were read last.
            lost: Why they cannot be read now; empty when they can.
        """
        own = next((each for each in lists if session and each.session == session.name), None)
        others = [each for each in lists if each is not own and each.tasks]
        self.table.sync(task_rows(own) if own else ())
        filled = bool(own and own.tasks)
        if self.table.has_focus and not filled:
            self.focus(scroll_visible=False)  # a hidden table would lose it to another pane
        self.table.display = filled
        if self.has_focus and filled:
            self.table.focus(scroll_visible=False)
        none = _none(session, keys_of(self.app))
        lines = [_progress(own, selected=True)] if own and own.tasks else [none]
        if lost:
            lines.insert(0, Content.styled(f"Could not look: {safe(lost)}", "$text-error"))
        lines += [_progress(each, selected=False) for each in others[: _BARS - 1]]
        if len(others) >= _BARS:
            lines.append(Content.styled(f"and {len(others) - _BARS + 1} more sessions", "dim"))
        text = Content("\n").join(lines)
        static = self.query_one("#task-progress", Static)
        if static.content != text:
            static.update(text)


def _progress(tasks: TaskList, *, selected: bool) -> Content:
    total = len(tasks.tasks)
    tone = "$text-success" if tasks.done == total else "$text-accent"
    name = f"{safe(tasks.session, _NAME):<{_NAME}} "
    return Content.assemble(
        (name, "bold" if selected else "dim"),
        (bar(tasks.done, total), tone),
        (f" {tasks.done}/{total}", "" if selected else "dim"),
    )


def _none(session: Session | None, keys: Keys) -> Content:
    if session is None:
        return Content.styled("Select a session to see its tasks.", "dim")
    name = safe(session.name, 40)
    ways = keyed("{add-task} adds one here. {deal-tasks} deals out a file of them.", keys)
    return Content.styled(f"No tasks for {name}. {ways}", "dim")
