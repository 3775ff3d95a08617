"""Pushing what has landed: exactly that, never by force, and known after a crash."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.landing.run import LandingStep, Phase
from parallel_tui.model.lifecycle.recovery import End
from tests.services.landing import hook, opened, planned, run, three, tip
from tests.support.world import World


@pytest.fixture
def remote(world: World) -> World:
    """Three sessions that are ready, and a remote that has base."""
    three(world)
    bare = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("remote", "add", "origin", "../origin.git")
    world.git("fetch", "-q")
    return world


def there(world: World) -> str:
    """Where the remote's branch stands."""
    return world.git("rev-parse", "main", cwd=world.root / "origin.git").strip()


def test_exactly_what_landed_is_pushed(remote: World) -> None:
    remote.git("config", "push.followTags", "true")
    remote.git("tag", "-a", "-m", "x", "v1", "feature/a")
    core = opened(remote)
    steps: list[Phase] = []
    done = run(core, push=True, told=lambda step: steps.append(step.phase))
    assert steps[-2:] == [Phase.PUSHING, Phase.PUSHED]
    assert there(remote) == done.after == tip(remote, "origin/main")
    assert done.pushed is not None
    assert (done.pushed.name, done.pushed.after) == ("origin/main", done.after)
    assert remote.git("tag", cwd=remote.root / "origin.git") == ""
    assert [each.what for each in core.shared.store.journal(2)] == ["push", "land"]
    with pytest.raises(RefusedError, match="was pushed to origin/main, where others may have it"):
        core.undoer.undo(core.undoer.find(done.run))
    assert tip(remote) == done.after
    with pytest.raises(RefusedError, match="There is nothing to undo"):
        core.undoer.find()
    line = core.shared.store.journal(2)[1]
    assert not core.undoer.can_undo(line, core.undoer.all())


def test_without_being_told_nothing_is_pushed_and_what_somebody_pushed_is_not_undone(
    remote: World,
) -> None:
    before = there(remote)
    core = opened(remote)
    done = run(core)
    assert there(remote) == before
    remote.git("push", "-q", "origin", f"{done.landed[0].after}:refs/heads/main")
    with pytest.raises(RefusedError, match="origin/main has what landed, so main is not put back"):
        core.undoer.undo(core.undoer.find(done.run))


def test_a_branch_of_a_session_that_was_pushed_is_no_push_of_base(remote: World) -> None:
    remote.git("push", "-q", "origin", "feature/a")
    core = opened(remote)
    before = tip(remote)
    run(core)
    core.undoer.undo(core.undoer.find())
    assert tip(remote) == before


def test_a_remote_that_moved_on_is_not_overwritten(remote: World) -> None:
    clone = remote.root / "clone"
    remote.git("clone", "-q", str(remote.root / "origin.git"), str(clone), cwd=remote.root)
    theirs = remote.commit("theirs", "x", cwd=clone)
    remote.git("push", "-q", "origin", "main", cwd=clone)
    core = opened(remote)
    done = run(core, push=True)
    assert (len(done.landed), done.pushed, there(remote)) == (3, None, theirs)
    assert done.stopped.startswith("origin/main was not moved: [rejected]")
    assert core.tools.unfinished() == ()
    core.undoer.undo(core.undoer.find())  # nobody else has it
    remote.git("fetch", "-q")
    with pytest.raises(RefusedError, match="origin/main has commits that main does not have"):
        run(core, push=True)


def test_a_hook_that_refuses_the_push_leaves_what_landed(remote: World) -> None:
    hook(remote, "pre-push", "echo not today >&2; exit 1")
    done = run(opened(remote), push=True)
    assert (len(done.landed), done.pushed) == (3, None)
    assert "pre-push hook" in done.stopped
    assert "not today" in done.stopped


def test_what_was_stopped_half_way_is_not_pushed(remote: World) -> None:
    before = there(remote)

    def told(step: LandingStep) -> None:
        if (step.phase, step.session) == (Phase.BEGINS, "c"):
            remote.commit("more", "", cwd=remote.root / "myapp-c")

    done = run(opened(remote), push=True, told=told)
    assert (done.left, done.pushed, there(remote)) == (("c",), None, before)


def test_base_that_follows_nothing_is_said_before_anything_lands(world: World) -> None:
    three(world)
    before = tip(world)
    with pytest.raises(UsageError, match="main follows no remote branch"):
        run(opened(world), push=True)
    assert tip(world) == before


@pytest.mark.parametrize("arrived", [True, False])
def test_a_push_that_was_killed_is_settled_by_asking_the_remote(
    remote: World, arrived: bool
) -> None:
    """Killed behind the push, or before it."""
    plan, before = planned(opened(remote)), there(remote)
    name = "post-update" if arrived else "pre-receive"
    if not arrived:
        script = remote.root / "origin.git/hooks" / name
        script.write_text("#!/bin/sh\nexit 1\n")
        script.chmod(0o755)
    child = os.fork()
    if child == 0:
        core = opened(remote)
        from parallel_tui.adapters.git.write.pushing import Pushing

        real = Pushing.push

        def push(self: Pushing, target: object) -> None:
            try:
                real(self, target)  # type: ignore[arg-type]
            finally:
                os.kill(os.getpid(), signal.SIGKILL)

        Pushing.push = push  # type: ignore[method-assign]
        run(core, plan, push=True)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
    core = opened(remote)
    assert core.tools.unfinished() == ("land",)
    (told,) = core.tools.settle()
    assert told.end is (End.FINISHED if arrived else End.TAKEN_BACK)
    assert core.tools.unfinished() == ()
    (name,) = core.tools.landings.times()
    record = core.tools.landings.load(name)
    assert (record.pushed is not None) == arrived
    assert [each.what for each in core.shared.store.journal(9)].count("land") == 1
    if arrived:
        assert there(remote) == tip(remote)
        with pytest.raises(RefusedError, match="was pushed to origin/main"):
            core.undoer.undo(core.undoer.find(record.time))
    else:
        core.undoer.undo(core.undoer.find(record.time))
        assert there(remote) == before == tip(remote)


def test_a_remote_that_gives_no_answer_keeps_a_killed_push_open(remote: World) -> None:
    core = opened(remote)
    (remote.root / "origin.git").rename(remote.root / "gone.git")
    done = run(core, push=True)
    assert "origin/main was not moved" in done.stopped
    assert core.tools.unfinished() == (), "git says itself that it never got there"
    assert Path(remote.root, "gone.git").is_dir()
