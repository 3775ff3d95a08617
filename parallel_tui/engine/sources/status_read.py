"""Read one worktree's status, and turn its answer or failure into facts."""

from __future__ import annotations

import time

from parallel_tui.engine.looks import work_of
from parallel_tui.engine.retry import GIVE_UP_LAST, give_up_after
from parallel_tui.errors import GitError, ParallelError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.git_status import StatusKind, WorkStatus
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.sources.tree_reads import TreeReads
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.ports.git import GitReader

WORKERS: Final = 2
"""More do not finish sooner: git itself reads with several threads."""

THREADS: Final = 6
"""Reads at most, those that hang included."""

LONG: Final = 5.0
"""Seconds after which a read no longer keeps others from beginning."""

_SLOW: Final = 4.0
_SLOW_AT_LEAST: Final = 0.5


class StatusReader:
    """Reads statuses; several threads may, each its own worktree.

    Args:
        git: Who is asked.
        facts: Where answers go.
        changed: Called after an answer is in.
        touched: Called with a git directory whose files may have changed, also where its status
            reads as before: what is modified can be modified again; and with whether they have,
            as far as the status or the hint of a path shows.
        vanished: Called when a worktree's directory turns out to be gone.
    """

    def __init__(
        self,
        git: GitReader,
        facts: Facts,
        changed: Callable[[], None],
        touched: Callable[[str, bool], None],
        vanished: Callable[[], None],
    ) -> None:
        self._git = git
        self._facts = facts
        self._changed = changed
        self._touched = touched
        self._vanished = vanished

    def read(self, name: str, tree: TreeReads, paths: frozenset[str] | None) -> bool | None:
        """Read one worktree; returns whether it was the whole status, `None` when it failed."""
        worktree = self._facts.live_tree(name)
        if worktree is None:
            return False
        began = self._facts.looks.begin(work_of(name))
        before = self._facts.statuses.get(name)
        value = before if isinstance(before, WorkStatus) else None
        asked = None if value is None or paths is None else _widened(paths, value)
        limit = GIVE_UP_LAST if value is None else give_up_after(tree.given_up)
        try:
            with self._git.patience(limit):
                entries = self._git.status(worktree, asked)
        except Exception as error:
            late = time.monotonic() - tree.began >= 0.9 * limit
            tree.given_up = tree.given_up + 1 if late else 0
            # The limit grows; the news is the same.
            told = GitError(f"git status gives no answer in {worktree.path}") if late else error
            self._failed(worktree, value, told, first=tree.backoff.failures == 0)
            return None
        tree.given_up = 0
        if value is None or asked is None:
            self._cost(worktree, tree, time.monotonic() - tree.began)
            fresh = WorkStatus.of(entries)
        else:
            fresh = value.with_fresh(asked, entries)
        self._facts.well(Source.GIT, about="status", worktree=name)
        news = self._facts.put_status(name, fresh, began if asked is None else None)
        if asked is not None and paths is not None:
            listed = {entry.path for entry in entries}
            tree.backoffs.looked(paths, fresh != before, time.monotonic(), listed)
        if news:
            self._changed()
        if fresh != before or entries:  # a modified file can be modified once more
            self._touched(name, fresh != before or asked is not None)
        return asked is None

    def know(self, statuses: Mapping[str, WorkStatus]) -> frozenset[str]:
        """Take over what was read before; returns the git directories it was about."""
        for git_dir, status in statuses.items():
            self._facts.put_status(git_dir, status, self._facts.looks.begin(work_of(git_dir)))
        return frozenset(statuses)

    def broke(self, name: str, error: Exception) -> None:
        """Report an unexpected error."""
        self._facts.trouble(Source.GIT, repr(error), about="status", worktree=name)

    def listed(self) -> set[str]:
        """The git directories of all listed worktrees."""
        return {tree.git_dir for tree in self._facts.worktrees or ()}

    def live(self) -> dict[str, str | None]:
        """The head of each of `Facts.live_trees`, by git directory."""
        return {tree.git_dir: tree.head for tree in self._facts.live_trees()}

    def _failed(
        self, worktree: Worktree, value: WorkStatus | None, error: Exception, *, first: bool
    ) -> None:
        message = error.message if isinstance(error, ParallelError) else repr(error)
        key = worktree.git_dir
        from parallel_tui.engine.watching.polling import is_there

        there = is_there(worktree.path)
        if not there:
            self._vanished()
            message = f"{worktree.path} is not a directory any more"
        if not there or value is None:
            self._facts.put_status(key, Unknown(message), None)
        else:
            self._facts.looks.failed(work_of(key))
        if there or not first:  # mostly it was removed, and the next listing says so
            self._facts.trouble(Source.GIT, message, about="status", worktree=key)
        self._changed()

    def _cost(self, worktree: Worktree, tree: TreeReads, took: float) -> None:
        """Report a status that has become slow, as with an index that cannot be refreshed.

        We never take `index.lock` in somebody's worktree, so the remedy is only offered.
        """
        usual = _median(tree.costs) if len(tree.costs) >= 3 else None
        if usual is not None and took >= _SLOW_AT_LEAST and took > _SLOW * usual:
            self._facts.trouble(
                Source.GIT,
                f"git status of {worktree.path} has become slow; "
                "`git update-index -q --refresh` in it may help",
                about="slow",
                worktree=worktree.git_dir,
                level=Level.NOTE,
            )
        elif usual is not None and took <= 2 * usual:
            self._facts.well(Source.GIT, about="slow", worktree=worktree.git_dir)
        tree.costs.append(took)


def _median(costs: Iterable[float]) -> float:
    import statistics  # costs more than a status, and no first one needs it

    return statistics.median(costs)


def _widened(paths: Iterable[str], value: WorkStatus) -> frozenset[str] | None:
    """Paths to read so that the answer can be merged with the known status.

    A path in a folder that is listed as wholly untracked would be answered by itself, as if the
    folder held nothing else; so the folder is asked about. An ignore file changes what others
    are, so everything is.
    """
    folders = [
        entry.path
        for entry in value.entries
        if entry.kind is StatusKind.UNTRACKED and entry.path.endswith("/")
    ]
    wide: set[str] = set()
    for path in paths:
        if path in ("", ".gitignore", ".gitattributes") or path.endswith("/.gitignore"):
            return None
        above = next((folder for folder in folders if path.startswith(folder)), None)
        wide.add(above.rstrip("/") if above else path)
    return frozenset(wide)
