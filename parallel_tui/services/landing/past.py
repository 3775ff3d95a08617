"""What became of sessions that others are to land after."""

from __future__ import annotations

from parallel_tui.errors import GitError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from parallel_tui.model.lifecycle.trash import TrashItem
    from parallel_tui.model.session.repository import Base
    from parallel_tui.ports.git import GitReader, MergeProofs
    from parallel_tui.ports.trash import RemovedWorktrees
    from parallel_tui.services.sharing.registry import Registry

_PROVED = "cleanup"
"""Why a session was removed whose work was proved to be in base."""


@dataclass(frozen=True, slots=True)
class PastLandings:
    """Looks whether the work of sessions is in base.

    Attributes:
        git: Questions to git.
        merged: Proves it of branches.
        trash: What was removed.
        registry: On which branches sessions were.
    """

    git: GitReader
    merged: MergeProofs
    trash: RemovedWorktrees
    registry: Registry

    def still_to_come(self, base: Base, branches: Mapping[str, str | None]) -> frozenset[str]:
        """Sessions that have nothing to land now, and of which nothing has landed either.

        Args:
            base: What they land on.
            branches: Their branches by name; `None` for one that is on none.
        """
        if not branches:
            return frozenset()
        merged = self._merged(base, [each for each in branches.values() if each is not None])
        return frozenset(name for name, branch in branches.items() if branch not in merged)

    def words(self, base: Base, names: Sequence[str]) -> Mapping[str, str]:
        """What is known of sessions that are not there any more, by name.

        Args:
            base: What they would have landed on.
            names: Their names.

        Returns:
            Words that follow "and".
        """
        if not names:
            return {}
        removed = {item.session: item for item in reversed(self.trash.items())}
        known = {each.name: each.branch for each in self.registry.all()}
        branches = {
            name: removed[name].branch if name in removed else known.get(name) for name in names
        }
        there = {each.name for each in self.git.branches() if each.remote is None}
        merged = self._merged(base, [b for b in branches.values() if b is not None and b in there])
        found = {}
        for name in names:
            if branches[name] in merged or self._went_in(base, removed.get(name)):
                found[name] = "nothing of that is left to land"
            elif name in removed:
                found[name] = "that was removed without having landed: it is not waited for"
            else:
                found[name] = "no session has that name (any more): it is not waited for"
        return found

    def _went_in(self, base: Base, item: TrashItem | None) -> bool:
        if item is None or item.tip is None:
            return False
        if item.reason == _PROVED:
            return True
        try:
            return not self.git.divergences(base.oid, [item.tip])[item.tip].ahead
        except (GitError, KeyError):
            return False  # its commits are gone, and nobody proved it before

    def _merged(self, base: Base, branches: Collection[str]) -> frozenset[str]:
        if not branches:
            return frozenset()
        judged = self.merged.judge_all(branches, self.merged.targets(base))
        return frozenset(branch for branch, verdict in judged.items() if verdict.merged)
