"""`pdev hooks` on real files: settings come back to the byte, and foreign hooks go on running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError, UsageError
from parallel_tui.model.agent import hook_line
from parallel_tui.model.agent.hook_line import HookPlace
from parallel_tui.model.agent.hook_state import AGENT_SCOPES, HookFound, HookScope, HookStatus
from tests.hook.calling import evidence
from tests.model.test_hook_text import ODD
from tests.support.world import World

LOCAL = HookScope.LOCAL


def _core(world: World, where: Path | None = None) -> Core:
    return open_core(Overrides(directory=str(where or world.repo)), dict(world.env))


def _local(world: World) -> Path:
    return world.repo / ".claude/settings.local.json"


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and ".git" not in each.parts
    }


def _status(core: Core, agent: str = "claude", scope: HookScope = LOCAL) -> HookStatus:
    found = core.hooks.installer.statuses(agent)
    return next(each for each in found if each.scope == scope)


@pytest.mark.parametrize("text", list(ODD.values()), ids=list(ODD))
def test_settings_come_back_to_the_byte(world: World, text: str) -> None:
    path = _local(world)
    path.parent.mkdir()
    path.write_bytes(text.encode())
    path.chmod(0o600)
    before = _files(world.repo)
    installer = _core(world).hooks.installer
    installer.install("claude", LOCAL)
    installed = path.read_bytes()
    assert installed != text.encode()
    assert "already" in installer.install("claude", LOCAL).message
    assert path.read_bytes() == installed
    assert _status(_core(world)).found is HookFound.INSTALLED
    installer.uninstall("claude", LOCAL)
    assert _files(world.repo) == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert "No hooks" in installer.uninstall("claude", LOCAL).message
    assert list((world.repo / ".git/pdev/hooks").iterdir()) == []


def test_what_is_installed_shows_in_no_status(world: World) -> None:
    _core(world).hooks.installer.install("claude", LOCAL)
    assert _local(world).exists()
    assert world.git("status", "--porcelain", "--untracked-files=all") == ""


def test_a_file_that_was_not_there_is_gone_again(world: World) -> None:
    before = _files(world.repo)
    installer = _core(world).hooks.installer
    installer.install("claude", LOCAL)
    assert _local(world).read_text().count("\n") > 20, "people read it"
    installer.uninstall("claude", LOCAL)
    assert _files(world.repo) == before
    assert not (world.repo / ".claude").exists()


@pytest.mark.parametrize("agent", list(AGENT_SCOPES))
def test_every_agent_has_its_own_files(world: World, agent: str) -> None:
    tree = world.worktree("one")
    home = Path(world.env["HOME"])
    before = _files(world.root), _files(home)
    core = _core(world, tree)
    for scope in (HookScope.PROJECT, HookScope.USER):
        core.hooks.installer.install(agent, scope)
        status = _status(core, agent, scope)
        assert status.found is HookFound.INSTALLED
        root = tree if scope is HookScope.PROJECT else home
        assert status.path.startswith(f"{root}/.{agent}/")
        json.loads(Path(status.path).read_bytes())
    for scope in (HookScope.PROJECT, HookScope.USER):
        core.hooks.installer.uninstall(agent, scope)
    assert (_files(world.root), _files(home)) == before


def test_what_is_installed_in_the_main_checkout_is_what_an_agent_runs(world: World) -> None:
    tree = world.worktree("one")
    _core(world, tree).hooks.installer.install("claude", LOCAL)
    hooks = json.loads(_local(world).read_bytes())["hooks"]
    event = json.dumps({"cwd": str(tree), "hook_event_name": "UserPromptSubmit"})
    line = hooks["UserPromptSubmit"][0]["hooks"][0]["command"]
    subprocess.run(["/bin/sh", "-c", line], input=event.encode(), env=dict(world.env), check=True)
    assert [each["session"] for each in evidence(world.repo / ".claude")] == ["one"]
    heard = _status(_core(world)).heard
    assert heard is not None


@pytest.mark.parametrize(
    "content",
    [b"{ broken", b"[]", b'{"hooks": 7}', b'{"a": "\xff"}', b'{"a":1,"a":2}', b"   "],
)
def test_settings_that_are_none_are_refused_and_left(world: World, content: bytes) -> None:
    _local(world).parent.mkdir()
    _local(world).write_bytes(content)
    before = _files(world.repo)
    core = _core(world)
    with pytest.raises(RefusedError, match="left as it is") as caught:
        core.hooks.installer.install("claude", LOCAL)
    assert str(_local(world)) in caught.value.message
    assert caught.value.hint
    assert _files(world.repo) == before
    if content.strip():
        assert _status(core).found in (HookFound.UNREADABLE, HookFound.ABSENT)


def test_a_settings_file_that_is_a_link_stays_one(world: World, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles.json"
    real.write_text('{\n\t"model": "opus"\n}')
    _local(world).parent.mkdir()
    _local(world).symlink_to(real)
    installer = _core(world).hooks.installer
    installer.install("claude", LOCAL)
    assert _local(world).is_symlink()
    assert "pdev-hook" in real.read_text()
    installer.uninstall("claude", LOCAL)
    assert _local(world).is_symlink()
    assert real.read_text() == '{\n\t"model": "opus"\n}'


def test_what_was_changed_in_between_stays(world: World) -> None:
    installer = _core(world).hooks.installer
    _local(world).parent.mkdir()
    _local(world).write_text('{\n\t"model": "opus"\n}')
    installer.install("claude", LOCAL)
    text = _local(world).read_text().replace('"opus"', '"haiku" ')
    _local(world).write_text(text)
    installer.uninstall("claude", LOCAL)
    assert _local(world).read_text() == '{\n\t"model": "haiku" \n}'
    installer.install("claude", LOCAL)
    rewritten = {**json.loads(_local(world).read_text()), "permissions": {"allow": ["x"]}}
    _local(world).write_text(json.dumps(rewritten))
    installer.uninstall("claude", LOCAL)
    assert json.loads(_local(world).read_text()) == {
        "model": "haiku", "permissions": {"allow": ["x"]},
    }  # fmt: skip


def test_a_stale_hook_is_told_and_mended(world: World, tmp_path: Path) -> None:
    core = _core(world)
    original = '{"model": "opus"}'
    _local(world).parent.mkdir()
    _local(world).write_text(original)
    core.hooks.installer.install("claude", LOCAL)
    here = core.hooks.files.here()
    text = _local(world).read_text()
    assert str(here.folder) in text
    for place, why in (
        (HookPlace(here.python, str(tmp_path)), f"{tmp_path}/hook.py is gone"),
        (HookPlace("/gone/python", here.folder), "/gone/python is gone"),
        (HookPlace(sys.executable, here.folder), "another installation or version"),
    ):
        moved = text.replace(here.folder, place.folder).replace(here.python, place.python)
        _local(world).write_text(moved)
        status = _status(core)
        assert status.found is HookFound.STALE
        assert why in status.why
        core.hooks.installer.install("claude", LOCAL)
        assert _status(core).found is HookFound.INSTALLED
        assert _local(world).read_text() == text
    core.hooks.installer.uninstall("claude", LOCAL)
    assert _local(world).read_text() == original


def test_the_interpreter_is_a_real_one(world: World) -> None:
    python = _core(world).hooks.files.here().python
    assert "/shims/" not in python
    assert ".venv" not in python, "it would be gone when the environment is made anew"
    done = subprocess.run([python, "-I", "-S", "-c", "import _json"], check=False)
    assert done.returncode == 0
    assert hook_line.MARK in hook_line.command(HookPlace(python, "/x"), "claude", "Stop")


def test_requests_that_make_no_sense_say_so(world: World) -> None:
    installer = _core(world).hooks.installer
    with pytest.raises(UsageError, match="codex has no local settings"):
        installer.install("codex", LOCAL)
    with pytest.raises(UsageError, match="There are no hooks for 'emacs'"):
        installer.install("emacs", HookScope.USER)
    with pytest.raises(UsageError, match="codex has no session settings"):
        installer.install("codex", HookScope.SESSION)
    assert "no file is changed" in installer.install("claude", HookScope.SESSION).message
    with pytest.raises(RefusedError, match="stand in no settings"):
        installer.uninstall("claude", HookScope.SESSION)
    bare = world.root / "app.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    with pytest.raises(RefusedError, match="no main checkout"):
        _core(world, bare).hooks.installer.install("claude", LOCAL)
    with pytest.raises(RefusedError, match="in none"):
        _core(world, bare).hooks.installer.install("claude", HookScope.PROJECT)
    off = open_core(Overrides(str(world.repo), {"agent_hooks": False}), dict(world.env))
    with pytest.raises(RefusedError, match="agent_hooks"):
        off.hooks.installer.install("claude", HookScope.SESSION)
    assert _status(off, scope=HookScope.SESSION).found is HookFound.ABSENT


def test_a_disk_that_refuses_changes_nothing(world: World) -> None:
    (world.repo / ".claude").write_text("a file")
    with pytest.raises(ParallelError):
        _core(world).hooks.installer.install("claude", LOCAL)
    assert (world.repo / ".claude").read_text() == "a file"
    (world.repo / ".claude").unlink()
    _local(world).mkdir(parents=True)
    with pytest.raises(CouldNotLookError, match="not a regular file"):
        _core(world).hooks.installer.install("claude", LOCAL)


# --- git ------------------------------------------------------------------------------------------


def _hook(world: World) -> Path:
    return world.repo / ".git/hooks/pre-commit"


def _commit(world: World, where: Path) -> subprocess.CompletedProcess[str]:
    env = {**world.env, "PATH": world.env["PATH"]}
    return subprocess.run(
        ["git", "commit", "-qm", "try"], cwd=where, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_a_commit_of_what_is_locked_is_refused(world: World) -> None:
    tree = world.worktree("mine")
    _core(world).shared.locks.acquire(("src/app.py",), session="theirs")
    assert "Installed" in _core(world).hooks.git.install().message
    assert "already" in _core(world).hooks.git.install().message
    world.write("src/app.py", "x = 2\n", cwd=tree)
    world.git("add", "-A", cwd=tree)
    refused = _commit(world, tree)
    assert refused.returncode == 1
    assert "src/app.py is locked by theirs" in refused.stderr
    _core(world).shared.locks.release(("src/app.py",), session="theirs")
    assert _commit(world, tree).returncode == 0
    _core(world).hooks.git.uninstall()
    assert not _hook(world).exists()


def test_a_hook_that_was_there_runs_and_comes_back(world: World) -> None:
    old = b"#!/bin/sh\n# \xff mine\necho before it >&2\ntest ! -e stop\n"
    _hook(world).write_bytes(old)
    _hook(world).chmod(0o754)
    core = _core(world)
    assert "runs after it" in core.hooks.git.install().message
    world.write("new", "x")
    world.git("add", "new")
    done = _commit(world, world.repo)
    assert done.returncode == 0
    assert "before it" in done.stderr
    world.write("stop", "x")
    world.git("add", "stop")
    assert _commit(world, world.repo).returncode == 1
    assert core.hooks.git.status().found is HookFound.INSTALLED
    core.hooks.git.uninstall()
    assert _hook(world).read_bytes() == old
    assert _hook(world).stat().st_mode & 0o777 == 0o754
    assert core.hooks.git.status().found is HookFound.ABSENT
    assert not [each for each in _hook(world).parent.iterdir() if "pdev" in each.name]


def test_a_hook_that_was_not_run_is_not_run_now(world: World) -> None:
    _hook(world).write_text("#!/bin/sh\nexit 1\n")
    _hook(world).chmod(0o644)
    core = _core(world)
    core.hooks.git.install()
    world.write("new", "x")
    world.git("add", "new")
    assert _commit(world, world.repo).returncode == 0
    core.hooks.git.uninstall()
    assert not os.access(_hook(world), os.X_OK)


def test_a_hook_that_somebody_added_to_is_left_to_them(world: World) -> None:
    core = _core(world)
    core.hooks.git.install()
    with _hook(world).open("a") as file:
        file.write("echo mine\n")
    assert core.hooks.git.status().found is HookFound.STALE
    with pytest.raises(RefusedError, match="changed since"):
        core.hooks.git.uninstall()


@pytest.mark.parametrize(
    ("configured", "where"),
    [(".husky/_", ".husky/pre-commit"), ("/elsewhere/hooks", "/elsewhere/hooks/pre-commit"),
     ("my hooks", "my hooks/pre-commit")],
)  # fmt: skip
def test_hooks_that_stand_elsewhere_are_theirs(world: World, configured: str, where: str) -> None:
    world.git("config", "core.hooksPath", configured)
    core = _core(world)
    with pytest.raises(RefusedError) as caught:
        core.hooks.git.install()
    assert "core.hooksPath" in caught.value.message or "Husky" in caught.value.message
    assert f"{where}:\npdev check --boundaries --staged" in caught.value.hint
    assert not _hook(world).exists()
    status = core.hooks.git.status()
    assert status.found is HookFound.ABSENT
    assert configured in status.why


def test_pre_commit_keeps_its_hook(world: World) -> None:
    made = "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n"
    _hook(world).write_text(made)
    with pytest.raises(RefusedError, match="made by pre-commit") as caught:
        _core(world).hooks.git.install()
    assert "entry: pdev check --boundaries --staged" in caught.value.hint
    assert _hook(world).read_text() == made


def test_a_program_that_is_gone_lets_commits_through_and_says_so(world: World) -> None:
    core = _core(world)
    core.hooks.git.install()
    _hook(world).write_text(_hook(world).read_text().replace(sys.executable, "/gone/python"))
    world.write("new", "x")
    world.git("add", "new")
    done = _commit(world, world.repo)
    assert done.returncode == 0
    assert "/gone/python is gone: nothing was checked" in done.stderr
