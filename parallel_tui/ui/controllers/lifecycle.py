"""Commands that sync, clean up and undo."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from parallel_tui.model.scope import EVERYTHING, REMOVED, Scope
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import SESSIONS, Command, Reason, free
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.controllers.work import CommandWork
from parallel_tui.ui.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


def _cannot_sync(now: Situation) -> Reason:
    if now.elsewhere:
        return free(now)
    if now.session is None or now.session.worktree is None:
        return "Select a session with a worktree to bring up to date."
    return free(now)


class LifecycleCommands:
    """Syncs, cleans up and undoes.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
        sessions: Removes a session where that is what undoing means.
    """

    def __init__(
        self, cockpit: Cockpit, core: Core, work: CommandWork, sessions: SessionCommands
    ) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._sessions = sessions

    def sync(self, now: Situation) -> None:
        """Sync the selected session."""
        if now.elsewhere:
            self._sessions.elsewhere.sync(now.elsewhere)
        elif now.session is not None:
            self._sync([now.session.key])

    def sync_all(self) -> None:
        """Sync all sessions."""
        self._sync(None)

    def _sync(self, wanted: list[str] | None) -> None:
        async def work() -> None:
            from parallel_tui.ui.screens.sync import SyncScreen

            await self._cockpit.ask(SyncScreen(self._core.syncer, wanted, self._look_again))

        self._work.run(work, busy="syncing", opens=Opens.QUESTION)

    def _look_again(self, scopes: Iterable[Scope]) -> None:
        self._work.look_again(*scopes)

    def cleanup(self) -> None:
        """Remove sessions whose work is merged."""

        async def work() -> None:
            from parallel_tui.ui.screens.cleanup import CleanupScreen

            try:
                receipt = await self._cockpit.ask(CleanupScreen(self._core.cleaner))
            finally:
                self._work.look_again(*REMOVED)
            if receipt is not None:
                self._work.done(receipt)

        self._work.run(work, busy="cleaning up", opens=Opens.QUESTION)

    def history(self) -> None:
        """Show the history of changes, from which they can be undone."""

        async def work() -> None:
            from parallel_tui.ui.screens.history import HistoryScreen

            action = await self._cockpit.ask(HistoryScreen(self._core))
            if action is not None:
                await self._undo(action)

        self._work.run(work, busy="looking at the history", opens=Opens.QUESTION)

    async def _undo(self, action: UndoAction) -> None:
        if action.kind is UndoKind.REMOVE:
            await self._sessions.remove_named(action.what)
            return
        try:
            receipt = await asyncio.to_thread(self._core.undoer.apply, action)
        except BaseException:
            self._work.look_again(EVERYTHING)  # how far it came is not known
            raise
        self._work.done(receipt)
        if receipt.session is not None:
            self._cockpit.select_session(receipt.session)


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "sync",
        "s",
        "Sync",
        "Sync the session with base, after showing the plan.",
        SESSIONS,
        LifecycleCommands,
        LifecycleCommands.sync,
        _cannot_sync,
    ),
    Command(
        "sync-all",
        "S",
        "Sync all",
        "Sync all sessions with base, after showing the plan.",
        SESSIONS,
        LifecycleCommands,
        lambda here, _: here.sync_all(),
        free,
    ),
    Command(
        "cleanup",
        "c",
        "Clean up",
        "Remove sessions that are merged, each with its proof.",
        SESSIONS,
        LifecycleCommands,
        lambda here, _: here.cleanup(),
        free,
    ),
    Command(
        "history",
        "H",
        "History",
        "Show what was changed, and undo it.",
        SESSIONS,
        LifecycleCommands,
        lambda here, _: here.history(),
        free,
    ),
)
