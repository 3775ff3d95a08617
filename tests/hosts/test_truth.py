"""What is predicted across two machines, against what git really does with the same work."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

import pytest

from parallel_tui.model.overlap.verdict import Level, Verdict
from tests.hosts.test_shared_work import core, green, in_hub, red, share
from tests.support.world import World

__all__ = ["green", "red"]

SEEDS = int(os.environ.get("PDEV_HOSTS_TRUTH", "1"))
"""Runs of 49 pairs at most."""

EACH = 7
FILES = ("src/app.py", "dir/b [x].txt", "dir/ünï.txt")
LINES = 9


def _work(world: World, tree: Path, chance: random.Random) -> None:
    """Do what a session does, some of it committed."""
    for _ in range(chance.randrange(1, 4)):
        path = tree / chance.choice(FILES)
        kind = chance.randrange(10)
        if kind == 0:
            (tree / chance.choice(("new.txt", "dir/new"))).write_text(f"{chance.randrange(2)}\n")
        elif not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text("again\n")
        elif kind == 1:
            path.unlink()
        elif kind == 2:
            path.rename(path.with_name(f"moved{chance.randrange(2)}"))
        elif kind == 3:
            path.write_text(f"{path.read_text()}{chance.randrange(2)}\n")
        else:
            lines = path.read_text().splitlines(keepends=True)
            lines[chance.randrange(len(lines))] = f"{chance.randrange(3)}\n"
            path.write_text("".join(lines))
        if chance.random() < 0.4:
            world.git("add", "-A", cwd=tree)
            world.git("commit", "-q", "--allow-empty", "-m", "part", cwd=tree)


def _sessions(world: World, chance: random.Random) -> list[str]:
    host = "green" if world.root.name == "green" else "red"
    names = [f"{host}{number}" for number in range(EACH)]
    for name in names:
        _work(world, world.worktree(name, name), chance)
    return names


class Hub:
    """Merges for real, in the remote, what sessions have as commits of all their work."""

    def __init__(self, world: World) -> None:
        self._world = world

    def bring(self, world: World, names: list[str]) -> None:
        """Commit the work of sessions, and push it."""
        for name in names:
            tree = world.root / f"myapp-{name}"
            world.git("add", "-A", cwd=tree)
            world.git("commit", "-q", "--allow-empty", "-m", "work", cwd=tree)
        world.git("push", "-q", "origin", *(f"{name}:refs/work/{name}" for name in names))

    def merged(self, onto: str, name: str) -> str:
        """The commit that merging a session comes to; empty for a conflict."""
        hub = next(
            folder / "hub.git"
            for folder in (self._world.root, self._world.root.parent)
            if (folder / "hub.git").exists()
        )
        done = subprocess.run(
            ["git", "-C", str(hub), "merge-tree", "--write-tree", onto, f"refs/work/{name}"],
            env=dict(self._world.env),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        if done.returncode:
            return ""
        tree = done.stdout.strip()
        parents = ("-p", onto, "-p", f"refs/work/{name}")
        return in_hub(self._world, "commit-tree", *parents, "-m", "x", tree).strip()


@pytest.mark.parametrize("seed", range(1, SEEDS + 1))
def test_conflicts_across_machines_are_those_of_git(red: World, green: World, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    for path in FILES:
        red.write(path, "".join(f"line {number}\n" for number in range(LINES)))
    red.git("add", "-A")
    red.git("commit", "-q", "-m", "files")
    red.git("push", "-q", "origin", "main")
    green.git("pull", "-q")
    theirs, mine = _sessions(red, chance), _sessions(green, chance)
    red.write("src/app.py", f"base\n{(red.repo / 'src/app.py').read_text()}")  # it goes on as well
    red.git("add", "-A")
    red.git("commit", "-q", "--allow-empty", "-m", "base")
    red.git("push", "-q", "origin", "main")
    green.git("pull", "-q")
    share(red)
    share(green)

    there = core(green)
    trees = [each for each in there.git.worktrees() if each.own_branch in mine]
    keys = {each.own_branch or "": each.git_dir for each in trees}
    shared = there.hosts.service.look(fetch=True).sessions
    board = there.overlaps()
    told: dict[frozenset[str | None], object] = {}
    for found in board.update(
        there.git.base(None).oid,
        [(each, there.git.status(each)) for each in trees],
        shared=shared,
    ):
        told = {frozenset((each.a, each.b)): each.verdict for each in found}
    board.close()

    hub = Hub(red)
    hub.bring(red, theirs)
    hub.bring(green, mine)
    base = in_hub(red, "rev-parse", "main").strip()
    lands = {name: hub.merged(base, name) for name in (*theirs, *mine)}
    judged = 0
    conflicts = 0
    for name in filter(lands.get, mine):
        for other in filter(lands.get, theirs):
            verdict = told[frozenset((keys[name], f"{other}@red"))]
            assert isinstance(verdict, Verdict), (name, other, verdict)
            orders = (hub.merged(lands[name], other), hub.merged(lands[other], name))
            assert (verdict.level is Level.CONFLICT) == (not all(orders)), (name, other, verdict)
            judged += 1
            conflicts += not all(orders)
    assert judged >= 9
    assert 0 < conflicts < judged
