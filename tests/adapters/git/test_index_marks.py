"""Marks in an index: read once, and again once the index is another one."""

from __future__ import annotations

from tests.adapters.git.support import Git
from tests.support.world import World


def test_an_index_without_marks_is_read_once(world: World) -> None:
    git = Git.of(world)
    main = git.main
    assert git.read.hidden_edits(main) == ()
    before = git.runner.started
    assert git.read.hidden_edits(main) == ()
    assert git.runner.started == before
    world.git("update-index", "--assume-unchanged", "README.md")
    (world.repo / "README.md").write_text("mine\n")
    assert git.read.hidden_edits(main) == ("README.md",)
    (world.repo / "README.md").write_text("mine again\n")
    assert git.read.hidden_edits(main) == ("README.md",)
