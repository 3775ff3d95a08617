"""Screen of the merge plan, with the landings themselves."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from parallel_tui.errors import RefusedError
from parallel_tui.model.landing.plan import LandingPlan
from parallel_tui.model.landing.run import LandingStep
from parallel_tui.model.scope import EVERYTHING
from parallel_tui.services.landing import script
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import HISTORY, keys_of
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.present import landing
from parallel_tui.ui.screens.merge.kept import MergeParts
from parallel_tui.ui.screens.merge.plan import MergeScreen
from parallel_tui.ui.screens.merge.script import ScriptScreen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.ui.cockpit import Cockpit


_ROOMY: Final = 140
"""Columns from which on all keys are in the footer."""

_MORE_KEYS: Final = "C check all · s strategy · u unchecked · e resolved · y commands"


class LandingScreen(MergeScreen):
    """The plan, and after a question its run: one session at a time."""

    MAIN = "land"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "land", "Land"),
        Binding("c", "check", "Check"),
        Binding("K,shift+up", "shift(-1)", "Move", key_display="J/K"),
        Binding("J,shift+down", "shift(1)", show=False),
        Binding("space", "take_out", "Out", key_display="Space"),
        Binding("C", "check_all", "Check all"),
        Binding("s", "strategy", "Strategy"),
        Binding("u", "unchecked", "Unchecked"),
        Binding("e", "resolved", "Resolved"),
        Binding("y", "commands", "Commands"),
        Binding("r", "reset", "Reset"),
        Binding("enter", "detail", "Detail", key_display="Enter"),
        Binding("escape,ctrl+c,q", "leave", "Close", key_display="Esc"),
    ]

    class Told(Message):
        """The run made progress; posted by its thread."""

        def __init__(self, step: LandingStep) -> None:
            super().__init__()
            self.step = step

    def __init__(self, cockpit: Cockpit, parts: MergeParts) -> None:
        super().__init__(cockpit, parts)
        self._stop = threading.Event()

    def on_resize(self, event: events.Resize) -> None:
        """Name the keys for which the footer has no room."""
        narrow = event.size.width < _ROOMY
        self.query_one(".frame").border_subtitle = Content(_MORE_KEYS if narrow else "")

    async def on_unmount(self) -> None:
        """Stop the run before its next session when the program closes."""
        self._stop.set()

    def action_leave(self) -> None:
        """Close; during a run, stop before the next session."""
        if self.running:
            self._stop.set()
            self.outcome = ["Finishing this session, then stopping."]
            self.show()
        else:
            self.dismiss(None)

    def action_commands(self) -> None:
        """Show the git commands that would land what is shown."""
        if self.plan is None or not self.plan.order:
            self._refuse("Nothing is ready to land; each row says why not.")
            return
        if not self.settled:
            self._refuse("The plan is still being worked out. Try again in a moment.")
            return
        try:
            lines = tuple(script.lines(self.plan))
        except RefusedError as error:
            self._refuse(f"{error.message}. {error.hint}")
            return
        self.app.push_screen(ScriptScreen(lines))

    def action_land(self) -> None:
        """Land what the plan shows, after a question that names all of it."""
        if self.plan is None or self.failure is not None or not self.settled:
            self._refuse("The plan is still being worked out. Try again in a moment.")
        elif not self.plan.order:
            self._refuse("Nothing is ready to land; each row says why not.")
        else:
            self.run_worker(self._asked(self.plan), group="land", exit_on_error=False)

    async def _asked(self, plan: LandingPlan) -> None:
        title, body = landing.question(plan, self._undo())
        if await self.app.push_screen_wait(ConfirmDialog(title, body, confirm="Land")):
            await self._carry_out(plan)

    async def _carry_out(self, plan: LandingPlan) -> None:
        """Land a plan as it was shown; where anything is otherwise by now, the service refuses."""
        self._stop.clear()
        self.plan, self.running, self.outcome, self.steps = plan, True, [], {}
        self.show()
        try:
            receipt = await asyncio.to_thread(
                self.parts.lander.run, plan, told=self._tell, stopped=self._stop.is_set
            )
        except Exception as error:
            self.outcome = []
            self.parts.ended((EVERYTHING,))
            reporting.report(self.app, error)
        else:
            self.outcome = landing.outcome(receipt, self._undo())
            self.parts.ended(receipt.scopes)
            for warning in receipt.warnings:
                reporting.tell(self.app, warning, severity="warning")
        finally:
            self.running, self.steps = False, {}
            self.ask_again(look=True)

    def _undo(self) -> str:
        key = keys_of(self.app)(HISTORY)
        return f"{key} on the dashboard takes it back." if key else "`pdev undo` takes it back."

    def _tell(self, step: LandingStep) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.post_message(self.Told(step))

    @on(Told)
    def _show_step(self, message: Told) -> None:
        message.stop()
        step = message.step
        if not self.running:
            return
        if step.session:
            self.steps[step.session] = landing.step_cells(step)
        else:
            self.outcome = [step.message]
        self.show()
