"""`pdev wait` ends as soon as it can, and says how by its status."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cli.running import PDEV, Ran, pdev
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


def run(world: World, *words: str) -> Ran:
    """One command on the world's own server."""
    return pdev("wait", "--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env)


@contextmanager
def waiting(world: World, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A command that waits, and looks already."""
    argv = [PDEV, "wait", "--tmux-socket", world.socket, *words]
    with subprocess.Popen(
        argv, cwd=world.repo, env=dict(world.env), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            eventually(lambda: _watches(process.pid), what="it watches")
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_what_is_so_already_is_not_waited_for(world: World) -> None:
    world.worktree("auth")
    ran = run(world, "auth", "--until", "no-window")
    assert (ran.status, ran.out) == (0, "auth: no-window\n"), ran.err
    ran = run(world, "auth", "nobody", "--until", "gone,stopped", "--json")
    assert ran.status == 0, ran.err
    assert [(row["name"], row["met"]) for row in ran.json["sessions"]] == [
        ("auth", "stopped"), ("nobody", "gone"),
    ]  # fmt: skip


def test_a_session_that_goes_ends_the_wait(world: World) -> None:
    auth = world.worktree("auth")
    with waiting(world, "auth", "--until", "gone") as gone, \
         waiting(world, "auth", "--until", "working,merged") as never:  # fmt: skip
        world.git("worktree", "remove", str(auth))
        assert gone.wait(PATIENCE) == 0
        assert gone.stdout is not None
        assert gone.stdout.read() == "auth: gone\n"
        assert never.wait(PATIENCE) == 1
        assert never.stderr is not None
        assert "auth is gone" in never.stderr.read()


def test_work_that_is_merged_is_noticed(world: World) -> None:
    auth = world.worktree("auth")
    world.commit("a.txt", "1", cwd=auth)
    world.worktree("other")
    with waiting(world, "auth", "other", "--until", "merged", "--any") as process:
        world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth")
        assert process.wait(PATIENCE) == 0
        assert process.stdout is not None
        assert process.stdout.read() == "auth: merged\n"


def test_a_window_that_rings_for_somebody_ends_the_wait(world: World) -> None:
    auth = world.worktree("auth")
    world.tmux("new-session", "-d", "-s", "s", "-n", "main", "-c", str(world.repo), "exec cat")
    bell = world.root / "ring"
    rings = f"until [ -e '{bell}' ]; do sleep 0.05; done; printf '\\a'; exec cat"
    world.tmux("new-window", "-d", "-t", "s:", "-n", "auth", "-c", str(auth), rings)
    with waiting(world, "auth", "--until", "needs-you") as process:
        bell.touch()
        assert process.wait(PATIENCE) == 0
        assert process.stdout is not None
        assert process.stdout.read() == "auth: needs-you\n"


def test_the_time_is_kept_and_told_by_its_own_status(world: World) -> None:
    world.worktree("auth")
    ran = run(world, "auth", "--until", "working", "--timeout", "1s", "--json")
    assert ran.status == 124
    assert ran.json["timed_out"]
    assert ran.json["sessions"] == [{"name": "auth", "met": None, "state": "no window"}]
    said = run(world, "auth", "--until", "working", "--timeout", "1s")
    assert "the time is over, and auth is not there yet (its state: no window)" in said.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("auth", "--until", "wating"), "'waiting'"),
        (("nobody", "--until", "idle"), "no session named 'nobody'"),
        (("auth", "--until", "idle", "--timeout", "soon"), "is not a duration"),
        (("auth",), "--until"),
    ],
)
def test_what_cannot_be_waited_for_is_refused_at_once(
    world: World, words: tuple[str, ...], said: str
) -> None:
    world.worktree("auth")
    ran = run(world, *words)
    assert ran.status == 2
    assert said in ran.err


def test_a_wait_that_is_ended_leaves_nothing(world: World) -> None:
    world.worktree("auth")
    with waiting(world, "auth", "--until", "working") as process:
        eventually(lambda: _children(process.pid) == [], what="no child stays")
        process.terminate()
        assert process.wait(PATIENCE) == 143


def _watches(pid: int) -> bool:
    """Whether it asked to be told of changes: they count from that moment."""
    return "anon_inode:inotify" in [*_links(f"/proc/{pid}/fd")]


def _links(folder: str) -> Iterator[str]:
    with suppress(OSError):
        for each in Path(folder).iterdir():
            with suppress(OSError):
                yield str(each.readlink())


def _children(pid: int) -> list[str]:
    done = subprocess.run(["ps", "-o", "comm=", "--ppid", str(pid)], capture_output=True, text=True)
    return done.stdout.split()


def test_too_few_open_files_are_no_proof_that_a_session_is_gone(world: World) -> None:
    world.worktree("auth")
    words = [PDEV, "wait", "--tmux-socket", world.socket, "auth", "--until", "gone"]
    started = [
        subprocess.Popen(
            ["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh", *words, "--timeout", "1"],
            cwd=world.repo,
            env=world.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for most in range(8, 24)
    ]
    for each in started:
        out, err = each.communicate(timeout=PATIENCE)
        assert (out, each.returncode in (2, 124)) == ("", True), err
        assert "Traceback" not in err
