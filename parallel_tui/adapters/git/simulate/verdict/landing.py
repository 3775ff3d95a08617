"""Simulate landing each session on base by itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import Failed, settle
from parallel_tui.adapters.git.simulate.merge.attributes import Stage, sets_attributes
from parallel_tui.adapters.git.simulate.merge.history import Own, Step, already_there, trees_of
from parallel_tui.adapters.git.simulate.merge.memory import Memory
from parallel_tui.adapters.git.simulate.merge.merges import Merge, merge_all
from parallel_tui.adapters.git.simulate.merge.patches import Frame, paths_digest
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.meeting import NOTHING, Footprint, footprint
from parallel_tui.model.overlap.verdict import PathChange
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

UNRELATED: Final = Unknown("its history has nothing in common with base")
CUT_OFF: Final = Unknown("no history in common with base is here; the clone is shallow")


@dataclass(frozen=True, slots=True)
class Landed:
    """One session's work landed on base.

    Attributes:
        work: The work.
        merge: Of base and the work.
        changes: What the work does to base, lines not read yet; to its own start when it does
            not land.
        reach: `changes` and those of every single commit, which a rebase meets one by one.
        steps: Its commits, then its uncommitted work; without those that base has by another
            name, which a rebase leaves out.
        simple: Whether replaying it is the very merge: one step, and no merge left out.
        patches: For each set of paths the steps that change just those, as trees before and after.
            Steps with the same patch change the same paths.
        since: What base changed since it forked.
        straight: Whether its steps follow on each other from one fork, none left out.
        own: Whether it has anything of its own, be it in base by now.
        sets_attributes: Whether it changes attribute files, which decide how git merges others
            onto it.
        marks: The paths in `reach`.
        told: The paths in `changes`.
    """

    work: Work
    merge: Merge
    changes: tuple[PathChange, ...]
    reach: tuple[PathChange, ...]
    steps: tuple[Step, ...]
    simple: bool
    patches: Mapping[frozenset[str], tuple[Frame, ...]] = field(default_factory=dict)
    since: Footprint = NOTHING
    straight: bool = False
    own: bool = False
    sets_attributes: bool = False
    marks: Footprint = field(default=NOTHING, repr=False)
    told: Footprint = field(default=NOTHING, repr=False)

    @property
    def in_base(self) -> bool:
        """Whether base contains all its work already: merged, squashed or copied."""
        return self.own and self.merge.clean and not self.changes


_TREES = 1_000
"""Commits whose tree is remembered; one that is asked for again costs a process."""


class Landings:
    """Lands works on a base, and caches the results while they are used."""

    def __init__(self, runner: Runner, quarantine: Quarantine) -> None:
        self._runner = runner
        self._quarantine = quarantine
        self.stage = Stage(runner, quarantine)
        self.memory = Memory(runner, quarantine)
        self._trees: dict[str, str] = {}
        self._known: dict[tuple[str, str], Landed | Unknown] = {}

    def forget(self) -> None:
        """Drop everything that depends on objects in quarantine."""
        self._known.clear()
        self.memory.forget()

    def retain(self, base: str, works: Iterable[Work]) -> None:
        """Drop the results of all works but these."""
        wanted = {(base, work.commit) for work in works}
        self._known = {key: each for key, each in self._known.items() if key in wanted}
        for commit in list(self._trees)[:-_TREES]:
            del self._trees[commit]
        self.memory.age()

    def tree_of(self, commit: str) -> str:
        """Tree of a commit; one process the first time.

        Raises:
            GitError: When the commit is not there.
        """
        return self.trees_of([commit])[commit]

    def trees_of(self, commits: Collection[str]) -> Mapping[str, str]:
        """Trees of commits, by commit; one process for all that are new.

        Raises:
            GitError: When one is not there.
        """
        new = [commit for commit in commits if commit not in self._trees]
        self._trees.update(trees_of(self._runner, self._quarantine, new))
        for commit in commits:
            if commit not in self._trees:
                raise GitError(f"The commit {commit} is not in the repository")
        return self._trees

    def of(self, base: str, works: Sequence[Work]) -> Mapping[str, Landed | Unknown]:
        """Works landed on base, by their commits. Failures of git are not cached."""
        found = {
            work.commit: self._known[base, work.commit]
            for work in works
            if (base, work.commit) in self._known
        }
        fresh = list({work.commit: work for work in works if work.commit not in found}.values())
        if not fresh:
            return found
        for work, landed in zip(fresh, self._land(base, fresh), strict=True):
            found[work.commit] = landed
            if isinstance(landed, Landed) or landed in (UNRELATED, CUT_OFF):
                self._known[base, work.commit] = landed
        return found

    def _land(self, base: str, works: Sequence[Work]) -> list[Landed | Unknown]:
        runner, quarantine = self._runner, self._quarantine
        base_tree = self.tree_of(base)
        stage = self.stage.for_base(base)
        merges = merge_all(runner, quarantine, [(base, work.commit) for work in works], stage=stage)

        owns = settle(
            lambda heads: self.memory.owned(base, heads),
            [work.tip for work in works],
            "its commits cannot be read",
        )
        frames = [
            self._frame(base, base_tree, work, merge, own)
            for work, merge, own in zip(works, merges, owns, strict=True)
        ]
        steps = [
            () if isinstance(own, Unknown) else _with_dirty(work, own.steps)
            for work, own in zip(works, owns, strict=True)
        ]
        asked = [
            (
                *((frame,) if isinstance(frame, tuple) else ()),
                *_step_frames(some),
                *_whole_frames(work, own),
                *((fork, base_tree) for _, fork in _forks(work, own)),
            )
            for work, frame, some, own in zip(works, frames, steps, owns, strict=True)
        ]

        def compared(many: Sequence[Sequence[Frame]]) -> list[tuple[tuple[PathChange, ...], ...]]:
            flat = [pair for pairs in many for pair in pairs]
            told = iter(self.memory.changed(flat))
            return [tuple(next(told) for _ in pairs) for pairs in many]

        changes = settle(compared, asked, "its changes cannot be read")
        result: list[Landed | Unknown] = []
        for number, (work, merge) in enumerate(zip(works, merges, strict=True)):
            frame, own, told = frames[number], owns[number], changes[number]
            # The frame first: only it says that histories are unrelated, which git merges anyway.
            for answer in (frame, merge, own, told):
                if isinstance(answer, Unknown):
                    result.append(answer)
                    break
            else:
                if isinstance(merge, Merge) and isinstance(own, Own) and isinstance(told, tuple):
                    result.append(self._landed(base, work, merge, own, steps[number], told))
        return result

    def _landed(
        self,
        base: str,
        work: Work,
        merge: Merge,
        own: Own,
        steps: tuple[Step, ...],
        told: tuple[tuple[PathChange, ...], ...],
    ) -> Landed | Unknown:
        """Assemble the result; `told` has the changes of all, of each step, and of base."""
        patches: dict[frozenset[str], tuple[Frame, ...]] = {}
        frames = _step_frames(steps)
        count = len(frames)
        single = told[1 : 1 + count]
        # Also of a single one: what base has of it already counts where the other goes on from it.
        everything = 1 + count + len(_whole_frames(work, own))
        whole, moved = told[:everything], told[everything:]
        simple = len(steps) < 2 and not own.merges
        for frame, changes in zip(frames, single, strict=True):
            paths = frozenset(path for each in changes for path in each.touches)
            patches[paths] = (*patches.get(paths, ()), frame)
        if not simple:
            try:
                there = self._there(base, work, steps, patches, _forks(work, own))
            except GitError as error:
                return Failed(f"its commits cannot be compared with those of base: {error.message}")
            left = tuple(step for step in steps if step.commit not in there)
        else:
            left = steps
        reach = tuple(dict.fromkeys(each for some in whole for each in some))
        return Landed(
            work,
            merge,
            told[0],
            reach,
            left,
            simple,
            patches,
            footprint(each for some in moved for each in some),
            straight=left == steps and _straight(work, own, steps),
            own=bool(steps or own.merges),
            sets_attributes=any(map(sets_attributes, reach)),
            marks=footprint(reach),
            told=footprint(told[0]),
        )

    def _there(
        self,
        base: str,
        work: Work,
        steps: Sequence[Step],
        patches: Collection[frozenset[str]],
        forks: Sequence[tuple[str, str]],
    ) -> frozenset[str]:
        """Steps that base has under another id; asked only where paths match."""
        moved = self.memory.patched(base, [fork for fork, _ in forks])
        if all(step.parent_tree is not None for step in steps) and moved.isdisjoint(
            map(paths_digest, patches)
        ):
            return frozenset()
        return already_there(self._runner, self._quarantine, base, work.commit)

    def _frame(
        self, base: str, base_tree: str, work: Work, merge: Merge | Unknown, own: Own | Unknown
    ) -> tuple[str, str] | Unknown:
        """The two trees whose difference is the session's own work."""
        if isinstance(merge, Unknown):
            return merge
        if isinstance(own, Unknown):
            return own
        if merge.clean and not own.roots:
            return base_tree, merge.tree
        done = self._runner.run(["merge-base", base, work.tip], ok=(0, 1), env=self._quarantine.env)
        if done.status:
            shallow = self._runner.run(["rev-parse", "--is-shallow-repository"]).text.strip()
            return CUT_OFF if shallow == "true" else UNRELATED
        if merge.clean:
            return base_tree, merge.tree
        return self.tree_of(done.text.split()[0]), work.tree


def _forks(work: Work, own: Own | Unknown) -> tuple[tuple[str, str], ...]:
    """The commits where a work left base, with their trees; base itself when up to date."""
    if isinstance(own, Unknown):
        return ()
    return own.forks or ((work.head, work.head_tree),)


def _straight(work: Work, own: Own, steps: Sequence[Step]) -> bool:
    forks = _forks(work, own)
    trees = [forks[0][1], *(step.tree for step in steps)]
    if own.merges or own.roots or len(forks) > 1:
        return False
    return [step.parent_tree for step in steps] == trees[:-1]


def _with_dirty(work: Work, committed: tuple[Step, ...]) -> tuple[Step, ...]:
    if work.tip == work.commit:
        return committed
    return (*committed, Step(work.commit, work.tree, work.head_tree, uncommitted=True))


def _step_frames(steps: Sequence[Step]) -> tuple[tuple[str, str], ...]:
    """The trees before and after each single commit."""
    return tuple((step.parent_tree, step.tree) for step in steps if step.parent_tree is not None)


def _whole_frames(work: Work, own: Own | Unknown) -> tuple[tuple[str, str], ...]:
    """Trees before and after all of it where its steps do not show every edit, as with a merge."""
    if isinstance(own, Unknown) or not own.merges:
        return ()
    return tuple((fork, work.tree) for _, fork in _forks(work, own))
