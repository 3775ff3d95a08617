"""Remove or repair worktree entries whose directory is gone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import RefusedError, UsageError, disk_refused
from parallel_tui.model.lifecycle.removal import RemovalPlan
from parallel_tui.model.scope import REMOVED
from parallel_tui.model.session.join import Joined
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Removed, Repaired
from parallel_tui.services.removal.remover import Remover
from parallel_tui.services.session.lookup import Sessions, named
from parallel_tui.services.trash.toolbox import Tools

_MOST: Final = 2000
"""Folders looked at in search of a directory that was moved."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A worktree entry without its directory.

    Attributes:
        name: Name of the session.
        plan: What removing the entry would lose.
        moved_to: Where its directory was found; `None` when it was not.
    """

    name: str
    plan: RemovalPlan
    moved_to: str | None


@dataclass(frozen=True, slots=True)
class Pruner:
    """Removes and repairs worktree entries whose directory is gone.

    Attributes:
        remover: The one way in which sessions are removed.
        sessions: Look-up of what exists.
        tools: The neighbours.
    """

    remover: Remover
    sessions: Sessions
    tools: Tools

    def gone(self, names: Iterable[str] = (), *, settle: bool = True) -> tuple[Gone, ...]:
        """Entries whose directory is gone; interrupted changes are recovered first.

        Args:
            names: Only these; all without any.
            settle: Whether that is done first; not where somebody only wants to look.

        Raises:
            UsageError: When there is no session of a name, or its directory is there.
        """
        if settle:
            self.tools.settle()
        everyone = self.sessions.all(windows_matter=True)
        wanted = [named(everyone, name) for name in dict.fromkeys(names)]
        for session in wanted:
            if not _is_gone(session):
                raise UsageError(
                    f"The directory of {session.name} is there",
                    advice=(Advice("To remove the session: ", Act.REMOVE, (session.name,)),),
                )
        found = wanted or [session for session in everyone if _is_gone(session)]
        return tuple(
            Gone(
                session.name,
                self.remover.plan(session.key, settle=False),
                self._moved_to(session, everyone),
            )
            for session in found
        )

    def prune(self, gone: Gone, consents: Iterable[str]) -> Removed:
        """Remove one entry; its contents go to the trash.

        Raises:
            RefusedError: When a loss has no consent, or the directory was only moved.
        """
        if gone.moved_to is not None:
            raise RefusedError(
                f"{gone.name} was moved, not deleted: it is at {gone.moved_to}.",
                advice=(Advice("", Act.REPAIR_MOVED, (gone.name,)),),
            )
        return self.remover.remove(gone.plan, frozenset(consents), reason="prune")

    def repair(self, gone: Gone) -> Repaired:
        """Tell git where a directory was moved.

        Raises:
            RefusedError: When it was not found, or git refuses.
        """
        if gone.moved_to is None:
            raise RefusedError(
                f"The directory of {gone.name} was not found near {gone.plan.path}.",
                hint="If you know where it is: git worktree repair PATH",
            )
        try:
            with self.tools.guarded():
                self.tools.backups.repair(gone.moved_to)
        except OSError as error:
            raise disk_refused(f"{gone.name} was not repaired", error) from error
        about = {"session": gone.name, "path": gone.moved_to, "before": gone.plan.path}
        told = (*self.tools.record("repair worktree", about), *self.tools.shared.status.renew())
        return Repaired(
            f"{gone.name} is at {gone.moved_to}",
            scopes=REMOVED,
            warnings=told,
            name=gone.name,
            directory=gone.moved_to,
            session=gone.name,
        )

    def _moved_to(self, session: Joined, everyone: Iterable[Joined]) -> str | None:
        """A directory near the old one that says it belongs to this entry."""
        tree = session.worktree
        if tree is None:
            return None
        near = [Path(tree.path).parent, Path(tree.path).parent.parent]
        near += [Path(s.worktree.path).parent for s in everyone if s.worktree]
        for number, folder in enumerate(_folders(dict.fromkeys(near))):
            if number > _MOST:
                break
            if self.tools.pointers.belongs(str(folder), tree.git_dir):
                return str(folder)
        return None


def _is_gone(session: Joined) -> bool:
    return session.worktree is not None and session.worktree.missing


def _folders(parents: Iterable[Path]) -> Iterator[Path]:
    for parent in parents:
        try:
            with os.scandir(parent) as entries:
                found = sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
        except OSError:
            continue
        for name in found:
            yield parent / name
