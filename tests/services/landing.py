"""A repository with three sessions that are ready to land, for tests of landings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.bootstrap.landing.plans import lander
from parallel_tui.model.landing.plan import LandingPlan, Strategy
from parallel_tui.model.landing.run import LandingStep
from parallel_tui.services.landing.running.receipt import LandingReceipt
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 31))
EVERYONE = ("a", "b", "c")


def ready(world: World, name: str, path: str = "f", *, number: int = 1) -> Path:
    """A session with two commits, the last of which says that its tests pass."""
    place = world.worktree(name, f"feature/{name}" if name.isalnum() else f"odd-{number}")
    text = "".join(f"{name}\n" if n == number else f"{n}\n" for n in range(1, 31))
    world.commit(path, text, cwd=place, message=f"{name} begins")
    world.commit(f"{name}.txt", f"{name}\n", cwd=place, message=f"{name}, tests pass")
    return place


def three(world: World) -> World:
    """Three sessions that land one upon the other."""
    world.commit("f", LINES)
    for name, number in zip(EVERYONE, (3, 15, 27), strict=True):
        ready(world, name, number=number)
    return world


def opened(world: World, at: Path | None = None, **settings: object) -> Core:
    """A core on the world's repository."""
    given = {"tmux.socket": "world", "agent": "", **settings}
    return open_core(Overrides(str(at or world.repo), given), dict(world.env))


def planned(core: Core, strategy: str = "merge") -> LandingPlan:
    """What would land."""
    return lander(core).planner.plan(strategy=Strategy(strategy))


def run(
    core: Core,
    plan: LandingPlan | None = None,
    *,
    strategy: str = "merge",
    push: bool = False,
    told: Callable[[LandingStep], None] = lambda step: None,
    stopped: Callable[[], bool] = lambda: False,
) -> LandingReceipt:
    """Land what would land."""
    wanted = plan if plan is not None else planned(core, strategy)
    return lander(core).run(wanted, push=push, told=told, stopped=stopped)


def tip(world: World, revision: str = "main") -> str:
    """The object a revision names."""
    return world.git("rev-parse", revision).strip()


def put(world: World, where: str) -> Path | None:
    """Have base checked out in some place, or nowhere; returns its worktree."""
    if where == "main":
        return world.repo
    world.git("switch", "-q", "-c", "elsewhere")
    if where == "nowhere":
        return None
    place = world.root / "my app's $(base)"
    world.git("worktree", "add", "-q", str(place), "main")
    return place


def hook(world: World, name: str, script: str) -> Path:
    """Write a hook."""
    made = world.write(f".git/hooks/{name}", f"#!/bin/sh\n{script}\n")
    made.chmod(0o755)
    return made
