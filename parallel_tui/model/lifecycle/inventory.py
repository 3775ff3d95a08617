"""Contents of a worktree besides its tracked files, counted before it is removed."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class IgnoredFiles:
    """The ignored files of a worktree, counted on disk.

    Attributes:
        count: Files, folders expanded; at least this many when `complete` is false.
        size: Bytes, likewise.
        names: Entries as git lists them (a wholly ignored folder once, ending in `/`), notable
            ones (`.env`, databases, keys) first.
        complete: Whether counting reached the end within its limits.
    """

    count: int
    size: int
    names: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Contents of a worktree that no `git status` of it lists.

    Attributes:
        hidden: Edited files that git was told not to see (skip-worktree, assume-unchanged).
        submodules: Paths of submodules that are checked out.
        repositories: Other repositories in it with work that is nowhere else, each with what that
            is; also places that could not be looked into.
    """

    hidden: tuple[str, ...] = ()
    submodules: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
