"""Tab completes commands, verbs, options, states and sessions in real shells."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.cli.running import PDEV, pdev
from tests.support.terminal import Terminal
from tests.support.world import World

SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
FILES = {"bash": "pdev", "zsh": "_pdev", "fish": "pdev.fish"}
SET_UP = {
    "bash": ". {script}",
    "zsh": "fpath=({folder} $fpath); autoload -Uz compinit && compinit -u -d {folder}/dump",
    "fish": "source {script}",
}
"""What stands in the configuration of each."""


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_what_is_typed(world: World, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    world.worktree("login")
    script = world.root / FILES[shell]
    made = pdev("completion", shell, cwd=world.repo, env=world.env)
    assert made.status == 0, made.err
    script.write_text(made.out)
    env = {**world.env, "PATH": f"{Path(PDEV).parent}{os.pathsep}{world.env['PATH']}"}
    terminal = Terminal(Path(world.env["TMUX_TMPDIR"]), env, columns=100, rows=30)
    terminal.open(world.repo)
    try:
        terminal.start(SHELLS[shell], world.repo)
        set_up = SET_UP[shell].format(script=script, folder=world.root)
        terminal.type(f"{set_up}; clear; echo re''ady")
        terminal.press("Enter")
        assert terminal.until(lambda lines: "ready" in lines), terminal.screen()
        for typed, whole in (
            ("pdev histo", "pdev history"),
            ("pdev handoff dec", "pdev handoff decline"),
            ("pdev remove lo", "pdev remove login"),
            ("pdev lock a.py --session lo", "pdev lock a.py --session login"),
            ("pdev remove --delete-b", "pdev remove --delete-branch"),
        ):
            terminal.type(typed)
            terminal.press("Tab")
            found = terminal.until(partial(_shows, whole))
            assert found, (typed, terminal.screen())
            terminal.press("C-u")  # Ctrl+C would drop what is typed next
    finally:
        terminal.close()


def _shows(words: str, lines: list[str]) -> bool:
    return words in "\n".join(lines)


def test_names_come_quickly_and_a_tab_outside_of_a_repository_says_nothing(world: World) -> None:
    world.worktree("login")
    ran = pdev("completion", "sessions", cwd=world.repo, env=world.env)
    assert (ran.status, ran.out.split(), ran.err) == (0, ["main", "login"], "")
    outside = pdev("completion", "sessions", cwd=world.root, env=world.env)
    assert (outside.status, outside.out, outside.err) == (0, "", "")
    wrong = pdev("completion", "tcsh", cwd=world.repo, env=world.env)
    assert wrong.status == 2
    assert "bash, zsh, fish" in wrong.err


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_one_that_its_shell_can_read(world: World, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    made = pdev("completion", shell, cwd=world.repo, env=world.env)
    done = subprocess.run([shell, "-n"], input=made.out, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_tab_in_zsh_asks_only_for_what_it_completes(world: World) -> None:
    script = pdev("completion", "zsh", cwd=world.repo, env=world.env).out.splitlines()
    asks = [line for line in script if "$(pdev" in line or "$(git" in line]
    assert len([line for line in asks if line.startswith("  local -a found=")]) == 2
    assert [line for line in asks if line.lstrip().startswith('"')] == []
