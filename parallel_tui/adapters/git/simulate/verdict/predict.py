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

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from typing import Final, TypeVar

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import Failed, settle
from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.merge.replay import Replay
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict import proved_replays
from parallel_tui.adapters.git.simulate.verdict.base_conflicts import without_inherited
from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.adapters.git.simulate.verdict.names import by_names
from parallel_tui.adapters.git.simulate.verdict.orders import Orders, decisive, only_order
from parallel_tui.adapters.git.simulate.verdict.rebases import Rebases
from parallel_tui.model.fact import Unknown
from parallel_tui.model.git_version import Needs, shown
from parallel_tui.model.overlap.meeting import meet
from parallel_tui.model.overlap.verdict import IN_BASE, Change, Conflict, Kind, Verdict, judge
from parallel_tui.model.record import replace

KEPT: Final = 20_000
"""Verdicts remembered; the oldest go first."""

SPARE: Final = 64
"""Of them at most so many about work that is no longer as it was."""

CHUNK: Final = 64
"""Pairs decided between two questions whether to stop."""

Outcome = Verdict | Unknown
PairKey = tuple[str, str]
_Sides = tuple[tuple[Change, ...], tuple[Change, ...]]


Proof = TypeVar("Proof", bound=tuple[str, ...])


class Predictor:
    """Predicts; remembers by content what will not change. Not for several threads at once.

    Attributes:
        landings: Sessions landed on base.
        orders: Merges pairs.
    """

    def __init__(
        self, runner: Runner, quarantine: Quarantine, *, version: tuple[int, ...] | None = None
    ) -> None:
        """Use a gateway to git and a place for objects.

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
        self._alone: dict[tuple[str, str], Outcome] = {}
        self._pairs: dict[tuple[str, str, str], Outcome] = {}

    @property
    def limited(self) -> str:
        """Why only names can be compared; empty when merges can be simulated."""
        version = self._version if self._version is not None else self._runner.version
        return (
            "" if Needs.PREDICTION.met_by(version) else f"prediction limited (git {shown(version)})"
        )

    def known(self, base: str, one: Work, other: Work | None) -> Outcome | None:
        """A remembered outcome, or `None`; the two sides in the order they were given in."""
        outcome = self.proved(base, one, other)
        return None if outcome is None else with_remarks(outcome, one, other)

    def proved(self, base: str, one: Work, other: Work | None) -> Outcome | None:
        """The same as far as it follows from the commits, which is all that is remembered."""
        if other is None:
            return self._alone.get((base, one.commit))
        return self._pairs.get((base, one.commit, other.commit))

    def remember(self, base: str, one: Work, other: Work | None, outcome: Outcome) -> None:
        """Take over what an earlier run proved, or that asking again is of no use."""
        if other is None:
            self._alone[base, one.commit] = outcome
        else:
            self._pairs[base, one.commit, other.commit] = outcome
        while len(self._alone) > KEPT:
            self._alone.pop(next(iter(self._alone)))
        while len(self._pairs) > KEPT:
            self._pairs.pop(next(iter(self._pairs)))

    def retain(self, base: str, works: Iterable[Work]) -> None:
        """A round is over: of verdicts about other works keep the latest only.

        An edit that is taken back finds its verdict; a day of edits does not pile them up.
        """
        works = list(works)
        present = {base, *(work.commit for work in works)}
        _thin(self._alone, present)
        _thin(self._pairs, present)
        self.landings.retain(base, works)

    def forget(self, *, verdicts: bool = False) -> None:
        """Drop what refers to objects in quarantine; verdicts stay true.

        Args:
            verdicts: Drop those too, for git merges by other settings now.
        """
        self.landings.forget()
        if verdicts:
            self._alone.clear()
            self._pairs.clear()
            self._rebases.forget()

    def against_base(self, base: str, works: Sequence[Work]) -> Mapping[str, Outcome]:
        """Each session's work against base, by key."""
        fresh = [work for work in works if self.known(base, work, None) is None]
        told = self._judge_alone(base, fresh) if fresh else {}
        return {
            work.key: self.known(base, work, None) or with_remarks(told[work.key], work, None)
            for work in works
        }

    def between(
        self,
        base: str,
        pairs: Sequence[tuple[Work, Work]],
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Mapping[PairKey, Outcome]:
        """Verdicts of pairs, by their keys in the order given; remembered ones cost nothing.

        Args:
            base: Commit of base.
            pairs: Of works.
            cancelled: Asked between steps; what is not known by then is left out.
        """
        result: dict[PairKey, Outcome] = {}
        fresh: list[tuple[Work, Work]] = []
        for one, other in pairs:
            verdict = self.known(base, one, other)
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
            failed = _failed(tried)
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
            told[work.key] = _doubt(each.merge, tried) or verdict
            self._keep(base, work, None, told[work.key])
        return told

    def _keep(self, base: str, one: Work, other: Work | None, outcome: Outcome) -> None:
        if not isinstance(outcome, Failed):
            self.remember(base, one, other, outcome)

    def _decide(self, base: str, pairs: Sequence[tuple[Work, Work]]) -> dict[PairKey, Outcome]:
        works = list({work.commit: work for pair in pairs for work in pair}.values())
        landed = self.landings.of(base, works)
        told: dict[PairKey, Outcome] = {}
        keys: list[PairKey] = []  # equal work has equal commits, but never the same key
        to_merge: list[tuple[Landed, Landed]] = []
        for one, other in pairs:
            a, b = landed[one.commit], landed[other.commit]
            if isinstance(a, Unknown) or isinstance(b, Unknown):
                told[one.key, other.key] = _reason(a, b)
            elif _apart(a, b):
                told[one.key, other.key] = judge(
                    *((), (), ()),
                    trees=(base, one.tree, other.tree),
                    dirty=one.dirty or other.dirty,
                    raw=not (a.merge.clean and b.merge.clean),
                    landed=_landed_already(a, b),
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
                [(merge, _alone(a, b)) for merge, (a, b) in zip(merges, pairs, strict=True)],
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
                told.append(_reason(merge, lines))
                continue
            rebased = replays.get(number, ())
            verdict = judge(
                *lines,
                merge.conflicts,
                replays=_failed(rebased),
                trees=(base, a.work.tree, b.work.tree),
                dirty=a.work.dirty or b.work.dirty,
                raw=raw[number],
                first=only_order(tried[number], a),
                landed=_landed_already(a, b),
            )
            told.append(_doubt(merge, rebased) or verdict)
        return told

    def _spans(self, base: str, pairs: Sequence[tuple[Landed, Landed]]) -> list[_Sides]:
        """Each pair's common changes with the lines of base they touch."""
        base_tree = self.landings.tree_of(base)
        wanted: list[tuple[str, Sequence[Change]]] = []
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


def _apart(a: Landed, b: Landed) -> bool:
    """Whether two sessions cannot meet, so that no merge has to say so."""
    if a.merge.clean and b.merge.clean:
        return not _interact(a, b)
    # What lands without changing base leaves nothing for the other to meet but base.
    return any(side.merge.clean and not side.changes for side in (a, b))


def _thin(kept: MutableMapping[Proof, Outcome], present: set[str]) -> None:
    """Drop outcomes about other commits than these, but for the latest."""
    for key in [key for key in kept if not present.issuperset(key)][:-SPARE]:
        del kept[key]


def _alone(a: Landed, b: Landed) -> Merge | None:
    """The merge with base of the one side that does not land; `None` if both or neither do."""
    if a.merge.clean == b.merge.clean:
        return None
    return b.merge if a.merge.clean else a.merge


def _reason(*answers: object) -> Unknown:
    """The first unknown of some answers."""
    return next(each for each in answers if isinstance(each, Unknown))


def _failed(tried: Sequence[Replay]) -> tuple[Conflict, ...] | None:
    """What the replays that fail conflict in; `None` when none fails."""
    failed = [each for each in tried if each.failed is not None]
    return tuple(one for each in failed for one in each.conflicts) if failed else None


def _doubt(merge: Merge, tried: Sequence[Replay]) -> Unknown | None:
    """Why a merge and its replays prove nothing, if so."""
    if any(replay.failed is not None for replay in tried):
        return None
    for replay in tried:
        if replay.unknown is not None:
            return replay.unknown
    if not merge.conflicts:
        return None
    for conflict in merge.conflicts:
        if conflict.kind is not Kind.SUBMODULE or "not checked out" not in conflict.text:
            return None
    path = merge.conflicts[0].path
    return Unknown(f"both change the submodule {path}, whose history is not here to compare")


def _landed_already(a: Landed, b: Landed) -> str:
    """The sides of which nothing is left to land."""
    return "".join(name for name, side in (("a", a), ("b", b)) if side.in_base)


def with_remarks(outcome: Outcome, one: Work, other: Work | None) -> Outcome:
    """An outcome with what there is to say of the two works, which does not follow from commits."""
    works = (one,) if other is None else (one, other)
    notes = tuple(note for work in works for note in work.notes)
    limits = [work.limited for work in works if work.limited]
    if isinstance(outcome, Unknown) or not (notes or limits):
        return outcome
    limited = "; ".join(dict.fromkeys([*filter(None, (outcome.limited,)), *limits]))
    return replace(outcome, notes=(*notes, *outcome.notes), limited=limited)


def _interact(a: Landed, b: Landed) -> bool:
    """Whether landing both is more than both of them side by side, merged or rebased."""
    if a.sets_attributes or b.sets_attributes:  # base and the other may meet in a new way then
        return True
    return meet(a.marks, b.marks, a.since, b.since)


def _paths(changes: Sequence[Change]) -> set[str]:
    return {path for change in changes for path in change.touches}
