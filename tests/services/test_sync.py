"""Bringing sessions up to date, on real git with a bare origin."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.git.write.rebase import SyncActs
from parallel_tui.bootstrap import Core
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.sync.sync import Result, Skip, SyncOutcome, SyncPlan
from parallel_tui.services.moves.settling import NotRestoredError
from tests.support.waiting import eventually
from tests.support.world import World

OpenCore = Callable[..., Core]


def origin(world: World) -> Path:
    """A bare origin with `main`, tracked."""
    bare = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("remote", "add", "origin", str(bare))
    world.git("fetch", "-q", "origin")
    world.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    return bare


def advance(world: World, path: str = "README.md", text: str = "theirs\n") -> str:
    """Commit to origin's main from a clone that is not ours."""
    clone = world.root / "elsewhere"
    if not clone.exists():
        world.git("clone", "-q", str(world.root / "origin.git"), str(clone), cwd=world.root)
    world.git("pull", "-q", cwd=clone)
    made = world.commit(path, text, cwd=clone, message="upstream work")
    world.git("push", "-q", "origin", "main", cwd=clone)
    return made


def fingerprint(world: World, tree: Path) -> tuple[str, ...]:
    """Everything a session is: HEAD, tip, index, status, and every file's bytes and mode."""
    digest = hashlib.sha256()
    for path in sorted(tree.rglob("*")):
        if path.is_file() and path.name != ".git":
            digest.update(os.fsencode(path) + path.read_bytes() + bytes([path.stat().st_mode & 1]))
    return (
        world.git("symbolic-ref", "HEAD", cwd=tree),
        world.git("rev-parse", "HEAD", cwd=tree),
        world.git("ls-files", "-s", cwd=tree),
        world.git("status", "--porcelain=v2", "--ignored", cwd=tree),
        digest.hexdigest(),
    )


def run(
    core: Core, plan: SyncPlan, cancelled: Callable[[], bool] = lambda: False
) -> dict[str, SyncOutcome]:
    """Run a plan to its end; outcomes by name."""
    found = core.syncer.run(plan, cancelled=cancelled)
    return {each.name: each for each in found if isinstance(each, SyncOutcome)}


def tip(world: World, name: str) -> str:
    """Where a session's branch stands."""
    return world.git("rev-parse", f"refs/heads/feature/{name}").strip()


def test_conflicts_are_predicted_and_given_back_and_the_others_rebased(
    world: World, core_of: OpenCore
) -> None:
    origin(world)
    trees = {name: world.worktree(name) for name in ("one", "two", "three", "four", "five", "six")}
    for name, tree in trees.items():
        world.commit(f"{name}.txt", "1\n", cwd=tree, message=f"{name} first")
    world.commit("README.md", "ours\n", cwd=trees["two"], message="clashes second")
    world.commit("late.txt", "2\n", cwd=trees["two"], message="never tried")
    world.commit("README.md", "also ours\n", cwd=trees["five"], message="clashes")
    (trees["five"] / "notes.tmp").write_text("untracked\n")
    new = advance(world)
    before = {name: fingerprint(world, tree) for name, tree in trees.items()}
    old = {name: tip(world, name) for name in trees}
    core = core_of()

    plan = core.syncer.planner.plan(None)
    assert {name: fingerprint(world, tree) for name, tree in trees.items()} == before
    rows = {row.name: row for row in plan.sessions}
    assert plan.onto == new
    assert plan.onto_name == "origin/main"
    assert plan.fetched
    assert [step.conflicts for step in rows["two"].steps] == [(), ("README.md",), ()]
    assert [step.subject for step in rows["one"].steps] == ["one first"]
    assert {name for name, row in rows.items() if row.conflicting} == {"two", "five"}

    found = run(core, plan)
    for name in ("two", "five"):
        assert found[name].result is Result.CONFLICT, found[name]
        assert "README.md" in found[name].message
        assert fingerprint(world, trees[name]) == before[name]
    for name in ("one", "three", "four", "six"):
        assert found[name].result is Result.SYNCED, found[name]
        assert world.git("rev-parse", f"{tip(world, name)}^").strip() == new
        assert world.git("rev-parse", found[name].backup).strip() == old[name]
        assert world.git("status", "--porcelain", cwd=trees[name]) == ""
    kept = world.git("for-each-ref", "--format=%(refname)", "refs/pdev/backup").splitlines()
    assert len(kept) == 4
    # Base was clean in the main worktree, so that it went along.
    assert world.git("rev-parse", "main").strip() == new
    assert (world.repo / "README.md").read_text() == "theirs\n"

    back = core.syncer.undo()
    assert {each.name for each in back} == {"one", "three", "four", "six"}
    assert {name: fingerprint(world, tree) for name, tree in trees.items()} == before
    with pytest.raises(RefusedError, match="no sync left"):
        core.syncer.undo()
    whats = [entry.what for entry in core.shared.store.journal(5)]
    assert whats[:2] == ["undo sync", "sync"]


def test_every_reason_to_leave_a_session_alone_is_told(world: World, core_of: OpenCore) -> None:
    origin(world)
    names = ("dirty", "staged", "loose", "held", "mid", "gone", "busy", "twin", "fresh")
    trees = {name: world.worktree(name) for name in names}
    (trees["dirty"] / "README.md").write_text("edited\n")
    world.write("new.txt", "x\n", cwd=trees["staged"])
    world.git("add", "new.txt", cwd=trees["staged"])
    world.git("checkout", "-q", "--detach", cwd=trees["loose"])
    world.git("worktree", "lock", "--reason", "on a stick", str(trees["held"]))
    world.commit("README.md", "mine\n", cwd=trees["mid"])
    other = world.commit("README.md", "base\n")
    world.git("merge", "-q", other, cwd=trees["mid"], check=False)
    trees["gone"].rename(world.root / "moved-away")
    second = world.root / "second"
    world.git("worktree", "add", "-q", "--force", str(second), "feature/twin")
    world.git("push", "-q", "origin", "main")
    new = advance(world, "upstream.txt")
    world.window("busy", trees["busy"], f"exec {sys.executable} -u -c '{CHATTER}'")
    core = core_of()
    eventually(lambda: "python" in core.mux.listing().windows[0].active_pane.command)
    state = {
        name: fingerprint(world, tree)
        for name, tree in trees.items()
        if tree.exists() and name not in ("loose",)
    }

    plan = core.syncer.planner.plan(None)
    skips = {row.name: row.skip for row in plan.sessions}
    assert skips == {
        "main": Skip.BASE,
        "dirty": Skip.DIRTY,
        "staged": Skip.DIRTY,
        "loose": Skip.DETACHED,
        "held": Skip.LOCKED,
        "mid": Skip.OPERATION,
        "gone": Skip.MISSING,
        "busy": Skip.WORKING,
        "twin": Skip.TWICE,
        "second": Skip.TWICE,
        "fresh": None,
    }
    assert "on a stick" in next(row.detail for row in plan.sessions if row.name == "held")
    found = run(core, plan)
    assert found["fresh"].result is Result.SYNCED
    assert tip(world, "fresh") == new
    del state["fresh"]
    assert {name: fingerprint(world, trees[name]) for name in state} == state
    events = core.shared.store.read().events
    [event] = [each for each in events if each.type == "sync_request"]
    assert event.recipients == ("busy",)
    assert json.loads(event.payload)["behind"] == 2
    again = core.syncer.planner.plan(["fresh"])
    assert again.sessions[0].skip is Skip.LEVEL


def test_a_remote_that_cannot_be_asked_stops_everything_unless_old_data_is_allowed(
    world: World, core_of: OpenCore
) -> None:
    bare = origin(world)
    tree = world.worktree("one")
    advance(world)
    world.git("fetch", "-q")
    bare.rename(world.root / "unplugged.git")
    before = fingerprint(world, tree)
    core = core_of()
    with pytest.raises(CouldNotLookError, match="origin could not be asked"):
        core.syncer.planner.plan(None)
    assert fingerprint(world, tree) == before
    stale = core.syncer.planner.plan(None, stale=True)
    assert not stale.fetched
    assert stale.onto_name == "origin/main"
    assert "going on with what origin/main was before" in stale.notes[0]
    assert run(core, core.syncer.planner.plan(None, fetch=False))["one"].result is Result.SYNCED


def test_without_a_remote_the_local_base_is_what_counts(world: World, core_of: OpenCore) -> None:
    tree = world.worktree("one")
    world.commit("mine.txt", "1\n", cwd=tree)
    new = world.commit("README.md", "later\n")
    core = core_of()
    plan = core.syncer.planner.plan(["one"], merge=True)
    assert (plan.onto, plan.notes) == (new, ("main has no remote; nothing was fetched",))
    assert run(core, plan)["one"].result is Result.SYNCED
    parents = world.git("log", "-1", "--format=%P %s", "feature/one").split()
    assert parents[1] == new
    assert "Merge" in parents


def test_a_base_that_is_dirty_or_diverged_stays(world: World, core_of: OpenCore) -> None:
    origin(world)
    world.worktree("one")
    new = advance(world)
    (world.repo / "src/app.py").write_text("edited\n")
    old = world.git("rev-parse", "main")
    core = core_of()
    found = run(core, core.syncer.planner.plan(["one"]))
    assert found["main"].skip is Skip.DIRTY
    assert "stays" in found["main"].message
    assert (world.git("rev-parse", "main"), tip(world, "one")) == (old, new)
    world.commit("local.txt", "1\n")
    newer = advance(world, "more.txt")
    plan = core.syncer.planner.plan(["one"])
    assert plan.forward is None
    assert any("diverged" in note for note in plan.notes)
    assert plan.onto == newer


def test_a_failure_that_is_not_undone_stops_and_says_the_way_back(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        world.commit("README.md", f"{name}\n", cwd=world.worktree(name))
    world.commit("README.md", "base\n")
    core = core_of()
    before = tip(world, "two")
    plan = core.syncer.planner.plan(None)
    with monkeypatch.context() as broken:
        broken.setattr(SyncActs, "abort", lambda self, tree, before: None)
        with pytest.raises(NotRestoredError, match="still under way") as caught:
            run(core, plan)
    assert "refs/pdev/backup/sync/" in caught.value.hint
    assert tip(world, "two") == before
    # The next run gives it back before it does anything else.
    found = [
        e for e in core.syncer.run(core.syncer.planner.plan(["two"])) if isinstance(e, SyncOutcome)
    ]
    assert [each.result for each in found] == [Result.RECOVERED, Result.CONFLICT]
    assert "exactly as before" in found[0].message
    assert world.git("status", "--porcelain", cwd=world.root / "myapp-one") == ""


CHATTER = "import time\nwhile True: print(1); time.sleep(0.1)"
KILLED = """
import os, sys
from parallel_tui.adapters.git.write.rebase import SyncActs
from parallel_tui.bootstrap import Overrides, open_core
real = getattr(SyncActs, sys.argv[2])
def dying(self, *args):
    if sys.argv[3] == "after":
        real(self, *args)
    os.kill(os.getpid(), 9)
setattr(SyncActs, sys.argv[2], dying)
core = open_core(Overrides(sys.argv[1], {"tmux.socket": "world"}), dict(os.environ))
list(core.syncer.run(core.syncer.planner.plan(None)))
"""


@pytest.mark.parametrize(
    ("step", "when", "clash"),
    [
        ("backup", "before", True),
        ("backup", "after", False),
        ("rebase", "before", False),
        ("rebase", "after", True),
        ("rebase", "after", False),
        ("started_from", "before", False),
        ("started_from", "after", False),
        ("abort", "before", True),
        ("abort", "after", True),
        ("left", "after", True),
        ("drop", "before", True),
        ("drop", "after", True),
    ],
)
def test_a_run_that_is_killed_is_ended_by_the_next(
    world: World, core_of: OpenCore, step: str, when: str, clash: bool
) -> None:
    tree = world.worktree("one")
    world.commit("README.md" if clash else "own.txt", "mine\n", cwd=tree)
    (tree / "untracked").write_text("x")
    new = world.commit("README.md", "base\n")
    before = fingerprint(world, tree)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(world.repo), step, when],
        env=dict(world.env), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr
    core = core_of()
    found = run(core, core.syncer.planner.plan([]))  # nothing asked for: only what was left
    if clash:
        assert fingerprint(world, tree) == before
        assert core.syncer.records.unfinished() == []
        assert run(core, core.syncer.planner.plan(None))["one"].result is Result.CONFLICT
        assert fingerprint(world, tree) == before
        assert core.syncer.records.times() == (), "a run that rewrote nothing leaves nothing"
        assert world.git("for-each-ref", "refs/pdev") == ""
        return
    if found:
        assert found["one"].result is Result.RECOVERED
    run(core, core.syncer.planner.plan(None))
    assert world.git("rev-parse", "feature/one^").strip() == new
    core.syncer.undo()
    assert fingerprint(world, tree) == before


def test_a_rebase_that_somebody_took_over_is_not_aborted(world: World, core_of: OpenCore) -> None:
    tree = world.worktree("one")
    world.commit("README.md", "mine\n", cwd=tree)
    world.commit("README.md", "base\n")
    subprocess.run(
        [sys.executable, "-c", KILLED, str(world.repo), "rebase", "after"],
        env=dict(world.env), capture_output=True, check=False,
    )  # fmt: skip
    (tree / "README.md").write_text("resolved by hand\n")
    later = (tree / "README.md").stat().st_mtime + 60
    os.utime(tree / "README.md", (later, later))
    core = core_of()
    found = run(core, core.syncer.planner.plan([]))
    assert found["one"].result is Result.FAILED
    assert "worked on since" in found["one"].message
    assert (tree / "README.md").read_text() == "resolved by hand\n"
    assert (
        Path(world.git("rev-parse", "--absolute-git-dir", cwd=tree).strip()) / "rebase-merge"
    ).is_dir()


def test_stopping_leaves_the_rest_alone_and_undo_refuses_what_moved(
    world: World, core_of: OpenCore
) -> None:
    trees = {name: world.worktree(name) for name in ("one", "two", "three")}
    for name, tree in trees.items():
        world.commit(f"{name}.txt", "1\n", cwd=tree)
    world.commit("README.md", "base\n")
    core = core_of()
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    found = run(core, core.syncer.planner.plan(None), stop)
    results = [found[name].result for name in ("one", "three", "two")]
    assert results == [Result.SYNCED, Result.SYNCED, Result.CANCELLED]
    moved = world.commit("more.txt", "2\n", cwd=trees["one"])
    (trees["three"] / "three.txt").write_text("edited\n")
    back = {each.name: each for each in core.syncer.undo()}
    assert back["one"].result is Result.FAILED
    assert tip(world, "one") == moved
    assert back["three"].skip is Skip.DIRTY
    assert (trees["three"] / "three.txt").read_text() == "edited\n"
    world.git("checkout", "-q", "--", "three.txt", cwd=trees["three"])
    assert {each.name: each.result for each in core.syncer.undo()}["three"] is Result.SYNCED


def test_hooks_and_settings_of_the_user_act_as_in_git(world: World, core_of: OpenCore) -> None:
    tree = world.worktree("one")
    world.commit("mine.txt", "1\n", cwd=tree)
    world.commit("README.md", "base\n")
    world.git("config", "rebase.updateRefs", "true")
    world.git("config", "rebase.autoStash", "true")
    world.git("branch", "pointer", "feature/one")
    stays = world.git("rev-parse", "pointer")
    hook = world.repo / ".git/hooks/pre-rebase"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text('#!/bin/sh\ncd / && echo "${GIT_WORK_TREE-unset}" >&2; exit 1\n')
    hook.chmod(0o755)
    before = fingerprint(world, tree)
    core = core_of()
    found = run(core, core.syncer.planner.plan(None))["one"]
    assert found.result is Result.FAILED
    assert "the pre-rebase hook (" in found.message
    assert fingerprint(world, tree) == before
    hook.unlink()
    assert run(core, core.syncer.planner.plan(None))["one"].result is Result.SYNCED
    assert world.git("rev-parse", "pointer") == stays
