"""Which branches exclude, and which cannot influence each other's landing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.model.overlap.meeting import meet
from parallel_tui.model.overlap.verdict import NEAR_LINES, Span


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


def exclusive(
    landings: Landings, some: Mapping[str, Landed], every: Mapping[str, Landed]
) -> list[tuple[str, str]]:
    """Pairs that edit the same lines of a file, near which nobody else edits anything.

    Where two such conflict they do so in every order: nobody takes back what the first did there.
    All have to start from the same tree, in which lines are counted, and no file may be renamed,
    added or deleted by anybody who edits near them.

    Args:
        landings: Reads changed lines.
        some: Branches of which pairs are asked for, by name.
        every: All branches.
    """
    frames = {name: _frame(each) for name, each in every.items()}
    trees = {frame[0] for frame in frames.values() if frame is not None}
    if None in frames.values() or len(trees) != 1:
        return []
    asked = [frame for frame in frames.values() if frame is not None]
    told = dict(zip(frames, landings.memory.spans(asked), strict=True))
    renaming = any(each.marks.gone and each.marks.made for each in every.values())
    found = []
    for one, other in combinations(some, 2):
        for path in told[one].keys() & told[other].keys():
            both = [
                Span(max(a.start, b.start), min(a.end, b.end) - max(a.start, b.start) + 1)
                for a in told[one][path]
                for b in told[other][path]
                if a.count and b.count and max(a.start, b.start) <= min(a.end, b.end)
            ]
            rest = [name for name in every if name not in (one, other)]
            touching = [name for name in rest if path in every[name].marks.touched]
            if (
                both
                and not renaming
                and all(path in told[name] for name in touching)
                and any(
                    all(_far(spot, each) for name in touching for each in told[name][path])
                    for spot in both
                )
            ):
                found.append((one, other))
                break
    return found


def _far(one: Span, other: Span) -> bool:
    return max(one.before - other.end, other.before - one.end) > NEAR_LINES


def _frame(landed: Landed) -> tuple[str, str] | None:
    """The trees a branch began and ended with, where it is one straight line."""
    if not landed.straight or not landed.steps:
        return None
    before = landed.steps[0].parent_tree
    return None if before is None else (before, landed.steps[-1].tree)
