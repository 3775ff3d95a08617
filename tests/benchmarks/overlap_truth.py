"""Predictions against what really happens, over the merges of any repository's history.

Run: `python -m tests.benchmarks.overlap_truth REPO [--merges N] [--commits N] [--seed N]`. The two
parents of a merge commit are taken for two sessions over their merge base; each verdict is held
against a real `git merge` and `git rebase` in a clone that is deleted at the end. The repository is
only read.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.outcomes import Outcome
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from tests.adapters.git.overlap.truth import Real, compare
from tests.support.isolation import environment
from tests.support.world import World

NAMES = ("one", "two")


def _pairs(world: World, clone: Path, most: int) -> Iterator[tuple[str, str, str]]:
    """Base and both parents of merge commits whose sides have at most so many commits."""
    listed = world.git("log", "--all", "--merges", "--format=%P", cwd=clone).splitlines()
    for line in dict.fromkeys(listed):
        parents = line.split(" ")
        if len(parents) != 2:
            continue
        bases = world.git("merge-base", "--all", *parents, cwd=clone, check=False).split()
        if not bases or bases[0] in parents:
            continue
        counts = [
            int(world.git("rev-list", "--count", f"{bases[0]}..{parent}", cwd=clone))
            for parent in parents
        ]
        if max(counts) <= most:
            yield bases[0], parents[0], parents[1]


def _whole(world: World, clone: Path, commits: Sequence[str]) -> bool:
    """Whether all files of these commits are there; a mirror may leave some out."""
    listed = world.git("rev-list", "--objects", "--missing=print", "--no-walk", *commits, cwd=clone)
    return not any(line.startswith("?") for line in listed.splitlines())


def _predicted(
    runner: Runner, quarantine: Quarantine, base: str, heads: tuple[str, str]
) -> dict[tuple[str, str], Outcome]:
    predictor = Predictor(runner, quarantine)
    trees = predictor.landings.trees_of(heads)
    one, two = (
        Work(name, head, head, trees[head], trees[head], dirty=False)
        for name, head in zip(NAMES, heads, strict=True)
    )
    alone = predictor.against_base(base, [one, two])
    return {
        **{("base", name): outcome for name, outcome in alone.items()},
        **predictor.between(base, [(one, two)]),
    }


def main() -> None:
    """Compare and print the counts; a false alarm or a miss is printed and fails."""
    parser = argparse.ArgumentParser()
    parser.add_argument("repo", type=Path)
    parser.add_argument("--merges", type=int, default=100)
    parser.add_argument("--commits", type=int, default=30, help="at most so many on each side")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="overlap-truth-"))
    try:
        (root / "tmux").mkdir()
        world = World(root, environment(root, root / "tmux"))
        clone = root / "clone"
        source = str(chosen.repo.resolve())
        world.git("clone", "-q", "--shared", "--no-checkout", source, str(clone), cwd=root)
        wrong = _compare(world, clone, chosen.merges, chosen.commits, chosen.seed)
    finally:
        shutil.rmtree(root)
    raise SystemExit(bool(wrong))


def _compare(world: World, clone: Path, merges: int, commits: int, seed: int) -> int:
    every = list(_pairs(world, clone, commits))
    random.Random(seed).shuffle(every)  # noqa: S311 - the same choices each run
    pairs = list(islice((pair for pair in every if _whole(world, clone, pair)), merges))
    repository = discover(str(clone))
    runner, quarantine = Runner(repository), Quarantine(repository)
    levels: Counter[str] = Counter()
    wrong = 0
    spent = 0.0
    try:
        for base, one, two in pairs:
            began = time.perf_counter()
            told = _predicted(runner, quarantine, base, (one, two))
            spent += time.perf_counter() - began
            real = Real(world, clone, base)
            for name, head in zip(NAMES, (one, two), strict=True):
                real.git("update-ref", f"refs/work/{name}", head)
            try:
                level = compare(real, told, NAMES)
            except AssertionError as error:
                wrong += 1
                print(f"wrong: base {base}, sessions {one} and {two}: {error}")
            else:
                levels["does not land" if level is None else level.name] += 1
    finally:
        quarantine.close()
    counts = ", ".join(f"{count} {name}" for name, count in sorted(levels.items()))
    print(f"{len(pairs)} pairs, {wrong} wrong; {counts}; predicted in {spent:.1f} s")
    return wrong


if __name__ == "__main__":
    main()
