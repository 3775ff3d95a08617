"""The demo is the real program on a real world, and nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.demo import lodging
from parallel_tui.demo.world import AGENT, demo
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.session.worktree import OperationKind
from tests.support.isolation import SAFE_TMUX_DIRS
from tests.support.waiting import PATIENCE, eventually

ROOT = Path(__file__).parents[1]


@pytest.fixture
def place(isolated: dict[str, str]) -> Iterator[Path]:
    """A folder for demos, with a path short enough for a socket."""
    folder = Path(isolated["TMUX_TMPDIR"]) / "d"
    folder.mkdir()
    SAFE_TMUX_DIRS.add(str(folder))
    yield folder
    SAFE_TMUX_DIRS.discard(str(folder))


def _living(folder: Path) -> list[str]:
    """Command lines of processes that have something to do with a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
            where = str((entry / "cwd").readlink())
        except OSError:
            continue
        if where.startswith(str(folder)) or os.fsencode(folder) in words:
            found.append(words.decode(errors="replace").replace("\0", " "))
    return [words for words in found if str(os.getpid()) not in words]


def _states(repository: str, settings: dict[str, object]) -> dict[str, tuple[str, str]]:
    core = open_core(Overrides(directory=repository, settings=settings), brief=True)
    look = core.single_look(quick=True)
    look.begin()
    snapshot, _ = look.end(PATIENCE)
    return {each.name: (each.state.value, each.evidence.source) for each in snapshot.sessions}


STATES = {
    "auth": ("waiting", "hook"),
    "webhooks": ("failed", "hook"),
    "exports": ("crashed", "process"),
    "login-redirect": ("done", "hook"),
    "gift-cards": ("limited", "hook"),
    "receipts": ("exited", "exit"),
    "checkout": ("working", "hook"),
    "orders-index": ("working", "hook"),
    "search": ("idle", "process"),
    "refunds": ("no window", "tmux"),
    "banner": ("missing", "git"),
}
"""What is seen of a demo that stands still; `bisect` is quiet once it has been so for a while."""


@pytest.mark.tmux
def test_a_demo_has_a_session_in_every_state_that_lasts(place: Path) -> None:
    with demo(still=True, parent=place) as world:

        def differs() -> dict[str, tuple[str, str]]:
            seen = _states(world.repository, world.settings)
            return {name: seen[name] for name, state in STATES.items() if seen[name] != state}

        eventually(lambda: not differs(), what="all agents are where they stop")
        assert differs() == {}, "whoever looks later sees the same"


@pytest.mark.tmux
def test_a_demo_is_a_world_of_every_kind_of_session_and_leaves_nothing(place: Path) -> None:
    with demo(still=True, parent=place) as world:
        core = open_core(Overrides(directory=world.repository, settings=world.settings))
        sessions = {session.name: session for session in core.sessions.all()}
        assert set(sessions) >= {"main", "auth", "checkout", "login-redirect", "orders-index"}
        assert set(sessions) >= {"search", "bisect", "coupons", "receipts", "banner"}
        assert [each.name for each in core.cleaner.candidates() if each.ready] == ["coupons"]
        search, bisect = sessions["search"].worktree, sessions["bisect"].worktree
        assert search is not None
        assert search.operation is not None
        assert search.operation.kind is OperationKind.REBASE
        assert bisect is not None
        assert bisect.detached
        assert bisect.locked == "a benchmark runs here until Friday"
        upstream = core.git.base("main").upstream
        assert upstream is not None
        assert (upstream.ahead, upstream.behind) == (0, 2)

        def rings() -> bool:
            windows = core.mux.listing().windows
            return any(window.name == "auth" and window.bell for window in windows)

        eventually(rings, what="the agent of auth asks and rings")
        auth = sessions["auth"].worktree
        assert auth is not None
        assert len(core.git.status(auth)) == 5
    assert list(place.iterdir()) == []
    assert _living(place) == []


def _outlive(place: Path, number: signal.Signals) -> subprocess.Popen[str]:
    """Start a demo in a process of its own, and end that process with a signal once it stands."""
    code = (
        "import sys, time; from pathlib import Path; "
        "from parallel_tui.demo.world import demo\n"
        "with demo(still=True, parent=Path(sys.argv[1])):\n"
        "    print('up', flush=True)\n"
        "    time.sleep(3600)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(place)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "up\n"
    child.send_signal(number)
    child.communicate(timeout=PATIENCE)
    return child


@pytest.mark.tmux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_demo_that_is_ended_takes_itself_down(place: Path, number: signal.Signals) -> None:
    child = _outlive(place, number)
    assert child.returncode != 0
    assert list(place.iterdir()) == []
    assert _living(place) == []


@pytest.mark.tmux
def test_what_a_killed_demo_left_is_taken_down_by_the_next(place: Path) -> None:
    _outlive(place, signal.SIGKILL)
    assert len(list(place.iterdir())) == 1
    assert _living(place) != []
    assert len(lodging.sweep(place)) == 1
    assert list(place.iterdir()) == []
    assert _living(place) == []


def test_a_living_demo_and_foreign_folders_are_left_alone(place: Path) -> None:
    foreign = place / "somebody-else"
    foreign.mkdir()
    with lodging.lodging(place) as folder:
        assert lodging.sweep(place) == []
        assert folder.exists()
    assert list(place.iterdir()) == [foreign]


def test_an_agent_edits_commits_asks_and_goes_on_at_enter(tmp_path: Path) -> None:
    def git(*args: str) -> str:
        done = subprocess.run(["git", *args], cwd=tmp_path, capture_output=True, text=True)
        return done.stdout

    git("init", "-q", "-b", "main", ".")
    git("commit", "-q", "--allow-empty", "-m", "first")
    command = [sys.executable, "-I", "-S", str(AGENT), "--script", "auth", "--still"]
    said = subprocess.run(
        command, cwd=tmp_path, input="\n", capture_output=True, text=True, check=True
    ).stdout
    assert said.count("\a") == 2  # asked, went on, and asked again
    assert "IDLE_MINUTES" in (tmp_path / "api/auth/tokens.py").read_text()
    assert "answer 1" in (tmp_path / "api/auth/tokens.py").read_text()
    assert "Warn before a session ends" in git("log", "--format=%s")


@pytest.mark.tmux
def test_two_sessions_of_the_demo_really_conflict(place: Path) -> None:
    with demo(still=True, parent=place) as world:
        core = open_core(Overrides(directory=world.repository, settings=world.settings))
        checked = core.checker.check("auth")
        conflicts = {
            frozenset((checked.names[each.a], checked.names.get(each.b or "", "base")))
            for each in checked.overlaps
            if each.level is not None and each.level >= Level.CONFLICT
        }
        assert frozenset(("auth", "login-redirect")) in conflicts
