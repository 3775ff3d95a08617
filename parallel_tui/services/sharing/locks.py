"""Locking paths: all or nothing, idempotent, never stolen without a proof or a notice."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.change import Change, TakenError
from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.adapters.store.files.locks import SUFFIX
from parallel_tui.adapters.store.files.store import Store
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.sharing.lock import (
    Blocker,
    Decision,
    Lock,
    LockState,
    check_target,
    decide,
    lock_name,
)
from parallel_tui.model.sharing.waiting import Waiter, ahead_of, circle
from parallel_tui.model.sharing.words import blocker_words
from parallel_tui.ports.ports import Clock
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.session.identity import Identity
from parallel_tui.services.sharing.status_page import StatusFile

_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 0.5


class LockedError(RefusedError):
    """Something stands in the way.

    Attributes:
        blockers: All of it.
    """

    title = "Locked"

    def __init__(self, message: str, *, hint: str = "", blockers: tuple[Blocker, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.blockers = blockers


@dataclass(frozen=True, slots=True)
class Locks:
    """Takes, checks and releases locks.

    Attributes:
        store: The shared files.
        identity: Who asks.
        status: The page for sessions to read, brought up to date by every change.
        clock: Epoch seconds.
    """

    store: Store
    identity: Identity
    status: StatusFile
    clock: Clock

    def all(self) -> tuple[Lock, ...]:
        """Every lock there is."""
        return self.store.locks.all()

    def state(self, lock: Lock) -> LockState:
        """What others may do about a lock now."""
        return lock.state(self.clock(), liveness.liveness(lock.holder, lock.worktree))

    def acquire(
        self,
        targets: Sequence[str],
        *,
        session: str | None = None,
        reason: str = "",
        ttl: float | None = None,
        take: bool = False,
        wait: float = 0.0,
    ) -> Receipt:
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
            raise UsageError("Nothing to lock was named")
        me = Waiter(secrets.token_hex(8), owner, wanted, process=liveness.holder_of(os.getpid()))
        deadline = time.monotonic() + wait
        pause = _FIRST_PAUSE
        queued = False
        try:
            while True:
                with self.store.transaction():
                    queue = self.store.waiting.load()
                    if queued and all(waiter.id != me.id for waiter in queue):
                        self._demand_alive(owner)
                    locks = self.store.locks.all()
                    decision = decide(wanted, owner, locks, judge=self.state, take=take)
                    ahead = ahead_of(me, queue) if queued else _in_the_way(me, queue)
                    if not decision.blockers and not ahead:
                        rest = tuple(each for each in queue if each.id != me.id)
                        left = rest if queued else None
                        receipt = self._grant(decision, owner, reason, ttl, left)
                        queued = False
                        return receipt
                    late = time.monotonic() >= deadline
                    blocked_by = _owners(decision, ahead)
                    asking = replace(me, blockers=blocked_by)
                    rest = tuple(waiter for waiter in queue if waiter.id != me.id)
                    found = circle(owner, (*rest, asking))
                    if late or found or not wait:
                        raise _locked(decision, ahead, found, self.clock())
                    if not queued or asking not in queue:
                        self.store.waiting.save(_with(queue, asking))
                        queued = True
                time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
                pause = min(pause * 1.5, _LONGEST_PAUSE)
        finally:
            if queued:
                # A full disk may refuse it: the line forgets whose process has ended anyway.
                with suppress(ParallelError), self.store.transaction():
                    queue = self.store.waiting.load()
                    self.store.waiting.save(each for each in queue if each.id != me.id)

    def _demand_alive(self, owner: str) -> None:
        """Wait no longer for a session that was taken out of the line because it ended."""
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
        """Give locks back.

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
        with self.store.transaction():
            locks = self.store.locks.all()
            names = {lock_name(check_target(target)) for target in targets}
            chosen = [
                lock for lock in locks if lock.name in names or (everything and lock.owner == owner)
            ]
            foreign = tuple(
                Blocker(lock.target, lock, self.state(lock), lock.target)
                for lock in chosen
                if lock.owner != owner
            )
            if foreign and not force:
                raise _locked(Decision(blockers=foreign), (), (), self.clock())
            with self.store.change() as change:
                for lock in chosen:
                    self.store.locks.drop(change, lock)
                    if lock.owner is not None and lock.owner != owner:
                        self._tell(change, lock.owner, "lock_released", lock, owner, reason)
            warnings: list[str] = []
            for lock in chosen:
                about = {"target": lock.target, "owner": lock.owner, "generation": lock.generation}
                warnings += self.store.record(owner, "unlock", {**about, "reason": reason})
            warnings += self.status.refresh()
        if not chosen:
            free = ", ".join(targets) or "nothing"
            return Receipt(f"Nothing to unlock: {free} is not locked", (COORDINATION,))
        shown = ", ".join(lock.target for lock in chosen)
        return Receipt(
            f"Unlocked {shown}",
            (COORDINATION,),
            warnings=tuple(dict.fromkeys(warnings)),
            details={"unlocked": len(chosen)},
        )

    def check(self, target: str, session: str | None = None) -> tuple[Blocker, ...]:
        """What would keep a session from writing a path; nothing when it is free or its own."""
        owner = self.identity.name(session)
        wanted = (check_target(target),)
        return decide(wanted, owner, self.store.locks.all(), judge=self.state).blockers

    def _grant(
        self,
        decision: Decision,
        owner: str,
        reason: str,
        ttl: float | None,
        queue: tuple[Waiter, ...] | None,
    ) -> Receipt:
        """Write what was decided, all of it or nothing.

        Args:
            decision: Grants without a blocker.
            owner: Who gets them.
            reason: Shown to others.
            ttl: As for `acquire`.
            queue: The line without this waiter, where it stood in it.
        """
        session = self.identity.session(owner)
        holder = self.identity.holder(owner, session)
        worktree = session.worktree.git_dir if session and session.worktree else None
        taken: dict[str, Lock] = {}
        made: list[Lock] = []
        files = self.store.locks
        try:
            with self.store.change() as change:
                for grant in decision.grants:
                    standing = files.read(grant.name)
                    for broken in grant.breaks:
                        if broken.name not in taken and files.read(broken.name) is not None:
                            taken[broken.name] = broken
                            files.drop(change, broken)
                    lock = Lock(
                        grant.name,
                        grant.target,
                        owner,
                        since=standing.since if grant.renews and standing else self.clock(),
                        reason=reason or (standing.reason if grant.renews and standing else ""),
                        ttl=ttl,
                        generation=files.generation(grant.name) + (not grant.renews),
                        holder=holder,
                        worktree=worktree,
                    )
                    if grant.renews:
                        files.renew(change, lock)
                    else:
                        files.grant(change, lock)
                        made.append(lock)
                for lock in taken.values():
                    if lock.owner is not None and lock.owner != owner:
                        self._tell(change, lock.owner, "lock_taken", lock, owner, reason)
                if queue is not None:
                    self.store.waiting.stage(change, queue)
        except TakenError as error:  # a program without our guard was faster
            lock = next((each for each in made if error.name == f"{each.name}{SUFFIX}"), made[0])
            now = files.read(lock.name) or lock
            blocker = Blocker(lock.target, now, self.state(now), lock.target)
            raise _locked(Decision(blockers=(blocker,)), (), (), self.clock()) from error
        warnings = [f"taken over from {lock.owner}" for lock in taken.values()]
        for lock in made:
            warnings += self.store.record(
                owner,
                "lock",
                {"target": lock.target, "generation": lock.generation, "reason": reason},
                undo=f"pdev unlock --session {owner} -- {lock.target}",
            )
        warnings += self.status.refresh()
        shown = ", ".join(grant.target for grant in decision.grants)
        return Receipt(
            f"Locked {shown} for {owner}",
            (COORDINATION,),
            warnings=tuple(dict.fromkeys(warnings)),
            details={"owner": owner, "locked": len(decision.grants)},
        )

    def _tell(self, change: Change, to: str, kind: str, lock: Lock, by: str, reason: str) -> None:
        payload: dict[str, Json] = {
            "target": lock.target,
            "generation": lock.generation,
            "by": by,
            "reason": reason,
        }
        self.store.events.stage(change, kind, by, payload, (to,), int(self.clock() * 1000))


def _in_the_way(me: Waiter, queue: Sequence[Waiter]) -> tuple[Waiter, ...]:
    return ahead_of(me, (*queue, me))


def _with(queue: Sequence[Waiter], me: Waiter) -> tuple[Waiter, ...]:
    """The queue with a waiter at its old place, or at the end."""
    if any(waiter.id == me.id for waiter in queue):
        return tuple(me if waiter.id == me.id else waiter for waiter in queue)
    return (*queue, me)


def _owners(decision: Decision, ahead: Sequence[Waiter]) -> tuple[str, ...]:
    owners = [each.lock.owner for each in decision.blockers if each.lock.owner]
    return tuple(dict.fromkeys([*owners, *(waiter.owner for waiter in ahead)]))


def describe(blocker: Blocker, now: float) -> str:
    """One line about a blocker: what, who, since when, why, and what may be done."""
    return f"{blocker.target}: {', '.join(blocker_words(blocker, now))}"


def _locked(
    decision: Decision,
    ahead: Sequence[Waiter],
    found: Sequence[str],
    now: float,
) -> LockedError:
    lines = [describe(each, now) for each in decision.blockers]
    lines += [f"{', '.join(waiter.targets)}: {waiter.owner} asked first" for waiter in ahead]
    if found:
        lines.append(f"waiting would never end: {' → '.join((*found, found[0]))}")
    hint = "Wait with --wait, ask its owner, or release it with --force --reason."
    if any(each.state is LockState.TAKEABLE for each in decision.blockers):
        hint = f"Take over what can be with --take. {hint}"
    return LockedError("; ".join(lines), hint=hint, blockers=decision.blockers)
