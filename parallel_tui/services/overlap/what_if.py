"""Say before an edit what it would conflict with, and whose lock it would meet."""

from __future__ import annotations

import os
from pathlib import Path

from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass, replace
from parallel_tui.services.overlap.check import statuses_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.overlap.verdict import Level
    from parallel_tui.model.session.repository import Base
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.sharing.granting import Blocker
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import EditOverlaps
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.sharing.locks import Locks


@dataclass(frozen=True, slots=True)
class WouldConflict:
    """What an edit would come to.

    Attributes:
        session: Name of the session that edits.
        path: The file, relative to the root.
        lines: First and last line; `None` for all of it.
        base: What the sessions were landed on.
        names: Session names by key.
        overlaps: Base first, then every other session.
        blockers: Locks of others that are in the way.
    """

    session: str
    path: str
    lines: tuple[int, int] | None
    base: Base
    names: Mapping[str, str]
    overlaps: tuple[Overlap, ...]
    blockers: tuple[Blocker, ...]

    def reaches(self, level: Level) -> bool:
        """Whether any pair comes to at least this level."""
        return any(each.level is not None and each.level >= level for each in self.overlaps)

    @property
    def doubtful(self) -> bool:
        """Whether any pair has no verdict."""
        return any(each.level is None for each in self.overlaps)


@dataclass(frozen=True, slots=True)
class WhatIfChecker:
    """Judges edits.

    Attributes:
        git: Questions to git.
        sessions: Look-up of sessions.
        config: Effective settings.
        locks: Locks of all sessions.
        overlaps: Makes what judges.
    """

    git: GitReader
    sessions: Sessions
    config: Config
    locks: Locks
    overlaps: Callable[[], EditOverlaps]

    def check(self, wanted: str, path: str, lines: tuple[int, int] | None = None) -> WouldConflict:
        """Judge an edit.

        Args:
            wanted: Name or key of the session that edits.
            path: The file, relative to the root or absolute.
            lines: First and last line that would be replaced; `None` for all of it.

        Raises:
            UsageError: When there is no such session, path or line.
            GitError: When git gave no answer.
        """
        home = self.sessions.find(wanted)
        tree = home.worktree
        if tree is None or tree.bare:
            raise UsageError(f"{home.name} has no work tree to edit in")
        inside = _relative(path, tree)
        base = self.git.base(self.config.base)
        joined = [each for each in self.sessions.all() if each.worktree is not None]
        trees = [each.worktree for each in joined if each.worktree and not each.worktree.bare]
        statuses = statuses_of(self.git, trees)()
        overlaps = self.overlaps()
        try:
            subjects = list(zip(trees, statuses, strict=True))
            found = overlaps.judge(base.oid, subjects, home.key, inside, lines)
        finally:
            overlaps.close()
        names = {each.key: each.name for each in joined}
        blockers = tuple(
            replace(each, target=inside, witness=inside)
            for each in self.locks.check(_target(inside), home.name)
            if each.name_shared or each.lock.pattern.matches(inside)
        )
        return WouldConflict(home.name, inside, lines, base, names, found, blockers)


def _relative(path: str, tree: Worktree) -> str:
    """A path below the root of a worktree, as git names it."""
    wanted = path
    if path.startswith("/"):
        named = Path(path)
        try:
            # A link may be the file; the folders above it may be reached by another name.
            wanted = os.path.relpath(named.parent.resolve() / named.name, tree.path)
        except (OSError, ValueError):
            wanted = ""
    inside = os.path.normpath(wanted) if wanted and "\0" not in wanted else ".."
    if inside in (".", "..") or inside.startswith("../"):
        raise UsageError(
            f"{path!r} is no file in {tree.path}", hint="Name it from the root, as git does."
        )
    return inside


def _target(path: str) -> str:
    """A pattern that covers a path, in characters that a lock can have; it may cover others too."""
    escaped = "".join(f"\\{char}" if char in "*?[\\" else char for char in path)
    return "".join("?" if ord(char) < 32 or ord(char) == 127 else char for char in escaped)
