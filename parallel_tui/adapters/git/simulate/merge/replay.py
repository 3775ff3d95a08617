"""Simulate a rebase: each commit as a three-way merge onto the result before it.

Many replays advance together, one commit of each a round, so that the number of processes is that
of the longest session and not that of all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import Failed
from parallel_tui.adapters.git.simulate.bounded_cache import Bounded
from parallel_tui.adapters.git.simulate.merge.history import Step, already_there
from parallel_tui.adapters.git.simulate.merge.merges import PICKED, Merge, merge_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Conflict
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MOST: Final = 10_000

if TYPE_CHECKING:
    Picks = Bounded[tuple[str, str, str, str], Merge]
else:
    Picks = Bounded
"""What steps lead to, by what the attributes are from, what they are picked onto, the tree they
start from (empty for none) and theirs."""


@dataclass(slots=True)
class Replay:
    """One rebase to simulate.

    Attributes:
        onto: Tree it starts on.
        steps: What is replayed, oldest first.
        twins: Commit it is rebased to, and what is rebased, where some steps may be there already
            by another name, which a rebase leaves out; `None` where none can be.
        attributes: Commit or tree whose attribute files hold for the next step; those of git's
            directory by default.
        sets_attributes: Whether steps may change those: what a step leads to is checked out before
            the next one, with its attribute files.
        failed: The step that conflicts; `None` while none does.
        conflicts: What it conflicts in.
        marked: Tree with the conflict markers of that.
        unknown: Why it could not be tried to its end.
        trees: What the steps have led to so far, one tree each.
        resolved: Paths of conflicts that were resolved as before on the way, by the commit.
    """

    onto: str
    steps: Sequence[Step]
    twins: tuple[str, str] | None = None
    attributes: str = ""
    sets_attributes: bool = False
    failed: Step | None = None
    conflicts: tuple[Conflict, ...] = ()
    marked: str = ""
    unknown: Unknown | None = None
    trees: list[str] = field(default_factory=list)
    resolved: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _place: int = field(default=0, repr=False)
    _tree: str = field(default="", repr=False)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to try."""
        return self.failed is not None or self.unknown is not None or self._place >= len(self.steps)

    def inputs(self, quarantine: Quarantine) -> tuple[str, str]:
        """The two commits whose merge is the next step."""
        step = self.steps[self._place]
        onto = self._tree or self.onto
        if step.parent_tree is None:
            return quarantine.commit(onto), quarantine.commit(step.tree)
        before = quarantine.commit(step.parent_tree)
        return quarantine.commit(onto, (before,)), quarantine.commit(step.tree, (before,))

    def pick(self) -> tuple[str, str, str, str]:
        """Everything that the result of the next step depends on."""
        step = self.steps[self._place]
        return (self.attributes, self._tree or self.onto, step.parent_tree or "", step.tree)

    def take(self, merge: Merge) -> None:
        """Continue with the result of the next step, or end with it."""
        if merge.clean:
            self._tree = merge.tree
            self.trees.append(merge.tree)
            if merge.resolved:
                self.resolved[self.steps[self._place].commit] = merge.resolved
            self._place += 1
            if self.sets_attributes:
                self.attributes = merge.tree
            return
        step = self.failed = self.steps[self._place]
        self.marked = merge.tree
        name = "the uncommitted work" if step.uncommitted else step.commit[:10]
        self.conflicts = tuple(
            replace(each, text=f"replaying {name}: {each.text}") for each in merge.conflicts
        )


def replay_all(
    runner: Runner,
    quarantine: Quarantine,
    replays: Sequence[Replay],
    *,
    stage: Callable[[str], Worktree] | None = None,
    known: Picks | None = None,
    resolve: Callable[[Sequence[Merge | Unknown]], Sequence[Merge | Unknown]] | None = None,
) -> None:
    """Run replays to their end or first conflict, storing the results in them.

    Args:
        runner: The gateway to git.
        quarantine: Where new objects go.
        replays: What to try.
        stage: Gives the place for git to run in, which has the attribute files of a commit or tree;
            the git directory by default.
        known: Steps that were tried before; new ones are added. None by default.
        resolve: Resolves merges as they were resolved before; the known ones were made with the
            same. Nothing is resolved by default.
    """
    picks = Picks(_MOST) if known is None else known
    for replay in replays:
        if replay.twins is not None:
            try:
                there = already_there(runner, quarantine, *replay.twins)
            except GitError as error:
                replay.unknown = Failed(f"its commits cannot be compared: {error.message}")
                continue
            replay.steps = [step for step in replay.steps if step.commit not in there]
    while True:
        for replay in replays:
            while not replay.done and (known_pick := picks.get(replay.pick())) is not None:
                replay.take(known_pick)
        active = {replay.pick(): replay for replay in replays if not replay.done}
        if not active:
            return
        merges: dict[tuple[str, str, str, str], Merge | Unknown] = {}
        for attributes in dict.fromkeys(pick[0] for pick in active):
            some = {pick: each for pick, each in active.items() if pick[0] == attributes}
            place = stage(attributes) if stage is not None and attributes else None
            inputs = [each.inputs(quarantine) for each in some.values()]
            told = merge_all(runner, quarantine, inputs, stage=place, sides=PICKED)
            if resolve is not None:
                told = tuple(resolve(told))
            merges.update(zip(some, told, strict=True))
        for replay in replays:
            if replay.done:
                continue
            merge = merges[replay.pick()]
            if isinstance(merge, Unknown):
                replay.unknown = merge
            else:
                replay.take(merge)
        for pick, merge in merges.items():
            if isinstance(merge, Merge):
                picks.put(pick, merge)
