"""Starting a session that fails half way, is interrupted, or is overtaken: nothing stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import psutil
import pytest

from parallel_tui.command_lines import hint_of
from parallel_tui.errors import GitError, ParallelError, RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.services.spawn.spawner import Spawner
from tests.services.conftest import OpenCore
from tests.services.traces import traces
from tests.support.broken import Broken
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

PLAIN = SpawnRequest("auth", window=False)


@pytest.mark.parametrize(
    ("part", "call", "error", "after"),
    [
        ("writer", "add_worktree", RefusedError("no"), False),
        ("writer", "add_worktree", KeyboardInterrupt(), True),
        ("writer", "name_session", GitError("no"), False),
        ("writer", "name_session", KeyboardInterrupt(), True),
        ("git", "tracked_in_claude", GitError("no"), False),
        ("git", "untracked_matching", OSError("no"), False),
        ("clock", "", OSError("disk full"), False),
        ("mux", "open_window", GitError("no"), False),
        ("mux", "open_window", KeyboardInterrupt(), True),
    ],
)
def test_a_failure_leaves_nothing_behind(
    world: World, core_of: OpenCore, part: str, call: str, error: BaseException, after: bool
) -> None:
    core = core_of(directory="../deep/er/{name}")
    world.window("mine", world.repo)
    world.write(".claude/settings.local.json", "{}")
    before = traces(world)
    broken: Any = Broken(getattr(core.spawner, part), call, error, after=after)
    expected = KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else ParallelError
    with pytest.raises(expected):
        replace(core.spawner, **{part: broken}).spawn(SpawnRequest("auth"))
    assert traces(world) == before
    core.spawner.spawn(SpawnRequest("auth"))


def test_a_failing_setup_command_shows_its_last_lines_and_leaves_nothing(
    world: World, core_of: OpenCore
) -> None:
    before = traces(world)
    with pytest.raises(RefusedError, match="ended with status 3") as failure:
        core_of(setup=["true", "echo why; exit 3"]).spawner.spawn(SpawnRequest("auth"))
    assert failure.value.hint == "why"
    assert traces(world) == before


def hook(world: World, *lines: str) -> None:
    """A post-checkout hook for new worktrees."""
    place = world.repo / ".git/hooks/post-checkout"
    place.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    place.chmod(0o755)


_COMMIT = "echo x >made.txt; git add made.txt; git commit -q --no-verify -m 'by a hook'"


@pytest.mark.parametrize(
    ("lines", "setup"),
    [
        ((_COMMIT, "exit 1"), ()),
        ((_COMMIT,), ("exit 3",)),
        ((), (_COMMIT, "exit 3")),
    ],
)
def test_a_commit_that_was_made_meanwhile_keeps_its_branch(
    world: World, core_of: OpenCore, lines: tuple[str, ...], setup: tuple[str, ...]
) -> None:
    if lines:
        hook(world, *lines)
    with pytest.raises(RefusedError, match="has commits that were made meanwhile") as failure:
        core_of(setup=list(setup)).spawner.spawn(PLAIN)
    assert world.git("log", "-1", "--format=%s", "feature/auth").strip() == "by a hook"
    assert "pdev undo auth-" in hint_of(failure.value)
    assert not (world.root / "myapp-auth").exists()
    hooked = world.repo / ".git/hooks/post-checkout"
    hooked.unlink(missing_ok=True)
    receipt = core_of().restorer.restore("auth")
    assert (world.root / "myapp-auth/made.txt").read_text() == "x\n"
    assert receipt.branch == "feature/auth"


@pytest.mark.parametrize("ignored", [False, True])
@pytest.mark.parametrize("by_hook", [False, True])
def test_what_somebody_put_there_meanwhile_goes_to_the_trash(
    world: World, core_of: OpenCore, by_hook: bool, ignored: bool
) -> None:
    if ignored:
        world.commit(".gitignore", "made.txt\n")
    if by_hook:
        hook(world, "echo x >made.txt", "exit 1")
    with pytest.raises(RefusedError, match="Kept: what was in") as failure:
        core_of(setup=[] if by_hook else ["echo x >made.txt", "exit 3"]).spawner.spawn(PLAIN)
    assert "comes back with: pdev undo auth-" in hint_of(failure.value)
    assert not (world.root / "myapp-auth").exists()
    assert "feature/auth" not in world.git("branch"), "nobody has committed to it"
    (world.repo / ".git/hooks/post-checkout").unlink(missing_ok=True)
    core_of().restorer.restore("auth")
    assert (world.root / "myapp-auth/made.txt").read_text() == "x\n"
    assert core_of().sessions.find("auth").worktree.locked is None  # type: ignore[union-attr]


def test_a_hook_that_only_fails_leaves_nothing(world: World, core_of: OpenCore) -> None:
    hook(world, "exit 1")
    before = traces(world)
    with pytest.raises(RefusedError):
        core_of().spawner.spawn(PLAIN)
    assert traces(world) == before


def test_only_the_window_that_was_opened_is_closed(world: World, core_of: OpenCore) -> None:
    core = core_of()

    class Crowded:
        """A mux beside which somebody opens another window of the session at once."""

        def __getattr__(self, name: str) -> object:
            return getattr(core.mux, name)

        def open_window(self, **given: Any) -> str:
            """Two windows, of which only the first is told."""
            first = core.mux.open_window(**given)
            core.mux.open_window(**given)
            return first

    crowded: Any = Crowded()
    broken: Any = Broken(core.spawner.tools, "record", GitError("no"), after=False)
    spawner = replace(core.spawner, mux=crowded, tools=broken)
    with pytest.raises(ParallelError):
        spawner.spawn(SpawnRequest("auth"))
    windows = [each for each in core.mux.listing().windows if each.owner == "auth"]
    assert len(windows) == 1


def group(leader: int) -> list[int]:
    """Processes of a process group that are alive, so not merely waiting to be collected."""
    found = []
    for process in psutil.process_iter(["status"]):
        with suppress(ProcessLookupError):
            alive = process.info["status"] != psutil.STATUS_ZOMBIE
            if alive and os.getpgid(process.pid) == leader:
                found.append(process.pid)
    return found


def test_ctrl_c_in_the_middle_leaves_nothing(world: World) -> None:
    before = traces(world)
    marker = world.root.parent / "marker"
    program = (
        "from parallel_tui.bootstrap import Overrides, open_core\n"
        "from parallel_tui.model.lifecycle.spawn import SpawnRequest\n"
        f"setup = ['echo $$ >{marker}; sleep 1000; true']\n"
        f"core = open_core(Overrides({str(world.repo)!r}, {{'setup': setup}}))\n"
        "core.spawner.spawn(SpawnRequest('auth', window=False))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], env=dict(world.env), stderr=subprocess.PIPE, text=True
    ) as process:
        shell = int(eventually(lambda: marker.exists() and marker.read_text().strip()))
        assert group(shell)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert "KeyboardInterrupt" in errors
    assert traces(world) == before
    eventually(lambda: not group(shell))


def test_what_cannot_be_taken_back_is_named(world: World, core_of: OpenCore) -> None:
    spawner: Spawner = core_of(setup=["false"]).spawner
    writer: Any = Broken(spawner.writer, "remove_worktree", GitError("stuck"), after=False)
    with pytest.raises(RefusedError) as failure:
        replace(spawner, writer=writer).spawn(PLAIN)
    text = failure.value.message
    assert f"the worktree {world.root}/myapp-auth (stuck)" in text
    assert "the branch feature/auth" in text
    assert "`false` ended with status 1" in text


def test_two_spawns_of_one_name_at_once(world: World, core_of: OpenCore) -> None:
    results: list[object] = []
    start = threading.Barrier(2)

    def run() -> None:
        spawner = core_of().spawner
        start.wait()
        try:
            results.append(spawner.spawn(SpawnRequest("auth")).name)
        except ParallelError as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results.count("auth") == 1
    loser = next(result for result in results if result != "auth")
    assert isinstance(loser, RefusedError)
    assert "already" in loser.message
    session = core_of().sessions.find("auth")
    assert session.worktree
    assert not session.worktree.missing
    assert len(session.windows) == 1


def test_somebody_faster_with_plain_git_loses_nothing(world: World, core_of: OpenCore) -> None:
    spawner = core_of().spawner

    class Late:
        """A writer before whose turn somebody else makes the same worktree."""

        def __getattr__(self, name: str) -> object:
            if name == "add_worktree":
                world.worktree("auth")
                world.write("work.txt", "precious", cwd=world.root / "myapp-auth")
            return getattr(spawner.writer, name)

    late: Any = Late()
    with pytest.raises(ParallelError, match="already exists"):
        replace(spawner, writer=late).spawn(PLAIN)
    assert (world.root / "myapp-auth/work.txt").read_text() == "precious"
    assert "feature/auth" in world.git("branch")
