"""Records of `git worktree list`, as git prints them."""

from __future__ import annotations

from parallel_tui.record import dataclass, replace


@dataclass(frozen=True, slots=True)
class ListedWorktree:
    """One record of git's listing.

    Attributes:
        path: As git prints it.
        head: Commit; `None` while there is none.
        branch: Short name; `None` when detached or bare.
        bare: Whether it has no work tree.
        locked: Reason, perhaps empty; `None` when not locked.
        prunable: Reason; `None` when git would keep it.
    """

    path: str
    head: str | None = None
    branch: str | None = None
    bare: bool = False
    locked: str | None = None
    prunable: str | None = None

    def at(self, path: str) -> ListedWorktree:
        """The same entry at another path."""
        return self if path == self.path else replace(self, path=path)


@dataclass(frozen=True, slots=True)
class Asked:
    """Git's answer about a directory.

    Attributes:
        common: Common git directory.
        own: Git directory of the worktree it is in.
        toplevel: That worktree; `None` in a bare repository and inside a git directory.
    """

    common: str
    own: str
    toplevel: str | None


@dataclass(frozen=True, slots=True)
class Located:
    """What git says about a directory.

    Attributes:
        asked: Where it is.
        listed: All worktrees, the main one first.
    """

    asked: Asked
    listed: tuple[ListedWorktree, ...]
