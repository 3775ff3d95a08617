"""Verdicts for pairs of sessions, from simulated merges, remembered by what they were made of.

What counts for a pair is each session's own work. So each is first landed on base alone: what
fails there is the session × base verdict, nearly half of all "conflicts" between raw branches. Only
when both land is one merged onto base with the other landed, by the very merge that would happen,
so that sessions stacked on each other keep the history they share.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.git.overlap.changes import changed, with_spans
from parallel_tui.adapters.git.overlap.history import Step, steps
from parallel_tui.adapters.git.overlap.merges import Merge, merge_all
from parallel_tui.adapters.git.overlap.quarantine import Quarantine
from parallel_tui.adapters.git.overlap.replay import Replay, replay_all
from parallel_tui.adapters.git.overlap.work import Work, tree_of
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap import Change, Level, Verdict, judge, may_interact

KEPT: Final = 20_000
"""Verdicts remembered; the oldest go first."""

Outcome = Verdict | Unknown
PairKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Landed:
    """One session's work landed on base.

    Attributes:
        work: The work.
        merge: Of base and the work.
        changes: What the work does to base, lines not read yet; to its own start when it does
            not land.
        steps: Its commits, then its uncommitted work.
    """

    work: Work
    merge: Merge
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]


class Predictor:
    """Predicts; remembers. Not for several threads at once."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        """Use a gateway to git and a place for objects."""
        self._runner = runner
        self._quarantine = quarantine
        self._landed: dict[tuple[str, str], Landed | Unknown] = {}
        self._base: dict[tuple[str, str], Outcome] = {}
        self._pairs: dict[tuple[str, str, str], Outcome] = {}

    def known(self, base: str, one: Work, other: Work) -> Outcome | None:
        """A remembered verdict, or `None`; the two sides in the order they were given in."""
        return self._pairs.get((base, one.commit, other.commit))

    def against_base(
        self, base: str, base_tree: str, works: Sequence[Work]
    ) -> Mapping[str, Outcome]:
        """Each session's work against base, by key."""
        self._land(base, base_tree, works)
        fresh = [work for work in works if (base, work.commit) not in self._base]
        replays: dict[str, Replay] = {}
        for work in fresh:
            landed = self._landed[base, work.commit]
            if isinstance(landed, Unknown):
                self._base[base, work.commit] = landed
            elif landed.merge.clean:
                replays[work.commit] = Replay(base_tree, landed.steps)
        replay_all(self._runner, self._quarantine, list(replays.values()))
        for work in fresh:
            landed = self._landed[base, work.commit]
            if isinstance(landed, Unknown):
                continue
            replay = replays.get(work.commit)
            self._base[base, work.commit] = judge(
                (),
                (),
                landed.merge.conflicts,
                replay_fails=replay is not None and replay.failed is not None,
                trees=(base, work.tree),
                dirty=work.dirty,
            )
        return {work.key: self._base[base, work.commit] for work in works}

    def between(
        self,
        base: str,
        base_tree: str,
        pairs: Sequence[tuple[Work, Work]],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mapping[PairKey, Outcome]:
        """Verdicts of pairs, by their keys in the order given; remembered ones cost nothing.

        Args:
            base: Commit of base.
            base_tree: Its tree.
            pairs: Of works.
            cancelled: Asked between steps; what is not known by then is left out.
        """
        works = {work.commit: work for pair in pairs for work in pair}
        fresh = [pair for pair in pairs if self.known(base, *pair) is None]
        if fresh and not cancelled():
            self._land(base, base_tree, list(works.values()))
            self._decide(base, base_tree, fresh, cancelled)
        result: dict[PairKey, Outcome] = {}
        for one, other in pairs:
            outcome = self.known(base, one, other)
            if outcome is not None:
                result[one.key, other.key] = outcome
        while len(self._pairs) > KEPT:
            self._pairs.pop(next(iter(self._pairs)))
        return result

    def forget(self) -> None:
        """Drop what refers to objects in quarantine; verdicts stay true."""
        self._landed.clear()

    def _land(self, base: str, base_tree: str, works: Sequence[Work]) -> None:
        fresh = [work for work in works if (base, work.commit) not in self._landed]
        fresh = list({work.commit: work for work in fresh}.values())
        related = self._related(base, fresh)
        for work in fresh:
            if work.commit not in related:
                reason = "its history has nothing in common with base"
                self._landed[base, work.commit] = Unknown(reason)
        fresh = [work for work in fresh if work.commit in related]
        if not fresh:
            return
        merges = merge_all(self._runner, self._quarantine, [(base, work.commit) for work in fresh])
        frames = [
            (base_tree, merge.tree)
            if merge.clean
            else (tree_of(self._runner, related[work.commit]), work.tree)
            for work, merge in zip(fresh, merges, strict=True)
        ]
        changes = changed(self._runner, self._quarantine, frames)
        history = steps(self._runner, base, [work.head for work in fresh])
        for work, merge, own in zip(fresh, merges, changes, strict=True):
            self._landed[base, work.commit] = Landed(
                work, merge, own, _with_dirty(work, history[work.head])
            )

    def _related(self, base: str, works: Collection[Work]) -> Mapping[str, str]:
        """The commit each work has in common with base, by the work's commit; none if unrelated."""
        found: dict[str, str] = {}
        for work in works:
            done = self._runner.run(["merge-base", base, work.head], ok=(0, 1))
            if done.status == 0:
                found[work.commit] = done.text.split()[0]
        return found

    def _decide(
        self,
        base: str,
        base_tree: str,
        pairs: Sequence[tuple[Work, Work]],
        cancelled: Callable[[], bool],
    ) -> None:
        to_merge: list[tuple[Landed, Landed]] = []
        for one, other in pairs:
            a, b = self._landed[base, one.commit], self._landed[base, other.commit]
            if isinstance(a, Unknown) or isinstance(b, Unknown):
                self._remember(base, one, other, a if isinstance(a, Unknown) else b)
            elif a.merge.clean and b.merge.clean and not may_interact(a.changes, b.changes):
                self._remember(base, one, other, _verdict(base, a, b))
            else:
                to_merge.append((a, b))
        if not to_merge or cancelled():
            return
        raw = [not (a.merge.clean and b.merge.clean) for a, b in to_merge]
        inputs = [
            (a.work.commit if is_raw else self._with_landed(base, a), b.work.commit)
            for (a, b), is_raw in zip(to_merge, raw, strict=True)
        ]
        merges = merge_all(self._runner, self._quarantine, inputs)
        if cancelled():
            return
        sides = self._spans(base_tree, to_merge)
        replays = self._replays(to_merge, merges, raw)
        for number, ((a, b), merge) in enumerate(zip(to_merge, merges, strict=True)):
            ours, theirs = sides[number]
            fails = any(replay.failed is not None for replay in replays.get(number, ()))
            verdict = judge(
                ours,
                theirs,
                merge.conflicts,
                replay_fails=fails,
                trees=(base, a.work.tree, b.work.tree),
                dirty=a.work.dirty or b.work.dirty,
                raw=raw[number],
            )
            self._remember(base, a.work, b.work, verdict)

    def _with_landed(self, base: str, landed: Landed) -> str:
        """Base as it would be with a session merged into it."""
        return self._quarantine.commit(landed.merge.tree, (base, landed.work.commit))

    def _spans(
        self, base_tree: str, pairs: Sequence[tuple[Landed, Landed]]
    ) -> list[tuple[tuple[Change, ...], tuple[Change, ...]]]:
        """Each pair's common changes with the lines of base they touch."""
        wanted: list[tuple[str, Sequence[Change]]] = []
        for a, b in pairs:
            common = _paths(a.changes) & _paths(b.changes)
            for side in (a, b):
                changes = [each for each in side.changes if common & set(each.touches)]
                wanted.append((side.merge.tree if side.merge.clean else base_tree, changes))
        told = with_spans(self._runner, self._quarantine, base_tree, wanted)
        return [(told[2 * number], told[2 * number + 1]) for number in range(len(pairs))]

    def _replays(
        self,
        pairs: Sequence[tuple[Landed, Landed]],
        merges: Sequence[Merge],
        raw: Sequence[bool],
    ) -> Mapping[int, tuple[Replay, Replay]]:
        """Each side's commits on the other side landed, where only the merge is known clean."""
        tried: dict[int, tuple[Replay, Replay]] = {}
        for number, ((a, b), merge) in enumerate(zip(pairs, merges, strict=True)):
            if merge.clean and not raw[number] and (len(a.steps) > 1 or len(b.steps) > 1):
                tried[number] = (
                    Replay(a.merge.tree, _without(b.steps, a.steps)),
                    Replay(b.merge.tree, _without(a.steps, b.steps)),
                )
        replay_all(self._runner, self._quarantine, [each for two in tried.values() for each in two])
        return tried

    def _remember(self, base: str, one: Work, other: Work, outcome: object) -> None:
        if not isinstance(outcome, Verdict | Unknown):
            raise GitError("a verdict was expected")
        self._pairs[base, one.commit, other.commit] = outcome


def _with_dirty(work: Work, committed: tuple[Step, ...]) -> tuple[Step, ...]:
    if not work.dirty:
        return committed
    return (*committed, Step(work.commit, work.tree, work.head_tree))


def _without(steps: Sequence[Step], landed: Sequence[Step]) -> tuple[Step, ...]:
    """The steps a rebase still has to replay: commits that are landed already are not."""
    there = {step.commit for step in landed}
    return tuple(step for step in steps if step.commit not in there)


def _paths(changes: Sequence[Change]) -> set[str]:
    return {path for change in changes for path in change.touches}


def _verdict(base: str, a: Landed, b: Landed) -> Verdict:
    return Verdict(
        Level.CLEAR,
        trees=(base, a.work.tree, b.work.tree),
        dirty=a.work.dirty or b.work.dirty,
    )
