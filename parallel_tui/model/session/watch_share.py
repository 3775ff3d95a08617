"""Limit on watched directories: this program's share of a user's inotify watches."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

SHARE: Final = 4
"""One in so many of the user's watches; editors need some too."""


def allowance(limit: int) -> int:
    """Our share of a limit.

    Args:
        limit: Watches that the system grants the user.
    """
    return limit // SHARE


def too_many(count: int, allowed: int) -> bool:
    """Whether so many directories exceed our share, so that they are not watched one by one."""
    return count >= allowed


def limit_for(count: int) -> int:
    """A limit that is high enough for twice as many directories."""
    return count * SHARE * 2


def to_watch(tracked: Iterable[str]) -> frozenset[str]:
    """Directories of a worktree to watch: its root, and those that contain a tracked file."""
    return frozenset(tracked) | {""}
