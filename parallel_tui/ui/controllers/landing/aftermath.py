"""What follows a landing: whom it concerns, and syncs that wait for an agent to come to rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.model.view.after_landing import landed_words, meeting_words, predicted, still_open
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import SESSIONS, Command, Reason, free
from parallel_tui.ui.controllers.work import Attempts, CommandWork

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.bootstrap import Core
    from parallel_tui.model.session.repository import Base
    from parallel_tui.services.landing.aftermath import Aftermath

_AGAIN: Final = 10.0
"""Seconds after which a session that could not be synced is tried again."""

_MAY_REST: Final = frozenset({SessionState.DONE, SessionState.IDLE, SessionState.LIMITED})
"""States in which it is worth to look whether the agent is proved at rest."""


def _cannot_wait(now: Situation) -> Reason:
    session = now.session
    if session is None or session.worktree is None or session.worktree.own_branch is None:
        return "Select a session with a branch to bring up to date."
    if not session.windows:
        return f"{session.name} has no window, so no agent will come to rest in it."
    return free(now)


class AfterLandingCommands:
    """Follows moves of base, and syncs sessions whose agents have come to rest.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._base: Base | None = None
        self._opened: Mapping[str, str] = {}
        self._from: tuple[str, Mapping[str, str]] | None = None
        self._telling = False
        self._syncs = Attempts(
            cockpit, self._attempt, group="sync-at-rest", again=_AGAIN, look=self._sync_resting
        )

    def sync_at_rest(self, now: Situation) -> None:
        """Sync the selected session now if its agent rests, else once it does."""
        if now.session is None:
            return
        key = now.session.key

        async def work() -> None:
            ask = self._core.reaching.resting_sync.ask
            self._work.done(await asyncio.to_thread(ask, [key]))

        self._work.run(work, busy="looking whether its agent rests")

    def seen(self, snapshot: Snapshot) -> None:
        """Tell what a move of base concerns, and sync what waits for that."""
        self._follow(snapshot)
        self._sync_resting(snapshot)

    def _follow(self, snapshot: Snapshot) -> None:
        base = known(snapshot.base)
        if base is None:
            return
        before, self._base = self._base, base
        if before is None:
            self._from = ("", {})  # what has happened since anybody followed it
        elif before.ref != base.ref:
            self._opened, self._from = {}, None
        elif before.oid != base.oid and self._from is None:
            self._from = (before.oid, self._opened)
        if self._telling or not predicted(snapshot):
            return
        since, self._from, self._opened = self._from, None, still_open(snapshot)
        if since is None or since[0] == base.oid:
            return
        self._telling = True

        async def work() -> None:
            try:
                moved = self._core.reaching.after_landing.moved
                found = await asyncio.to_thread(moved, *since, snapshot)
                if found.later:
                    self._from = self._from or since
                else:
                    self._tell(found)
            except (ParallelError, OSError) as error:
                self._cockpit.report(error)
            finally:
                self._telling = False

        self._cockpit.start(work, group="landed")

    def _tell(self, found: Aftermath) -> None:
        key_of = self._cockpit.key_of
        if found.concerned:
            told = meeting_words(found.base, found.concerned)
            now, later = key_of("sync"), key_of("sync-at-rest")
            offers = [f"{now} syncs the selected one"] if now else []
            offers += [f"{later} does once its agent rests"] if later else []
            if found.queued:
                offers = [f"synced once their agents rest: {', '.join(found.queued)}"]
            self._cockpit.tell(". ".join((told, *filter(None, [", ".join(offers)]))))
            self._work.look_again(COORDINATION)
        if found.landed:
            key = key_of("cleanup")
            offer = f"; press {key} to clean up" if key else ""
            self._cockpit.tell(f"{landed_words(found.base, found.landed)}{offer}")

    def _sync_resting(self, snapshot: Snapshot) -> None:
        """Sync what waits for agents that seem to have come to rest, one after another."""
        base = known(snapshot.base)

        def about(session: Session) -> object:
            head = session.worktree.head if session.worktree else None
            evidence = session.evidence
            return evidence.state, evidence.since, head, base.oid if base else None

        self._syncs.begin(_waiting(snapshot), about)

    async def _attempt(self, session: Session) -> None:
        attempt = self._core.reaching.resting_sync.attempt
        receipt = await asyncio.to_thread(attempt, session.name)
        if receipt.failed:
            self._work.look_again(*receipt.scopes)
            self._cockpit.tell(receipt.message, severity="warning")
        else:
            self._work.done(receipt)


def _waiting(snapshot: Snapshot) -> list[Session]:
    """Sessions for which a sync waits, that are clean, and whose agents may be at rest."""
    shared = known(snapshot.coordination)
    if shared is None or not shared.messages:
        return []
    names = {each.session for each in shared.messages if each.kind is MessageKind.SYNC}
    return [
        each
        for each in snapshot.sessions
        if each.name in names and each.windows and each.state in _MAY_REST and _clean(each)
    ]


def _clean(session: Session) -> bool:
    tree, status = session.worktree, session.status
    if tree is None or tree.locked is not None or tree.operation is not None:
        return False
    return isinstance(status, WorkStatus) and not (
        status.staged or status.modified or status.conflicted
    )


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "sync-at-rest",
        "R",
        "Sync at rest",
        "Sync the session as soon as its agent is at rest.",
        SESSIONS,
        AfterLandingCommands,
        AfterLandingCommands.sync_at_rest,
        _cannot_wait,
    ),
)
