"""Land branches one upon the other, in a temporary object directory.

Each way of landing is simulated as what it is. A merge leaves the branch's commits in base's
history, so that what is built on them merges from there; a squash leaves one commit that knows
nothing of them; a rebase leaves copies, which the rebase of what is built on them skips.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.landing.failing import clash, unsimulated
from parallel_tui.adapters.git.simulate.landing.keeping import keep
from parallel_tui.adapters.git.simulate.landing.meeting import exclusive, groups_of
from parallel_tui.adapters.git.simulate.landing.sizes import change_sizes
from parallel_tui.adapters.git.simulate.merge.drivers import drivers_of
from parallel_tui.adapters.git.simulate.merge.history import Step
from parallel_tui.adapters.git.simulate.merge.merges import Merge, merge_all
from parallel_tui.adapters.git.simulate.merge.patches import Frame
from parallel_tui.adapters.git.simulate.merge.replay import Replay, replay_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions, marked_files
from parallel_tui.adapters.git.simulate.resolving import Resolver
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.landing import Landed, Landings
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.landing.plan import ChangeSize, Strategy
from parallel_tui.model.landing.simulation import Clash, Reached

_NO_PATCHES: Final[frozenset[str]] = frozenset()


class LandingTrials:
    """Implements `LandingTrial`. Not thread-safe."""

    def __init__(
        self,
        runner: Runner,
        quarantine: Quarantine,
        base: str,
        heads: Mapping[str, str],
        strategy: Strategy,
        *,
        resolved: bool = False,
    ) -> None:
        """Land each branch on base by itself, which tells how the rest may be tried.

        Args:
            runner: The gateway to git.
            quarantine: Where new objects go; closed with this.
            base: Commit of base.
            heads: Commits to land, by name.
            strategy: How they are landed.
            resolved: Whether conflicts are resolved as they were before.

        Raises:
            GitError: When base or one of the heads cannot be read.
        """
        self._runner = runner
        self._quarantine = quarantine
        self._heads = dict(heads)
        self._strategy = strategy
        remembered = RememberedResolutions(runner)
        self._resolver = Resolver(runner, quarantine, remembered) if resolved else None
        self._known: dict[tuple[str, str], Reached | Clash] = {}
        self._drivers: Mapping[str, tuple[str, ...]] | None = None
        self._sizes: dict[tuple[str, str], ChangeSize] = {}
        self._landings = Landings(runner, quarantine)
        trees = self._landings.trees_of([base, *heads.values()])
        self._start = Reached(trees[base], base, trees[base])
        works = [
            Work(name, head, head, trees[head], trees[head], dirty=False)
            for name, head in heads.items()
        ]
        told = self._landings.of(base, works) if works else {}
        self._alone = {name: told[head] for name, head in heads.items()}
        self._landed = {
            name: each for name, each in self._alone.items() if isinstance(each, Landed)
        }
        self._moving = any(each.sets_attributes for each in self._landed.values())
        self._patches: dict[str, frozenset[str]] = {base: _NO_PATCHES}
        self._copies: dict[str, list[tuple[str, str]]] = {}
        self._own: dict[str, frozenset[str]] = {}
        if strategy is Strategy.REBASE:
            self._own = {
                name: self._digests(_frames(each.steps)) for name, each in self._landed.items()
            }

    def start(self) -> Reached:
        """See `Simulation.start`."""
        return self._start

    def in_base(self) -> frozenset[str]:
        """See `LandingTrial.in_base`."""
        return frozenset(name for name, each in self._landed.items() if each.in_base)

    def drivers(self) -> Mapping[str, tuple[str, ...]]:
        """See `LandingTrial.drivers`."""
        if self._drivers is None:
            seen: set[str] = set()
            both: set[str] = set()
            for each in self._landed.values():
                both |= each.told.touched & (seen | each.since.touched)
                seen |= each.told.touched
            stage = self._landings.stage.for_base(self._start.commit)
            self._drivers = drivers_of(self._runner, stage, both)
        return self._drivers

    def groups(self) -> Sequence[frozenset[str]]:
        """See `LandingTrial.groups`."""
        return groups_of(self._landed)

    def apart(self) -> frozenset[frozenset[str]]:
        """See `LandingTrial.apart`."""
        likely = exclusive(
            self._landings,
            {
                name: each
                for name, each in self._landed.items()
                if each.simple or self._strategy is not Strategy.REBASE
            },
            self._landed,
        )
        names = sorted({name for pair in likely for name in pair})
        told = zip(names, self.land(self._start, names), strict=True)
        after = {name: each for name, each in told if isinstance(each, Reached)}
        turns = [turn for one, other in likely for turn in ((one, other), (other, one))]
        self.foresee([(after[first], second) for first, second in turns if first in after])
        # Only those that conflict in deed, whichever of the two comes first.
        return frozenset(
            frozenset(pair)
            for pair in likely
            if self._clash(after, *pair) and self._clash(after, *reversed(pair))
        )

    def _clash(self, after: Mapping[str, Reached], first: str, second: str) -> bool:
        """Whether a branch conflicts once another one has landed alone."""
        if first not in after:
            return False
        (then,) = self.land(after[first], [second])
        return isinstance(then, Clash) and bool(then.paths)

    def sizes(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], ChangeSize]:
        """See `LandingTrial.sizes`."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._sizes]
        self._sizes |= change_sizes(self._runner, self._quarantine, new)
        return {pair: self._sizes[pair] for pair in pairs}

    def copies(self, name: str) -> Sequence[tuple[str, str]]:
        """See `LandingTrial.copies`."""
        return self._copies[name]

    def keep(self, trees: Sequence[str]) -> None:
        """See `LandingTrial.keep`."""
        keep(self._runner, self._quarantine, trees, behind=[self._start.commit])

    def commit(self, tree: str, parents: Sequence[str], message: str, when: int) -> str:
        """See `LandingTrial.commit`."""
        try:
            return self._quarantine.commit(tree, parents, message=message, when=when)
        except OSError as error:
            raise unsimulated(error) from error

    def pack(self, commit: str) -> bytes:
        """See `LandingTrial.pack`."""
        there = [self._start.commit, *self._heads.values()]
        asked = "\n".join([commit, *(f"^{each}" for each in there), ""])
        return self._runner.run(
            ["pack-objects", "--revs", "--stdout", "-q", "--compression=0"],
            stdin=asked.encode(),
            env=self._quarantine.env,
        ).stdout

    def known(self, marked: str, paths: Sequence[str]) -> frozenset[str]:
        """See `LandingTrial.known`."""
        remembered = RememberedResolutions(self._runner)
        if not remembered.kept():
            return frozenset()
        return remembered.known(marked_files(self._runner, self._quarantine, marked, paths))

    def close(self) -> None:
        """See `LandingTrial.close`."""
        self._quarantine.close()

    def land(self, onto: Reached, names: Sequence[str]) -> Sequence[Reached | Clash]:
        """See `Simulation.land`; one process for all that are new, when they are merged."""
        self.foresee([(onto, name) for name in names])
        return [self._known[onto.commit, name] for name in names]

    def foresee(self, landings: Sequence[tuple[Reached, str]]) -> None:
        """See `Simulation.foresee`; one process for each base by whose attributes git merges."""
        asked = {(onto.commit, name): (onto, name) for onto, name in landings}
        new = {key: each for key, each in asked.items() if key not in self._known}
        for key, (_, name) in new.items():
            told = self._alone[name]
            if isinstance(told, Unknown):
                self._known[key] = Clash(unknown=told.reason)
        fresh = {key: each for key, each in new.items() if each[1] in self._landed}
        if fresh:
            way = self._replayed if self._strategy is Strategy.REBASE else self._merged
            try:
                found = way(list(fresh.values()))
            except GitError as error:
                found = [Clash(unknown=error.message) for _ in fresh]
            except OSError as error:
                found = [Clash(unknown=error.strerror or str(error)) for _ in fresh]
            self._known |= dict(zip(fresh, found, strict=True))

    def _attributes(self, onto: Reached) -> str:
        """The commit by whose attribute files git merges: base's own where nobody changes them."""
        return onto.commit if self._moving else self._start.commit

    def _merged(self, landings: Sequence[tuple[Reached, str]]) -> Sequence[Reached | Clash]:
        found: dict[int, Reached | Clash] = {}
        alike: dict[str, list[int]] = {}
        for at, (onto, _) in enumerate(landings):
            alike.setdefault(self._attributes(onto), []).append(at)
        for attributes, places in alike.items():
            pairs = [(landings[at][0].commit, self._heads[landings[at][1]]) for at in places]
            stage = self._landings.stage.for_base(attributes)
            merges: Sequence[Merge | Unknown]
            merges = merge_all(self._runner, self._quarantine, pairs, stage=stage)
            if self._resolver is not None:
                merges = self._resolver.settled(merges)
            for at, pair, merge in zip(places, pairs, merges, strict=True):
                found[at] = self._met(pair, merge)
        return [found[at] for at in range(len(landings))]

    def _met(self, pair: tuple[str, str], merge: Merge | Unknown) -> Reached | Clash:
        if isinstance(merge, Unknown):
            return Clash(unknown=merge.reason)
        if not merge.clean:
            return clash(merge.conflicts, merge.tree)
        parents = pair if self._strategy is Strategy.MERGE else pair[:1]
        commit = self._quarantine.commit(merge.tree, parents)
        return Reached(merge.tree, commit, merge.tree, merge.resolved)

    def _replayed(self, landings: Sequence[tuple[Reached, str]]) -> Sequence[Reached | Clash]:
        replays = [
            Replay(
                onto.tree,
                self._landed[name].steps,
                # Only then can any of its commits be there already by another name.
                None
                if self._patches[onto.commit].isdisjoint(self._own[name])
                else (onto.commit, self._heads[name]),
                attributes=self._attributes(onto),
                sets_attributes=self._landed[name].sets_attributes,
            )
            for onto, name in landings
        ]
        replay_all(
            self._runner,
            self._quarantine,
            replays,
            stage=self._landings.stage.for_base,
            known=self._landings.memory.picks,
            resolve=self._resolver.settled if self._resolver is not None else None,
        )
        return [
            self._copied(onto, name, each)
            for (onto, name), each in zip(landings, replays, strict=True)
        ]

    def _copied(self, onto: Reached, name: str, replay: Replay) -> Reached | Clash:
        """Base with the copies of a branch's commits on top."""
        if replay.unknown is not None:
            return Clash(unknown=replay.unknown.reason)
        if replay.failed is not None:
            return clash(replay.conflicts, replay.marked)
        commit, tree = onto.commit, onto.tree
        frames: list[Frame] = []
        copies: list[tuple[str, str]] = []
        for step, after in zip(replay.steps, replay.trees, strict=True):
            if after == tree and step.tree != step.parent_tree:
                continue  # nothing of it is left: git drops it
            frames.append((tree, after))
            copies.append((step.commit, after))
            commit, tree = self._quarantine.commit(after, (commit,)), after
        if onto == self._start:
            self._copies[name] = copies
        patches = self._patches[onto.commit] | self._digests(frames)
        self._patches[commit] = patches
        # Of the copies below it only those count that a branch may have as well.
        shared = patches & _NO_PATCHES.union(*self._own.values())
        mark = hashlib.sha256("\n".join(sorted(shared)).encode()).hexdigest()
        resolved = dict.fromkeys(path for some in replay.resolved.values() for path in some)
        return Reached(f"{tree} {mark}", commit, tree, tuple(resolved))

    def _digests(self, frames: Sequence[Frame]) -> frozenset[str]:
        return frozenset(self._landings.memory.digests(frames).values())


def _frames(steps: Sequence[Step]) -> Sequence[Frame]:
    return [(step.parent_tree, step.tree) for step in steps if step.parent_tree is not None]
