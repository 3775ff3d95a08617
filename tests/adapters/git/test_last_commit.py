"""The subject of a worktree's last commit is read from git's own log, without git."""

from __future__ import annotations

import pytest

from parallel_tui.adapters.git.repo.worktree_list import last_commit, subject_of
from tests.adapters.git.support import Git
from tests.support.world import World


def line(head: str, said: str) -> bytes:
    return f"{'0' * 40} {head} A B <a@b> 1 +0000\t{said}\n".encode()


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("commit: Add login", "Add login"),
        ("commit (initial): Begin", "Begin"),
        ("commit (amend): Add: login", "Add: login"),
        ("commit (merge): Merge main", "Merge main"),
        ("commit: checkout is faster", "checkout is faster"),
        ("rebase (pick): Add login", "Add login"),
        ("rebase -i (squash): Add login", "Add login"),
        ("cherry-pick: Add login", "Add login"),
        ("am: Add login", "Add login"),
        ("rebase (start): checkout main", None),
        ("rebase (finish): returning to refs/heads/x", None),
        ("checkout: moving from a to b", None),
        ("reset: moving to HEAD~1", None),
        ("merge main: Fast-forward", None),
        ("pull: Fast-forward", None),
        ("commit: ", None),
        ("commit", None),
    ],
)
def test_what_git_writes(said: str, subject: str | None) -> None:
    assert subject_of(line("1" * 40, said), "1" * 40) == subject
    assert subject_of(line("2" * 40, said), "1" * 40) is None


def test_a_line_that_made_none_is_passed_over_and_a_cut_one_harmless() -> None:
    log = line("1" * 40, "rebase (pick): Add login") + line("1" * 40, "rebase (finish): returning")
    assert subject_of(log, "1" * 40) == "Add login"
    assert subject_of(log[30:], "1" * 40) == "Add login"
    assert subject_of(log[200:], "1" * 40) is None
    assert subject_of(b"\xff\tcommit: x\n\n\t\n", "1" * 40) is None


def test_it_is_what_git_says_through_commits_rebases_and_resets(world: World) -> None:
    home = world.worktree("auth")
    git = Git.of(world)

    def told() -> str | None:
        (tree,) = [each for each in git.read.worktrees() if each.path == str(home)]
        assert tree.subject == last_commit(tree.git_dir, tree.head)
        return tree.subject

    assert told() is None, "nothing was committed there"
    world.commit("one.txt", "1\n", message="First: one", cwd=home)
    assert told() == "First: one"
    world.commit("base.txt", "1\n", message="Base moves")
    world.git("rebase", "-q", "main", cwd=home)
    assert told() == "First: one"
    world.git("reset", "-q", "--hard", "main", cwd=home)
    assert told() is None, "that commit is another's"
