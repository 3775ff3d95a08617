"""Keep all overlaps of a repository up to date: the facade over this folder.

Nothing is asked of git for what has not changed: neither a snapshot of a session whose files are
as they were, nor a merge of two that are. A change costs a snapshot, a landing, N - 1 merges.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import Failed
from parallel_tui.adapters.git.simulate.quarantine import MAX_BYTES, Quarantine
from parallel_tui.adapters.git.simulate.snapshot.without_index import Quick
from parallel_tui.adapters.git.simulate.snapshot.work import Work, refusal
from parallel_tui.adapters.git.simulate.verdict.cache import Proof, VerdictCache
from parallel_tui.adapters.git.simulate.verdict.inspection import SeenWork, SnapshotTaker
from parallel_tui.adapters.git.simulate.verdict.keeping import VerdictKeeper
from parallel_tui.adapters.git.simulate.verdict.outcomes import (
    Outcome,
    pair_of,
    proof_of,
    ready,
    sides,
)
from parallel_tui.adapters.git.simulate.verdict.predict import CHUNK, Predictor
from parallel_tui.adapters.git.simulate.verdict.publication import Publication
from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model.fact import PENDING, Pending, Unknown
from parallel_tui.model.overlap.pairs import Overlap, Pair, PathDetail
from parallel_tui.model.overlap.verdict import Verdict
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.worktree import Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.adapters.git.simulate.snapshot.elsewhere import Elsewhere
    from parallel_tui.adapters.git.simulate.verdict.hunks import PatchReader
    from parallel_tui.adapters.git.simulate.verdict.inspection import Subject
    from parallel_tui.model.fact import Fact
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.overlap.telling import PathPatch
    from parallel_tui.ports.system import Clock

MEASURE_EVERY: Final = 200
"""Pairs worked out between two looks at the size of the quarantine."""


class Board:
    """Implements `Overlaps`. Not thread-safe."""

    def __init__(
        self,
        runner: Runner,
        *,
        cache: VerdictCache | None = None,
        clock: Clock = time.time,
        version: tuple[int, ...] | None = None,
    ) -> None:
        """Create one; nothing is read yet.

        Args:
            runner: The gateway to git.
            cache: Where verdicts of earlier runs are.
            clock: Time.
            version: Version of git to work for; the one in use by default.

        Raises:
            GitError: When there is no place for temporary objects.
        """
        self._runner = runner
        self.quarantine = Quarantine(runner.repository)
        self.predictor = Predictor(runner, self.quarantine, version=version)
        self._quick = quick = Quick(runner, self.quarantine)
        self._snapshots = SnapshotTaker(runner, self.quarantine, self.predictor.landings, quick)
        self._elsewhere: Elsewhere | None = None
        self._seen: dict[str, SeenWork] = {}
        self._keeper = VerdictKeeper(runner, self.quarantine, cache, clock)
        self._published = Publication(self._keeper)
        self.doubtful = False
        self._failed: set[Proof] = set()
        self._merged = 0
        self._patches: PatchReader | None = None

    def update(
        self,
        base: str,
        sessions: Sequence[Subject],
        *,
        changed_first: str | None = None,
        staged: Mapping[str, str | None] = MappingProxyType({}),
        shared: Sequence[SharedSession] = (),
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Iterator[tuple[Overlap, ...]]:
        """See `Overlaps.update`: first what is known already, then more after each step."""
        self._begin()
        subjects = {tree.git_dir: (tree, status) for tree, status in sessions}
        order = sorted(subjects)
        if changed_first in subjects:
            order = [changed_first, *(key for key in order if key != changed_first)]
        gone = self._seen.keys() - subjects.keys()
        for key in gone:
            del self._seen[key]
        works, unknown = self._unchanged(subjects, staged)
        if shared:
            from parallel_tui.adapters.git.simulate.snapshot.elsewhere import Elsewhere

            self._elsewhere = self._elsewhere or Elsewhere(self.predictor.landings.trees_of)
            self._elsewhere.add(shared, works, unknown)
        answers: dict[Pair, Fact[Verdict]] = {}
        pairs: list[Pair] = [(key, None) for key in order]
        pairs += [pair_of(a, b) for n, a in enumerate(order) for b in order[n + 1 :]]
        # What two elsewhere do to each other is theirs to say: work here grows with their number.
        pairs += [pair_of(key, each.key) for key in order for each in shared]
        self._recall(base, works, unknown, pairs, answers)
        yield self._published.tell(pairs, answers)
        changed = [key for key in order if key not in works and key not in unknown]
        if changed and not cancelled():
            for key, seen in self._snapshots.look(subjects, changed, staged, cancelled).items():
                if isinstance(seen, SeenWork):
                    self._seen[key], works[key] = seen, seen.work
                else:
                    unknown[key] = seen
            self._recall(base, works, unknown, pairs, answers)
        missing = [pair for pair in pairs if pair not in answers and ready(pair, works)]
        if missing:
            yield from self._compute(base, works, missing, pairs, answers, cancelled)
        elif changed:
            yield self._published.tell(pairs, answers)
        if missing or changed or gone:
            self.predictor.retain(base, works.values())
            self._quick.retain(subjects)
        self._keeper.retain(self._published.pairs)
        self._save(base, works, pairs)

    def detail(
        self, base: str, a: str, b: str | None, path: str, *, max_bytes: int = 200_000
    ) -> PathDetail:
        """See `Overlaps.detail`."""
        from parallel_tui.adapters.git.simulate.verdict.hunks import read_detail

        works = [self._work(key) for key in filter(None, (a, b))]
        return read_detail(
            self._runner, self.quarantine, self.predictor, base, works, path, max_bytes=max_bytes
        )

    def patches(self, base: str, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """See `Overlaps.patches`."""
        from parallel_tui.adapters.git.simulate.verdict.hunks import PatchReader

        self._patches = self._patches or PatchReader(self._runner, self.quarantine, self.predictor)
        return self._patches.of(base, self._work(key), paths)

    def _work(self, key: str) -> Work:
        if key in self._seen:
            return self._seen[key].work
        if self._elsewhere is None or (found := self._elsewhere.work(key)) is None:
            raise CouldNotLookError(f"Nothing is known about the work in {key}")
        return found

    def close(self) -> None:
        """Save verdicts for the next run, and delete all temporary objects."""
        self._keeper.close()
        self.quarantine.close()

    def _begin(self) -> None:
        full = False
        if self._merged >= MEASURE_EVERY:  # measuring takes as long as a few merges
            self._merged = 0
            full = self.quarantine.size() > MAX_BYTES
        if self.doubtful or full:
            # Too large, or an object it builds on is gone from the repository: all is made anew.
            self.quarantine.empty()
            self.predictor.forget()
            self._quick.forget()
            self._seen.clear()
            self.doubtful = False
        if self._keeper.settings_changed():
            self.predictor.forget(verdicts=True)

    def _unchanged(
        self, subjects: dict[str, Subject], staged: Mapping[str, str | None]
    ) -> tuple[dict[str, Work], dict[str, Unknown | Pending]]:
        works: dict[str, Work] = {}
        unknown: dict[str, Unknown | Pending] = {}
        for key, (tree, status) in subjects.items():
            if isinstance(status, Unknown | Pending):
                unknown[key] = status
            elif reason := refusal(tree, status):
                unknown[key] = Unknown(reason)
            elif key in staged:
                continue
            elif (seen := self._seen.get(key)) and self._is_same(seen, tree, status):
                works[key] = seen.work
        return works, unknown

    def _is_same(self, seen: SeenWork, tree: Worktree, status: Sequence[StatusEntry]) -> bool:
        try:
            return seen.signature == self._snapshots.signature(tree, status)
        except GitError:  # the look that follows says why
            return False

    def _recall(
        self,
        base: str,
        works: dict[str, Work],
        unknown: dict[str, Unknown | Pending],
        pairs: Sequence[Pair],
        answers: dict[Pair, Fact[Verdict]],
    ) -> None:
        """The verdicts that are known without a process."""
        for pair in pairs:
            if isinstance(answers.get(pair), Verdict):
                continue
            a, b = pair
            if a in unknown or b in unknown:
                reasons = [unknown[key] for key in pair if key in unknown]
                known = [each for each in reasons if isinstance(each, Unknown)]
                answers[pair] = known[0] if known else PENDING
            elif a in works and (b is None or b in works):
                one, other = sides(pair, works)
                verdict = self.predictor.outcomes.known(base, one, other)
                if verdict is None:
                    verdict = self._keeper.recall(proof_of(base, one, other))
                    if verdict is not None:
                        self.predictor.outcomes.remember(base, one, other, verdict)
                        verdict = self.predictor.outcomes.known(base, one, other)
                if verdict is not None:
                    answers[pair] = verdict

    def _compute(
        self,
        base: str,
        works: dict[str, Work],
        missing: Sequence[Pair],
        pairs: Sequence[Pair],
        answers: dict[Pair, Fact[Verdict]],
        cancelled: Callable[[], bool],
    ) -> Iterator[tuple[Overlap, ...]]:
        alone = [pair for pair in missing if pair[1] is None]
        between = [pair for pair in missing if pair[1] is not None]
        chunks = [alone] if alone else []
        chunks += [between[n : n + CHUNK] for n in range(0, len(between), CHUNK)]
        for chunk in chunks:
            if cancelled():
                break
            try:
                told = self._ask(base, works, chunk)
            except GitError as error:
                told = {pair: Failed(error.message) for pair in chunk}
            answers.update(told)
            self._doubt(base, works, told)
            self._keeper.unsaved = True
            self._merged += len(chunk)
            yield self._published.tell(pairs, answers)

    def _doubt(self, base: str, works: dict[str, Work], told: dict[Pair, Outcome]) -> None:
        """Retry what git failed at once, in the next update, with freshly made objects."""
        for pair, outcome in told.items():
            if not isinstance(outcome, Failed):
                continue
            one, other = sides(pair, works)
            proof = proof_of(base, one, other)
            if proof in self._failed:
                self.predictor.outcomes.remember(base, one, other, outcome)
            else:
                self._failed.add(proof)
                self.doubtful = True

    def _ask(self, base: str, works: dict[str, Work], chunk: Sequence[Pair]) -> dict[Pair, Outcome]:
        told: dict[Pair, Outcome] = {}
        alone = [works[a] for a, b in chunk if b is None]
        if alone:
            outcomes = self.predictor.against_base(base, alone)
            told.update({(key, None): outcome for key, outcome in outcomes.items()})
        between = [(works[a], works[b]) for a, b in chunk if b is not None]
        if between:
            told.update(self.predictor.between(base, between).items())
        return told

    def _save(self, base: str, works: dict[str, Work], pairs: Sequence[Pair]) -> None:
        if not self._keeper.keeps:
            return
        kept: dict[Proof, Verdict] = {}
        proofs: set[Proof] = set()
        for pair in pairs:
            if ready(pair, works):
                one, other = sides(pair, works)
                proof = proof_of(base, one, other)
                proofs.add(proof)
                verdict = self.predictor.outcomes.proved(base, one, other)
                if isinstance(verdict, Verdict):
                    kept[proof] = verdict
        self._failed &= proofs
        self._keeper.keep(kept)
