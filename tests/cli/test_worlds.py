"""However odd the world is, no command ends in an error of the program itself."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from parallel_tui.cli.names import COMMANDS
from parallel_tui.cli.render.output import EXIT_INTERNAL
from parallel_tui.errors import UsageError
from parallel_tui.model.settings import user_dirs
from parallel_tui.surroundings import refusal, standing
from tests.cli.running import PDEV
from tests.support.world import World

USED: Final[Mapping[str, tuple[str, ...]]] = {
    "list": (),
    "status": (),
    "wait": ("a", "--until", "no-window,gone", "--timeout", "5"),
    "watch": ("--count", "1", "--timeout", "5"),
    "spawn": ("new", "--no-window", "--no-agent"),
    "up": ("layer", "--yes", "--no-window"),
    "down": ("--all", "--dry-run"),
    "preset": ("list",),
    "remove": ("a", "--yes"),
    "undo": (),
    "trash": (),
    "cleanup": (),
    "prune": (),
    "hooks": ("install",),
    "history": (),
    "sync": ("--no-fetch",),
    "doctor": (),
    "attach": ("a",),
    "open": ("a",),
    "close": ("a",),
    "path": ("a",),
    "diff": ("a",),
    "check": (),
    "lock": ("README.md", "--session", "a"),
    "unlock": ("README.md", "--session", "a"),
    "locks": (),
    "handoff": ("list",),
    "event": ("list",),
    "distribute": ("README.md",),
    "tasks": (),
    "task": ("done", "1", "--session", "a"),
    "session": ("register", "--session", "a"),
    "repair": ("parallel-state.json",),
    "store": ("status",),
    "host": ("status",),
    "on": ("red", "list"),
    "config": ("show",),
    "completion": ("sessions",),
    "send": ("a", "go on"),
    "queue": ("list",),
    "resume": ("a",),
    "merge": ("plan",),
    "prove": ("a",),
    "train": ("update", "--unchecked"),
    "resolve": ("list",),
    "ci": ("check",),
    "layout": ("list",),
    "tmux-conf": (),
    "screen-conf": (),
    "mcp": (),
    "run": ("--slot", "test", "--", "true"),
    "slots": (),
    "top": ("--for", "0.1s"),
    "ports": (),
}
"""Each command as it would be used."""

NOWHERE: Final = (
    "HOME=/proc/no XDG_CONFIG_HOME=/proc/x XDG_STATE_HOME=/proc/x XDG_CACHE_HOME=/dev/null"
)

DEEP: Final[Mapping[str, str]] = {
    "the working directory is gone": "mkdir gone; cd gone; rmdir ../gone",
    "the worktree that we stand in is gone": "cd ../myapp-b; rm -r ../myapp-b",
    "no home": f"unset XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME; export {NOWHERE}",
    "all streams closed": "exec <&- >&- 2>&-",
    "nothing can be told": "exec >/dev/full 2>&1",
}
"""Worlds that each command meets in a way of its own: shell lines run before it."""

ODD: Final[Mapping[str, str]] = {
    "home is unset": "unset HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME",
    "home is empty": "export HOME= XDG_CONFIG_HOME= XDG_STATE_HOME= XDG_CACHE_HOME=",
    "home is a file": "export HOME=/dev/null; unset XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME",
    "no temporary folder": "export TMPDIR=/no/where TEMP=/no/where TMP=/no/where",
    "a dumb terminal": "export TERM=dumb",
    "no terminal": "unset TERM",
    "plain ASCII": "export LC_ALL=C LANG=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0",
    "an unknown locale": "export LC_ALL=xx_YY.nope",
    "input closed": "exec <&-",
    "output closed": "exec >&-",
    "errors closed": "exec 2>&-",
    "output full": "exec >/dev/full",
    "errors full": "exec 2>/dev/full",
    "no programs": "export PATH=/no/where",
    "git ends at once": "mkdir bin; printf '#!/bin/sh\\n' >bin/git; chmod +x bin/git; "
    "export PATH=$PWD/bin:$PATH",
    "git is killed": "mkdir bin; printf '#!/bin/sh\\nkill -9 $$\\n' >bin/git; chmod +x bin/git; "
    "export PATH=$PWD/bin:$PATH",
    "git is old": "mkdir bin; printf '#!/bin/sh\\necho git version 2.20.1; exit 129\\n' >bin/git; "
    "chmod +x bin/git; export PATH=$PWD/bin:$PATH",
    ".git leads nowhere": "mv .git ../moved; echo 'gitdir: /no/where' >.git",
    ".git is garbage": "mv .git ../moved; printf '\\000\\377x' >.git",
    ".git is empty": "mv .git ../moved; mkdir .git",
    ".git is a pipe": "mv .git ../moved; mkfifo .git",
    "HEAD is garbage": "echo x >.git/HEAD",
    "git's settings are torn": "echo '[bro' >.git/config",
    "the settings are a directory": "mkdir -p .claude/parallel-config.yml",
    "the settings are a pipe": "mkdir -p .claude; mkfifo .claude/parallel-config.yml",
    "the settings are a link to themselves": "mkdir -p .claude; "
    "ln -s parallel-config.yml .claude/parallel-config.yml",
    "the user's settings have no end": "mkdir -p $HOME/.config/pdev; "
    "ln -s /dev/zero $HOME/.config/pdev/config.yml",
    ".claude is a file": "rm -rf .claude; echo x >.claude",
    ".claude leads nowhere": "rm -rf .claude; ln -s /no/where .claude",
    ".claude is a link to itself": "rm -rf .claude; ln -s .claude .claude",
    "the runtime folders are files": "rm -rf .git/pdev .claude; mkdir .claude; "
    "echo x >.git/pdev; echo x >.claude/pdev; echo x >.claude/locks; echo x >.claude/events",
    "git's worktrees are a file": "rm -rf .git/worktrees; echo x >.git/worktrees",
    "at the root": "cd /",
    "inside .git": "cd .git/refs",
    "few open files": "ulimit -n 16",
    "very few open files": "ulimit -n 6",
    "no file may grow": "ulimit -f 0",
    "little memory": "ulimit -v 150000",
}
"""Further worlds; each is met by some of the commands, and each command meets some of them."""

ARGUMENTS: Final = (b"\xff\xfe", b"a\nb\x1b[31m", b"x" * 100_000, b"", b"--", b"../../..", b"/")


def test_every_command_is_tried() -> None:
    assert set(USED) == {command.name for command in COMMANDS}


def run(world: World, before: str, command: str, *more: bytes) -> tuple[int, str, str]:
    """Run one command of `pdev` in a world made by a shell line; status, output, errors."""
    line = f'{before}\nexec {shlex.quote(PDEV)} "$@"'
    words = [os.fsencode(word) for word in (command, *USED[command])]
    done = subprocess.run(
        [b"/bin/sh", b"-c", os.fsencode(line), b"sh", *words, *more],
        cwd=world.repo,
        env=dict(world.env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr)


def check(world: World, before: str, command: str, *more: bytes) -> None:
    """Make sure that it ends as a person is told in the documentation."""
    status, out, err = run(world, before, command, *more)
    told = f"{command} {more!r}: {status}\n{out}\n{err}"
    assert status != EXIT_INTERNAL, told
    late = (124,) if command == "wait" else ()
    assert status in (0, 1, 2, 141, *late), told
    for sign in ("Traceback", "Internal error", "Exception ignored", "pdev: None"):
        assert sign not in err, told
    heard = not any(sign in before for sign in ("2>&", "2>/dev"))
    if status and heard and command != "doctor":  # which tells what is wrong on its output
        assert err.strip() or out.strip(), told


@pytest.fixture
def two(world: World) -> World:
    """A repository with two sessions."""
    world.worktree("a")
    world.worktree("b")
    world.write("../myapp-a/new.txt", "new\n")
    world.write(".claude/settings.local.json", "{}")
    return world


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", DEEP)
def test_every_command_in(two: World, name: str) -> None:
    for command in USED:
        before = DEEP[name]
        if "myapp-b" in before:
            before = f"git worktree add -q -f --detach ../myapp-b 2>/dev/null; {before}"
        check(two, before, command)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(len(ODD)), ids=list(ODD))
def test_some_commands_in(two: World, number: int) -> None:
    before = list(ODD.values())[number]
    once = f"if [ ! -e ../done ]; then touch ../done; {before}; fi"
    changes = not any(word in before for word in ("export", "exec", "ulimit", "cd ", "unset"))
    for command in list(USED)[number % 8 :: 8]:
        check(two, once if changes else before.replace("mkdir bin", "mkdir -p bin"), command)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("number", range(len(ARGUMENTS)))
def test_odd_arguments(two: World, number: int) -> None:
    for command in list(USED)[number :: len(ARGUMENTS)]:
        check(two, "", command, ARGUMENTS[number])
    for command in list(USED)[number + 1 :: len(ARGUMENTS)]:
        check(two, "", command, b"-C", ARGUMENTS[number])


def test_a_directory_that_is_gone_is_told_with_a_way_out(two: World) -> None:
    gone = "mkdir gone; cd gone; rmdir ../gone"
    status, _, err = run(two, gone, "list")
    assert status == 2
    assert "The working directory does not exist any more" in err
    assert "-C" in err
    status, out, err = run(two, gone, "list", b"-C", os.fsencode(two.repo))
    assert (status, err) == (0, "")
    assert "feature/a" in out


def test_where_a_command_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert standing(None) == str(tmp_path)
    assert standing("x") == f"{tmp_path}/x"
    assert standing("/x") == "/x"
    with pytest.raises(UsageError, match="No directory is named"):
        standing("")
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert standing("/x") == "/x"
    for given in (None, "x"):
        with pytest.raises(UsageError, match="does not exist any more"):
            standing(given)


@pytest.mark.parametrize("home", [{}, {"HOME": ""}, {"HOME": "relative"}])
def test_a_user_without_a_home_has_no_files(
    home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as for an unknown user id
    place = user_dirs.config_dir(home)
    assert place.is_absolute()
    with pytest.raises(OSError, match="Not a directory"):
        place.mkdir(parents=True)


def test_the_systems_refusals_are_told_with_what_and_where() -> None:
    found = refusal(OSError(24, "Too many open files", "/x"))
    assert found is not None
    assert (found.message, found.exit_code) == ("/x: Too many open files", 2)
    assert "ulimit -n" in found.hint
    assert refusal(MemoryError()) is not None
    assert refusal(RuntimeError("can't start new thread")) is not None
    assert refusal(RuntimeError("dictionary changed size")) is None
    assert refusal(ValueError("x")) is None
