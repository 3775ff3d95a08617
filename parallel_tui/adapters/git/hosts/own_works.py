"""Read the work of this machine's sessions, again only where it has changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.without_index import Quick
from parallel_tui.adapters.git.simulate.snapshot.work import Work, refusal
from parallel_tui.adapters.git.simulate.verdict.inspection import SeenWork, SnapshotTaker
from parallel_tui.adapters.git.simulate.verdict.landing import Landings
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.hosts.shared import ShareMode
from parallel_tui.model.hosts.view import Offered
from parallel_tui.record import replace


class OwnWorks:
    """Remembers snapshots. Not thread-safe.

    Args:
        runner: The gateway to git.
        quarantine: Where objects go.
        landings: Knows the trees of commits.
        quick: Makes snapshots without an index.
    """

    def __init__(
        self, runner: Runner, quarantine: Quarantine, landings: Landings, quick: Quick
    ) -> None:
        self._landings = landings
        self._quick = quick
        self._taker = SnapshotTaker(runner, quarantine, landings, quick)
        self._seen: dict[str, SeenWork] = {}

    def retain(self, keys: Collection[str]) -> None:
        """Forget all worktrees but these."""
        self._seen = {key: each for key, each in self._seen.items() if key in keys}
        self._quick.retain(keys)

    def look(
        self, mode: ShareMode, sessions: Sequence[Offered]
    ) -> tuple[dict[str, tuple[Offered, Work]], dict[str, str], list[str]]:
        """Works by name, reasons why others cannot be shared, and names of those not known yet.

        Args:
            mode: What counts as work.
            sessions: Whose.

        Raises:
            GitError: When git gave no answer about commits.
        """
        works: dict[str, tuple[Offered, Work]] = {}
        held: dict[str, str] = {}
        waiting: list[str] = []
        asked: dict[str, Offered] = {}
        whole = mode is ShareMode.WORK
        for each in sessions:
            key, status = each.worktree.git_dir, each.status
            if whole and isinstance(status, Pending | Unknown):
                waiting.append(each.name)
                continue
            entries = status if whole and isinstance(status, tuple) else ()
            if why := refusal(each.worktree, entries):
                held[each.name] = why
            elif not whole:
                asked[key] = replace(each, status=())
            elif (seen := self._seen.get(key)) and self._is_same(seen, each):
                works[each.name] = (each, seen.work)
            else:
                asked[key] = each
        if not whole:
            heads = [each.worktree.head or "" for each in asked.values()]
            trees = self._landings.trees_of(heads) if heads else {}
            for key, each in asked.items():
                head = each.worktree.head or ""
                works[each.name] = (
                    each,
                    Work(key, head, head, trees[head], trees[head], dirty=False),
                )
            return works, held, waiting
        subjects = {key: (each.worktree, each.status) for key, each in asked.items()}
        for key, told in self._taker.look(subjects, list(asked), {}, lambda: False).items():
            each = asked[key]
            if isinstance(told, SeenWork):
                self._seen[key] = told
                works[each.name] = (each, told.work)
            else:
                held[each.name] = told.reason
        return works, held, waiting

    def _is_same(self, seen: SeenWork, each: Offered) -> bool:
        entries = each.status if isinstance(each.status, tuple) else ()
        try:
            return seen.signature == self._taker.signature(each.worktree, entries)
        except GitError:  # the look that follows says why
            return False
