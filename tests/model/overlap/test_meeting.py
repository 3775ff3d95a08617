"""Which pairs of sessions need no merge."""

from __future__ import annotations

import pytest

from parallel_tui.model.overlap.meeting import Footprint, footprint, meet, renames_meet
from parallel_tui.model.overlap.verdict import PathChange

NONE = Footprint()


def edit(path: str) -> PathChange:
    return PathChange(path, "M")


def add(path: str) -> PathChange:
    return PathChange(path, "A")


def drop(path: str) -> PathChange:
    return PathChange(path, "D")


def move(old: str, new: str) -> PathChange:
    return PathChange(new, "R", old)


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        ([edit("a")], [edit("b")], False),
        ([], [move("old", "new")], False),
        ([edit("a")], [edit("a")], True),
        ([add("x")], [add("x/y")], True),
        ([add("x")], [add("xy")], False),
        ([edit("a")], [move("old", "new")], False),
        ([edit("old")], [move("old", "new")], True),
        ([add("d/e/new")], [move("d/f", "e/f")], True),  # the whole folder may have moved
        ([add("new")], [move("f", "e/f")], False),  # the topmost cannot
        # As good as a rename, whatever a diff with its limits has found.
        ([add("e/f"), drop("d/f")], [add("d/new")], True),
    ],
)
def test_only_provable_independence_spares_a_merge(
    one: list[PathChange], other: list[PathChange], met: bool
) -> None:
    assert meet(footprint(one), footprint(other), NONE, NONE) is met
    assert meet(footprint(other), footprint(one), NONE, NONE) is met


@pytest.mark.parametrize(
    ("base", "one", "other"),
    [
        ([add("copy/f")], [drop("old/f")], [add("old/new")]),  # removed here, copied there
        ([drop("old/f")], [add("copy/f")], [add("old/new")]),
        ([drop("old/f")], [add("copy/f")], [edit("old/f")]),
        ([move("old/f", "copy/f")], [edit("a")], [add("old/new")]),
    ],
)
def test_what_base_did_makes_renames_with_what_lands(
    base: list[PathChange], one: list[PathChange], other: list[PathChange]
) -> None:
    since = footprint(base)
    assert renames_meet(footprint(one), footprint(other), NONE, since)
    assert renames_meet(footprint(other), footprint(one), since, NONE)
    assert not renames_meet(footprint(one), footprint([edit("else")]), NONE, since)
