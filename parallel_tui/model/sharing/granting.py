"""Decide wishes for locks: all of one wish or nothing, and why not. Pure."""

from __future__ import annotations

from parallel_tui.model.sharing.lock import Lock, LockState, compile_target, lock_name
from parallel_tui.model.text import automaton
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why one wished target cannot be granted.

    Attributes:
        target: What was wished.
        lock: What stands in the way.
        state: What may be done about it.
        witness: A path that both cover; equal to the target for the same path.
        name_shared: Whether only the lock's file name is shared, not a path.
    """

    target: str
    lock: Lock
    state: LockState
    witness: str
    name_shared: bool = False


@dataclass(frozen=True, slots=True)
class Grant:
    """One lock to be written.

    Attributes:
        name: Mutex name.
        target: Path or pattern.
        breaks: Dead or taken-over locks that make place for it, of the same name or not: one
            left standing would be its old owner's again should that name come back to life.
        renews: Whether the owner had it already.
    """

    name: str
    target: str
    breaks: tuple[Lock, ...] = ()
    renews: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """All or nothing: grants count only when there is no blocker.

    Attributes:
        grants: In order of name.
        blockers: In order of the wishes.
    """

    grants: tuple[Grant, ...] = ()
    blockers: tuple[Blocker, ...] = ()


def decide(
    targets: Sequence[str],
    owner: str,
    locks: Iterable[Lock],
    *,
    judge: Callable[[Lock], LockState],
    take: bool = False,
) -> Decision:
    """Decide a wish for several targets at once.

    Args:
        targets: Checked targets.
        owner: Who asks.
        locks: All locks there are.
        judge: State of a lock for others.
        take: Whether takeable locks may be taken over.

    Returns:
        Grants for all targets, or every blocker. Locks of the owner never block.
    """
    standing = tuple(locks)
    grants: dict[str, Grant] = {}
    blockers: list[Blocker] = []
    for target in dict.fromkeys(targets):
        name = lock_name(target)
        twin = grants.get(name)
        if twin is not None:
            blockers.append(_clash_of_wishes(target, twin, owner))
            continue
        breaks: list[Lock] = []
        renews = False
        for lock in standing:
            same_name = lock.name == name
            mine = lock.is_of(owner) and lock.problem is None
            if mine and not (same_name and lock.target != target and not lock.foreign):
                renews = renews or same_name
                continue
            witness = automaton.meet(compile_target(target), lock.pattern)
            if witness is None and not same_name:
                continue
            state = LockState.HELD if mine else judge(lock)
            free = state is LockState.DEAD or (take and state is LockState.TAKEABLE)
            if free:
                breaks.append(lock)
            else:
                blockers.append(
                    Blocker(target, lock, state, witness or target, name_shared=witness is None)
                )
        grants[name] = Grant(name, target, tuple(breaks), renews)
    if blockers:
        return Decision(blockers=tuple(blockers))
    return Decision(grants=tuple(grants[name] for name in sorted(grants)))


def _clash_of_wishes(target: str, twin: Grant, owner: str) -> Blocker:
    """Two wishes of one call that share a lock name: only one of them can be written."""
    lock = Lock(name=twin.name, target=twin.target, owner=owner)
    return Blocker(target, lock, LockState.HELD, target, name_shared=True)
