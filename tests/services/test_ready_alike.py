"""What the list calls ready is what the merge plan lands."""

from __future__ import annotations

import threading

from parallel_tui.adapters.git.simulate.landing.reads import LandingReads
from parallel_tui.bootstrap.landing.plans import planner, results
from parallel_tui.model.landing.check import CheckKey, CheckRecord
from parallel_tui.model.landing.standing import LandState
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.present.beside import besides
from tests.services.conftest import OpenCore
from tests.support.waiting import PATIENCE
from tests.support.world import World

SAID = "Do it (tests pass)"


def _commit(world: World, name: str, subject: str, path: str = "") -> str:
    tree = world.worktree(name)
    world.write(path or f"{name}.txt", "x\n", cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-q", "-m", subject, cwd=tree)
    return world.git("rev-parse", "HEAD", cwd=tree).strip()


def test_the_list_and_the_plan_agree_on_who_is_ready(world: World, core_of: OpenCore) -> None:
    world.write(
        ".claude/parallel-config.yml",
        "merge: {check: ['make test']}\nbase: main\nsessions: {owner: {owns: [theirs/**]}}\n",
    )
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "Settings")
    heads = {
        "passed": _commit(world, "passed", "Do it"),
        "claims": _commit(world, "claims", SAID),
        "failed": _commit(world, "failed", SAID),
        "outside": _commit(world, "outside", SAID, "theirs/a.txt"),
    }
    core = core_of()
    kept = results(core).kept
    tips = LandingReads(core.runner).tips(list(heads.values()))
    for name, status in (("passed", 0), ("failed", 1), ("outside", 0)):
        key = CheckKey(tips[heads[name]].tree, ("make test",), kept.environment)
        failed = "make test" if status else ""
        kept.keep(CheckRecord(key, heads[name], status, failed, core.clock(), 1.0, "/log"))
    assert [each.session for each in planner(core).plan().order] == ["passed"]

    shown, news = list[Snapshot](), threading.Condition()

    def publish(snapshot: Snapshot) -> None:
        with news:
            shown.append(snapshot)
            news.notify_all()

    def standings() -> dict[str, LandState]:
        beside = besides(shown[-1])
        return {each.name: beside[each.key].standing(each).what for each in shown[-1].work()}

    wanted = {
        "passed": LandState.READY,
        "claims": LandState.UNTESTED,
        "failed": LandState.FAILING,
        "outside": LandState.OUTSIDE,
    }
    engine = core.engine(predict=True)
    engine.start(publish)
    try:
        with news:
            assert news.wait_for(lambda: bool(shown) and standings() == wanted, PATIENCE), (
                shown and standings()
            )
    finally:
        engine.stop()
