"""A session's changes against base, ready to show."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One changed path.

    Attributes:
        path: Relative to the worktree.
        status: git's letter: A, M, D, R, C, T, U, or `?` for untracked.
        added: Lines added; `None` for binary files.
        removed: Lines removed; `None` for binary files.
        committed: Whether the change is in the session's commits.
        uncommitted: Whether it is (also) in the working tree or the index.
        origin: Where a renamed path came from.
        patch: Unified diff of the path, without the `diff --git` preamble; may be cut.
        truncated: Whether `patch` was cut.
    """

    path: str
    status: str
    added: int | None
    removed: int | None
    committed: bool
    uncommitted: bool
    origin: str | None = None
    patch: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class SessionDiff:
    """All changes of a session since it left base.

    Attributes:
        base: Short name of base.
        merge_base: The commit the comparison starts at.
        files: By path.
        omitted: How many further files were left out for size.
    """

    base: str
    merge_base: str
    files: tuple[FileDiff, ...] = ()
    omitted: int = 0
