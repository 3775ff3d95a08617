"""Lock paths: all or nothing, repeatable, never stolen without proof or notice."""

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.granting import Blocker, Decision, decide
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.sharing.lock import Lock, LockState, check_target, lock_name
from parallel_tui.model.sharing.waiting import Waiter, ahead_of, circle
from parallel_tui.patience import Patience
from parallel_tui.ports.taken import TakenError
from parallel_tui.record import dataclass, replace
from parallel_tui.services.receipt import Locked, Receipt, Unlocked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.store import Store, Transaction
    from parallel_tui.ports.system import Holders
    from parallel_tui.services.session.identity import Identity
    from parallel_tui.services.sharing.blocked import LockedError
    from parallel_tui.services.sharing.status_page import StatusPage

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Locks:
    """Takes, checks and releases locks.

    Attributes:
        store: What sessions share.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
        holders: Knows this process, so that a waiter that dies is dropped.
    """

    store: Store
    identity: Identity
    status: StatusPage
    holders: Holders

    def all(self) -> tuple[Lock, ...]:
        """Every lock.

        Raises:
            CouldNotLookError: When they cannot be read.
        """
        return self.store.read(events=0).demand("locks").locks

    def state(self, lock: Lock) -> LockState:
        """What others may do about a lock now."""
        return lock.state(self.store.now(), self.store.liveness(lock))

    def acquire(
        self,
        targets: Sequence[str],
        *,
        session: str | None = None,
        reason: str = "",
        ttl: float | None = None,
        take: bool = False,
        wait: float = 0.0,
    ) -> Locked:
        """Lock paths or patterns for a session; all of them or none.

        Args:
            targets: Relative to the repository's root.
            session: For whom; `None` to find out.
            reason: Shown to those who are blocked.
            ttl: Seconds after which others may take it over.
            take: Take over what is takeable; its owner gets an event.
            wait: Seconds to wait for what is held, in the order of asking.

        Raises:
            LockedError: With every blocker, or the circle of waiters this would close.
            UsageError: When a target cannot be locked.
        """
        owner = self.identity.name(session)
        wanted = tuple(dict.fromkeys(check_target(target) for target in targets))
        if not wanted:
            raise UsageError("Name at least one path to lock")
        me = Waiter(os.urandom(8).hex(), owner, wanted, process=self.holders.myself())
        patience = Patience(wait, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)
        queued = False
        try:
            while True:
                receipt: Locked | None = None
                with self.store.change(owner) as tx:
                    queue = tx.waiting.all()
                    if queued and all(waiter.id != me.id for waiter in queue):
                        self._demand_alive(owner)
                    decision = decide(wanted, owner, tx.locks.all(), judge=tx.judge, take=take)
                    ahead = ahead_of(me, queue) if queued else _in_the_way(me, queue)
                    rest = tuple(waiter for waiter in queue if waiter.id != me.id)
                    if not decision.blockers and not ahead:
                        receipt = self._grant(tx, decision, owner, reason, ttl)
                        if queued:
                            tx.waiting.replace(rest)
                    else:
                        asking = replace(me, blockers=_owners(decision, ahead))
                        here = me.process.host if me.process is not None else ""
                        found = circle(owner, (*rest, asking), here)
                        if not wait or found or patience.over:
                            raise _refused(decision, ahead, found, tx.now)
                        if not queued or asking not in queue:
                            tx.waiting.replace(_with(queue, asking))
                if receipt is not None:
                    queued = False
                    return receipt.with_warnings(tx.warnings)
                queued = True
                patience.rest()
        except TakenError as error:  # a program without our guard was faster
            blockers = self.store.read(events=0).locks
            standing = next((lock for lock in blockers if lock.name == error.name), None)
            if standing is None:
                raise
            state = self.state(standing)
            blocker = Blocker(standing.target, standing, state, standing.target)
            raise _refused(Decision(blockers=(blocker,)), (), (), self.store.now()) from error
        finally:
            if queued:
                # A full disk may refuse it: the line forgets whose process has ended anyway.
                with suppress(ParallelError), self.store.change(owner) as tx:
                    tx.waiting.replace(each for each in tx.waiting.all() if each.id != me.id)

    def _demand_alive(self, owner: str) -> None:
        """Fail when the waiting session was removed from the queue because it ended."""
        if self.identity.session(owner) is None:
            raise RefusedError(
                f"{owner} ended while it waited", hint="Nothing was locked in its name."
            )

    def release(
        self,
        targets: Sequence[str],
        *,
        session: str | None = None,
        everything: bool = False,
        force: bool = False,
        reason: str = "",
    ) -> Receipt:
        """Release locks.

        Args:
            targets: Paths or patterns as they were locked.
            session: Whose; `None` to find out.
            everything: All locks of that session.
            force: Also another session's; needs a reason, which its owner is told.
            reason: Why, for `force`.

        Raises:
            LockedError: When one belongs to somebody else.
            UsageError: When `force` has no reason.
        """
        if force and not reason.strip():
            raise UsageError("--force needs --reason", hint="Its owner is told why.")
        owner = self.identity.name(session)
        with self.store.change(owner) as tx:
            locks = tx.locks.all()
            names = {lock_name(check_target(target)) for target in targets}
            chosen = [
                lock for lock in locks if lock.name in names or (everything and lock.is_of(owner))
            ]
            foreign = tuple(
                Blocker(lock.target, lock, tx.judge(lock), lock.target)
                for lock in chosen
                if not lock.is_of(owner)
            )
            if foreign and not force:
                raise _refused(Decision(blockers=foreign), (), (), tx.now)
            for lock in chosen:
                tx.locks.remove(lock)
                if lock.owner is not None and not lock.is_of(owner):
                    _tell(tx, lock.owner, "lock_released", lock, owner, reason)
                about = {"target": lock.target, "owner": lock.owner, "generation": lock.generation}
                tx.journal.add("unlock", {**about, "reason": reason})
            self.status.refresh(tx)
        if not chosen:
            free = ", ".join(targets) or "nothing"
            return Receipt(f"Nothing to unlock: {free} is not locked", (COORDINATION,))
        shown = ", ".join(lock.target for lock in chosen)
        return Unlocked(
            f"Unlocked {shown}",
            (COORDINATION,),
            warnings=tx.warnings,
            targets=tuple(lock.target for lock in chosen),
        )

    def check(self, target: str, session: str | None = None) -> tuple[Blocker, ...]:
        """Locks that would keep a session from writing a path; empty when it may write."""
        owner = self.identity.name(session)
        wanted = (check_target(target),)
        standing = self.store.read(events=0).demand_now("locks").locks
        return decide(wanted, owner, standing, judge=self.state).blockers

    def _grant(
        self, tx: Transaction, decision: Decision, owner: str, reason: str, ttl: float | None
    ) -> Locked:
        """Write the granted locks.

        Args:
            tx: All of it or nothing.
            decision: Grants without a blocker.
            owner: Who gets them.
            reason: Shown to others.
            ttl: As for `acquire`.
        """
        session = self.identity.session(owner)
        holder = self.identity.holder(owner, session)
        worktree = session.worktree.git_dir if session and session.worktree else None
        taken: list[Lock] = []
        for grant in decision.grants:
            standing = tx.locks.get(grant.name) if grant.renews else None
            taken += [broken for broken in grant.breaks if tx.locks.remove(broken)]
            lock = Lock(
                grant.name,
                grant.target,
                owner,
                since=standing.since if standing else tx.now,
                reason=reason or (standing.reason if standing else ""),
                ttl=ttl,
                holder=holder,
                worktree=worktree,
                renewed=tx.now if standing else None,
            )
            if grant.renews:
                tx.locks.renew(lock)
                continue
            made = tx.locks.grant(lock)
            if made is None:  # somebody made it since the locks were read
                raise TakenError(f"{grant.target} was locked meanwhile", grant.name)
            about: dict[str, Json] = {"target": made.target, "generation": made.generation}
            about["reason"] = reason
            tx.journal.add("lock", about, undo=UndoAction(UndoKind.UNLOCK, made.target, owner))
        for lock in taken:
            if lock.owner is not None and not lock.is_of(owner):
                _tell(tx, lock.owner, "lock_taken", lock, owner, reason)
        self.status.refresh(tx)
        targets = tuple(grant.target for grant in decision.grants)
        warnings = dict.fromkeys(f"taken over from {lock.whose}" for lock in taken)
        return Locked(
            f"Locked {', '.join(targets)} for {owner}",
            (COORDINATION,),
            warnings=tuple(warnings),
            owner=owner,
            targets=targets,
            undo=tuple(UndoAction(UndoKind.UNLOCK, each, owner) for each in targets),
        )


def _tell(tx: Transaction, to: str, kind: str, lock: Lock, by: str, reason: str) -> None:
    tx.events.emit(
        kind,
        by,
        {"target": lock.target, "generation": lock.generation, "by": by, "reason": reason},
        (to,),
    )


def _in_the_way(me: Waiter, queue: Sequence[Waiter]) -> tuple[Waiter, ...]:
    return ahead_of(me, (*queue, me))


def _with(queue: Sequence[Waiter], me: Waiter) -> tuple[Waiter, ...]:
    """The queue with a waiter in its old position, or at the end."""
    if any(waiter.id == me.id for waiter in queue):
        return tuple(me if waiter.id == me.id else waiter for waiter in queue)
    return (*queue, me)


def _owners(decision: Decision, ahead: Sequence[Waiter]) -> tuple[str, ...]:
    owners = [each.lock.whose for each in decision.blockers if each.lock.owner]
    return tuple(dict.fromkeys([*owners, *(waiter.whose for waiter in ahead)]))


def _refused(
    decision: Decision, ahead: Sequence[Waiter], found: Sequence[str], now: float
) -> LockedError:
    # Most commands never need its words.
    from parallel_tui.services.sharing.blocked import locked_error

    return locked_error(decision, ahead, found, now)
