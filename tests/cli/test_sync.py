"""`pdev sync` and `pdev doctor` as a person or a script runs them."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.cli.running import PDEV, pdev
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


def plant(world: World, *names: str) -> None:
    """Sessions with one commit each, behind a base of two; the one called `clash` conflicts."""
    for name in names:
        path = "README.md" if name == "clash" else f"{name}.txt"
        world.commit(path, "mine\n", cwd=world.worktree(name), message=f"work of {name}")
    world.commit("README.md", "base\n")


def test_preview_run_and_undo(world: World, isolated: dict[str, str]) -> None:
    plant(world, "one", "clash")
    shown = pdev("sync", "--all", "--dry-run", cwd=world.repo, env=isolated)
    assert shown.status == 0, shown.err
    assert "→ one (feature/one): 1 commit behind main, 1 commit to replay" in shown.out
    assert "work of clash  ✗ conflicts in README.md" in shown.out
    assert "main has no remote; nothing was fetched" in shown.out
    before = world.git("rev-parse", "feature/one", "feature/clash")

    ran = pdev("sync", "one", "clash", cwd=world.repo, env=isolated)
    assert ran.status == 1
    assert "✓ one: now on main" in ran.out
    assert "✗ clash: CONFLICT (content): Merge conflict in README.md" in ran.out
    assert "it stands exactly as before" in ran.out
    said = ran.err.strip().splitlines()
    assert said[-1].endswith('cd "$(pdev path clash)" && git rebase main')
    undo = said[-2].removeprefix("To take it back: ").split()
    assert undo[:3] == ["pdev", "sync", "--undo"]
    back = pdev(*undo[1:], cwd=world.repo, env=isolated)
    assert (back.status, back.out.splitlines()[0].split(":")[0]) == (0, "✓ one")
    assert world.git("rev-parse", "feature/one", "feature/clash") == before


def test_one_json_object_and_the_session_one_stands_in(
    world: World, isolated: dict[str, str]
) -> None:
    plant(world, "one", "two")
    ran = pdev("sync", "--json", cwd=world.root / "myapp-one", env=isolated)
    assert ran.status == 0, ran.err
    assert [(row["session"], row["result"]) for row in ran.json["outcomes"]] == [("one", "synced")]
    assert ran.json["synced"] == 1
    level = pdev("sync", "one", cwd=world.repo, env=isolated)
    assert (level.status, level.out) == (0, "· one: stays as it is: it has all of main\n")
    (world.root / "myapp-two/two.txt").write_text("edited\n")
    assert pdev("sync", "two", cwd=world.repo, env=isolated).status == 1
    assert pdev("sync", "--all", cwd=world.repo, env=isolated).status == 0
    assert pdev("sync", cwd=world.repo, env=isolated).status == 2
    assert pdev("sync", "--undo", "nonsense", cwd=world.repo, env=isolated).status == 2


def test_a_remote_that_does_not_answer(world: World, isolated: dict[str, str]) -> None:
    plant(world, "one")
    world.git("remote", "add", "origin", str(world.root / "nowhere.git"))
    before = world.git("rev-parse", "feature/one")
    ran = pdev("sync", "--all", "--json", cwd=world.repo, env=isolated)
    assert ran.status == 2
    assert ran.json["error"]["title"] == "Could not look"
    assert world.git("rev-parse", "feature/one") == before


def test_outcomes_say_whom_they_are_of_and_that_base_stays_is_told(
    world: World, isolated: dict[str, str]
) -> None:
    """The base branch is checked out beside the main worktree, where nobody may move its files."""
    plant(world, "one")
    origin = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(origin))
    world.git("remote", "add", "origin", str(origin))
    world.git("fetch", "-q", "origin")
    world.git("branch", "-q", "--set-upstream-to", "origin/main", "main")
    world.commit("more.txt", "1\n")
    world.git("push", "-q", "origin", "main")
    world.git("reset", "-q", "--hard", "HEAD~1")
    world.git("switch", "-q", "-c", "elsewhere")
    world.git("worktree", "add", "-q", str(world.root / "base"), "main")
    ran = pdev("sync", "one", "--json", cwd=world.repo, env=isolated)
    base, one = ran.json["outcomes"]
    assert (base["about"], base["result"]) == ("base", "skipped")
    assert "it stays: it is checked out in" in base["message"]
    assert (one["about"], one["result"]) == ("session", "synced")
    assert one["key"].endswith("/worktrees/myapp-one")
    assert one["backup"] == f"refs/pdev/backup/sync/{one['run']}/feature/one"
    assert base["run"] == one["run"]


def test_an_error_tells_what_ended_before_it(world: World, isolated: dict[str, str]) -> None:
    """Nothing can be recorded any more once the first session was rewritten."""
    plant(world, "one", "two")
    hook = world.repo / ".git/hooks/post-rewrite"
    hook.parent.mkdir(exist_ok=True)
    kept = world.repo / ".git/pdev/sync"
    hook.write_text(f'#!/bin/sh\nmv "{kept}" "{kept}-away" && touch "{kept}"\n')
    hook.chmod(0o755)
    ran = pdev("sync", "one", "two", "--json", cwd=world.repo, env=isolated)
    assert ran.status != 0
    assert ran.json["error"]["kind"] != "internal", ran.json
    told = [(row["session"], row["result"]) for row in ran.json["outcomes"]]
    assert told == [("one", "synced"), ("two", "failed")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_the_session_under_way_finish(
    world: World, isolated: dict[str, str], number: signal.Signals
) -> None:
    plant(world, "one", "two")
    started, go_on = world.root / "started", world.root / "go-on"
    hook = world.repo / ".git/hooks/pre-rebase"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f'#!/bin/sh\ntouch "{started}"\nwhile ! test -e "{go_on}"; do sleep 0.05; done\n'
    )
    hook.chmod(0o755)
    with subprocess.Popen(
        [PDEV, "sync", "--all"], cwd=world.repo, env=isolated, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        eventually(started.exists)
        os.kill(process.pid, number)
        said = process.stderr
        assert said is not None
        assert any("finishing" in line for line in iter(said.readline, ""))
        go_on.touch()
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "✓ one" in out
    assert "· two: you stopped before it" in out


def test_the_doctor_answers_with_its_status(world: World, isolated: dict[str, str]) -> None:
    world.worktree("one")
    well = pdev("doctor", cwd=world.repo, env=isolated)
    assert well.status == 0, well.out
    assert "✓ git: git " in well.out
    world.write(".claude/locks/x.lock", "one", cwd=world.root / "myapp-one")
    ill = pdev("doctor", "--json", cwd=world.repo, env=isolated)
    assert (ill.status, ill.json["well"]) == (1, False)
    [row] = [each for each in ill.json["findings"] if each["severity"] == "problem"
             and "repair" in (each["remedy"] or "")]  # fmt: skip
    command = row["remedy"].split()
    assert pdev(*command[1:], cwd=world.repo, env=isolated).status == 0
    assert pdev("doctor", cwd=world.repo, env=isolated).status == 0
