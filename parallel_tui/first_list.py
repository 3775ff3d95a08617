"""The composition root of the first list of sessions, which is printed before anything else.

Nothing that imports dataclasses stands at the top here: `parallel_tui.bootstrap` does.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from parallel_tui.adapters.git.read.early_statuses import EarlyStatuses
from parallel_tui.adapters.git.repo.locate import locate, locate_all
from parallel_tui.adapters.git.repo.recorded_name import recorded_name
from parallel_tui.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.session.git_status import WorkStatus
    from parallel_tui.model.session.listing import Located
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.view.snapshot import Snapshot

__all__ = [
    "EarlyStatuses",
    "FirstList",
    "locate",
    "locate_all",
    "reading_all",
    "recorded_name",
    "repositories_in",
]


def repositories_in(folder: str) -> tuple[str, ...]:
    """Main worktrees directly in a folder by name, then bare repositories; starts no process."""
    from parallel_tui.adapters.git.repo import nearby

    return nearby.repositories_in(folder)


def reading_all(every: Iterable[Located]) -> EarlyStatuses:
    """Read the statuses of some repositories' worktrees from now on, one at a time in all."""
    return EarlyStatuses(
        entry.path for located in every for entry in located.listed if not entry.bare
    )


class FirstList:
    """The rows that git's listing gives, and the statuses that are read from now on.

    Args:
        located: What git said about the repository.
        early: What reads them together with those of others; by default one for it alone.
    """

    def __init__(self, located: Located, early: EarlyStatuses | None = None) -> None:
        self._located = located
        self._found: tuple[Repository, tuple[Worktree, ...]] | None = None
        self._early = early or reading_all([located])

    @property
    def reading(self) -> bool:
        """Whether more statuses may come in."""
        return self._early.reading

    @property
    def repository(self) -> Repository:
        """Which repository it is."""
        return self._rows()[0]

    def snapshot(self) -> Snapshot:
        """All rows, with what is known of them by now; the rest is pending."""
        from parallel_tui.model.view.first_snapshot import first_snapshot

        repository, trees = self._rows()
        return first_snapshot(repository, trees, _statuses(trees, self._early.read()))

    def take(self) -> Mapping[str, WorkStatus]:
        """The statuses that were read, by git directory; no more are read from now on.

        Where they are read together, not of the others either: live views go on from here.
        """
        self._early.stop()
        return _statuses(self._rows()[1], self._early.read())

    def _rows(self) -> tuple[Repository, tuple[Worktree, ...]]:
        """The repository and its worktrees as git listed them, completed once from the disk."""
        if self._found is None:
            from parallel_tui.adapters.git.repo.discover import found
            from parallel_tui.adapters.git.repo.worktree_list import resolve

            repository, listed = found(self._located)
            self._found = repository, resolve(repository, listed)
        return self._found

    def stop(self) -> None:
        """Read no more, and end what is being read."""
        self._early.stop()


def _statuses(trees: Iterable[Worktree], printed: Mapping[str, bytes]) -> Mapping[str, WorkStatus]:
    """What git printed, by git directory; what cannot be understood is asked again later."""
    from parallel_tui.adapters.git.read.status_format import parse
    from parallel_tui.model.session.git_status import WorkStatus

    found = {}
    for tree in trees:
        with suppress(GitError):
            if tree.path in printed:
                found[tree.git_dir] = WorkStatus.of(parse(printed[tree.path]))
    return found
