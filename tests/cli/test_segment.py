"""`pdev status --tmux`, with a dashboard and without."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from parallel_tui.adapters.disk.segment import SegmentFile
from tests.cli.running import pdev
from tests.support.waiting import Deadline
from tests.support.world import World


def counting(folder: Path, env: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    """An environment in which every start of git and tmux is written down."""
    folder.mkdir()
    log = folder / "log"
    for name in ("git", "tmux"):
        real = shutil.which(name, path=env["PATH"])
        script = folder / name
        script.write_text(f'#!/bin/sh\necho {name} "$1" >> {log}\nexec {real} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return log, {**env, "PATH": f"{folder}:{env['PATH']}"}


def test_numbers_of_a_dashboard_are_printed_without_git_and_without_tmux(
    world: World, tmp_path: Path
) -> None:
    tree = world.worktree("auth")
    keeper = SegmentFile(str(world.repo / ".git"))
    keeper.show("waiting 2\nfailed 1\nworking 3\n")
    log, counted = counting(tmp_path / "bin", world.env)
    ran = pdev("status", "--tmux", cwd=tree, env=counted)
    assert ran.out == (
        "#[fg=yellow,bold]◐2#[default] #[fg=red,bold]✖1#[default] #[fg=cyan]●3#[default]\n"
    )
    assert (ran.status, ran.err, log.exists()) == (0, "", False)
    keeper.show("")
    assert pdev("status", "--tmux", cwd=tree, env=counted).out == ""
    keeper.end()


@pytest.mark.tmux
def test_without_a_dashboard_one_quick_look_tells(world: World, tmp_path: Path) -> None:
    for number, name in enumerate(("auth", "[api]", "-x", "#{q}")):
        world.window(name, world.worktree(name, f"feature/{number}"))
    log, counted = counting(tmp_path / "bin", world.env)

    world.window("rings", world.repo.parent / "myapp-auth", "printf '\\a'; exec cat")
    late = Deadline()
    while "1" not in world.tmux("list-windows", "-a", "-F", "#{window_bell_flag}"):
        assert not late
    ran = pdev("status", "--tmux", "--tmux-socket", world.socket, cwd=world.repo, env=counted)
    assert "◐1" in ran.out
    assert (ran.status, ran.err) == (0, "")
    assert len(log.read_text().splitlines()) <= 6, "not one for each session"


def test_outside_of_a_repository_nothing_is_printed_but_why(
    empty_world: World, tmp_path: Path
) -> None:
    ran = pdev("status", "--tmux", cwd=tmp_path, env=empty_world.env)
    assert (ran.status, ran.out) == (2, "")
    assert "not inside a git repository" in ran.err


def test_it_takes_neither_a_name_nor_json(world: World) -> None:
    for more in ("main", "--json"):
        ran = pdev("status", "--tmux", more, cwd=world.repo, env=world.env)
        assert ran.status == 2
        assert "numbers of all sessions" in (ran.err + ran.out)
