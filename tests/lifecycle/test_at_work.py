"""Which git commands are waited for before anything is restored."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.adapters.git.write.running_git import wait_for_git
from parallel_tui.errors import CouldNotLookError
from tests.support.waiting import PATIENCE
from tests.support.world import World


@contextmanager
def running(world: World, place: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A git command that goes on until its input ends."""
    with subprocess.Popen(
        ["git", *words], cwd=place, env=dict(world.env), stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        yield process
        process.communicate(timeout=PATIENCE)


def test_a_change_is_waited_for_and_named(world: World) -> None:
    place = world.worktree("auth")
    (place / "deep").mkdir()
    with running(world, place / "deep", "hash-object", "-w", "--stdin") as process:
        with pytest.raises(CouldNotLookError, match=f"process {process.pid}: git hash") as told:
            wait_for_git(str(place), seconds=0.0)
        assert f"kill {process.pid}" in told.value.hint
        wait_for_git(str(world.repo / "src"), seconds=0.0)
    wait_for_git(str(place), seconds=0.0)


@pytest.mark.parametrize(
    "words",
    [
        ("cat-file", "--batch"),
        ("-C", ".", "-c", "a.b=c", "cat-file", "--batch"),
        ("-c", "core.fsmonitor=false", "hash-object", "--stdin"),
    ],
)
def test_a_question_is_not(world: World, words: tuple[str, ...]) -> None:
    place = world.worktree("auth")
    with running(world, place, *words):
        wait_for_git(str(place), seconds=0.0)


def test_in_git_s_own_directory_only_orphans_count(world: World) -> None:
    common = str(world.repo / ".git")
    with running(world, world.repo / ".git", "update-ref", "--stdin"):
        wait_for_git(idle=(common,), seconds=0.0)
