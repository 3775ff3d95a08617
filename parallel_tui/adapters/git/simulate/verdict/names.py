"""Lower bound of a pair's verdict, from the names of changed paths alone.

For a git that cannot simulate merges. Nothing here ever says that there is no conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import settle
from parallel_tui.adapters.git.simulate.merge.changes import changed
from parallel_tui.adapters.git.simulate.merge.history import trees_of
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Level, PathChange, PathOverlap, Verdict


def by_names(
    runner: Runner,
    quarantine: Quarantine,
    base: str,
    pairs: Sequence[tuple[Work, Work]],
    limited: str,
) -> Mapping[tuple[str, str], Verdict | Unknown]:
    """Levels 0 and 1 of pairs by key, marked as limited.

    Args:
        runner: The gateway to git.
        quarantine: Where the trees are.
        base: Commit of base.
        pairs: Of works.
        limited: Why no more can be said.
    """
    works = list({work.commit: work for pair in pairs for work in pair}.values())

    def read(some: Sequence[Work]) -> list[tuple[PathChange, ...]]:
        frames = []
        for work in some:
            args = ["merge-base", base, work.tip]
            common = runner.run(args, env=quarantine.env).text.split()[0]
            # Trees, for of two commits diff-tree takes the second for a parent of the first.
            frames.append((trees_of(runner, quarantine, [common])[common], work.tree))
        return list(changed(runner, quarantine, frames))

    told = dict(
        zip(
            (work.commit for work in works),
            settle(read, works, "its changes since base cannot be read"),
            strict=True,
        )
    )
    result: dict[tuple[str, str], Verdict | Unknown] = {}
    for one, other in pairs:
        mine, theirs = told[one.commit], told[other.commit]
        if isinstance(mine, Unknown) or isinstance(theirs, Unknown):
            result[one.key, other.key] = mine if isinstance(mine, Unknown) else theirs  # type: ignore[assignment]
            continue
        common = _paths(mine) & _paths(theirs)
        result[one.key, other.key] = Verdict(
            Level.SAME_FILE if common else Level.CLEAR,
            tuple(PathOverlap(path, Level.SAME_FILE) for path in sorted(common)),
            (base, one.tree, other.tree),
            dirty=one.dirty or other.dirty,
            limited=limited,
        )
    return result


def _paths(changes: Sequence[PathChange]) -> set[str]:
    return {path for change in changes for path in change.touches}
