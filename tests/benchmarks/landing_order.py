"""How many branches land in the order of the plan, and in two simpler orders, on real changes.

Run: `python -m tests.benchmarks.landing_order REPO [--branches N] [--commits N] [--seed N]`.
Commits of a repository's own history, some at a time, are put as branches on an older commit of it,
in a clone that is deleted at the end; those that do not apply there are passed over. Every order is
then merged for real. The repository is only read.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
from parallel_tui.model.landing.order import best_order
from parallel_tui.model.landing.plan import Strategy
from tests.support.isolation import environment
from tests.support.world import World


def branches(
    world: World, clone: Path, base: str, wanted: int, commits: int, chance: random.Random
) -> Mapping[str, str]:
    """Heads by name, each some consecutive commits of the later history, on base."""
    listed = world.git("log", "--no-merges", "--format=%H", f"{base}..origin/HEAD", cwd=clone)
    later = listed.split()[::-1]
    starts = list(range(0, len(later) - commits, commits))
    chance.shuffle(starts)
    found: dict[str, str] = {}
    for start in starts:
        if len(found) == wanted:
            break
        world.git("checkout", "-q", "--detach", base, cwd=clone)
        some = later[start : start + commits]
        pick = ("cherry-pick", "-Xtheirs", "--allow-empty", "--keep-redundant-commits")
        world.git(*pick, *some, cwd=clone, check=False)
        if world.git("status", "--porcelain", cwd=clone).strip():
            world.git("cherry-pick", "--abort", cwd=clone, check=False)
            world.git("reset", "-q", "--hard", cwd=clone)
            continue
        head = world.git("rev-parse", "HEAD", cwd=clone).strip()
        if world.git("diff", "--name-only", base, head, cwd=clone).strip():
            found[f"s{len(found):02}"] = head
    return found


def landed(world: World, clone: Path, base: str, heads: Sequence[str]) -> int:
    """How many land when they are merged one after the other, those that conflict passed over."""
    world.git("checkout", "-q", "--detach", base, cwd=clone)
    count = 0
    for head in heads:
        before = world.git("rev-parse", "HEAD", cwd=clone)
        world.git("merge", "-q", "--no-ff", "--no-edit", head, cwd=clone, check=False)
        if world.git("ls-files", "--unmerged", cwd=clone):
            world.git("merge", "--abort", cwd=clone)
        count += world.git("rev-parse", "HEAD", cwd=clone) != before
    return count


def clashes(world: World, clone: Path, one: str, other: str) -> bool:
    """Whether two merge with each other."""
    told = world.git("merge-tree", "--write-tree", one, other, cwd=clone, check=False)
    return "CONFLICT" in told


def by_script(world: World, clone: Path, heads: Sequence[str]) -> Sequence[str]:
    """What a script picks that takes whatever `git merge-tree` prints for a conflict."""
    ready: list[str] = []
    for head in heads:
        for other in ready:
            fork = world.git("merge-base", head, other, cwd=clone).strip()
            if world.git("merge-tree", fork, head, other, cwd=clone):
                break
        else:
            ready.append(head)
    return ready


def fewest_first(world: World, clone: Path, heads: Sequence[str]) -> Sequence[str]:
    """In order of how many others each conflicts with."""
    against = dict.fromkeys(heads, 0)
    for place, one in enumerate(heads):
        for other in heads[place + 1 :]:
            if clashes(world, clone, one, other):
                against[one] += 1
                against[other] += 1
    return sorted(heads, key=lambda each: against[each])


def planned(clone: Path, base: str, heads: Mapping[str, str]) -> tuple[Sequence[str], bool, int]:
    """The order of the plan, whether no other lands more, and how many processes it took."""
    runner = Runner(discover(str(clone)))
    with closing(LandingReads(runner).begin(base, heads, Strategy.MERGE)) as trial:
        told = best_order(trial, list(heads), (), trial.groups(), trial.apart())
    return [heads[name] for name in told.names], told.exact, runner.started


def main() -> None:
    """Print one line for each order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("--branches", type=int, default=20)
    parser.add_argument("--commits", type=int, default=3, help="in each branch")
    parser.add_argument("--back", type=int, default=300, help="how far back base stands")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="pdev-bench-"))
    try:
        world = World(root, environment(root, root / "tmux"))
        clone = root / "clone"
        world.git("clone", "-q", str(asked.repo.resolve()), str(clone), cwd=root)
        base = world.git("rev-parse", f"HEAD~{asked.back}", cwd=clone).strip()
        chance = random.Random(asked.seed)  # noqa: S311 - no secret
        heads = branches(world, clone, base, asked.branches, asked.commits, chance)
        everyone = list(heads.values())
        print(f"{len(heads)} branches of {asked.commits} commits on {base[:10]}")
        began = time.monotonic()
        order, exact, started = planned(clone, base, heads)
        took = time.monotonic() - began
        best = "no order lands more" if exact else "a good order"
        count = landed(world, clone, base, order)
        print(f"plan: {count} land; {best}; {took:.2f} s, {started} processes")
        for name, way in (("fewest conflicts first", fewest_first), ("the script", by_script)):
            began = time.monotonic()
            order = way(world, clone, everyone)
            took = time.monotonic() - began
            print(f"{name}: {landed(world, clone, base, order)} land; {took:.2f} s")
        print(f"as they come: {landed(world, clone, base, everyone)} land")
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
