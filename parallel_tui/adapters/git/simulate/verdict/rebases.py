"""Check whether two sessions that merge cleanly also rebase onto each other.

Each is replayed where the other has landed, but for what a merge that was done decides already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.history import Step
from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.merge.replay import Replay, replay_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict import proved_replays
from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.meeting import meet
from parallel_tui.model.overlap.verdict import Level, Verdict


class Rebases:
    """Simulates rebases. Not thread-safe."""

    def __init__(
        self,
        runner: Runner,
        quarantine: Quarantine,
        landings: Landings,
        against_base: Callable[[str, Sequence[Work]], Mapping[str, Verdict | Unknown]],
    ) -> None:
        """Create one that uses what is known about single sessions.

        Args:
            runner: The gateway to git.
            quarantine: Where new objects go.
            landings: Sessions landed on base.
            against_base: Their verdicts against base, by key.
        """
        self._runner = runner
        self._quarantine = quarantine
        self._landings = landings
        self._against_base = against_base

    def between(
        self,
        base: str,
        pairs: Sequence[tuple[Landed, Landed]],
        merges: Sequence[Merge | Unknown],
        raw: Sequence[bool],
        landed: Callable[[str, Landed], str],
    ) -> Mapping[int, tuple[Replay, ...]]:
        """Replay each side's commits on the other side landed, where the merge is clean.

        Args:
            base: Commit of base.
            pairs: Sessions landed on it.
            merges: How each pair merges.
            raw: Which of them are judged without landing.
            landed: The commit that base is once a session has landed.

        Returns:
            What was tried, by the number of the pair; nothing where nothing had to be.
        """
        tried: dict[int, tuple[Replay, ...]] = {}
        wanted = [
            (number, a, b)
            for number, ((a, b), merge) in enumerate(zip(pairs, merges, strict=True))
            if isinstance(merge, Merge) and merge.clean and not raw[number]
            if not (a.simple and b.simple)
        ]
        works = {side.work.commit: side.work for _, a, b in wanted for side in (a, b)}
        alone = self._against_base(base, list(works.values()))
        tries = [
            (number, side, other)
            for number, a, b in wanted
            for side, other in ((a, b), (b, a))
            if not side.simple and _rebases(alone[side.work.key])
        ]
        alike = self._alike([(side, other) for _, side, other in tries])
        for (number, side, other), twins in zip(tries, alike, strict=True):
            # Commits that meet nothing of the other's are replayed as they are on base alone. But
            # those that the other has as well are left out, even if it took them back since.
            steps = _without(side.steps, other.steps)
            if (
                twins
                or len(steps) < len(side.steps)
                or (
                    meet(side.marks, other.told, side.since, other.since)
                    and (self.drivers or not proved_replays.between(side, other))
                )
            ):
                onto = landed(base, other)
                replay = Replay(
                    other.merge.tree,
                    steps,
                    (onto, side.work.commit) if twins else None,
                    attributes=onto if other.sets_attributes else base,
                    sets_attributes=side.sets_attributes,
                )
                tried[number] = (*tried.get(number, ()), replay)
        self.run([each for some in tried.values() for each in some])
        return tried

    def run(self, replays: Sequence[Replay]) -> None:
        """Run replays; those tried before are cached."""
        replay_all(
            self._runner,
            self._quarantine,
            replays,
            stage=self._landings.stage.for_base,
            known=self._landings.memory.picks,
        )

    def forget(self) -> None:
        """Read the settings again."""
        self.__dict__.pop("drivers", None)

    @cached_property
    def drivers(self) -> bool:
        """Whether the user has merge drivers, which may treat the two sides differently."""
        args = ["config", "--name-only", "--get-regexp", r"^merge\..*\.driver$"]
        return self._runner.run(args, ok=(0, 1)).status == 0

    def _alike(self, sides: Sequence[tuple[Landed, Landed]]) -> list[bool]:
        """Whether two sides may have commits with equal patches but different ids."""
        pairs = [
            [
                (mine, theirs)
                for paths in side.patches.keys() & other.patches.keys()
                for mine in side.patches[paths]
                for theirs in other.patches[paths]
            ]
            for side, other in sides
        ]
        frames = {frame for some in pairs for pair in some for frame in pair}
        try:
            told = self._landings.memory.digests(frames)
        except GitError:  # an object is gone: git itself is asked then, about each apart
            return [bool(some) for some in pairs]
        return [any(told.get(one) == told.get(other) for one, other in some) for some in pairs]


def _rebases(outcome: Verdict | Unknown) -> bool:
    return isinstance(outcome, Verdict) and outcome.level < Level.CONFLICT


def _without(steps: Sequence[Step], landed: Sequence[Step]) -> tuple[Step, ...]:
    """The steps that a rebase has still to replay, without commits landed already."""
    there = {step.commit for step in landed}
    return tuple(step for step in steps if step.commit not in there)
