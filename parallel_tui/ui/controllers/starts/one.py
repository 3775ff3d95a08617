"""Start sessions: the form, the consent, and what goes on when the form has closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.lifecycle.spawn import SpawnRequest


class Starts:
    """Asks for a session and starts it.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries it out.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._draft: SpawnRequest | None = None
        self._failure: Exception | None = None

    async def ask(self, prompt_first: bool) -> None:
        """Open the form. It closes once nothing can be refused or asked any more."""
        from parallel_tui.ui.dialogs.spawn import SpawnDialog

        spawner = self._core.spawner
        draft, failure = self._draft, self._failure
        self._draft = self._failure = None
        form = SpawnDialog(
            spawner.choices_at_once(),
            spawner.plan,
            prompt_first=prompt_first,
            request=draft,
            refused=failure,
            read=spawner.choices,
            make=self._begin,
        )
        if await self._cockpit.ask(form) is None and form.worth_keeping:
            self._draft = form.worth_keeping
            self._cockpit.tell("What you typed is kept; the form opens with it again.")

    async def _begin(self, request: SpawnRequest) -> bool:
        """Start a session; returns as soon as it is being made.

        Returns:
            Whether it is: whether the commands of the repository may run.

        Raises:
            ParallelError: When it was refused before anything was made.
        """
        loop = asyncio.get_running_loop()
        begun: asyncio.Future[bool] = loop.create_future()

        def settle(done: bool) -> None:
            if not begun.done():
                begun.set_result(done)

        def progress(step: str) -> None:
            loop.call_soon_threadsafe(settle, True)
            self._cockpit.progress(step)

        async def work() -> None:
            spawner = self._core.spawner
            try:
                done = await self._work.consented(
                    lambda: spawner.spawn(request, progress), spawner.allow
                )
            except Exception as error:
                if begun.done():
                    await self._failed(request, error)
                else:
                    begun.set_exception(error)
            else:
                settle(done)

        self._work.run(work, busy=f"starting {request.name or request.branch}")
        return await begun

    async def _failed(self, request: SpawnRequest, error: Exception) -> None:
        """Say why a session was not made, and keep what was typed for it."""
        await self._cockpit.in_front()
        self._draft, self._failure = request, error
        await self._cockpit.explain(error)
        if self._draft is request:
            self._cockpit.tell("What you typed is kept; the form opens with it again.")
