"""What fails in git is called what it is, with real hooks, filters, signers and conflicts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.sync.sync import Result, SyncOutcome
from parallel_tui.services.moves.settling import NotRestoredError
from tests.services.traces import traces
from tests.support.world import World

OpenCore = Callable[..., Core]
PLAIN = SpawnRequest("auth", window=False)


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def hook(name: str) -> Callable[[World], str]:
    """A hook that says no."""

    def put(world: World) -> str:
        program(world.repo / f".git/hooks/{name}", "echo no way >&2\nexit 4")
        return f"the {name} hook ("

    return put


def unsigned(world: World) -> str:
    world.git("config", "commit.gpgsign", "true")
    world.git("config", "gpg.program", str(program(world.root / "my gpg", "exit 2")))
    return "could not be signed: "


def no_signer(world: World) -> str:
    world.git("config", "commit.gpgsign", "true")
    world.git("config", "gpg.program", "/no/such/gpg")
    return "/no/such/gpg was not found"


def nobody(world: World) -> str:
    world.git("config", "user.useConfigOnly", "true")
    return "git does not know whose commits these are"


def synced(core: Core, *, merge: bool) -> SyncOutcome:
    plan = core.syncer.planner.plan(["a"], fetch=False, merge=merge)
    [outcome] = [o for o in core.syncer.run(plan) if isinstance(o, SyncOutcome) and o.name == "a"]
    return outcome


@pytest.mark.parametrize(
    ("fault", "merge"),
    [
        (hook("pre-rebase"), False),
        (hook("pre-merge-commit"), True),
        (hook("commit-msg"), True),
        (hook("prepare-commit-msg"), True),
        (hook("reference-transaction"), True),
        (unsigned, False),
        (unsigned, True),
        (no_signer, False),
        (no_signer, True),
        (nobody, False),
        (nobody, True),
    ],
)
def test_what_stops_a_sync_is_no_conflict_and_is_named(
    world: World,
    core_of: OpenCore,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[World], str],
    merge: bool,
) -> None:
    tree = world.worktree("a")
    world.commit("src/app.py", "x = 2\n", cwd=tree)
    world.commit("README.md", "new\n")
    words = fault(world)
    if fault is nobody:
        for role in ("AUTHOR", "COMMITTER"):
            for part in ("NAME", "EMAIL"):
                monkeypatch.delenv(f"GIT_{role}_{part}")
    before = world.git("rev-parse", "feature/a")
    if words.startswith("the reference-transaction"):
        # It refuses our backup, too: nothing is rewritten without one.
        outcome = synced(core_of(), merge=merge)
        assert "the reference-transaction hook refused" in outcome.message
    else:
        outcome = synced(core_of(), merge=merge)
        assert words in outcome.message
        assert "it stands exactly as before" in outcome.message
    assert outcome.result is Result.FAILED
    assert world.git("rev-parse", "feature/a") == before
    assert world.git("status", "--porcelain", cwd=tree) == ""


@pytest.mark.parametrize("merge", [False, True])
@pytest.mark.parametrize("rerere", ["false", "true"])
def test_a_conflict_is_still_one(world: World, core_of: OpenCore, merge: bool, rerere: str) -> None:
    world.git("config", "rerere.enabled", rerere)
    world.git("config", "rerere.autoUpdate", rerere)
    tree = world.worktree("a")
    world.commit("src/app.py", "x = 2\n", cwd=tree)
    world.commit("src/app.py", "x = 3\n")
    outcome = synced(core_of(), merge=merge)
    assert outcome.result is Result.CONFLICT
    assert outcome.message.startswith("CONFLICT")


def test_a_file_in_the_way_is_no_conflict(world: World, core_of: OpenCore) -> None:
    tree = world.worktree("a")
    world.commit("src/app.py", "x = 2\n", cwd=tree)
    world.commit("new.txt", "tracked\n")
    world.write("new.txt", "mine\n", cwd=tree)
    outcome = synced(core_of(), merge=False)
    assert outcome.result is Result.FAILED
    assert "new.txt" in outcome.message or "overwritten" in outcome.message
    assert (tree / "new.txt").read_text() == "mine\n"


@pytest.mark.parametrize("how", ["process", "smudge"])
def test_a_filter_that_is_missing_is_named(world: World, core_of: OpenCore, how: str) -> None:
    world.git("config", "filter.big.clean", "cat")
    world.commit(".gitattributes", "*.bin filter=big\n")
    world.commit("a.bin", "data")
    world.git("config", "filter.big.required", "true")
    world.git("config", f"filter.big.{how}", "big-filter filter-process")
    before = traces(world)
    with pytest.raises(RefusedError, match="'big-filter' was not found") as error:
        core_of().spawner.spawn(PLAIN)
    assert "Install big-filter" in error.value.hint
    assert "big-filter" in error.value.said
    assert traces(world) == before


def test_a_hook_that_fails_after_the_checkout_is_named(world: World, core_of: OpenCore) -> None:
    hooks = program(world.root / "my hooks/post-checkout", "echo why >&2; exit 3").parent
    world.git("config", "core.hooksPath", str(hooks))
    with pytest.raises(RefusedError, match=r"the post-checkout hook .* status 3") as error:
        core_of().spawner.spawn(PLAIN)
    assert error.value.said == "why"
    program(hooks / "post-checkout", "exit 0").write_text("#!/no/such/interpreter\n")
    with pytest.raises(RefusedError, match=r"post-checkout hook .* could not be run"):
        core_of().spawner.spawn(PLAIN)


def test_a_lock_file_is_named(world: World, core_of: OpenCore) -> None:
    lock = world.write(".git/refs/heads/feature/auth.lock", "")
    with pytest.raises(RefusedError, match=r"auth\.lock") as error:
        core_of().spawner.spawn(PLAIN)
    assert "remove the lock file" in error.value.hint
    assert lock.exists()


@pytest.mark.parametrize(
    ("verb", "when"), [("rebase", "smudge"), ("merge", "smudge"), ("rebase", "clean")]
)
def test_a_git_that_was_killed_leaves_nothing_in_the_way(
    world: World, core_of: OpenCore, verb: str, when: str
) -> None:
    """As when it meets a limit: the lock file of its index would stop whatever comes next.

    Smudging comes while it writes files, cleaning already when it looks at them.
    """
    tree = world.worktree("a")
    world.commit("mine.txt", "1\n", cwd=tree)
    world.commit("README.md", "new\n")
    once = world.root / "once"
    started = f"[ ! -e {once} ] && grep -qaz {verb} /proc/$PPID/cmdline"
    killer = program(world.root / "kill", f"if {started}; then : > {once}; kill -9 $PPID; fi\ncat")
    attributes = world.write(".git/info/attributes", "README.md filter=kills\n")
    world.git("config", f"filter.kills.{when}", f"exec {killer}")
    os.utime(tree / "README.md", (1, 1))
    core = core_of()
    plan = core.syncer.planner.plan(["a"], fetch=False, merge=verb == "merge")
    with pytest.raises(NotRestoredError) as error:
        list(core.syncer.run(plan))
    assert once.exists()
    assert "index.lock" in error.value.hint
    attributes.unlink()
    core_of().spawner.spawn(PLAIN)
    assert not list((world.repo / ".git/worktrees").rglob("*.lock"))
    assert world.git("status", "--porcelain", cwd=tree) == ""
    world.git("commit", "-q", "--allow-empty", "-m", "goes on", cwd=tree)
