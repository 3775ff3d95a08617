"""Screen of a sync: its plan, its run, and the outcomes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import ClassVar, Protocol

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from parallel_tui.command_lines import on_machine
from parallel_tui.errors import ParallelError
from parallel_tui.model.scope import Scope
from parallel_tui.model.sync.sync import (
    SyncOutcome,
    SyncPlan,
    SyncProgress,
    scopes_of,
    undoable_run,
)
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.ui import reporting
from parallel_tui.ui.present import sync
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column, Row


class Syncing(Protocol):
    """Plans and runs syncs, here or on another machine."""

    def plan(
        self,
        wanted: Sequence[str] | None,
        *,
        fetch: bool,
        resolved: bool,
        tell: Callable[[str], None],
    ) -> SyncPlan:
        """What a sync would do."""
        ...

    def run(
        self, plan: SyncPlan, *, cancelled: Callable[[], bool]
    ) -> Iterator[SyncProgress | SyncOutcome]:
        """Carry it out."""
        ...


class SyncScreen(ListScreen[None]):
    """One sync, from its plan to its end.

    Args:
        syncer: Looks and runs.
        wanted: Keys of sessions; `None` for all.
        ended: Called after anything may have been changed, with what to look at again.
        machine: The machine where the sessions are; empty for this one.
    """

    HEADING = "Sync"
    COLUMNS: ClassVar[tuple[Column, ...]] = sync.COLUMNS
    MAIN = "start"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "start", "Sync"),
        Binding("f", "again", "Skip fetch"),
        Binding("e", "resolved", "Resolved"),
        Binding("escape,ctrl+c,q", "leave", "Stop / close", key_display="Esc"),
    ]

    class Told(Message):
        """The run made progress; posted by its thread."""

        def __init__(self, step: SyncProgress | SyncOutcome) -> None:
            super().__init__()
            self.step = step

    class Fetching(Message):
        """A line of git's progress; posted by the planning thread."""

        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def __init__(
        self,
        syncer: Syncing,
        wanted: Sequence[str] | None,
        ended: Callable[[Sequence[Scope]], None],
        machine: str = "",
    ) -> None:
        super().__init__()
        self._syncer, self._wanted, self._ended = syncer, wanted, ended
        self._machine = machine
        self.plan: SyncPlan | None = None
        self.resolved = False
        """Whether conflicts become what they were resolved to before."""
        self.phase = "looking"
        self.outcomes: list[SyncOutcome] = []
        self._rows: dict[str, Row] = {}
        self._by_key: dict[str, SyncOutcome] = {}
        self._stop = threading.Event()

    def on_mount(self) -> None:
        """Start planning."""
        if self._machine:
            self.query_one(".frame").border_title = safe(f"{self.HEADING} on {self._machine}")
        self._look(fetch=True)

    def on_unmount(self) -> None:
        """Stop the run before its next session when the program closes."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only actions that are possible now."""
        if action == "start":
            return self.phase == "ready"
        if action == "again":
            return self.phase == "refused"
        if action == "resolved":
            rows = self.plan.sessions if self.plan is not None else ()
            known = self.resolved or any(row.remembered for row in rows)
            return self.phase == "ready" and known
        return True

    def _enter(self, phase: str) -> None:
        self.phase = phase
        self.refresh_bindings()

    # Before

    def action_again(self) -> None:
        """Plan again, without the remote."""
        self._look(fetch=False)

    def action_resolved(self) -> None:
        """Resolve conflicts as they were resolved before, or not any more."""
        self.resolved = not self.resolved
        self._look(fetch=False)

    def _look(self, *, fetch: bool) -> None:
        self._enter("looking")
        self.say("Fetching, and looking at each session …" if fetch else "Looking …")
        self.run_worker(self._planned(fetch), group="look", exclusive=True, exit_on_error=False)

    async def _planned(self, fetch: bool) -> None:
        try:
            plan = await ask(
                self._syncer.plan,
                self._wanted,
                fetch=fetch,
                resolved=self.resolved,
                tell=self._tell_line,
            )
        except ParallelError as error:
            self.say(error.message, "Nothing was changed. Press f to plan without fetching.")
            self._enter("refused")
            return
        except Exception as error:
            self._enter("ended")
            self.say("The sessions could not be read; nothing was changed.")
            reporting.report(self.app, error)
            return
        self.plan = plan
        self._rows = {row.key: sync.planned(row, plan) for row in plan.sessions}
        self.show_rows(self._rows.values())
        todo = [row for row in plan.sessions if row.skip is None]
        how = "Merge" if plan.merge else "Rebase"
        asked = f"{how} {plural(len(todo), 'session')} onto {plan.onto_name}? Press y."
        if not todo:
            asked = f"Move {plan.base} on to {plan.onto_name}? Press y."
        clashing = sum(row.conflicting for row in todo)
        if clashing:
            asked = f"{asked} {clashing} would conflict and be put back as before."
        if known := sum(row.remembered for row in todo):
            asked = f"{asked} {known} can be resolved as before: press e."
        if resolved := sum(bool(row.resolved) for row in todo):
            asked = f"{asked} {resolved} with conflicts resolved as before (e: not so)."
        if plan.forward is not None and todo:
            asked = f"{asked} {plan.base} moves on to {plan.onto_name}, too."
        possible = bool(todo) or plan.forward is not None
        self.say(*plan.notes, asked if possible else "There is nothing to bring up to date.")
        self._enter("ready" if possible else "ended")

    def _tell_line(self, line: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.post_message(self.Fetching(line))

    @on(Fetching)
    def _show_line(self, message: Fetching) -> None:
        message.stop()
        if self.phase == "looking":
            self.say("Fetching …", message.line)

    # During

    def action_start(self) -> None:
        """Run the plan."""
        if self.plan is not None and self.phase == "ready":
            self._enter("running")
            self.say("Syncing. Escape stops before the next session.")
            self.run_worker(self._carry_out(self.plan), group="run", exit_on_error=False)

    async def _carry_out(self, plan: SyncPlan) -> None:
        failure: Exception | None = None
        steps: list[SyncProgress | SyncOutcome] = []

        def work() -> None:
            for step in self._syncer.run(plan, cancelled=self._stop.is_set):
                steps.append(step)
                with suppress(RuntimeError):  # the loop has ended
                    self.post_message(self.Told(step))

        try:
            await asyncio.to_thread(work)
        except Exception as error:
            failure = error
        finally:
            self._ended(scopes_of(steps))
        outcomes = [step for step in steps if isinstance(step, SyncOutcome)]
        words = [sync.summary(outcomes)]
        run = undoable_run(outcomes)
        if run is not None:
            line = f"pdev sync --undo {run}"
            words.append(
                f"To take it back: {on_machine(self._machine, line)}."
                if self._machine
                else f"To take it back: {line}, or H in the dashboard."
            )
        if failure is not None:
            words.append("It stopped at an error; nothing more was changed.")
        self.say(*words)
        self._enter("ended")
        if failure is not None:
            reporting.report(self.app, failure)

    @on(Told)
    def _show_step(self, message: Told) -> None:
        message.stop()
        step = message.step
        if self.plan is None:
            return
        if isinstance(step, SyncProgress):
            self._rows[step.session.key] = sync.running(step.session)
        else:
            key = sync.row_of(step)
            self.outcomes.append(step)
            self._by_key[key] = step
            self._rows[key] = sync.ended(key, step)
        self.show_rows(self._rows.values())

    def action_leave(self) -> None:
        """Close; during a run, stop before the next session."""
        if self.phase == "running":
            self._stop.set()
            self.say("Finishing this session, then stopping.")
        else:
            self.dismiss(None)

    def about(self, key: str) -> Content:
        """A session's commits and conflicts, or its outcome."""
        rows = self.plan.sessions if self.plan else ()
        row = next((each for each in rows if each.key == key), None)
        outcome = self._by_key.get(key)
        if row is not None:
            return sync.about(row, outcome)
        return Content(safe(outcome.message, 2_000) if outcome is not None else "")
