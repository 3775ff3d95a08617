"""What commands do through the services: ask, carry out in a thread, tell the outcome."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from parallel_tui.bootstrap import foreground
from parallel_tui.errors import MuxError
from parallel_tui.model.scope import EVERYTHING, MUX
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.ports.ports import Attachment
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui import reporting
from parallel_tui.ui.messages import Progress
from parallel_tui.ui.start.typeahead import PATIENCE, Opens, Typeahead
from parallel_tui.ui.tasks import ask

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.lifecycle.spawn import SpawnRequest
    from parallel_tui.ui.screens.dashboard import Dashboard


class Verbs:
    """The dashboard's side of every service."""

    def __init__(
        self, dashboard: Dashboard, core: Core, engine: Engine, typeahead: Typeahead
    ) -> None:
        self._dashboard = dashboard
        self._app = dashboard.app
        self._core = core
        self._engine = engine
        self._typeahead = typeahead

    def run(
        self,
        work: Callable[[], Awaitable[None]],
        *,
        busy: str = "",
        opens: Opens = Opens.NOTHING,
    ) -> None:
        """Run a verb to its end, telling every failure; the program goes on whatever happens.

        Args:
            work: The verb.
            busy: Shown while it runs.
            opens: What it opens first, for the keys that are typed until then.
        """
        if opens is not Opens.NOTHING:
            self._typeahead.hold(opens)
            self._app.set_timer(PATIENCE, self._typeahead.release)

        async def guarded() -> None:
            self._dashboard.busy = busy or self._dashboard.busy
            try:
                await work()
            except Exception as error:
                reporting.report(self._app, error)
            finally:
                if busy:
                    self._dashboard.busy = ""
                if opens is not Opens.NOTHING:
                    self._typeahead.release()

        self._app.run_worker(guarded(), group="verbs", exit_on_error=False)

    def done(self, receipt: Receipt) -> None:
        """Tell what was done, and have it looked at."""
        self._engine.poke(*receipt.scopes)
        self._engine.hurry()
        reporting.tell(self._app, receipt.message)
        for warning in receipt.warnings:
            reporting.tell(self._app, warning, severity="warning")

    def _progress(self, step: str) -> None:
        self._app.post_message(Progress(step))

    def refresh(self) -> None:
        """Read everything again."""
        self._engine.poke(EVERYTHING)
        self._engine.hurry()
        reporting.tell(self._app, "Reading everything again.")

    def attach(self) -> None:
        """Show the selected window or the selected session's window."""
        now = self._dashboard.situation
        window, session = now.window, now.session

        async def work() -> None:
            if window is not None:
                self._show(await asyncio.to_thread(self._core.attacher.attach_window, window.id))
            elif session is not None:
                self._show(await asyncio.to_thread(self._core.attacher.attach, session.key))

        self.run(work)

    def _show(self, attachment: Attachment) -> None:
        if not attachment.takes_terminal:
            done = foreground().borrow_terminal(attachment.argv, env=attachment.env, draws=False)
            if done.returncode == 0:
                reporting.tell(self._app, f"To come back: {attachment.way_back}.")
        else:
            # Blocking on purpose: nothing may write to the terminal while tmux has it.
            with self._engine.paused(), self._app.suspend():
                done = foreground().borrow_terminal(attachment.argv, env=attachment.env, draws=True)
        self._engine.poke(MUX)
        self._engine.hurry()
        if done.returncode != 0:
            said = safe(done.stderr.decode("utf-8", "replace").strip())
            what = said or f"it ended with status {done.returncode}"
            raise MuxError(f"The window could not be shown: {what}")

    def open_terminal(self) -> None:
        """Show the selected session in a new terminal of the desktop."""
        session = self._dashboard.situation.session
        if session is None:
            return

        async def work() -> None:
            self.done(await asyncio.to_thread(self._core.attacher.open_terminal, session.key))

        self.run(work)

    def close_window(self) -> None:
        """Close the selected window, or the selected session's own, after a question."""
        from parallel_tui.ui.dialogs.confirm import ConfirmDialog

        now = self._dashboard.situation
        window = now.window
        if window is None and now.session and now.snapshot:
            window = now.snapshot.window(now.session.windows[0])
        if window is None:
            return
        where = safe(f"{window.session_name}:{window.index} {window.name}")
        runs = ", ".join(safe(pane.command) for pane in window.panes)
        question = ConfirmDialog(
            "Close this window?",
            f"{where}\nEnds what runs in it: {runs}",
            confirm="Close",
            danger=True,
        )

        async def work() -> None:
            if await self._app.push_screen_wait(question):
                self.done(await asyncio.to_thread(self._core.attacher.close_window, window.id))

        self.run(work, opens=Opens.QUESTION)

    def remove(self) -> None:
        """Show all that goes with the session, and take away what was agreed to."""
        session = self._dashboard.situation.session
        if session is not None:
            self.run(
                lambda: self.remove_named(session.key),
                busy=f"removing {session.name}",
                opens=Opens.QUESTION,
            )

    async def remove_named(self, wanted: str) -> None:
        """Show all that goes with a session, and take away what was agreed to.

        Args:
            wanted: Its key or name.
        """
        from parallel_tui.ui.dialogs.remove import RemoveDialog

        plan = await ask(self._core.remover.plan, wanted)
        answer = await self._app.push_screen_wait(RemoveDialog(plan))
        if answer is None:
            return
        receipt = await asyncio.to_thread(
            self._core.remover.remove,
            plan,
            answer.consents,
            delete_branch=answer.delete_branch,
        )
        if receipt.details.get("trash"):
            receipt = replace(receipt, message=f"{receipt.message}, or H here")
        self.done(receipt)

    def spawn(self, *, prompt_first: bool = False) -> None:
        """Ask what to start, and start it."""
        self.run(lambda: self._spawn(prompt_first), busy="starting a session", opens=Opens.FORM)

    async def _spawn(self, prompt_first: bool) -> None:
        from parallel_tui.ui.dialogs.spawn import SpawnDialog

        choices = await ask(self._core.spawner.choices)
        request: SpawnRequest | None = None
        while True:
            dialog = SpawnDialog(
                choices, self._core.spawner.plan, prompt_first=prompt_first, request=request
            )
            request = await self._app.push_screen_wait(dialog)
            if request is None:
                return
            try:
                if await self._spawn_trusted(request):
                    return
            except Exception as error:
                # The form comes back as it was: a refusal must not cost what was typed.
                await reporting.explain(self._app, error)

    async def _spawn_trusted(self, request: SpawnRequest) -> bool:
        from parallel_tui.model.settings.consent import TrustNeededError
        from parallel_tui.ui.dialogs.trust import TrustDialog

        spawner = self._core.spawner
        while True:
            try:
                receipt = await asyncio.to_thread(spawner.spawn, request, self._progress)
            except TrustNeededError as needed:
                if not await self._app.push_screen_wait(TrustDialog(needed.question)):
                    return False
                await asyncio.to_thread(spawner.allow, needed.question)
            else:
                self.done(receipt)
                if receipt.session is not None:
                    self._dashboard.select_session(receipt.session)
                return True

    def diff(self, session: Session) -> None:
        """Read what a session changed and give it to the detail pane."""
        from parallel_tui.errors import CouldNotLookError, ParallelError

        tree = session.worktree
        if tree is None:
            return

        async def work() -> None:
            try:
                self._dashboard.detail.show_diff(
                    session.key, await ask(self._core.inspector.diff, tree)
                )
            except ParallelError as error:
                self._dashboard.detail.show_diff(session.key, error)
            except Exception as error:
                self._dashboard.detail.show_diff(session.key, CouldNotLookError(str(error)))
                raise

        self.run(work)
