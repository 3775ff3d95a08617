"""Dealing tasks out to sessions and ticking them (guide: distribute-tasks)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.store.files.change import Change
from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.coordination import Problem
from parallel_tui.model.sharing.tasks import (
    Distribution,
    TaskList,
    distribute,
    parse_backlog,
    render_list,
)
from parallel_tui.model.text import words
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.session.identity import Identity
from parallel_tui.services.sharing.status_page import StatusFile

_MAX_BACKLOG = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tasks:
    """Distributes and ticks tasks.

    Attributes:
        store: The shared files.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
    """

    store: Store
    identity: Identity
    status: StatusFile

    def all(self) -> tuple[TaskList, ...]:
        """Every task list, by session."""
        return self.store.tasks.all()[0]

    def unreadable(self) -> tuple[Problem, ...]:
        """Task files that cannot be read."""
        return self.store.tasks.all()[1]

    def plan(self, backlog: Path, sessions: Sequence[str]) -> Distribution:
        """What dealing a file out would change. Changes nothing.

        Raises:
            UsageError: When the file cannot be read, has no task, or no session is named.
        """
        names = [self.identity.name(name) for name in sessions]
        if not names:
            raise UsageError("No session to give tasks to", hint="Use -n N or --sessions a,b,c.")
        if len(set(names)) != len(names) or any("/" in name for name in names):
            raise UsageError("Each session must be named once, without slashes")
        try:
            if backlog.stat().st_size > _MAX_BACKLOG:
                raise UsageError(f"{backlog} is larger than {words.size(_MAX_BACKLOG)}")
            text = backlog.read_text("utf-8", "surrogateescape")
        except OSError as error:
            raise UsageError(
                f"{backlog} cannot be read: {(error.strerror or str(error)).lower()}"
            ) from error
        tasks = parse_backlog(text)
        if not tasks:
            raise UsageError(f"{backlog} has no tasks in it", hint="Write one task a line.")
        return distribute(tasks, names, {each.session: each for each in self.all()})

    def deal(self, backlog: Path, sessions: Sequence[str]) -> Receipt:
        """Deal a file's tasks out; what sessions already have stays, ticks and all."""
        with self.store.transaction():
            plan = self.plan(backlog, sessions)
            with self.store.change() as change:
                for each in plan.lists:
                    if each.session in plan.added or self.store.tasks.text(each.session) is None:
                        self._append(change, each, plan.added.get(each.session, ()))
            added = sum(len(texts) for texts in plan.added.values())
            about: dict[str, Json] = {"added": added, "kept": plan.kept}
            warnings = self.store.record("user", "distribute", about)
            warnings += self.status.refresh()
        return Receipt(
            f"Dealt {words.plural(added, 'task')} to {words.plural(len(plan.lists), 'session')}"
            + (f"; {plan.kept} stayed where they were" if plan.kept else ""),
            (COORDINATION,),
            warnings=warnings,
            details={"added": added, "kept": plan.kept},
        )

    def tick(self, number: int, *, session: str | None = None, done: bool = True) -> Receipt:
        """Tick one task of a session, or take its tick back."""
        name = self.identity.name(session)
        with self.store.transaction():
            task = self.store.tasks.tick(name, number, done=done)
            warnings = self.store.record(name, "tick" if done else "untick", {"task": task})
            warnings += self.status.refresh()
        said = "Done" if done else "Open again"
        return Receipt(f"{said}: {task}", (COORDINATION,), warnings=warnings)

    def pass_on(self, ended: str, to: Sequence[str]) -> Receipt:
        """Give an ended session's open tasks to others; its ticked ones stay with it.

        Raises:
            RefusedError: When the session still has a worktree or a window.
        """
        if self.identity.session(ended) is not None:
            raise RefusedError(
                f"{ended} is still there", hint="Remove it first, or hand tasks off one by one."
            )
        with self.store.transaction():
            lists = {each.session: each for each in self.all()}
            if ended not in lists and self.store.tasks.text(ended) is None:
                raise UsageError(f"{ended} has no task file")
            still = [task for task in lists[ended].tasks if not task.done]
            rest = tuple(task for task in lists[ended].tasks if task.done)
            others = {name: tasks for name, tasks in lists.items() if name != ended}
            names = [self.identity.name(name) for name in to]
            plan = distribute(still, names, others)
            title = f"Session {ended}"
            with self.store.change() as change:
                for each in plan.lists:
                    self._append(change, each, plan.added.get(each.session, ()))
                self.store.tasks.stage(change, ended, render_list(title, rest))
            about: dict[str, Json] = {"from": ended, "tasks": len(still)}
            warnings = self.store.record("user", "pass tasks on", about)
            warnings += self.status.refresh()
        return Receipt(
            f"Passed {words.plural(len(still), 'open task')} of {ended} on",
            (COORDINATION,),
            warnings=warnings,
        )

    def _append(self, change: Change, tasks: TaskList, added: Sequence[str]) -> None:
        """Write a list: a new file whole, an old one with only its new tasks at the end."""
        text = self.store.tasks.text(tasks.session)
        if text is None:
            title = f"Session {tasks.session}"
            self.store.tasks.stage(change, tasks.session, render_list(title, tasks.tasks))
            return
        if not added:
            return
        end = "\r\n" if "\r\n" in text else "\n"
        fresh = tasks.tasks[len(tasks.tasks) - len(added) :]
        lines = [
            line
            for task in fresh
            for line in (f"- [{'x' if task.done else ' '}] {task.text}", *task.details)
        ]
        joint = "" if not text or text.endswith("\n") else end
        self.store.tasks.stage(change, tasks.session, text + joint + end.join(lines) + end)
