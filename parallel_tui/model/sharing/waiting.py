"""Queue of waiters for locks: first come, first served, without deadlock."""

from __future__ import annotations

from parallel_tui.model.sharing.lock import compile_target, lock_name
from parallel_tui.model.text.automaton import meet
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.sharing.lock import Holder


@dataclass(frozen=True, slots=True)
class Waiter:
    """A command that waits.

    Attributes:
        id: Unique.
        owner: Session it waits for.
        targets: What it wants, all at once.
        blockers: Sessions it waits on.
        process: The waiting process itself; dead waiters are dropped.
    """

    id: str
    owner: str
    targets: tuple[str, ...]
    blockers: tuple[str, ...] = ()
    process: Holder | None = None


def want_the_same(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two wishes cannot both be granted."""
    others = tuple(other)
    return any(
        lock_name(a) == lock_name(b) or meet(compile_target(a), compile_target(b)) is not None
        for a in one
        for b in others
    )


def ahead_of(waiter: Waiter, queue: Iterable[Waiter]) -> tuple[Waiter, ...]:
    """Those who came before and want something that this one wants, other sessions only."""
    earlier: list[Waiter] = []
    for other in queue:
        if other.id == waiter.id:
            break
        if other.owner != waiter.owner and want_the_same(other.targets, waiter.targets):
            earlier.append(other)
    return tuple(earlier)


def circle(owner: str, queue: Iterable[Waiter]) -> tuple[str, ...]:
    """A circle of sessions that wait on each other, from a session back to itself.

    Returns:
        The sessions in order, beginning with `owner`; empty when there is no circle through it.
    """
    waits_on: dict[str, set[str]] = {}
    for waiter in queue:
        waits_on.setdefault(waiter.owner, set()).update(waiter.blockers)
    return _path_back(owner, owner, waits_on, (owner,))


def _path_back(
    here: str, goal: str, waits_on: Mapping[str, set[str]], path: tuple[str, ...]
) -> tuple[str, ...]:
    for further in sorted(waits_on.get(here, ())):
        if further == goal:
            return path
        if further not in path:
            found = _path_back(further, goal, waits_on, (*path, further))
            if found:
                return found
    return ()
