"""Records of `git worktree list`, as git prints them."""

# On the way to the first list of sessions, so no dataclass: importing those costs more than git.

from __future__ import annotations

from typing import NamedTuple


class ListedWorktree(NamedTuple):
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
        return self if path == self.path else self._replace(path=path)


class Located(NamedTuple):
    """Git's answer about a directory.

    Attributes:
        common: Common git directory.
        own: Git directory of the worktree it is in.
        toplevel: That worktree; `None` in a bare repository and inside a git directory.
        listed: All worktrees, the main one first.
    """

    common: str
    own: str
    toplevel: str | None
    listed: tuple[ListedWorktree, ...]
