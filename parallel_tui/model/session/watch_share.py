"""Limit on watched directories: this program's share of a user's inotify watches."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

SHARE: Final = 4
"""One in so many of the user's watches; editors need some too."""


def allowance(limit: int) -> int:
    """The share of a limit.

    Args:
        limit: Watches that the system grants the user.
    """
    return limit // SHARE


def too_many(count: int, allowed: int) -> bool:
    """Whether so many directories are not watched one by one: they must stay below the share."""
    return count >= allowed


def limit_for(count: int) -> int:
    """A limit with which so many directories, and as many again, are watched."""
    return count * SHARE * 2


def to_watch(tracked: Iterable[str]) -> frozenset[str]:
    """Directories of a worktree to watch: those that hold a tracked file, and its own."""
    return frozenset(tracked) | {""}
