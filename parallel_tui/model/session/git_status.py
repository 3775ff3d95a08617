"""Uncommitted changes of a worktree, from `git status --porcelain=v2`."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class StatusKind(StrEnum):
    """The four record types of porcelain v2."""

    CHANGED = "changed"
    RENAMED = "renamed"
    UNMERGED = "unmerged"
    UNTRACKED = "untracked"


@dataclass(frozen=True, slots=True, order=True)
class StatusEntry:
    """One changed path.

    Attributes:
        path: Relative to the worktree, `/`-separated; an untracked folder ends in `/`.
        kind: Type of the record.
        index: What the index did to it against HEAD, git's letter, `.` for nothing.
        worktree: What the worktree did to it against the index, git's letter, `.` for nothing.
        origin: Where a renamed or copied path came from.
        submodule: Whether the path is a submodule.
    """

    path: str
    kind: StatusKind
    index: str = "."
    worktree: str = "."
    origin: str | None = None
    submodule: bool = False


@dataclass(frozen=True, slots=True)
class WorkStatus:
    """All uncommitted paths of one worktree.

    Attributes:
        entries: Sorted by path, each path once.
        staged: Paths whose index differs from HEAD.
        modified: Tracked paths whose file differs from the index.
        untracked: Untracked, not ignored entries; a wholly untracked folder counts once.
        conflicted: Unmerged paths; counted neither as staged nor as modified.
    """

    entries: tuple[StatusEntry, ...] = ()
    staged: int = 0
    modified: int = 0
    untracked: int = 0
    conflicted: int = 0

    @classmethod
    def of(cls, entries: Iterable[StatusEntry]) -> WorkStatus:
        """Build a status from entries in any order."""
        ordered = tuple(sorted(entries, key=lambda entry: entry.path))
        staged = modified = untracked = conflicted = 0
        for entry in ordered:
            if entry.kind is StatusKind.UNTRACKED:
                untracked += 1
            elif entry.kind is StatusKind.UNMERGED:
                conflicted += 1
            else:
                staged += entry.index != "."
                modified += entry.worktree != "."
        return cls(ordered, staged, modified, untracked, conflicted)

    @property
    def clean(self) -> bool:
        """Whether there are no uncommitted changes."""
        return not self.entries

    def with_fresh(self, paths: Iterable[str], fresh: Iterable[StatusEntry]) -> WorkStatus:
        """Replace the entries of some paths.

        Args:
            paths: The pathspecs a limited `git status` was asked about, relative, literal.
            fresh: What it answered.

        Returns:
            This status with every entry at, below, or (untracked folders) above one of `paths`
            dropped and `fresh` put in its place.
        """
        asked = tuple(path.rstrip("/") for path in paths)
        replaced = {entry.path: entry for entry in fresh}

        def covered(entry: StatusEntry) -> bool:
            own = entry.path.rstrip("/")
            return any(
                own == path
                or own.startswith(path + "/")
                or path == ""
                or (entry.path.endswith("/") and path.startswith(entry.path))
                or entry.origin == path
                for path in asked
            )

        kept = {entry.path: entry for entry in self.entries if not covered(entry)}
        return WorkStatus.of({**kept, **replaced}.values())
