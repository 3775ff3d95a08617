"""Which tmux server is used, what it is given when we start it, and what its silence proves."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.tmux import server as module
from parallel_tui.adapters.tmux.command import Address
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.errors import MuxError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.consent import PLAIN_SHELL
from tests.adapters.tmux.conftest import Open
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

HOOK = {
    "GIT_DIR": "/r/.git/worktrees/w1",
    "GIT_INDEX_FILE": "/r/.git/worktrees/w1/index",
    "GIT_EXEC_PATH": "/usr/lib/git-core",
    "GIT_PREFIX": "",
    "GIT_EDITOR": ":",
    "GIT_AUTHOR_NAME": "Somebody",
    "GIT_AUTHOR_DATE": "@1 +0000",
    "GIT_CONFIG_PARAMETERS": "'core.bare'='true'",
    "PDEV_SESSION": "other",
    "CLAUDECODE": "1",
    "COLUMNS": "33",
}


def _global(world: World) -> set[str]:
    lines = world.tmux("show-environment", "-g").splitlines()
    return {line.partition("=")[0] for line in lines}


def _telling(path: Path) -> str:
    """A command that writes its whole environment to a file, complete once it is there."""
    return f"env > '{path}.new' && mv '{path}.new' '{path}'"


def _environment(path: Path) -> dict[str, str]:
    text = eventually(lambda: path.read_text() if path.exists() else "")
    return dict(line.partition("=")[::2] for line in text.splitlines())


def test_a_server_that_we_start_keeps_nothing_of_ours(
    world: World, open_window: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in HOOK.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"/usr/lib/git-core:{os.environ['PATH']}")
    monkeypatch.chdir(world.worktree("w1"))
    descriptor = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(descriptor, True)
    try:
        open_window("auth", PDEV_SESSION="auth", command=_telling(tmp_path / "seen"))
    finally:
        os.close(descriptor)
    assert not _global(world) & set(HOOK)
    pid = world.tmux("display-message", "-p", "#{pid}").strip()
    if Path("/proc/self/cwd").exists():
        assert str(Path(f"/proc/{pid}/cwd").readlink()) == "/"
        files = [path.readlink() for path in Path(f"/proc/{pid}/fd").iterdir()]
        assert tmp_path / "lock" not in files
    seen = _environment(tmp_path / "seen")
    assert seen["PDEV_SESSION"] == "auth"
    assert not seen["PATH"].startswith("/usr/lib/git-core")
    assert not (set(HOOK) - {"PDEV_SESSION"}) & set(seen)


def test_panes_are_clean_on_a_server_that_somebody_started_from_a_hook(
    world: World, tmux: Tmux, open_window: Open, tmp_path: Path
) -> None:
    subprocess.run(
        ["tmux", "-L", world.socket, "-f", "/dev/null", "new-session", "-d", "-s", "old"],
        env={**world.env, **HOOK},
        check=True,
    )
    assert set(HOOK) - {"COLUMNS"} <= _global(world)
    open_window("auth", PDEV_SESSION="auth", command=_telling(tmp_path / "seen"))
    seen = _environment(tmp_path / "seen")
    assert seen["PDEV_SESSION"] == "auth"
    assert not (set(HOOK) - {"PDEV_SESSION"}) & set(seen)
    ((what, remedy),) = tmux.oddities()
    assert "GIT_DIR" in what
    subprocess.run(["sh", "-c", remedy], env=dict(world.env), check=True)
    assert tmux.oddities() == ()


@pytest.mark.parametrize("kind", ["missing", "stale", "no path"])
def test_a_tmux_that_has_ended_is_told_and_not_used(
    repository: Repository, tmp_path: Path, world: World, kind: str
) -> None:
    path = Path(world.env["TMUX_TMPDIR"]) / "old"
    if kind == "stale":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    named = {"missing": str(path), "stale": str(path), "no path": "/dev/null/x"}[kind]
    address = Address.of(None, {"TMUX": f"{named},1,0"})
    assert address == Address()
    assert named in address.notice
    assert address.flags == ("-L", "default"), "or tmux would look at TMUX itself"
    assert Tmux(repository, None, None, {"TMUX": f"{named},1,0"}).notice == address.notice


def test_what_is_read_is_what_is_changed(world: World, repository: Repository) -> None:
    world.window("by hand", world.repo)
    path = world.tmux("display-message", "-p", "#{socket_path}").strip()
    inside = Tmux(repository, None, None, {"TMUX": f"{path},1,0"})
    assert inside.notice == ""
    assert inside.surrounds({"TMUX": f"{path},1,0"})
    assert not inside.surrounds({}), "a pane's number alone names no pane of this server"
    assert not Tmux(repository, "other", None).surrounds({"TMUX": f"{path},1,0"})
    made = inside.open_window(
        session="auth", name="auth", directory=str(world.repo), panes=(PLAIN_SHELL,), env={}
    )
    assert made in [window.id for window in inside.listing().windows]
    assert made in world.tmux("list-windows", "-a", "-F", "#{window_id}").split()
    inside.close_window(made)
    assert made not in world.tmux("list-windows", "-a", "-F", "#{window_id}").split()
    assert not Tmux(repository, None, None, {}).listing().running


def test_no_answer_is_not_no_server(
    world: World, tmux: Tmux, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LAST_MOMENTS", 0.1)
    window = open_window("auth")
    pid = int(world.tmux("display-message", "-p", "#{pid}"))
    path = Path(world.tmux("display-message", "-p", "#{socket_path}").strip())
    path.unlink()
    for ask in (tmux.listing, lambda: tmux.close_window(window)):
        with pytest.raises(MuxError, match="cannot be seen") as refused:
            ask()
        assert f"kill -USR1 {pid}" in refused.value.hint
    os.kill(pid, signal.SIGUSR1)
    eventually(path.exists)
    assert window in [each.id for each in tmux.listing().windows]
    monkeypatch.setattr(module, "_LAST_MOMENTS", 60.0)
    os.kill(pid, signal.SIGTERM)
    eventually(lambda: not tmux.listing().running)
    tmux.close_window(window)


def test_windows_on_another_server_are_known_until_that_ends(
    world: World, repository: Repository, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LAST_MOMENTS", 0.1)
    window = open_window("auth")
    path = Path(world.tmux("display-message", "-p", "#{socket_path}").strip())
    pid = int(world.tmux("display-message", "-p", "#{pid}"))
    other = Tmux(repository, "other", None)
    assert not other.listing().running
    ((socket_path, windows),) = other.elsewhere().items()
    assert Path(socket_path).samefile(path)
    assert [each.id for each in windows] == [window]
    path.unlink()
    with pytest.raises(MuxError, match="cannot be seen"):
        other.elsewhere()
    monkeypatch.setattr(module, "_LAST_MOMENTS", 60.0)
    os.kill(pid, signal.SIGTERM)
    assert other.elsewhere() == {}
    assert list(Path(repository.runtime_dir, "servers").iterdir()) == [], "and is forgotten"
