"""What sessions tell each other appears when any process writes it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.process.liveness import holder_of
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.engine.watching.classify import classify
from parallel_tui.model.fact import known
from parallel_tui.model.scope import COORDINATION
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.view.snapshot import Source
from tests.cli.running import pdev
from tests.engine.live import Live, live
from tests.support.world import World

GUIDE = Path(__file__).parents[1] / "guide" / "lock-files.sh"


def shared(running: Live) -> Coordination:
    """The published files, once everything written before is in them."""
    running.seen()
    found = known(running.engine.snapshot.coordination)
    assert found is not None
    return found


def test_each_file_appears_though_the_folder_did_not_exist(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as running:
        assert shared(running) == Coordination()
        pdev("lock", "src/**", "--reason", "rework", cwd=auth, env=world.env)
        (lock,) = shared(running).locks
        assert (lock.owner, lock.target) == ("auth", "src/**")
        pdev("handoff", "send", "main", "--task", "t", cwd=auth, env=world.env)
        (handoff,) = shared(running).handoffs
        pdev("handoff", "accept", handoff.id, "--session", "main", cwd=auth, env=world.env)
        assert shared(running).handoffs[0].state.value == "accepted"
        pdev("event", "ack", "--all", "--session", "main", cwd=auth, env=world.env)
        assert any("main" in event.acknowledged for event in shared(running).events)
        backlog = world.root / "t"
        backlog.write_text("one\ntwo\n")
        pdev("distribute", str(backlog), "-n", "1", cwd=auth, env=world.env)
        pdev("task", "done", "2", "--session", "1", cwd=auth, env=world.env)
        (tasks,) = shared(running).tasks
        assert (tasks.done, len(tasks.tasks)) == (1, 2)
        subprocess.run(
            ["bash", str(GUIDE), "lock", "README.md"],
            cwd=world.repo,
            env=dict(world.env),
            check=True,
        )
        assert {each.target for each in shared(running).locks} == {"src/**", "README.md"}


def test_a_file_that_cannot_be_read_is_a_failing_source_and_recovers(world: World) -> None:
    with live(world.repo) as running:
        path = world.write(".claude/parallel-state.json", "{ torn")
        assert shared(running).problems
        assert any(health.source is Source.STORE for health in running.engine.snapshot.health)
        path.unlink()
        assert not shared(running).problems
        assert not any(health.source is Source.STORE for health in running.engine.snapshot.health)


def test_a_lock_dies_with_the_worktree_of_its_owner(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as running:
        pdev("lock", "a", cwd=auth, env=world.env)
        found = shared(running)
        assert found.lock_state(found.locks[0], 0.0) is LockState.HELD
        shutil.rmtree(auth)
        world.git("worktree", "prune")
        found = shared(running)
        assert found.lock_state(found.locks[0], 0.0) is LockState.DEAD


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / ".claude"))
    with subprocess.Popen(["sleep", "60"]) as process:
        store.locks.create(Lock("a", "a", "auth", holder=holder_of(process.pid), generation=1))
        assert store.read().ended == frozenset()
        process.kill()
    assert store.read().ended == {"a"}


@pytest.mark.parametrize(
    ("path", "news"),
    [
        ("locks/src_a.lock", True),
        ("locks/.meta/src_a.json", True),
        ("events/1_x.json", True),
        ("parallel-state.json", True),
        ("session-auth-tasks.md", True),
        ("locks", True),
        ("", True),
        ("locks/.src_a.lock.12.3.tmp", False),
        (".parallel-state.json.12.3.tmp", False),
        ("pdev/guard", False),
        ("pdev/outbox", True),
        ("pdev/outbox/auth", True),
        ("pdev/outbox/auth/5_x.json", True),
        ("pdev/outbox/auth/delivered/5_x.json", False),
        ("status.md", False),
        ("settings.json", False),
    ],
)
def test_only_shared_files_are_news(path: str, news: bool) -> None:
    repository = Repository("app", "/r/app/.git", "/r/app", False, "/r/app/.claude")
    scope = classify(repository, f"/r/app/.claude/{path}".rstrip("/"))
    assert scope == (COORDINATION if news else None)
