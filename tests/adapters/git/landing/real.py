"""Landing branches for real, in a clone, to hold simulations against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
from parallel_tui.adapters.git.simulate.landing.simulation import LandingTrials
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.simulation import Reached
from tests.adapters.git.support import Git
from tests.support.world import World


class Clone:
    """A clone in which branches land as a person would land them.

    Attributes:
        path: Its work tree.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.path = world.root / "clone"
        world.git("clone", "-q", str(world.repo), str(self.path))
        self._base = world.git("rev-parse", "main").strip()

    def land(self, strategy: Strategy, heads: Sequence[str]) -> str | None:
        """Tree of base once all have landed; `None` where the last of them conflicts."""
        self._git("checkout", "-q", "-B", "main", self._base)
        for place, head in enumerate(heads):
            if not self._one(strategy, head):
                assert place == len(heads) - 1, "only the last may conflict"
                return None
        return self._git("rev-parse", "main^{tree}").strip()

    def _one(self, strategy: Strategy, head: str) -> bool:
        if strategy is Strategy.MERGE:
            done = self._try("merge", "-q", "--no-edit", head)
        elif strategy is Strategy.SQUASH:
            done = self._try("merge", "-q", "--squash", head)
            if done and self._git("status", "--porcelain"):
                self._git("commit", "-q", "-m", "squashed")
        else:
            self._git("checkout", "-q", "-B", "branch", head)
            done = self._try("rebase", "-q", "main")
            if done:
                self._git("checkout", "-q", "main")
                self._git("merge", "-q", "--ff-only", "branch")
        if not done:
            self._world.git("rebase", "--abort", cwd=self.path, check=False)
            self._git("reset", "-q", "--hard")
        return done

    def _git(self, *args: str) -> str:
        return self._world.git(*args, cwd=self.path)

    def _try(self, *args: str) -> bool:
        mark = ["-c", 'alias.try=!f() { git "$@" >&2 && echo done; }; f']
        return "done" in self._world.git(*mark, "try", *args, cwd=self.path, check=False)


def heads_of(world: World, names: Sequence[str]) -> dict[str, str]:
    """Commits of feature branches, by their names."""
    return {name: world.git("rev-parse", f"feature/{name}").strip() for name in names}


@contextmanager
def trials(world: World, heads: Mapping[str, str], strategy: Strategy) -> Iterator[LandingTrials]:
    """Simulated landings on `main`."""
    base = world.git("rev-parse", "main").strip()
    made = LandingReads(Git.of(world).runner).begin(base, heads, strategy)
    try:
        yield made
    finally:
        made.close()


def compare(world: World, names: Sequence[str], strategy: Strategy) -> Mapping[str, str | None]:
    """Land the names in all orders, simulated and for real; both must come to the same.

    Returns:
        Trees by the order, names joined by a blank; `None` for what conflicts.
    """
    clone = Clone(world)
    heads = heads_of(world, names)
    found: dict[str, str | None] = {}

    def go_on(onto: Reached, before: Sequence[str]) -> None:
        left = [name for name in names if name not in before]
        for name, told in zip(left, simulated.land(onto, left), strict=True):
            order = [*before, name]
            tree = told.tree if isinstance(told, Reached) else None
            real = clone.land(strategy, [heads[each] for each in order])
            assert (order, tree) == (order, real), told
            found[" ".join(order)] = tree
            if isinstance(told, Reached):
                go_on(told, order)

    with trials(world, heads, strategy) as simulated:
        go_on(simulated.start(), [])
    return found


def folder_of(world: World, name: str) -> Path:
    """The worktree of a branch that `World.worktree` made."""
    return world.root / f"myapp-{name}"
