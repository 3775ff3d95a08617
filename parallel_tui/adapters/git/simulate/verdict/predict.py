"""Compute verdicts for pairs of sessions from simulated merges, cached by their inputs.

What counts for a pair is each session's own work. So each is first landed on base alone: what
fails there is the session × base verdict, nearly half of all "conflicts" between raw branches. Then
one is merged onto base with the other landed, by the very merge that would happen, so that sessions
stacked on each other keep the history they share; and then the other way round (see `orders`). A
session that does not land is merged in the same way, and only conflicts that it does not have with
base alone are the pair's. In the same way a pair has level 4 only where a session that can be
rebased to base alone cannot be once the other has landed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import Failed, settle
from parallel_tui.adapters.git.simulate.merge.replay import Replay
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict import proved_replays
from parallel_tui.adapters.git.simulate.verdict.base_conflicts import without_inherited
from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.adapters.git.simulate.verdict.names import by_names
from parallel_tui.adapters.git.simulate.verdict.orders import Orders, decisive, only_order
from parallel_tui.adapters.git.simulate.verdict.outcomes import Outcome, OutcomeMemory, with_remarks
from parallel_tui.adapters.git.simulate.verdict.reasoning import (
    apart,
    doubt,
    failures,
    first_unknown,
    landed_already,
    landing_alone,
)
from parallel_tui.adapters.git.simulate.verdict.rebases import Rebases
from parallel_tui.model.fact import Unknown
from parallel_tui.model.git_version import Needs, shown
from parallel_tui.model.overlap.verdict import (
    IN_BASE,
    PathChange,
    judge,
)
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

CHUNK: Final = 64
"""Pairs decided between two questions whether to stop."""

PairKey = tuple[str, str]
_Sides = tuple[tuple[PathChange, ...], tuple[PathChange, ...]]


class Predictor:
    """Predicts verdicts, and caches what cannot change. Not thread-safe.

    Attributes:
        outcomes: What was predicted before.
        landings: Sessions landed on base.
        orders: Merges pairs.
        rerere: Whether details say that a conflict was resolved before.
    """

    def __init__(
        self, runner: Runner, quarantine: Quarantine, *, version: tuple[int, ...] | None = None
    ) -> None:
        """Create one for a gateway to git and a quarantine.

        Args:
            runner: The gateway.
            quarantine: The place.
            version: Version of git to work for; the one in use by default.
        """
        self._runner = runner
        self._quarantine = quarantine
        self._version = version
        self.landings = Landings(runner, quarantine)
        self._rebases = Rebases(runner, quarantine, self.landings, self.against_base)
        self.orders = Orders(runner, quarantine, self.landings, self._rebases)
        self.outcomes = OutcomeMemory()
        self.rerere = True

    @property
    def limited(self) -> str:
        """Why only names of paths can be compared; empty when merges can be simulated."""
        version = self._version if self._version is not None else self._runner.version
        return (
            "" if Needs.PREDICTION.met_by(version) else f"prediction limited (git {shown(version)})"
        )

    def retain(self, base: str, works: Collection[Work]) -> None:
        """End a round: of results about other works, keep only the latest."""
        self.outcomes.retain(base, works)
        self.landings.retain(base, works)

    def forget(self, *, verdicts: bool = False) -> None:
        """Drop what depends on objects in quarantine; verdicts remain valid.

        Args:
            verdicts: Drop those too, for git merges by other settings now.
        """
        self.landings.forget()
        if verdicts:
            self.outcomes.clear()
            self._rebases.forget()

    def against_base(self, base: str, works: Sequence[Work]) -> Mapping[str, Outcome]:
        """The verdict of each session's work against base, by key."""
        fresh = [work for work in works if self.outcomes.known(base, work, None) is None]
        told = self._judge_alone(base, fresh) if fresh else {}
        return {
            work.key: self.outcomes.known(base, work, None)
            or with_remarks(told[work.key], work, None)
            for work in works
        }

    def between(
        self,
        base: str,
        pairs: Sequence[tuple[Work, Work]],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mapping[PairKey, Outcome]:
        """Verdicts of pairs, by their keys in the order given; cached ones cost nothing.

        Args:
            base: Commit of base.
            pairs: Of works.
            cancelled: Asked between steps; what is not known by then is left out.
        """
        result: dict[PairKey, Outcome] = {}
        fresh: list[tuple[Work, Work]] = []
        for one, other in pairs:
            verdict = self.outcomes.known(base, one, other)
            if verdict is None:
                fresh.append((one, other))
            else:
                result[one.key, other.key] = verdict
        if self.limited:
            told = by_names(self._runner, self._quarantine, base, fresh, self.limited)
            for one, other in fresh:
                key = one.key, other.key
                result[key] = with_remarks(told[key], one, other)
            return result
        for start in range(0, len(fresh), CHUNK):
            if cancelled():
                break
            some = fresh[start : start + CHUNK]
            decided = self._decide(base, some)
            for one, other in some:
                key = one.key, other.key
                result[key] = with_remarks(decided[key], one, other)
        return result

    def _judge_alone(self, base: str, works: Sequence[Work]) -> Mapping[str, Outcome]:
        if self.limited:
            reason = Unknown(f"{self.limited}: only the names of two sessions can be compared")
            return {work.key: reason for work in works}
        landed = self.landings.of(base, works)
        base_tree = self.landings.tree_of(base)
        replays = {
            work.commit: Replay(
                base_tree,
                each.steps,
                attributes=base,
                sets_attributes=each.sets_attributes,
            )
            for work in works
            if isinstance(each := landed[work.commit], Landed) and each.merge.clean
            if not each.simple and not proved_replays.alone(each)
        }
        self._rebases.run(list(replays.values()))
        told: dict[str, Outcome] = {}
        for work in works:
            each = landed[work.commit]
            if isinstance(each, Unknown):
                told[work.key] = each
                continue
            tried = [replays[work.commit]] if work.commit in replays else []
            failed = failures(tried)
            verdict = judge(
                *((), ()),
                each.merge.conflicts,
                replays=failed,
                trees=(base, work.tree),
                dirty=work.dirty,
                # As after a squash merge: the commits are other ones, what they come to is there.
                notes=(IN_BASE,) if each.in_base else (),
                landed="a" if each.in_base else "",
            )
            told[work.key] = doubt(each.merge, tried) or verdict
            self._keep(base, work, None, told[work.key])
        return told

    def _keep(self, base: str, one: Work, other: Work | None, outcome: Outcome) -> None:
        if not isinstance(outcome, Failed):
            self.outcomes.remember(base, one, other, outcome)

    def _decide(self, base: str, pairs: Sequence[tuple[Work, Work]]) -> dict[PairKey, Outcome]:
        works = list({work.commit: work for pair in pairs for work in pair}.values())
        landed = self.landings.of(base, works)
        told: dict[PairKey, Outcome] = {}
        keys: list[PairKey] = []  # equal work has equal commits, but never the same key
        to_merge: list[tuple[Landed, Landed]] = []
        for one, other in pairs:
            a, b = landed[one.commit], landed[other.commit]
            if isinstance(a, Unknown) or isinstance(b, Unknown):
                told[one.key, other.key] = first_unknown(a, b)
            elif apart(a, b):
                told[one.key, other.key] = judge(
                    *((), (), ()),
                    trees=(base, one.tree, other.tree),
                    dirty=one.dirty or other.dirty,
                    raw=not (a.merge.clean and b.merge.clean),
                    landed=landed_already(a, b),
                )
            else:
                keys.append((one.key, other.key))
                to_merge.append((a, b))
        if to_merge:
            told.update(zip(keys, self._merge(base, to_merge), strict=True))
        for one, other in pairs:
            self._keep(base, one, other, told[one.key, other.key])
        return told

    def _merge(self, base: str, pairs: Sequence[tuple[Landed, Landed]]) -> list[Outcome]:
        raw = [not (a.merge.clean and b.merge.clean) for a, b in pairs]
        tried = self.orders.tried(base, pairs)
        merges = [decisive(each) for each in tried]
        merges = list(
            settle(
                lambda some: without_inherited(self._runner, self._quarantine, some),
                [(merge, landing_alone(a, b)) for merge, (a, b) in zip(merges, pairs, strict=True)],
                "the merged files cannot be read",
            )
        )
        sides = settle(
            lambda some: self._spans(base, some), pairs, "the changed lines cannot be read"
        )
        replays = self._rebases.between(base, pairs, merges, raw, self.orders.landed)
        told: list[Outcome] = []
        for number, ((a, b), merge, lines) in enumerate(zip(pairs, merges, sides, strict=True)):
            if isinstance(merge, Unknown) or isinstance(lines, Unknown):
                told.append(first_unknown(merge, lines))
                continue
            rebased = replays.get(number, ())
            verdict = judge(
                *lines,
                merge.conflicts,
                replays=failures(rebased),
                trees=(base, a.work.tree, b.work.tree),
                dirty=a.work.dirty or b.work.dirty,
                raw=raw[number],
                first=only_order(tried[number], a),
                landed=landed_already(a, b),
            )
            told.append(doubt(merge, rebased) or verdict)
        return told

    def _spans(self, base: str, pairs: Sequence[tuple[Landed, Landed]]) -> list[_Sides]:
        """The changes common to each pair, with the lines of base that they touch."""
        base_tree = self.landings.tree_of(base)
        wanted: list[tuple[str, Sequence[PathChange]]] = []
        for a, b in pairs:
            common = _paths(a.changes) & _paths(b.changes)
            for side in (a, b):
                changes = [each for each in side.changes if common & set(each.touches)]
                tree = side.merge.tree if side.merge.clean else side.work.tree
                wanted.append((tree, changes))
        frames = [(base_tree, tree) for tree, changes in wanted if changes]
        lines = dict(zip(frames, self.landings.memory.spans(frames), strict=True))
        told = [
            tuple(
                replace(each, spans=lines[base_tree, tree].get(each.origin or each.path, ()))
                for each in changes
            )
            for tree, changes in wanted
        ]
        return list(zip(told[::2], told[1::2], strict=True))


def _paths(changes: Sequence[PathChange]) -> set[str]:
    return {path for change in changes for path in change.touches}
