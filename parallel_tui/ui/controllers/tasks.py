"""Commands on tasks: tick, add, move to another session, and deal out a file."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.tasks import Task
from parallel_tui.model.text.safe import safe
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.cockpit import Cockpit, Situation, TaskRef
from parallel_tui.ui.command import TOGETHER, Command, Reason, ready, unselected
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.ui.dialogs.form import FormDialog, Values

_HERE: Final = ("tasks",)


def _nobody(now: Situation) -> Reason:
    return unselected(now) if now.session is None else ready(now)


def _no_task(now: Situation) -> Reason:
    if now.session is None or not isinstance(now.selection, TaskRef):
        return "Select a task in the Tasks tab."
    return ready(now)


class TaskCommands:
    """Handles the tasks of the selected session.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work

    def tick(self, now: Situation) -> None:
        """Tick or untick the selected task."""
        found = _selected(now)
        if found is None:
            return
        name, number, task = found
        tick = self._core.shared.tasks.tick

        async def work() -> None:
            self._work.done(await asyncio.to_thread(tick, number, session=name, done=not task.done))

        self._work.run(work)

    def add(self, now: Situation) -> None:
        """Add a task, after asking which."""
        if now.session is not None:
            self._work.form(self._adding(now.session.name))

    def move(self, now: Situation) -> None:
        """Move the selected task, after asking where to."""
        found = _selected(now)
        if found is not None:
            self._work.form(self._moving(*found, _names(now)))

    def deal(self, now: Situation) -> None:
        """Deal out a file of tasks, after asking which and among whom."""
        self._work.form(self._dealing(now))

    def _adding(self, name: str) -> FormDialog:
        from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog

        add = self._core.shared.tasks.add

        def send(values: Values, _: str) -> Receipt:
            return add(values["text"], session=name)

        return FormDialog(
            f"Add a task for {name}",
            (Field("text", "Task", hint="what is to be done"),),
            (Choice("add", "Add (ctrl+s)"),),
            send,
        )

    def _moving(self, name: str, number: int, task: Task, names: Sequence[str]) -> FormDialog:
        from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog
        from parallel_tui.ui.fields import suggest

        move = self._core.shared.tasks.move
        others = [each for each in names if each != name]

        def send(values: Values, _: str) -> Receipt:
            if not values["to"]:
                raise UsageError("Name the session that gets the task.")
            return move(number, values["to"], session=name, text=task.text)

        return FormDialog(
            "Move a task",
            (Field("to", "To", hint=safe(", ".join(others), 60), suggester=suggest(others)),),
            (Choice("move", "Move (ctrl+s)"),),
            send,
            words=Content(safe(f"From {name}: {task.text}", 500)),
        )

    def _dealing(self, now: Situation) -> FormDialog:
        from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog, PathSuggester

        deal, git = self._core.shared.tasks.deal, self._core.git
        sessions = now.snapshot.sessions if now.snapshot else ()
        trees = [each.worktree for each in sessions if each.worktree is not None]
        main = next((tree for tree in trees if tree.is_main and not tree.bare), None)
        names = [each.name for each in sessions if each.worktree and not each.worktree.is_main]

        def send(values: Values, _: str) -> Receipt:
            if not values["file"]:
                raise UsageError("Name the file that has one task a line.")
            file = Path(values["file"]).expanduser()
            wanted = [name for name in re.split(r"[\s,]+", values["to"]) if name]
            return deal(Path(main.path) / file if main is not None else file, wanted)

        return FormDialog(
            "Deal out tasks",
            (
                Field(
                    "file", "File", hint="one task a line  (→ completes)", suggester=PathSuggester()
                ),
                Field("to", "Among", " ".join(names), hint="sessions"),
            ),
            (Choice("deal", "Deal out (ctrl+s)"),),
            send,
            words=Content("Tasks that a session has already stay where they are."),
            paths=lambda: git.tracked_files(main) if main is not None else (),
        )


def _selected(now: Situation) -> tuple[str, int, Task] | None:
    """Whose task is selected, its number counted from 1, and the task."""
    session, ref = now.session, now.selection
    if session is None or not isinstance(ref, TaskRef):
        return None
    own = next((each for each in now.coordination.tasks if each.session == session.name), None)
    if own is None or ref.number > len(own.tasks):
        return None
    return session.name, ref.number, own.tasks[ref.number - 1]


def _names(now: Situation) -> list[str]:
    return [session.name for session in (now.snapshot.sessions if now.snapshot else ())]


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "tick",
        "space,enter",
        "Tick",
        "Tick or untick the selected task.",
        TOGETHER,
        TaskCommands,
        TaskCommands.tick,
        _no_task,
        footer=True,
        places=_HERE,
    ),
    Command(
        "add-task",
        "a",
        "Add",
        "Add a task for the selected session.",
        TOGETHER,
        TaskCommands,
        TaskCommands.add,
        _nobody,
        footer=True,
        places=_HERE,
    ),
    Command(
        "move-task",
        "m",
        "Move",
        "Move the selected task to another session.",
        TOGETHER,
        TaskCommands,
        TaskCommands.move,
        _no_task,
        footer=True,
        places=_HERE,
    ),
    Command(
        "deal-tasks",
        "f",
        "Deal out",
        "Deal out the tasks of a file among sessions.",
        TOGETHER,
        TaskCommands,
        TaskCommands.deal,
        ready,
        footer=True,
        places=_HERE,
    ),
)
