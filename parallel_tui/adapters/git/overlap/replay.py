"""Rebasing in memory: each commit as a three-way merge onto what came before it.

Many replays advance together, one commit of each a round, so that the number of processes is that
of the longest session and not that of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parallel_tui.adapters.git.overlap.batch import Failed
from parallel_tui.adapters.git.overlap.history import Step, already_there
from parallel_tui.adapters.git.overlap.merges import merge_all
from parallel_tui.adapters.git.overlap.quarantine import Quarantine
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.worktree import Worktree


@dataclass(slots=True)
class Replay:
    """One rebase to be tried.

    Attributes:
        onto: Tree it starts on.
        steps: What is replayed, oldest first.
        twins: Commit it is rebased to, and what is rebased, where some steps may be there already
            by another name, which a rebase leaves out; `None` where none can be.
        failed: The step that conflicts; `None` while none does.
        unknown: Why it could not be tried to its end.
    """

    onto: str
    steps: Sequence[Step]
    twins: tuple[str, str] | None = None
    failed: Step | None = None
    unknown: Unknown | None = None
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

    def advance(self, tree: str) -> None:
        """Go on from a tree."""
        self._tree = tree
        self._place += 1

    def stop(self) -> None:
        """End at the step that was tried."""
        self.failed = self.steps[self._place]


def replay_all(
    runner: Runner,
    quarantine: Quarantine,
    replays: Sequence[Replay],
    *,
    stage: Worktree | None = None,
) -> None:
    """Run replays to their end or their first conflict; results stand in them."""
    for replay in replays:
        if replay.twins is not None:
            try:
                there = already_there(runner, quarantine, *replay.twins)
            except GitError as error:
                replay.unknown = Failed(f"its commits cannot be compared: {error.message}")
                continue
            replay.steps = [step for step in replay.steps if step.commit not in there]
    active = [replay for replay in replays if not replay.done]
    while active:
        pairs = [replay.inputs(quarantine) for replay in active]
        merges = merge_all(runner, quarantine, pairs, stage=stage)
        for replay, merge in zip(active, merges, strict=True):
            if isinstance(merge, Unknown):
                replay.unknown = merge
            elif merge.clean:
                replay.advance(merge.tree)
            else:
                replay.stop()
        active = [replay for replay in active if not replay.done]
