"""Which branches cannot influence each other's landing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from parallel_tui.adapters.git.simulate.verdict.landing import Landed
from parallel_tui.model.overlap.meeting import meet


def groups_of(landed: Mapping[str, Landed]) -> Sequence[frozenset[str]]:
    """Sets of names so that what is in different ones lands side by side, in any order.

    Two belong together when they may meet in a merge. So do all that change attribute files, which
    decide how everything else is merged.

    Args:
        landed: Branches landed on base each by itself, by name.
    """
    names = list(landed)
    if any(each.sets_attributes for each in landed.values()):
        return [frozenset(names)]
    making = [name for name in names if landed[name].marks.made]
    found = [frozenset((name,)) for name in names]
    for one, other in combinations(names, 2):
        a, b = landed[one], landed[other]
        if meet(a.marks, b.marks, a.since, b.since):
            found.append(frozenset((one, other)))
        if not (
            a.marks.entered.isdisjoint(b.marks.left) and b.marks.entered.isdisjoint(a.marks.left)
        ):
            # One adds to a folder that the other empties: with what a third one adds, git may take
            # that for a folder that was renamed.
            found.append(frozenset((one, other, *making)))
    return found
