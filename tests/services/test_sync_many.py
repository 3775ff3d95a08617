"""Twenty sessions, conflicts at known places, and a git that is killed while it rewrites."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.git.write import lock_files
from parallel_tui.errors import ParallelError
from parallel_tui.model.sync.sync import Result, SyncOutcome
from parallel_tui.services.moves.settling import NotRestoredError
from tests.cli.running import PDEV
from tests.lifecycle.picture import files
from tests.services.test_sync import OpenCore, run, tip
from tests.support.world import World

COMMITS = 4


def planted(world: World, number: int) -> int | None:
    """Make a session; returns at which of its commits it conflicts, `None` for nowhere."""
    tree = world.worktree(f"s{number:02}")
    clash = number % 5 if number % 5 < COMMITS else None
    for step in range(COMMITS):
        path = "README.md" if step == clash else f"own{number}/{step}.txt"
        world.commit(path, f"{number} {step}\n", cwd=tree, message=f"{number} step {step}")
    world.git("update-ref", "ORIG_HEAD", "HEAD~2", cwd=tree)
    world.write("notes.tmp", "untracked\n", cwd=tree)
    world.write("out/.env", "ignored\n", cwd=tree).chmod(0o400)
    (tree / "empty").mkdir()
    (tree / "link").symlink_to("/nowhere")
    return clash


def everything(world: World, tree: Path) -> tuple[object, ...]:
    """All that must be as before: only the worktree's own reflog may tell of the attempt."""
    git_dir = Path(world.git("rev-parse", "--absolute-git-dir", cwd=tree).strip())
    private = {
        name: entry
        for name, entry in files(git_dir).items()
        if name not in ("index", "logs/HEAD", "COMMIT_EDITMSG")
    }
    branch = world.git("symbolic-ref", "HEAD", cwd=tree).strip()
    return (
        {key: (kind, mode, data) for key, (kind, mode, _, data) in files(tree).items()},
        private,
        world.git("ls-files", "-s", "-v", "--resolve-undo", cwd=tree),
        world.git("status", "--porcelain=v2", "--ignored", cwd=tree),
        world.git("rev-parse", branch),
        (world.repo / ".git/logs" / branch).read_bytes(),
        world.git("stash", "list"),
    )


def test_twenty_sessions_with_conflicts_at_known_places(world: World, core_of: OpenCore) -> None:
    world.commit(".gitignore", "out/\n")
    clashes = {f"s{number:02}": planted(world, number) for number in range(20)}
    new = world.commit("README.md", "base\n")
    trees = {name: world.root / f"myapp-{name}" for name in clashes}
    before = {name: everything(world, tree) for name, tree in trees.items()}
    old = {name: tip(world, name) for name in trees}
    core = core_of()

    plan = core.syncer.planner.plan(None)
    for row in plan.sessions:
        if row.name in clashes:
            wanted = [("README.md",) if at == clashes[row.name] else () for at in range(COMMITS)]
            assert [step.conflicts for step in row.steps] == wanted, row.name
    found = run(core, plan)
    for name, clash in clashes.items():
        if clash is not None:
            assert found[name].result is Result.CONFLICT
            assert everything(world, trees[name]) == before[name], name
            continue
        assert found[name].result is Result.SYNCED
        assert world.git("rev-parse", f"feature/{name}~{COMMITS}").strip() == new
        assert world.git("rev-parse", found[name].backup).strip() == old[name]
        subjects = world.git("log", "--format=%s", f"-{COMMITS}", f"feature/{name}").split("\n")
        assert subjects[0].endswith("step 3")
    assert sum(each.result is Result.SYNCED for each in found.values()) == 4
    assert len(core.syncer.undo()) == 4
    assert {name: tip(world, name) for name in trees} == old


def _but_log(seen: tuple[object, ...]) -> tuple[object, ...]:
    return (*seen[:5], *seen[6:])


KILLER = """#!/bin/sh
# Kills the git that changes references other than ours, the N-th time.
test "$1" = {when} || exit 0
case "$(cat)" in *refs/pdev*) exit 0;; esac
echo x >> {count}
test "$(wc -l < {count})" -eq {number} || exit 0
kill -9 $PPID
"""


@pytest.mark.parametrize("when", ["prepared", "committed"])
@pytest.mark.parametrize("clash", [False, True])
def test_git_is_killed_under_us(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch, when: str, clash: bool
) -> None:
    monkeypatch.setattr(lock_files, "PATIENCE", 0.1)
    tree = world.worktree("one")
    for step in range(2):
        path = "README.md" if clash and step else f"own{step}"
        world.commit(path, "mine\n", cwd=tree)
    world.write("notes.tmp", "untracked\n", cwd=tree)
    new = world.commit("README.md", "base\n")
    before, old = everything(world, tree), tip(world, "one")
    hook = world.repo / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    core = core_of()
    number, reached = 0, True
    while reached:
        number += 1
        count = world.root / "count"
        count.unlink(missing_ok=True)
        hook.write_text(KILLER.format(when=when, count=count, number=number))
        hook.chmod(0o755)
        told = ""
        try:
            found = run(core, core.syncer.planner.plan(["one"]))
        except NotRestoredError as error:
            told = error.hint
            found = {}
        reached = count.exists() and len(count.read_text().split()) >= number
        hook.unlink()
        # A git that is killed leaves its locks; which ones is told, and deleting them is enough.
        for lock in (world.repo / ".git").rglob("*.lock"):
            if found:
                assert found["one"].result is not Result.SYNCED
            else:
                assert str(lock) in told, (number, told)
            lock.unlink()
        if not found:
            found = {
                each.name: each
                for each in core.syncer.run(core.syncer.planner.plan([]))
                if isinstance(each, SyncOutcome)
            }
        if tip(world, "one") == old:
            # One that was killed at its very end moved the branch, and back; its reflog says so.
            assert _but_log(everything(world, tree)) == _but_log(before), (number, found)
        else:
            assert world.git("rev-parse", "feature/one~2").strip() == new
            core.syncer.undo()
            assert tip(world, "one") == old
            world.git("update-ref", "-d", "ORIG_HEAD", cwd=tree)
            before = everything(world, tree)
    assert number > 3, "it was reached several times"


def test_a_hook_kills_git_and_us(world: World, core_of: OpenCore, isolated: dict[str, str]) -> None:
    tree = world.worktree("one")
    world.commit("own.txt", "mine\n", cwd=tree)
    world.commit("README.md", "base\n")
    before = everything(world, tree)
    hook = world.write(
        ".git/hooks/post-checkout",
        "#!/bin/sh\nours=$(ps -o ppid= -p $PPID)\nkill -9 $ours $PPID\n",
    )
    hook.chmod(0o755)
    done = subprocess.run([PDEV, "sync", "--all"], cwd=world.repo, env=isolated, check=False)
    assert done.returncode == -signal.SIGKILL
    hook.unlink()
    for lock in (world.repo / ".git").rglob("*.lock"):
        os.unlink(lock)  # noqa: PTH108
    core = core_of()
    try:
        found = run(core, core.syncer.planner.plan([]))
    except ParallelError as error:
        raise AssertionError(f"{error.message}\n{error.hint}") from error
    assert found["one"].result is Result.RECOVERED
    assert everything(world, tree) == before
