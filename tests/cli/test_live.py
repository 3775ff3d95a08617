"""`pdev list`, `status` and `watch` on a real repository and a real tmux: the engine, no screen."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.cli.running import PDEV, Ran, pdev
from tests.support.hanging_git import HangingGit
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


def run(world: World, *arguments: str) -> Ran:
    return pdev("--tmux-socket", world.socket, *arguments, cwd=world.repo, env=world.env)


def sessions(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {session["name"]: session for session in answer["sessions"]}


@pytest.mark.tmux
def test_list_knows_all_that_git_and_tmux_know(world: World) -> None:
    auth = world.worktree("auth")
    world.commit("a.txt", "1", cwd=auth)
    world.commit("b.txt", "2")
    world.write("c.txt", "3", cwd=auth)
    world.write("README.md", "4", cwd=auth)
    window = world.window("by hand", auth, "exec cat")
    world.git("worktree", "add", "-q", "--detach", str(world.root / "myapp-old"))
    world.git("worktree", "lock", "--reason", "for later", str(world.root / "myapp-old"))
    world.worktree("gone")
    (world.root / "myapp-gone").rename(world.root / "elsewhere")

    answer = run(world, "list", "--json")
    assert answer.status == 0, answer.err
    assert answer.json["schema"] == 2
    assert answer.json["base"]["name"] == "main"
    found = sessions(answer.json)
    assert set(found) == {"main", "auth", "old", "gone"}
    one = found["auth"]
    assert (one["ahead"], one["behind"]) == (1, 1)
    assert (one["modified"], one["untracked"], one["staged"]) == (1, 1, 0)
    assert (one["window"], one["command"]) == (window, "cat")
    assert one["path"] == str(auth)
    assert one["head"] == world.git("rev-parse", "HEAD", cwd=auth).strip()
    old = found["old"]
    assert (old["branch"], old["detached"], old["locked_because"]) == (None, True, "for later")
    assert found["gone"]["missing"]
    assert found["gone"]["staged"] is None
    assert found["gone"]["staged_reason"]
    assert [w["id"] for w in answer.json["windows"]] == [window]

    lines = run(world, "list").out.splitlines()
    assert len(lines) == 5
    assert any("auth" in line and "↑1 ↓1" in line and "~1 ?1" in line for line in lines)


def test_quick_answers_with_rows_and_says_what_is_not_known_yet(world: World) -> None:
    world.worktree("auth")
    found = sessions(run(world, "list", "--json", "--quick").json)
    assert set(found) == {"main", "auth"}
    for session in found.values():
        assert session["staged"] == 0 or session["staged_reason"]


def test_too_little_time_is_could_not_look_and_never_an_empty_list(world: World) -> None:
    world.git("config", "extensions.worktreeConfig", "true")  # so that git has to be asked
    slow = world.root / "slow bin/git"
    slow.parent.mkdir()
    real = shutil.which("git")
    waits = 'case "$*" in *"worktree list"*) sleep 5;; esac'
    slow.write_text(f'#!/bin/sh\n{waits}\nexec "{real}" "$@"\n')
    slow.chmod(0o755)
    path = f"{slow.parent}:{world.env['PATH']}"
    ran = pdev(*("list", "--json", "--timeout", "0.5"), cwd=world.repo, env=world.env, PATH=path)
    assert ran.status == 2
    assert ran.json["error"]["kind"] == "could_not_look"
    assert "--timeout" in ran.json["error"]["hint"]


def test_a_git_that_hangs_is_not_left_behind(world: World) -> None:
    git = HangingGit(world.root / "hanging", world.env["PATH"])
    ran = pdev("status", "--timeout", "2", cwd=world.repo, env=world.env, PATH=git.path)
    assert "not everything was read within 2 s" in ran.err
    eventually(lambda: not git.hanging(), what="git has ended, too")


@pytest.mark.parametrize("words", [("list",), ("check",)])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_command_that_is_told_to_end_leaves_no_git(
    world: World, words: tuple[str, ...], number: signal.Signals
) -> None:
    for name in ("one", "two", "three"):
        world.worktree(name)
    git = HangingGit(world.root / "hanging", world.env["PATH"])
    env = {**world.env, "PATH": git.path}
    with subprocess.Popen([PDEV, *words], cwd=world.repo, env=env) as process:
        eventually(git.hanging, what="a git that hangs")
        process.send_signal(number)
        assert process.wait(PATIENCE) == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
    eventually(lambda: not git.hanging(), what="git has ended, too")


def test_status_is_an_overview_or_one_session_in_full(world: World) -> None:
    auth = world.worktree("auth")
    world.write("odd\nname.txt", "x", cwd=auth)
    world.write(".claude/status.md", "Current task: [b]the form\n", cwd=auth)
    overview = run(world, "status")
    assert overview.out.splitlines()[-1] == "auth says: [b]the form"
    listed = run(world, "list", "--json").json["sessions"]
    assert [each.get("page") for each in listed] == [None, "[b]the form"]
    assert overview.out.startswith("myapp  main")
    assert "1 session · " in overview.out
    one = run(world, "status", "auth")
    assert one.status == 0, one.err
    assert str(auth) in one.out
    assert "?? odd␊name.txt" in one.out
    assert "It says     [b]the form (in its .claude/status.md)" in one.out
    assert run(world, "status", "auth", "--json").json["session"]["untracked"] == 2
    assert run(world, "status", "nobody").status == 2


def test_a_repository_without_a_commit_says_that_it_has_no_base(empty_world: World) -> None:
    world = empty_world
    world.git("init", "-q", "-b", "main", str(world.repo), cwd=world.root)
    answer = run(world, "list", "--json")
    assert answer.status == 0, answer.err
    assert answer.json["base"] is None
    assert answer.json["base_reason"]
    (main,) = answer.json["sessions"]
    assert main["ahead"] is None
    assert main["ahead_reason"]


def test_a_bare_repository_has_its_worktrees_and_no_work_of_its_own(world: World) -> None:
    bare = world.root / "store.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("worktree", "add", "-q", "-b", "feature/x", str(world.root / "store-x"), cwd=bare)
    answer = pdev("list", "--json", cwd=bare, env=world.env)
    assert answer.status == 0, answer.err
    found = sessions(answer.json)
    assert found["main"]["bare"]
    assert (found["main"]["staged"], found["main"]["branch"]) == (None, None)
    assert found["x"]["staged"] == 0


def test_a_base_that_is_none_is_an_error_where_it_was_asked_for(world: World) -> None:
    ran = run(world, "list", "--base", "nowhere", "--json")
    assert ran.status == 2
    assert "nowhere" in ran.json["error"]["message"]


def test_hostile_names_keep_the_table_a_table(world: World) -> None:
    path = world.root / "my\napp \x1b]0;x\x07[red]"
    world.git("worktree", "add", "-q", "-b", "x#(touch${IFS}p)", str(path))
    shown = run(world, "list")
    assert shown.status == 0, shown.err
    assert len(shown.out.splitlines()) == 3
    assert "\x1b" not in shown.out
    assert str(path) in {s["path"] for s in run(world, "list", "--json").json["sessions"]}


@contextmanager
def watching(world: World, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`pdev watch` running in a process group of its own."""
    process = subprocess.Popen(
        [PDEV, "watch", "--tmux-socket", world.socket, *options],
        cwd=world.repo,
        env=dict(world.env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[bytes], told: Callable[[Any], bool]) -> Any:
    """The first line of JSON for which something holds."""
    assert process.stdout is not None
    for line in process.stdout:
        answer = json.loads(line)
        if told(answer):
            return answer
    raise AssertionError("it ended without telling")


def group_is_gone(process: subprocess.Popen[bytes]) -> bool:
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


def settled(answer: Any) -> bool:
    return all(session["staged"] is not None for session in answer["sessions"])


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_watch_tells_changes_as_lines_until_it_is_ended(
    world: World, number: signal.Signals, status: int
) -> None:
    auth = world.worktree("auth")
    with watching(world, "--ndjson") as process:
        read_until(process, settled)
        world.commit("a.txt", "1", cwd=auth)
        read_until(process, lambda answer: sessions(answer)["auth"]["ahead"] == 1)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == status
        assert b"Traceback" not in err
        eventually(lambda: group_is_gone(process), what="no process stays behind")


def test_watch_ends_when_its_reader_goes_away_although_nothing_changes(world: World) -> None:
    with watching(world, "--ndjson") as process:
        read_until(process, settled)
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=PATIENCE)
        assert process.returncode == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""


def unread(process: subprocess.Popen[bytes]) -> int:
    """Bytes that wait in the pipe."""
    assert process.stdout is not None
    answer = fcntl.ioctl(process.stdout, termios.FIONREAD, b"\0" * 4)
    return int.from_bytes(answer, sys.byteorder)


def test_watch_can_be_ended_while_its_reader_does_not_read(world: World) -> None:
    for number in range(8):  # each line is longer than the pipe
        world.git("worktree", "add", "-q", "--detach", str(world.root / f"myapp-{number}"))
    with watching(world, "--ndjson") as process:
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        assert len(json.dumps(read_until(process, settled))) > 4096
        world.worktree("news")
        eventually(lambda: unread(process) > 0, what="it hangs in writing")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)
        assert process.returncode == 143
        eventually(lambda: group_is_gone(process), what="no process stays behind")


def test_watch_ends_by_itself_when_idle_or_after_a_count(world: World) -> None:
    world.worktree("auth")
    ran = run(world, "watch", "--ndjson", "--until-idle")
    assert ran.status == 0, ran.err
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert settled(answers[-1])
    assert len(run(world, "watch", "--ndjson", "--count", "1").out.splitlines()) == 1


def test_watch_in_words_tells_what_changed(world: World) -> None:
    with watching(world) as process:
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        assert re.match(r"myapp  .*  0 sessions", first)
        world.worktree("auth")
        said = process.stdout.readline().decode()
        assert re.fullmatch(r"\d\d:\d\d:\d\d  Session auth appeared\n", said)
