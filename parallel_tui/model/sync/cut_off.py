"""Branches whose move to another commit was interrupted."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.record import dataclass, field


@dataclass(frozen=True, slots=True)
class Move:
    """A branch on its way from one commit to another, in its own worktree.

    Attributes:
        branch: The branch.
        before: Where it stood.
        target: What it was to be brought up to, or put back to; empty when that is not known.
        exact: Whether it was to stand at the target itself, and nothing be made on top of it.
        since: When it began, in epoch seconds.
        tree: Tree that it was to have; empty when that is not known. Where it is, it alone tells
            that the branch has arrived.
    """

    branch: str
    before: str
    target: str = ""
    exact: bool = False
    since: float = 0.0
    tree: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """The paths that git may have written on the way.

    Attributes:
        paths: Where something is not as it was; all of it is git's work.
        foreign: Where somebody worked since.
        known: Paths of the commit before, with their object ids.
        changed: Whether any file is not as it was.
    """

    paths: frozenset[str]
    foreign: tuple[str, ...]
    known: Mapping[str, str] = field(repr=False)
    changed: bool = False
