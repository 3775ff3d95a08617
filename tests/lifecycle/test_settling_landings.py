"""pdev, and git with it, are killed in the middle of a landing: any command settles it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lifecycle.test_settling import kill_at, pdev
from tests.services.landing import ready, tip
from tests.support.world import World

PREPARED = """[ "$1" = prepared ] || exit 0
grep -q refs/heads/main || exit 0"""
MOVED = """[ "$1" = committed ] || exit 0
grep -q refs/heads/main || exit 0"""
TRANSACTION = "reference-transaction"


def two(world: World) -> str:
    """Two sessions that land, and base, which cannot simply be moved on; returns where it is."""
    for name, path in (("a", "f"), ("b", "g")):
        ready(world, name, path, number=3)
    world.commit("own", "so that base is not simply moved on")
    world.write("notes.txt", "untracked\n")
    return tip(world)


def as_before(world: World, base: str) -> None:
    """Nothing of a landing is left, and the next one comes to its end."""
    assert tip(world) == base
    assert world.git("status", "--porcelain") == "?? notes.txt\n"
    assert not list((world.repo / ".git").rglob("*.lock"))
    for note in ("MERGE_HEAD", "MERGE_MSG", "SQUASH_MSG", "AUTO_MERGE"):
        assert not Path(world.repo, ".git", note).exists(), note
    done = pdev(world, "merge", "run", "--yes", "--base", "main")
    assert done.returncode == 0, done.stderr
    assert "Landed a, b on main" in done.stdout
    assert pdev(world, "undo").returncode == 0
    assert tip(world) == base


@pytest.mark.parametrize(
    ("strategy", "hook", "when"),
    [
        ("merge", "pre-merge-commit", ""),
        ("merge", "commit-msg", ""),
        ("merge", TRANSACTION, PREPARED),
        ("merge", TRANSACTION, MOVED),
        ("merge", "post-merge", ""),
        ("squash", "pre-commit", ""),
        ("squash", TRANSACTION, PREPARED),
        ("squash", TRANSACTION, MOVED),
        ("squash", "post-commit", ""),
        ("rebase", TRANSACTION, PREPARED),
        ("rebase", TRANSACTION, MOVED),
    ],
)
def test_in_its_worktree(world: World, strategy: str, hook: str, when: str) -> None:
    base = two(world)
    words = ["merge", "run", "--yes", "--strategy", strategy]
    kill_at(world, words, hook=hook, when=when)
    moved = tip(world) != base
    assert moved == (when == MOVED or hook.startswith("post-"))
    ended = pdev(world, "prune")
    assert "a killed landing of a" in ended.stderr, ended.stderr
    if moved:
        assert "git had finished a killed landing of a; pdev undo " in ended.stderr
        undone = pdev(world, "undo")
        assert undone.returncode == 0, undone.stderr
    as_before(world, base)


@pytest.mark.parametrize("when", [PREPARED, MOVED])
def test_where_no_worktree_has_base(world: World, when: str) -> None:
    base = two(world)
    world.git("switch", "-q", "-c", "elsewhere")
    words = ["merge", "run", "--yes", "--base", "main"]
    kill_at(world, words, hook=TRANSACTION, when=when)
    moved = tip(world) != base
    assert moved == (when == MOVED)
    ended = pdev(world, "prune")
    assert "a killed landing of a" in ended.stderr, ended.stderr
    if moved:
        assert pdev(world, "undo").returncode == 0
    as_before(world, base)


@pytest.mark.parametrize("when", [PREPARED, MOVED])
@pytest.mark.parametrize("where", ["main", "nowhere"])
def test_its_undo(world: World, when: str, where: str) -> None:
    base = two(world)
    if where == "nowhere":
        world.git("switch", "-q", "-c", "elsewhere")
    assert pdev(world, "merge", "run", "--yes", "--base", "main").returncode == 0
    kill_at(world, ["undo"], hook=TRANSACTION, when=when)
    ended = pdev(world, "prune")
    assert "a killed undo of a landing on main" in ended.stderr, ended.stderr
    if tip(world) != base:
        assert pdev(world, "undo").returncode == 0
    as_before(world, base)


def test_git_goes_on_alone(world: World) -> None:
    """It is waited for, and nothing is restored beneath it."""
    base = two(world)
    kill_at(world, ["merge", "run", "--yes"], hook="pre-merge-commit", git=False)
    ended = pdev(world, "prune")
    assert "git had finished a killed landing of a" in ended.stderr, ended.stderr
    (world.repo / ".git/hooks/pre-merge-commit").unlink()
    assert pdev(world, "undo").returncode == 0
    as_before(world, base)


def test_a_person_who_works_on_what_was_left_keeps_it(world: World) -> None:
    base = two(world)
    kill_at(world, ["merge", "run", "--yes"], hook="commit-msg")
    world.write("f", "typed since\n")
    for _ in range(2):
        ended = pdev(world, "merge", "run", "--yes")
        assert ended.returncode == 1
        assert "it was worked on since (f)" in ended.stderr
    assert (world.repo / "f").read_text() == "typed since\n"
    world.git("checkout", "-q", "HEAD", "--", "README.md")
    world.git("reset", "-q", "--merge", check=False)
    world.git("reset", "-q", "--hard")
    pdev(world, "prune")
    as_before(world, base)
