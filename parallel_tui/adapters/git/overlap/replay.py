"""Rebasing in memory: each commit as a three-way merge onto what came before it.

Many replays advance together, one commit of each a round, so that the number of processes is that
of the longest session and not that of all pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from parallel_tui.adapters.git.overlap.history import Step
from parallel_tui.adapters.git.overlap.merges import merge_all
from parallel_tui.adapters.git.overlap.quarantine import Quarantine
from parallel_tui.adapters.git.runner import Runner


@dataclass(slots=True)
class Replay:
    """One rebase to be tried.

    Attributes:
        onto: Tree it starts on.
        steps: What is replayed, oldest first.
        failed: The step that conflicts; `None` while none does.
    """

    onto: str
    steps: Sequence[Step]
    failed: Step | None = None
    _place: int = field(default=0, repr=False)


def replay_all(runner: Runner, quarantine: Quarantine, replays: Sequence[Replay]) -> None:
    """Run replays to their end or their first conflict; results stand in them."""
    active = [replay for replay in replays if replay.steps]
    while active:
        pairs = []
        for replay in active:
            step = replay.steps[replay._place]
            if step.parent_tree is None:
                ours, theirs = quarantine.commit(replay.onto), quarantine.commit(step.tree)
            else:
                before = quarantine.commit(step.parent_tree)
                ours = quarantine.commit(replay.onto, (before,))
                theirs = quarantine.commit(step.tree, (before,))
            pairs.append((ours, theirs))
        for replay, merge in zip(active, merge_all(runner, quarantine, pairs), strict=True):
            if merge.clean:
                replay.onto = merge.tree
                replay._place += 1
            else:
                replay.failed = replay.steps[replay._place]
        active = [r for r in active if r.failed is None and r._place < len(r.steps)]
