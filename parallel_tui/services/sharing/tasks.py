"""Distribute tasks among sessions and tick them off (guide: distribute-tasks)."""

from __future__ import annotations

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.tasks import Task, TaskList, distribute, is_task_list, parse_backlog
from parallel_tui.model.text import words
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Dealt, Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from parallel_tui.model.sharing.coordination import Problem
    from parallel_tui.model.sharing.tasks import Distribution
    from parallel_tui.ports.store import Store
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.sharing.status_page import StatusPage

_MAX_BACKLOG = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Tasks:
    """Distributes and ticks tasks.

    Attributes:
        store: What sessions share.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
    """

    store: Store
    identity: Identity
    status: StatusPage

    def all(self) -> tuple[TaskList, ...]:
        """Every task list, by session."""
        return self.store.read(events=0).demand("tasks").tasks

    def unreadable(self) -> tuple[Problem, ...]:
        """Task files that cannot be read."""
        seen = self.store.read(events=0)
        return tuple(each for each in seen.problems if is_task_list(each.path))

    def plan(self, backlog: Path, sessions: Sequence[str]) -> Distribution:
        """Plan a distribution of a task file. Changes nothing.

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

    def deal(self, backlog: Path, sessions: Sequence[str]) -> Dealt:
        """Distribute a file's tasks; tasks and ticks that sessions already have stay."""
        with self.store.change("user") as tx:
            plan = self.plan(backlog, sessions)
            for each in plan.lists:
                tx.tasks.append(each.session, plan.added.get(each.session, ()))
            added = sum(len(tasks) for tasks in plan.added.values())
            tx.journal.add("distribute", {"added": added, "kept": plan.kept})
            self.status.refresh(tx)
        return Dealt(
            f"Dealt {words.plural(added, 'task')} to {words.plural(len(plan.lists), 'session')}"
            + (f"; {plan.kept} stayed where they were" if plan.kept else ""),
            (COORDINATION,),
            warnings=tx.warnings,
            added=added,
            kept=plan.kept,
        )

    def give(self, wanted: Mapping[str, Sequence[str]]) -> Receipt:
        """Add tasks to sessions' lists; those that they have already stay as they are.

        Args:
            wanted: Tasks, each one line, by session.
        """
        added = 0
        with self.store.change("user") as tx:
            known = {each.session: {task.text for task in each.tasks} for each in tx.tasks.all()}
            for name, texts in wanted.items():
                new = [Task(text) for text in texts if text not in known.get(name, ())]
                if new:
                    tx.tasks.append(name, tuple(new))
                    added += len(new)
            if added:
                tx.journal.add("give tasks", {"to": list(wanted), "added": added})
                self.status.refresh(tx)
        said = words.plural(added, "task")
        return Receipt(f"Gave {said}", (COORDINATION,), warnings=tx.warnings)

    def take_back(self, given: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Take open tasks out of sessions' lists; ticked ones stay.

        Args:
            given: Tasks by session.

        Returns:
            What did not go as wished.
        """
        with self.store.change("user") as tx:
            for each in tx.tasks.all():
                gone = set(given.get(each.session, ()))
                kept = tuple(t for t in each.tasks if t.done or t.text not in gone)
                if len(kept) != len(each.tasks):
                    tx.tasks.replace(TaskList(each.session, kept))
                    tx.journal.add("take tasks back", {"from": each.session})
            self.status.refresh(tx)
        return tx.warnings

    def tick(self, number: int, *, session: str | None = None, done: bool = True) -> Receipt:
        """Tick or untick one task of a session."""
        name = self.identity.name(session)
        with self.store.change(name) as tx:
            task = tx.tasks.tick(name, number, done=done)
            tx.journal.add("tick" if done else "untick", {"task": task})
            self.status.refresh(tx)
        said = "Done" if done else "Open again"
        return Receipt(f"{said}: {task}", (COORDINATION,), warnings=tx.warnings)

    def add(self, text: str, *, session: str | None = None) -> Receipt:
        """Add a task to a session's list.

        Raises:
            UsageError: When it has no text, or more than one line.
        """
        name = self.identity.name(session)
        task = text.strip()
        if not task or len(task.splitlines()) != 1:
            raise UsageError("A task is one line of text", hint="Say what is to be done.")
        with self.store.change(name) as tx:
            tx.tasks.append(name, (Task(task),))
            tx.journal.add("add task", {"task": task})
            self.status.refresh(tx)
        return Receipt(f"Task for {name}: {task}", (COORDINATION,), warnings=tx.warnings)

    def move(self, number: int, to: str, *, session: str | None = None, text: str = "") -> Receipt:
        """Move a task with its details and its tick from one session's list to another's.

        Args:
            number: Which task, counted from 1.
            to: Who gets it.
            session: Whose it is; `None` to find out.
            text: What it is thought to be; the list may have changed since it was shown.

        Raises:
            UsageError: When it would stay where it is.
            RefusedError: When there is no such task, or another one stands there now.
        """
        name, receiver = self.identity.name(session), self.identity.name(to)
        if receiver == name:
            raise UsageError(f"The task is {name}'s already")
        with self.store.change(name) as tx:
            task = tx.tasks.take(name, number)
            if text and task.text != text:
                raise RefusedError(
                    f"Task {number} of {name} is another one now: {task.text}",
                    hint="The list has changed. Look at it, and choose again.",
                )
            tx.tasks.append(receiver, (task,))
            tx.journal.add("move task", {"task": task.text, "to": receiver})
            self.status.refresh(tx)
        return Receipt(f"Moved to {receiver}: {task.text}", (COORDINATION,), warnings=tx.warnings)

    def pass_on(self, ended: str, to: Sequence[str]) -> Receipt:
        """Give an ended session's open tasks to others; its ticked tasks stay.

        Raises:
            RefusedError: When the session still has a worktree or a window.
        """
        if self.identity.session(ended) is not None:
            raise RefusedError(
                f"{ended} is still there", hint="Remove it first, or hand tasks off one by one."
            )
        with self.store.change("user") as tx:
            lists = {each.session: each for each in tx.tasks.all()}
            if ended not in lists:
                raise UsageError(f"{ended} has no task file")
            still = [task for task in lists[ended].tasks if not task.done]
            rest = tuple(task for task in lists[ended].tasks if task.done)
            others = {name: tasks for name, tasks in lists.items() if name != ended}
            names = [self.identity.name(name) for name in to]
            plan = distribute(still, names, others)
            for each in plan.lists:
                tx.tasks.append(each.session, plan.added.get(each.session, ()))
            tx.tasks.replace(TaskList(ended, rest))
            tx.journal.add("pass tasks on", {"from": ended, "tasks": len(still)})
            self.status.refresh(tx)
        return Receipt(
            f"Passed {words.plural(len(still), 'open task')} of {ended} on",
            (COORDINATION,),
            warnings=tx.warnings,
        )
