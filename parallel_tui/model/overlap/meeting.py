"""Decide from changed paths whether two sessions' work can meet in a merge. Pure.

Sound in one direction: what is said not to meet is merged by git path by path, and no path then has
more than one change. Whatever renames git may find is counted in, for its merges look harder than
its diffs: a side that both loses and gains paths may have renamed, and what base did since the
other side forked is part of what that side is merged with.
"""

from __future__ import annotations

from parallel_tui.model.overlap.verdict import PathChange
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final


@dataclass(frozen=True, slots=True)
class Footprint:
    """The paths that some changes concern.

    Attributes:
        touched: Every path, old and new ones.
        gone: Those that are not there any more.
        made: Those that were not there before.
        left: Folders that paths in `gone` were in, all of them but the topmost, which cannot be
            renamed.
        entered: The same of `made`.
        folders: All folders above `touched`, but the topmost.
    """

    touched: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    made: frozenset[str] = frozenset()
    left: frozenset[str] = field(default=frozenset(), repr=False)
    entered: frozenset[str] = field(default=frozenset(), repr=False)
    folders: frozenset[str] = field(default=frozenset(), repr=False)


NOTHING: Final = Footprint()


def footprint(changes: Iterable[PathChange]) -> Footprint:
    """The paths that some changes concern."""
    every = list(changes)
    gone = frozenset(
        each.origin or each.path for each in every if each.origin or each.letter == "D"
    )
    made = frozenset(each.path for each in every if each.origin or each.letter in "AR")
    touched = frozenset(path for each in every for path in each.touches)
    return Footprint(touched, gone, made, _above(gone), _above(made), _above(touched))


def meet(one: Footprint, other: Footprint, since_one: Footprint, since_other: Footprint) -> bool:
    """Whether landing both may give more than both changes side by side.

    Args:
        one: All that one side does to base, that of its single commits included, which a rebase
            meets also where a later commit undoes them.
        other: The same of the other.
        since_one: What base did since the first forked.
        since_other: Since the other forked.
    """
    if not one.touched or not other.touched:
        return False
    return (
        not one.touched.isdisjoint(other.touched)
        or not one.folders.isdisjoint(other.touched)
        or not other.folders.isdisjoint(one.touched)
        or renames_meet(one, other, since_one, since_other)
    )


def renames_meet(
    one: Footprint, other: Footprint, since_one: Footprint, since_other: Footprint
) -> bool:
    """Whether either side is merged with renames that may concern it.

    A rename concerns who touches the old or the new path, and who adds to a folder that something
    was moved out of, for the whole folder may have moved. Arguments as for `meet`.
    """
    return _carries(one, since_other, other) or _carries(other, since_one, one)


def _carries(landed: Footprint, since: Footprint, merged: Footprint) -> bool:
    """Whether a side landed on base's changes may bring renames that concern the merged side."""
    if not (landed.gone or since.gone) or not (landed.made or since.made):
        return False
    return any(
        not merged.touched.isdisjoint(each.gone)
        or not merged.touched.isdisjoint(each.made)
        or not merged.entered.isdisjoint(each.left)
        for each in (landed, since)
    )


def _above(paths: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)
