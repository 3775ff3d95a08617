"""Judge one commit against base and against others, by the merges that would happen.

Nothing but commits counts here: no worktree, no index, no window. So it serves a fresh clone, whose
other lines of work are remote-tracking branches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.landing import Landed
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.branches import JudgedCommit, OtherBranch, Relation
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.model.session.branch import Branch
from parallel_tui.record import replace

_OURS: Final = ""
"""Stands for the commit that is judged, where others have the names of their branches."""


class Commits:
    """Implements `CommitOverlaps`. Not thread-safe."""

    def __init__(self, runner: Runner, *, version: tuple[int, ...] | None = None) -> None:
        """Create one.

        Args:
            runner: The gateway to git.
            version: Version of git to work for; the one in use by default.

        Raises:
            GitError: When there is no place for temporary objects.
        """
        self._runner = runner
        self._quarantine = Quarantine(runner.repository)
        self._predictor = Predictor(runner, self._quarantine, version=version)

    def judge(self, base: str, head: str, others: Sequence[Branch]) -> JudgedCommit:
        """See `CommitOverlaps.judge`."""
        ours = self._work(_OURS, head)
        verdict = self._predictor.against_base(base, [ours])[_OURS]
        works: dict[str, Work] = {}
        found: dict[str, Verdict | Unknown] = {}
        for other in others:
            try:
                works[other.name] = self._work(other.name, other.oid)
            except GitError as error:
                found[other.name] = Unknown(error.message)
        told = self._predictor.between(base, [(ours, work) for work in works.values()])
        found |= {name: outcome for (_, name), outcome in told.items()}
        branches = [OtherBranch(each, found[each.name]) for each in others]
        return JudgedCommit(verdict, self._related(ours, works, branches))

    def close(self) -> None:
        """Delete all temporary objects."""
        self._quarantine.close()

    def _work(self, key: str, commit: str) -> Work:
        tree = self._predictor.landings.tree_of(commit)
        return Work(key, commit, commit, tree, tree, dirty=False)

    def _related(
        self, ours: Work, works: Mapping[str, Work], branches: Sequence[OtherBranch]
    ) -> tuple[OtherBranch, ...]:
        """Mark branches that are part of ours, or that ours is part of: they meet in any case."""
        meeting = [
            works[each.branch.name]
            for each in branches
            if isinstance(each.verdict, Verdict) and each.verdict.level
        ]
        inside = self._left_nothing(ours.commit, meeting)
        relations: dict[str, Relation] = {}
        for work in meeting:
            if work.commit in inside:
                relations[work.key] = Relation.PART_OF_OURS
            elif ours.commit in self._left_nothing(work.commit, [ours]):
                relations[work.key] = Relation.HAS_OURS
        return tuple(
            replace(each, relation=relations.get(each.branch.name, Relation.APART))
            for each in branches
        )

    def _left_nothing(self, onto: str, works: Sequence[Work]) -> set[str]:
        """Commits among some of whose work nothing is left once they are merged onto another."""
        landed = self._predictor.landings.of(onto, works) if works else {}
        return {
            commit
            for commit, each in landed.items()
            if isinstance(each, Landed) and each.merge.clean and not each.changes
        }
