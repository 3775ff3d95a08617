"""A plan that is kept up to date: what another look and another order cost, and stopped checks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.bootstrap.core import Core
from parallel_tui.bootstrap.landing.plans import LandingParts
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.landing.readiness import ViewedWork
from parallel_tui.services.landing.live import LivePlan
from tests.support.world import World

LINES = [f"{number}\n" for number in range(1, 31)]


@pytest.fixture
def core(world: World) -> Core:
    """Three sessions, of which the first two conflict."""
    world.commit("f", "".join(LINES))
    for name, place in (("a", 3), ("b", 3), ("c", 20)):
        tree = world.worktree(name)
        text = "".join([*LINES[:place], f"{name}\n", *LINES[place + 1 :]])
        world.commit("f", text, cwd=tree, message=f"{name}, tests pass")
    return open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), dict(world.env))


def looked(live: LivePlan, *, strategy: Strategy | None = None) -> LivePlan:
    live.look(strategy=strategy, checked=True)
    return live


def order(live: LivePlan, *names: str) -> list[str]:
    return [each.session for each in live.plan(order=names or None).order]


def test_another_order_costs_only_what_is_new_in_it(core: Core) -> None:
    live = looked(LandingParts(core).live())
    assert order(live) == ["a", "c"]
    before = core.runner.started
    assert order(live) == ["a", "c"]
    assert core.runner.started == before
    assert order(live, "b", "c", "a") == ["b", "c"]
    once = core.runner.started
    assert once > before
    assert order(live, "b", "c", "a") == ["b", "c"]
    assert core.runner.started == once
    live.close()


def test_what_a_live_view_knows_is_not_asked_for_again(core: Core, world: World) -> None:
    def cost(seen: ViewedWork | None) -> tuple[int, list[str], list[str]]:
        live = LandingParts(core).live()
        before = core.runner.started
        live.look(strategy=None, checked=True, seen=seen)
        started, plan = core.runner.started - before, live.plan()
        live.close()
        return started, [each.session for each in plan.order], [
            each.unmet[0].evidence for each in plan.blocked if each.unmet
        ]  # fmt: skip

    world.write("more.txt", "1\n", cwd=world.root / "myapp-c")
    trees = [tree for tree in core.git.worktrees() if not tree.is_main]
    heads: dict[str, str | None] = {tree.git_dir: tree.head for tree in trees}
    entries = {tree.git_dir: core.git.status(tree) for tree in trees}
    asked, *plan = cost(None)
    told, *same = cost(ViewedWork(heads, entries, touches=()))
    assert plan == same == [["a"], ["1 file not committed"]]
    assert asked - told >= 2 * len(trees), "neither their statuses nor their changes are asked for"
    world.commit("more.txt", "1\n", cwd=world.root / "myapp-c", message="c, tests pass")
    assert cost(ViewedWork(heads, entries, touches=()))[1] == ["a", "c"], "it has moved since"


def test_another_look_simulates_nothing_again_until_something_was_committed(
    core: Core, world: World
) -> None:
    live = looked(LandingParts(core).live())
    assert order(live) == ["a", "c"]
    (world.root / "myapp-a/dirty").write_text("1\n")
    looked(live)
    before = core.runner.started
    assert order(live) == ["b", "c"]
    assert order(live, "c", "b") == ["c", "b"]
    (world.root / "myapp-a/dirty").unlink()
    assert order(looked(live)) == ["a", "c"]
    assert core.runner.started > before
    world.commit("f", "".join(LINES), cwd=world.root / "myapp-c", message="back, tests pass")
    assert "c" not in order(looked(live))
    assert order(looked(live, strategy=Strategy.REBASE)) == ["a"]
    live.close()


def test_a_look_that_fails_leaves_the_one_before(core: Core, world: World) -> None:
    live = looked(LandingParts(core).live())
    world.git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(UsageError):
        looked(live)
    assert order(live) == ["a", "c"]
    live.close()
    with pytest.raises(RefusedError):
        order(live)


def test_closing_leaves_nothing_behind(core: Core) -> None:
    live = looked(LandingParts(core).live())
    (outlook,) = [live._outlook]
    assert outlook is not None
    place = Path(outlook.trial._quarantine.path)  # type: ignore[attr-defined]
    assert place.exists()
    looked(live, strategy=Strategy.SQUASH)
    assert not place.exists()
    live.close()
    live.close()


def test_a_check_is_stopped_and_nothing_is_kept_of_it(world: World) -> None:
    home = Path(world.env["HOME"], ".config/pdev")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yml").write_text('merge: {check: ["echo begun; sleep 600"]}\n')
    world.commit("own", "1\n", cwd=world.worktree("one"))
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), dict(world.env))
    parts = LandingParts(core)
    stop = threading.Event()
    printed: list[bytes] = []

    def tell(piece: bytes) -> None:
        printed.append(piece)
        stop.set()

    assert parts.live().stamp == 0
    with pytest.raises(RefusedError, match="The check was stopped"):
        parts.checker.check("one", tell, stopped=stop.is_set)
    assert b"".join(printed) == b"begun\n"
    assert parts.checker.last("one", 100) is None


def test_what_was_printed_is_kept_with_its_end(world: World) -> None:
    home = Path(world.env["HOME"], ".config/pdev")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yml").write_text('merge: {check: ["seq 1 100"]}\n')
    world.commit("own", "1\n", cwd=world.worktree("one"))
    core = open_core(Overrides(str(world.repo), {"tmux.socket": world.socket}), dict(world.env))
    parts = LandingParts(core)
    record = parts.checker.check("one", lambda _: None)
    assert parts.live().stamp > 0
    assert parts.checker.last("one", 8) == (record, b"\n99\n100\n")
