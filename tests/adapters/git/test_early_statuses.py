"""Statuses read before anything else: right, harmless, and never waited for."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from parallel_tui.adapters.git.read.early_statuses import EarlyStatuses
from parallel_tui.adapters.git.read.status_format import parse
from parallel_tui.first_list import FirstList, locate
from parallel_tui.model.fact import PENDING
from parallel_tui.model.session.git_status import StatusEntry, WorkStatus
from tests.adapters.git.support import NASTY, Git
from tests.support.waiting import eventually
from tests.support.world import World


def _read(*paths: str | Path) -> dict[str, tuple[StatusEntry, ...]]:
    early = EarlyStatuses(map(str, paths))
    eventually(lambda: not early.reading, what="all were read")
    return {path: parse(output) for path, output in early.read().items()}


def test_each_answer_goes_to_its_worktree_and_failures_to_none(world: World) -> None:
    one, two = world.worktree("one"), world.worktree("two")
    world.write("new.txt", "x", cwd=one)
    found = _read(one, world.root / "gone", two, world.repo)
    assert set(found) == {str(one), str(two), str(world.repo)}
    assert [entry.path for entry in found[str(one)]] == ["new.txt"]
    assert found[str(two)] == ()


@pytest.mark.parametrize("name", NASTY)
def test_names_are_only_names(world: World, name: str) -> None:
    tree = world.root / name
    world.git("worktree", "add", "-q", "--detach", str(tree))
    world.write(name, "x", cwd=tree)
    git = Git.of(world)
    at = next(each for each in git.read.worktrees() if Path(each.path).name == name)
    assert _read(at.path) == {at.path: git.read.status(at)}


def test_reading_changes_nothing_and_starts_nothing_of_the_repositorys(world: World) -> None:
    marker = world.root / "ran"
    world.git("config", "core.fsmonitor", f"touch {marker}")
    index = world.repo / ".git" / "index"
    before = (index.stat().st_mtime_ns, index.read_bytes())
    os.utime(world.repo / "README.md", (1, 1))  # so that a refresh would rewrite the index
    assert str(world.repo) in _read(world.repo)
    assert (index.stat().st_mtime_ns, index.read_bytes()) == before
    assert not marker.exists()


def test_a_git_that_hangs_is_ended_and_holds_nothing_up(world: World) -> None:
    pipe = world.root / "pipe"
    os.mkfifo(pipe)
    world.git("config", "core.excludesFile", str(pipe))  # git waits for somebody to write there
    early = EarlyStatuses([str(world.repo)])
    us = psutil.Process()
    eventually(
        lambda: any("status" in child.cmdline() for child in us.children(recursive=True)),
        what="git runs",
    )
    early.stop()
    eventually(lambda: not early.reading, what="it has ended")
    assert early.read() == {}
    assert not [child for child in us.children(recursive=True) if "git" in child.name()]


def test_the_first_list_shows_what_was_read_and_hands_it_on(world: World) -> None:
    tree = world.worktree("auth")
    world.write("new.txt", "x", cwd=tree)
    first = FirstList(locate(str(world.repo)))
    eventually(lambda: not first.reading, what="all were read")
    shown = {session.name: session.status for session in first.snapshot().sessions}
    assert shown["auth"] == WorkStatus.of([*_entries(tree)])
    assert shown["main"] == WorkStatus()
    taken = first.take()
    assert sorted(map(str, taken.values())) == sorted(map(str, shown.values()))
    assert all(Path(git_dir).is_dir() for git_dir in taken)


def test_what_was_not_read_is_pending(world: World) -> None:
    first = FirstList(locate(str(world.repo)))
    first.stop()
    statuses = [session.status for session in first.snapshot().sessions]
    assert statuses in ([PENDING], [WorkStatus()])
    assert len(statuses) == 1


def _entries(tree: Path) -> tuple[StatusEntry, ...]:
    return _read(tree)[str(tree)]
