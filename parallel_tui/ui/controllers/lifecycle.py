"""The dashboard's side of sync, cleanup and history."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from parallel_tui.model.scope import EVERYTHING
from parallel_tui.model.sharing.journal import UndoKind
from parallel_tui.ui.start.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.sharing.journal import UndoAction
    from parallel_tui.ui.controllers.sessions import Verbs
    from parallel_tui.ui.screens.dashboard import Dashboard


class LifeVerbs:
    """Bringing up to date, cleaning up, taking back."""

    def __init__(self, dashboard: Dashboard, core: Core, verbs: Verbs, engine: Engine) -> None:
        self._dashboard = dashboard
        self._app = dashboard.app
        self._core = core
        self._verbs = verbs
        self._engine = engine

    def sync(self, *, everyone: bool = False) -> None:
        """Bring the selected session up to date, or all."""
        session = self._dashboard.situation.session
        if not everyone and session is None:
            return
        wanted = None if everyone or session is None else [session.key]

        async def work() -> None:
            from parallel_tui.ui.screens.sync import SyncScreen

            await self._app.push_screen_wait(
                SyncScreen(self._core.syncer, wanted, self._look_again)
            )

        self._verbs.run(work, busy="syncing", opens=Opens.QUESTION)

    def _look_again(self) -> None:
        self._engine.poke(EVERYTHING)
        self._engine.hurry()

    def cleanup(self) -> None:
        """Remove sessions whose work is merged."""

        async def work() -> None:
            from parallel_tui.ui.screens.cleanup import CleanupScreen

            try:
                receipt = await self._app.push_screen_wait(CleanupScreen(self._core.cleaner))
            finally:
                self._look_again()
            if receipt is not None:
                self._verbs.done(receipt)

        self._verbs.run(work, busy="cleaning up", opens=Opens.QUESTION)

    def history(self) -> None:
        """Show what was changed, and undo what can be undone."""

        async def work() -> None:
            from parallel_tui.ui.screens.history import HistoryScreen

            action = await self._app.push_screen_wait(HistoryScreen(self._core))
            if action is not None:
                await self._undo(action)

        self._verbs.run(work, busy="looking at the history", opens=Opens.QUESTION)

    async def _undo(self, action: UndoAction) -> None:
        if action.kind is UndoKind.REMOVE:
            await self._verbs.remove_named(action.what)
            return
        try:
            receipt = await asyncio.to_thread(self._core.undoer.apply, action)
        finally:
            self._look_again()
        self._verbs.done(receipt)
        if receipt.session is not None:
            self._dashboard.select_session(receipt.session)
