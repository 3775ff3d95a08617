"""Queue of waiters for locks: first come, first served, without deadlock."""

from __future__ import annotations

from parallel_tui.model.sharing.lock import ON, compile_target, lock_name, who
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
        elsewhere: The machine it waits on, where that is another one.
    """

    id: str
    owner: str
    targets: tuple[str, ...]
    blockers: tuple[str, ...] = ()
    process: Holder | None = None
    elsewhere: str = ""

    @property
    def whose(self) -> str:
        """Who waits, and on which machine where that is another one."""
        return who(self.owner, self.elsewhere)


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
        same = (other.owner, other.elsewhere) == (waiter.owner, waiter.elsewhere)
        if not same and want_the_same(other.targets, waiter.targets):
            earlier.append(other)
    return tuple(earlier)


def circle(owner: str, queue: Iterable[Waiter], here: str = "") -> tuple[str, ...]:
    """A circle of sessions that wait on each other, from a session back to itself.

    Args:
        owner: The session.
        queue: All that wait. Whom one waits on is a session of its own machine, unless another is
            named with it.
        here: The machine of `owner`.

    Returns:
        The sessions in order, beginning with `owner`; empty when there is no circle through it.
    """
    waits_on: dict[str, set[str]] = {}
    for waiter in queue:
        at = waiter.process.host if waiter.process is not None else here
        blockers = {_whole(each, at) for each in waiter.blockers}
        waits_on.setdefault(_whole(waiter.owner, at), set()).update(blockers)
    goal = _whole(owner, here)
    found = _path_back(goal, goal, waits_on, (goal,))
    return tuple(each.removesuffix(f"{ON}{here}") for each in found)


def _whole(name: str, host: str) -> str:
    return name if ON in name else who(name, host)


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
