"""Work of sessions of other machines: it is there as commits already."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Pending, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.hosts.shared import SharedSession


class Elsewhere:
    """Reads and remembers such work. Not thread-safe.

    Args:
        trees: Tells the trees of commits, by one process for those that it does not know yet.
    """

    def __init__(self, trees: Callable[[Collection[str]], Mapping[str, str]]) -> None:
        self._trees = trees
        self._known: dict[str, tuple[SharedSession, Work]] = {}

    def add(
        self,
        shared: Sequence[SharedSession],
        works: dict[str, Work],
        unknown: dict[str, Unknown | Pending],
    ) -> None:
        """Add works by key to those of this machine, and why others cannot be read."""
        told = {each.key: each for each in shared}
        old = {key: each for key, each in self._known.items() if told.get(key) == each[0]}
        new = [each for key, each in told.items() if key not in old]
        if new:
            with suppress(GitError):  # each is asked for once more, and says what is missing
                self._trees([oid for each in new for oid in (each.head, each.commit)])
        for each in new:
            try:
                old[each.key] = (each, self._work(each))
            except GitError as error:
                unknown[each.key] = Unknown(error.message)
        self._known = old
        works |= {key: work for key, (_, work) in old.items()}

    def work(self, key: str) -> Work | None:
        """The work of a session of the last look."""
        found = self._known.get(key)
        return None if found is None else found[1]

    def _work(self, each: SharedSession) -> Work:
        trees = self._trees([each.head, each.commit])
        head_tree, tree = trees[each.head], trees[each.commit]
        merging = bool(each.merges)
        dirty = tree != head_tree or merging
        commit = each.commit if dirty else each.head
        return Work(
            *(each.key, each.head, commit, tree, head_tree),
            dirty=dirty,
            limited=each.limited,
            merging=merging,
        )
