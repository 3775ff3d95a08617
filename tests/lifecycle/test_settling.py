"""Commands after a kill, as typed: each settles what it finds, says so, and forgets nothing."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from parallel_tui.adapters.git.write import running_git
from parallel_tui.bootstrap import Core
from parallel_tui.command_lines import said
from parallel_tui.model.lifecycle.recovery import End
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.picture import picture
from tests.support.waiting import eventually
from tests.support.world import World

KILL = """#!/bin/sh
[ -e {done} ] && exit 0
{when}
touch {done}
kill -9 $(ps -o ppid= -p $PPID) {git}
sleep {seconds}
"""
"""A hook that ends pdev, and git with it or not."""

VERBS = (
    "spawn x --no-window --no-agent",
    "remove v --yes",
    "undo v",
    "undo",
    "cleanup --yes",
    "prune",
    "sync v --no-fetch",
    "sync --all --merge --no-fetch",
    "sync --undo",
    "trash restore v",
    "trash empty --yes",
)


def pdev(world: World, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository."""
    return subprocess.run(
        [Path(sys.executable).with_name("pdev"), "-C", str(world.repo), *words],
        env={**world.env, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )


def kill_at(
    world: World, words: Sequence[str], *, hook: str, when: str = "", git: bool = True
) -> None:
    """Let a command be killed by a hook of git, with its git or alone."""
    done = world.root / "killed"
    script = KILL.format(
        done=done, when=when, git="$PPID" if git else "", seconds="0" if git else "0.7"
    )
    path = world.write(f".git/hooks/{hook}", script)
    path.chmod(0o755)
    ended = pdev(world, *words)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert done.exists()
    if git:
        path.unlink()


def diverged(world: World) -> Path:
    """A session with work of its own, behind base; and one more."""
    place = world.worktree("w")
    for number in range(3):
        world.commit(f"own{number}.txt", "mine\n", cwd=place)
    world.write("notes.txt", "untracked\n", cwd=place)
    world.worktree("v")
    world.commit("README.md", "base\n")
    world.commit("deep/er/new.txt", "base\n")
    return place


def state(world: World, place: Path) -> tuple[object, ...]:
    """What a person sees of a session."""
    return (
        world.git("status", "--porcelain", "--branch", cwd=place),
        world.git("rev-parse", "HEAD", cwd=place),
        sorted(str(path.relative_to(place)) for path in place.rglob("*")),
    )


IN_A_REBASE = """[ "$1" = committed ] || exit 0
[ -e "$(git rev-parse --git-dir)/rebase-merge/done" ] || exit 0"""
MOVED = """[ "$1" = committed ] || exit 0
grep -q refs/heads/feature/w || exit 0"""
PREPARED = """[ "$1" = prepared ] || exit 0
grep -q refs/heads/feature/w || exit 0"""


@pytest.mark.parametrize("verb", VERBS)
def test_any_command_ends_a_killed_sync_and_says_so(world: World, verb: str) -> None:
    place = diverged(world)
    before = state(world, place)
    kill_at(world, ["sync", "w", "--no-fetch"], hook="reference-transaction", when=IN_A_REBASE)
    assert "rebase" in world.git("status", cwd=place)
    shown = pdev(world, "list")
    assert "an interrupted sync is unfinished" in shown.stderr
    assert json.loads(pdev(world, "list", "--json").stdout)["unfinished"][0]["verb"] == "sync"
    assert "rebase" in world.git("status", cwd=place), "who only looks changes nothing"

    ended = pdev(world, *shlex.split(verb))
    assert "a killed sync of w was aborted; it stands exactly as before" in ended.stderr, verb
    if "--all" not in verb:
        assert state(world, place) == before
    assert "unfinished" not in pdev(world, "list").stderr


@pytest.mark.parametrize("how", ["--json", "--dry-run"])
def test_what_a_recovery_did_is_data_too(world: World, how: str) -> None:
    place = diverged(world)
    kill_at(world, ["sync", "w", "--no-fetch"], hook="reference-transaction", when=IN_A_REBASE)
    told = json.loads(pdev(world, "remove", "v", "--yes", "--json", how).stdout)
    if how == "--dry-run":
        assert told["unfinished"][0]["verb"] == "sync"
        assert "rebase" in world.git("status", cwd=place)
        return
    (settled,) = told["recovered"]
    assert (settled["verb"], settled["session"], settled["end"]) == ("sync", "w", "taken back")
    (line,) = [
        each
        for each in json.loads(pdev(world, "history", "--json").stdout)["history"]
        if each["what"] == "recover"
    ]
    assert line["about"]["message"] == settled["message"]


@pytest.mark.parametrize("how", ["--merge", ""])
@pytest.mark.parametrize("when", [MOVED, PREPARED], ids=["moved", "prepared"])
@pytest.mark.parametrize("verb", ["sync w --no-fetch", "undo", "prune"])
def test_killed_around_the_move_of_the_branch(world: World, how: str, when: str, verb: str) -> None:
    """Git's lock files, its notes and the branch itself: all is settled, and can be undone."""
    place = diverged(world)
    before = state(world, place)
    words = ["sync", "w", "--no-fetch", *how.split()]
    kill_at(world, words, hook="reference-transaction", when=when)
    moved = world.git("rev-parse", "feature/w") != before[1]
    ended = pdev(world, *shlex.split(verb))
    assert "killed sync of w" in ended.stderr + ended.stdout
    assert not list((world.repo / ".git").rglob("*.lock")), ended.stderr
    assert not world.git("status", "--porcelain", cwd=place).replace("?? notes.txt\n", "")
    assert world.git("symbolic-ref", "HEAD", cwd=place).strip() == "refs/heads/feature/w"
    if (moved and verb != "undo") or verb.startswith("sync"):
        assert pdev(world, "undo").returncode == 0
    assert state(world, place) == before


@pytest.mark.parametrize("how", ["--merge", ""])
def test_git_goes_on_alone(world: World, how: str) -> None:
    """It is waited for, and nothing is restored beneath it."""
    place = diverged(world)
    before = state(world, place)
    hook = "pre-merge-commit" if how else "post-checkout"
    kill_at(world, ["sync", "w", "--no-fetch", *how.split()], hook=hook, git=False)
    ended = pdev(world, "prune")
    assert "killed sync of w" in ended.stderr, ended.stderr
    assert "unfinished" not in ended.stderr
    (world.repo / ".git/hooks" / hook).unlink()
    if state(world, place) != before:
        assert world.git("merge-base", "main", "feature/w") == world.git("rev-parse", "main")
        assert pdev(world, "undo").returncode == 0
    assert state(world, place) == before


def test_a_git_that_does_not_end_is_told_and_kept(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_git, "PATIENCE", 0.3)  # of ours; a command has all it has
    place = diverged(world)
    before = state(world, place)
    gate = world.root / "gate"
    hook = world.write(
        ".git/hooks/pre-merge-commit",
        f"#!/bin/sh\nkill -9 $(ps -o ppid= -p $PPID)\n"
        f"while [ ! -e {gate} ]; do sleep 0.05; done\nexit 1\n",
    )
    hook.chmod(0o755)
    assert pdev(world, "sync", "w", "--merge", "--no-fetch").returncode == -signal.SIGKILL
    core = core_of()
    try:
        for _ in range(2):
            (told,) = core.tools.settle()
            assert told.end is End.UNFINISHED
            assert "git still works there (process" in told.message
            assert any("kill " in said(line) for line in told.remedy)
            assert core.tools.unfinished() == ("sync",)
        refused = pdev(world, "remove", "w", "--yes", "--discard", "all")
        assert refused.returncode == 1
        assert "is left alone" in refused.stderr
        assert place.is_dir()
        others = pdev(world, "remove", "v", "--yes")
        assert others.returncode == 0, "nobody else is kept from anything"
    finally:
        gate.touch()
    hook.unlink()
    eventually(lambda: not core.tools.settle() and not core.tools.unfinished())
    assert state(world, place) == before


def conflicted(world: World, core_of: OpenCore) -> tuple[Path, Core]:
    """A killed merge that stopped at a conflict."""
    place = world.worktree("w")
    world.commit("README.md", "mine\n", cwd=place)
    world.commit("README.md", "base\n")
    world.commit("new.txt", "base\n")
    driver = world.write("driver", "#!/bin/sh\ncp $1 $1.tmp; git merge-file $1 $2 $3\n")
    driver.chmod(0o755)
    child = """
import os, signal, sys
from parallel_tui.adapters.git.write.rebase import SyncActs
from parallel_tui.bootstrap import Overrides, open_core
real = SyncActs.merge
def merge(self, *args):
    real(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)
SyncActs.merge = merge
core = open_core(Overrides(sys.argv[1], {"tmux.socket": "world"}), dict(os.environ))
list(core.syncer.run(core.syncer.plan(["w"], merge=True, fetch=False)))
"""
    done = subprocess.run(
        [sys.executable, "-c", child, str(world.repo)],
        env={**world.env, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert "UU README.md" in world.git("status", "--porcelain", cwd=place)
    return place, core_of()


@pytest.mark.parametrize("also", ["README.md", "new.txt"])
def test_what_a_person_did_since_is_never_taken(world: World, core_of: OpenCore, also: str) -> None:
    place, core = conflicted(world, core_of)
    (place / also).write_text("typed by a person since\n")
    for _ in range(2):
        (told,) = core.tools.settle()
        assert told.end is End.UNFINISHED
        assert also in told.message
        assert any("merge --abort" in said(line) for line in told.remedy)
        assert core.tools.unfinished() == ("sync",), "it is not forgotten"
    assert (place / also).read_text() == "typed by a person since\n"
    assert "README.md" in world.git("status", "--porcelain", cwd=place)
    # By hand, as told; then it is settled, and what was typed elsewhere stays.
    (place / also).unlink()
    world.git("merge", "--abort", cwd=place)
    (told,) = core.tools.settle()
    assert told.end is End.TAKEN_BACK
    assert core.tools.unfinished() == ()


def test_what_a_person_did_beside_it_stays(world: World, core_of: OpenCore) -> None:
    place, core = conflicted(world, core_of)
    (place / "src/app.py").write_text("typed elsewhere\n")
    (place / "mine.txt").write_text("mine\n")
    (told,) = core.tools.settle()
    assert told.end is End.TAKEN_BACK
    assert (place / "README.md").read_text() == "mine\n"
    assert not (place / "new.txt").exists()
    assert world.git("status", "--porcelain", cwd=place) == " M src/app.py\n?? mine.txt\n"


def test_a_merge_that_a_person_began_since_is_not_ours(world: World, core_of: OpenCore) -> None:
    place, core = conflicted(world, core_of)
    world.git("merge", "--abort", cwd=place)
    world.git("branch", "other", "main~1")
    world.git("merge", "other", cwd=place, check=False)
    assert "UU README.md" in world.git("status", "--porcelain", cwd=place)
    (told,) = core.tools.settle()
    assert told.end is End.LEFT
    assert "UU README.md" in world.git("status", "--porcelain", cwd=place)
    assert core.tools.unfinished() == ()


@pytest.mark.parametrize("left", ["half", "nothing"])
def test_files_of_a_checkout_that_was_cut_off(world: World, core_of: OpenCore, left: str) -> None:
    """Git wrote files, the last of them in part, and no index, no note: only contents tell."""
    place, core = conflicted(world, core_of)
    world.git("merge", "--abort", cwd=place)
    before = picture(world, place)["status"]
    (place / "new.txt").write_text("ba" if left == "half" else "")
    (place / "README.md").unlink()
    (told,) = core.tools.settle()
    assert told.end is End.TAKEN_BACK
    assert picture(world, place)["status"] == before


def test_a_note_that_cannot_be_read_keeps_nobody_from_anything(
    world: World, core_of: OpenCore
) -> None:
    world.worktree("auth")
    core = core_of()
    folder = world.repo / ".git/pdev/intents"
    folder.mkdir(parents=True)
    (folder / "remove-aaaa.jsonl").write_text('{"verb": 1}\n{"step": 2\n')
    (folder / "spawn-link.jsonl").symlink_to("/etc/passwd")
    for _ in range(2):
        told = core.tools.settle()
        assert len(told) == 2
        for each in told:
            assert each.end is End.UNFINISHED
            assert any("mv -- " in said(line) for line in each.remedy)
    core.remover.remove(core.remover.plan("auth"), {"all"})
    assert (folder / "remove-aaaa.jsonl").exists()


def test_a_live_change_is_nobody_elses(world: World, core_of: OpenCore) -> None:
    world.worktree("one")
    core = core_of()
    with core.tools.syncing():
        assert core_of().tools.unfinished() == ()
        with core_of().tools.guarded() as told:
            assert told == ()


def test_no_verb_comes_in_another_way() -> None:
    """The guards are taken in one place, where the recovery runs first."""
    services = Path(__file__).parents[2] / "parallel_tui/services"
    others = [
        path.name
        for path in sorted(services.glob("*.py"))
        if path.name != "tools.py" and re.search(r"\bguard\(|\.alone\(", path.read_text())
    ]
    assert others == []
