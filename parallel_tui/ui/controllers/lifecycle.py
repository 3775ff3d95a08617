"""The dashboard's side of sync, cleanup and history."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from parallel_tui.model.lifecycle.sync import Result, scopes_of
from parallel_tui.model.scope import EVERYTHING, REMOVED, Scope
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.start.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ui.controllers.sessions import Verbs
    from parallel_tui.ui.controllers.undo import Step
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

    def _look_again(self, scopes: Iterable[Scope]) -> None:
        self._engine.poke(*scopes)
        self._engine.hurry()

    def cleanup(self) -> None:
        """Remove sessions whose work is merged."""

        async def work() -> None:
            from parallel_tui.ui.screens.cleanup import CleanupScreen

            try:
                receipt = await self._app.push_screen_wait(CleanupScreen(self._core.cleaner))
            finally:
                self._look_again(REMOVED)
            if receipt is not None:
                self._verbs.done(receipt)

        self._verbs.run(work, busy="cleaning up", opens=Opens.QUESTION)

    def history(self) -> None:
        """Show what was changed, and undo what can be undone."""

        async def work() -> None:
            from parallel_tui.ui.screens.history import HistoryScreen

            step = await self._app.push_screen_wait(HistoryScreen(self._core))
            if step is not None:
                await self._undo(step)

        self._verbs.run(work, busy="looking at the history", opens=Opens.QUESTION)

    async def _undo(self, step: Step) -> None:
        from parallel_tui.ui.controllers.undo import Way

        if step.way is Way.REMOVE:
            await self._verbs.remove_named(step.what)
            return
        try:
            receipt = await asyncio.to_thread(self._carry_out, step)
        except BaseException:
            self._look_again((EVERYTHING,))  # how far it came is not known
            raise
        self._verbs.done(receipt)
        if receipt.session is not None:
            self._dashboard.select_session(receipt.session)

    def _carry_out(self, step: Step) -> Receipt:
        from parallel_tui.ui.controllers.undo import Way

        if step.way is Way.UNLOCK:
            return self._core.shared.locks.release([step.what], session=step.owner)
        undoer = self._core.undoer
        receipts, outcomes = undoer.undo(undoer.find(step.what))
        good = [each.name for each in outcomes if each.result is Result.SYNCED]
        bad = [
            f"{each.name}: {each.message}" for each in outcomes if each.result is not Result.SYNCED
        ]
        told = [each.message for each in receipts]
        scopes = [scope for each in receipts for scope in each.scopes]
        if outcomes:
            scopes += scopes_of(outcomes)
            told.append(f"Put back as before the sync: {', '.join(good) or 'no session'}")
        return Receipt(
            "; ".join(told),
            # Without a word of what it touched, a recovery did it: that may be anything.
            scopes=tuple(dict.fromkeys(scopes)) or (EVERYTHING,),
            session=receipts[0].session if receipts else None,
            warnings=(*bad, *(each for receipt in receipts for each in receipt.warnings)),
        )
