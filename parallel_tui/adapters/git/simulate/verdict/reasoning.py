"""Conclusions from two landings and their merge, without asking git."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.merge.replay import Replay
from parallel_tui.adapters.git.simulate.verdict.landing import Landed
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.meeting import meet
from parallel_tui.model.overlap.verdict import (
    Conflict,
    ConflictKind,
)


def apart(a: Landed, b: Landed) -> bool:
    """Whether two sessions touch nothing in common, so that no merge is needed."""
    if a.merge.clean and b.merge.clean:
        return not _interact(a, b)
    # What lands without changing base leaves nothing for the other to meet but base.
    return any(side.merge.clean and not side.changes for side in (a, b))


def landing_alone(a: Landed, b: Landed) -> Merge | None:
    """The merge with base of the one side that does not land; `None` if both or neither land."""
    if a.merge.clean == b.merge.clean:
        return None
    return b.merge if a.merge.clean else a.merge


def first_unknown(*answers: object) -> Unknown:
    """The first unknown answer among some."""
    return next(each for each in answers if isinstance(each, Unknown))


def failures(tried: Sequence[Replay]) -> tuple[Conflict, ...] | None:
    """Paths in which failing replays conflict; `None` when none fails."""
    failed = [each for each in tried if each.failed is not None]
    return tuple(one for each in failed for one in each.conflicts) if failed else None


def doubt(merge: Merge, tried: Sequence[Replay]) -> Unknown | None:
    """Why a merge and its replays prove nothing; `None` when they do."""
    if any(replay.failed is not None for replay in tried):
        return None
    for replay in tried:
        if replay.unknown is not None:
            return replay.unknown
    if not merge.conflicts:
        return None
    for conflict in merge.conflicts:
        if conflict.kind is not ConflictKind.SUBMODULE or "not checked out" not in conflict.text:
            return None
    path = merge.conflicts[0].path
    return Unknown(f"both change the submodule {path}, whose history is not here to compare")


def landed_already(a: Landed, b: Landed) -> str:
    """The sides whose work base contains already."""
    return "".join(name for name, side in (("a", a), ("b", b)) if side.in_base)


def _interact(a: Landed, b: Landed) -> bool:
    """Whether landing both sides, by merge or rebase, is more than both changes side by side."""
    if a.sets_attributes or b.sets_attributes:  # base and the other may meet in a new way then
        return True
    return meet(a.marks, b.marks, a.since, b.since)
