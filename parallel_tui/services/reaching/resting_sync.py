"""Sync a session exactly when its agent is proved at rest, and until then keep the wish queued.

The rule is that of messages: what counts is what the agent says of itself, read anew in the moment
before. Nothing is typed, nothing is changed while the agent works or somebody types in its pane,
and a session that would conflict stays as it is and is told once.
"""

from __future__ import annotations

from parallel_tui.errors import MuxError, ParallelError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.message import MessageKind, Outcome
from parallel_tui.model.sync.sync import Result, Skip, SyncOutcome, scopes_of
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.sharing.message import Message
    from parallel_tui.model.sync.sync import SessionSync, SyncPlan
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store
    from parallel_tui.services.reaching.delivery import Delivery
    from parallel_tui.services.reaching.rest import Rest
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sync.syncer import Syncer

_OVER: Final = frozenset({Skip.LEVEL, Skip.MERGED, Skip.BASE, Skip.BARE, Skip.MISSING})
"""Reasons to leave a session alone that do not pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedAtRest(Receipt):
    """Sessions were synced, or will be once their agents rest.

    Attributes:
        synced: Names of those that are up to date now.
        queued: Names of those that wait.
        failed: Names of those that conflict with base, and stay as they were.
    """

    synced: tuple[str, ...] = ()
    queued: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestingSync:
    """Queues syncs, and carries each out once.

    Attributes:
        store: Where they wait.
        sessions: Look-up of what exists.
        identity: Who asks.
        rest: Proof that an agent is at rest.
        delivery: Knows whether somebody uses its pane.
        syncer: Brings sessions up to date.
    """

    store: Store
    sessions: Sessions
    identity: Identity
    rest: Rest
    delivery: Delivery
    syncer: Syncer

    def ask(self, names: Sequence[str]) -> SyncedAtRest:
        """Sync sessions now where their agents rest, and the others once they do.

        Args:
            names: Names or keys of the sessions.

        Raises:
            UsageError: When there is no such session, or it has no branch to bring up to date.
            RefusedError: When a session has no window, so that no agent will come to rest in it.
            MuxError: When it cannot be told what windows there are.
        """
        found = [self.sessions.find(name, windows_matter=True) for name in dict.fromkeys(names)]
        for session in found:
            if session.worktree is None or session.worktree.own_branch is None:
                raise UsageError(f"{session.name} is on no branch that could be brought up to date")
            if not session.windows:
                raise RefusedError(
                    f"{session.name} has no window, so no agent will come to rest in it",
                    hint="Sync it now, without --at-rest.",
                )
        told: list[SyncedAtRest] = []
        for session in found:
            if not self._waiting(session.name):
                text = "Bring it up to date with base"
                by = self.identity.acting()
                self.store.outbox.add(session.name, MessageKind.SYNC, by, text)
            try:
                told.append(self.attempt(session.name))
            except RefusedError as error:
                told.append(SyncedAtRest(error.message, queued=(session.name,)))
        return _together(told)

    def attempt(self, name: str) -> SyncedAtRest:
        """Carry out the sync that waits for a session, if its agent is at rest now.

        Args:
            name: The session.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When none waits, or now is not the time; it goes on waiting.
            CouldNotLookError: When git gave no answer; it goes on waiting.
        """
        session = self.sessions.find(name, windows_matter=True)
        if not self._waiting(session.name):
            raise RefusedError(f"No sync waits for {session.name}.")
        # Whoever would type a message meanwhile finds that somebody else is at it.
        with self.store.outbox.alone(session.name) as alone:
            why = self._not_now(session) if alone else "a message is being delivered to it"
            if why:
                raise _later(session.name, why)
            plan = self.syncer.plan([session.key], fetch=False)
            (row,) = plan.sessions
            if row.skip is not None and row.skip not in _OVER:
                raise _later(session.name, row.detail)
            taken = [
                each for each in self._waiting(session.name)
                if self.store.outbox.take(each, Outcome.DELIVERED)
            ]  # fmt: skip
            if not taken:
                raise RefusedError(f"No sync waits for {session.name}.")
            if row.skip is not None:
                message = f"{session.name} needs no sync: {row.detail}"
                return SyncedAtRest(message, (COORDINATION,), session=session.name)
            if row.conflicting:
                return self._stays(session, plan, taken, _paths(row))
            return self._run(session, plan, taken)

    def _waiting(self, name: str) -> list[Message]:
        return [each for each in self.store.outbox.queued(name) if each.kind is MessageKind.SYNC]

    def _not_now(self, session: Joined) -> str:
        found = self.rest.proved(session)
        if isinstance(found, str):
            return found
        try:
            return self.delivery.free(found)[1]
        except MuxError as error:
            return f"its pane could not be looked at: {error.message}"

    def _run(self, session: Joined, plan: SyncPlan, taken: list[Message]) -> SyncedAtRest:
        steps = []
        ours: SyncOutcome | None = None
        try:
            for step in self.syncer.run(plan):
                steps.append(step)
                if isinstance(step, SyncOutcome) and step.key == session.key:
                    ours = step
        except ParallelError:
            self._settle(taken)  # a person has to look at it first
            raise
        if ours is None or ours.result in (Result.SKIPPED, Result.CANCELLED):
            for each in taken:
                self.store.outbox.give_back(each, Outcome.DELIVERED)
            raise _later(session.name, ours.message if ours else "its turn did not come")
        if ours.result is Result.SYNCED:
            told = f"{session.name} was synced while its agent rests: {ours.message}"
            scopes = scopes_of(steps)
            return SyncedAtRest(told, scopes, session=session.name, synced=(session.name,))
        return self._stays(session, plan, taken, (), ours.message)

    def _stays(
        self,
        session: Joined,
        plan: SyncPlan,
        taken: list[Message],
        paths: Sequence[str],
        why: str = "",
    ) -> SyncedAtRest:
        """A session that cannot be synced by itself: it stays, and is told once."""
        self._settle(taken)
        where = f" in {', '.join(paths[:3])}" + (" …" if len(paths) > 3 else "") if paths else ""
        told = why or f"it conflicts with {plan.onto_name}{where}"
        payload: dict[str, Json] = {
            "base": plan.onto_name,
            "onto": plan.onto,
            "paths": [_text(path) for path in paths[:50]],
            "message": _text(f"{session.name} was not synced: {told}"),
        }
        with self.store.change("pdev") as tx:
            tx.events.emit("sync_failed", "pdev", payload, (session.name,))
        return SyncedAtRest(
            f"{session.name} was not synced and stays as it was: {told}",
            (COORDINATION,),
            warnings=tx.warnings,
            session=session.name,
            failed=(session.name,),
        )

    def _settle(self, taken: list[Message]) -> None:
        for each in taken:
            self.store.outbox.settle(each, Outcome.FAILED)


def _paths(row: SessionSync) -> tuple[str, ...]:
    every = (*row.conflicts, *(path for step in row.steps for path in step.conflicts))
    return tuple(dict.fromkeys(every))


def _later(name: str, why: str) -> RefusedError:
    return RefusedError(f"{name} is synced once its agent rests; now {why}.")


def _text(text: str) -> str:
    """Text that JSON can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _together(told: Sequence[SyncedAtRest]) -> SyncedAtRest:
    first = told[0]
    if len(told) == 1:
        return first
    return SyncedAtRest(
        "; ".join(each.message.rstrip(".") for each in told),
        tuple(dict.fromkeys(scope for each in told for scope in each.scopes)),
        warnings=tuple(words for each in told for words in each.warnings),
        synced=tuple(name for each in told for name in each.synced),
        queued=tuple(name for each in told for name in each.queued),
        failed=tuple(name for each in told for name in each.failed),
    )
