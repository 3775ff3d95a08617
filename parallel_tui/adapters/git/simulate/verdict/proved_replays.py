"""Skip replays whose result a completed merge already proves.

Where nothing is renamed or removed, and nothing can be taken for that, git merges each path by
itself: from what it was, what it is here, and what it is there. Replaying commits one by one then
differs from merging them at once only at paths that several of them change. So where the merge is
clean, a replay can fail only at a path that the other side changes as well and that the session
changes more than once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet

from parallel_tui.adapters.git.simulate.verdict.landing import Landed

_IN_PLACE = frozenset(("M", "T"))
_ADDED = frozenset(("A",))


def alone(side: Landed) -> bool:
    """Whether a session that merges with base is certain to rebase cleanly as well."""
    return _by_path(side, gone=bool(side.since.gone)) and _once(side, side.since.touched)


def between(side: Landed, other: Landed) -> bool:
    """Whether a session is certain to rebase onto base with another session landed there.

    Args:
        side: Merges with that without a conflict, and can be rebased to base alone.
        other: Landed on base. No commit of either is in the other or left out by a rebase.
    """
    gone = bool(side.since.gone or other.since.gone)
    shared = _touched(side) & _touched(other)
    return (
        _by_path(side, gone=gone)
        and _by_path(other, gone=gone)
        # What is known is one merge. That of the other direction is the same where both sides
        # started from what base still has.
        and shared.isdisjoint(side.since.touched)
        and shared.isdisjoint(other.since.touched)
        and _once(side, shared)
    )


def _by_path(side: Landed, *, gone: bool) -> bool:
    """Whether git will detect no renames that concern this work.

    Args:
        side: A session.
        gone: Whether base has lost paths, that what is added could be taken for.
    """
    allowed = _IN_PLACE if gone else _IN_PLACE | _ADDED
    return (
        side.straight
        and allowed.issuperset(each.letter for each in side.reach)
        # With other attributes git may merge the same path in another way later.
        and not any(path.endswith(".gitattributes") for path in _touched(side))
        and side.since.gone.isdisjoint(_touched(side))
    )


def _touched(side: Landed) -> frozenset[str]:
    return frozenset().union(*side.patches)


def _once(side: Landed, paths: AbstractSet[str]) -> bool:
    times = Counter[str]()
    for changed, steps in side.patches.items():
        for path in changed & paths:
            times[path] += len(steps)
    return all(count == 1 for count in times.values())
