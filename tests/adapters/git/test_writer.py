"""Changes: never more than was asked for, and refusals that change nothing."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parallel_tui.errors import GitError, ParallelError, RefusedError, UsageError
from parallel_tui.model.session.worktree import Worktree
from tests.adapters.git.support import NASTY, Git
from tests.support.world import World


def _head(world: World, revision: str = "HEAD") -> str:
    return world.git("rev-parse", revision).strip()


def _branches(world: World) -> set[str]:
    return set(world.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split())


@pytest.mark.parametrize("name", NASTY)
def test_a_new_branch_in_a_new_worktree(world: World, name: str) -> None:
    git = Git.of(world)
    path = world.root / name
    made = git.write.add_worktree(str(path), "x#(touch${IFS}p)", start=_head(world))
    assert made == git.tree(path)
    assert (made.branch, made.head, made.locked) == ("x#(touch${IFS}p)", _head(world), None)
    assert (path / "README.md").exists()
    git.write.name_session(made, "a-name")
    assert git.tree(path).assigned_name == "a-name"
    git.write.remove_worktree(made, discard=False, locked=False)
    assert not path.exists()
    assert git.read.worktrees() == (git.main,)
    assert "x#(touch${IFS}p)" in _branches(world)


def test_a_new_worktree_takes_one_process(world: World) -> None:
    world.git("branch", "packed")
    world.git("pack-refs", "--all")
    git, head = Git.of(world), _head(world)
    before = git.runner.started
    made = git.write.add_worktree(str(world.root / "new"), "feature/new", start=head)
    assert git.runner.started == before + 1
    assert (made.locked, made) == (None, git.tree(world.root / "new"))
    for branch in ("packed", "feature/new"):
        with pytest.raises(RefusedError, match=f"branch {branch} already exists"):
            git.write.add_worktree(str(world.root / "b"), branch, start=head)
    assert not (world.root / "b").exists()


def test_existing_and_remote_branches(world: World) -> None:
    world.git("branch", "feature/api")
    copy = world.root / "copy"
    world.git("clone", "-q", str(world.repo), str(copy), cwd=world.root)
    git = Git(copy)
    followed = git.write.add_worktree(
        str(world.root / "a"), "feature/api", track="origin/feature/api"
    )
    assert followed.branch == "feature/api"
    upstream = world.git("rev-parse", "--abbrev-ref", "@{u}", cwd=world.root / "a").strip()
    assert upstream == "origin/feature/api"
    world.git("branch", "local", cwd=copy)
    assert git.write.add_worktree(str(world.root / "b"), "local").branch == "local"
    alone = git.write.add_worktree(str(world.root / "c"), "own", start=followed.head)
    assert world.git("config", "branch.own.merge", cwd=copy, check=False) == ""
    assert alone.branch == "own"


def test_refusals_leave_nothing_behind(world: World) -> None:
    linked = world.worktree("auth")
    world.git("branch", "free")
    (world.root / "taken").mkdir()
    git = Git.of(world)
    head, new = _head(world), str(world.root / "new")
    before = (git.read.worktrees(), _branches(world), sorted(world.root.iterdir()))
    add = git.write.add_worktree
    with pytest.raises(RefusedError, match=r"directory .*taken already exists"):
        add(str(world.root / "taken"), "x", start=head)
    with pytest.raises(RefusedError, match="branch free already exists"):
        add(new, "free", start=head)
    with pytest.raises(RefusedError, match=f"checked out in {linked}"):
        add(new, "feature/auth")
    with pytest.raises(RefusedError, match="no branch named nowhere"):
        add(new, "nowhere")
    for wrong in ("a..b", "a b", "x.lock", "free/below"):
        with pytest.raises(RefusedError):
            add(new, wrong, start=head)
    for wrong in ("", "-b"):
        with pytest.raises(UsageError):
            add(new, wrong, start=head)
    with pytest.raises(ParallelError):
        add(new, "x", track="origin/nowhere")
    with pytest.raises(ParallelError):
        add(new, "x", start="f" * 40)
    assert (git.read.worktrees(), _branches(world), sorted(world.root.iterdir())) == before


def test_a_branch_that_is_being_rebased_is_in_use(world: World) -> None:
    path = world.worktree("auth")
    world.commit("README.md", "ours\n", cwd=path)
    world.commit("README.md", "theirs\n")
    tip = _head(world, "feature/auth")
    world.git("rebase", "main", cwd=path, check=False)
    git = Git.of(world)
    with pytest.raises(RefusedError, match=r"checked out in .*rebase in progress"):
        git.write.delete_branch("feature/auth", tip)
    with pytest.raises(RefusedError, match="rebase in progress"):
        git.write.add_worktree(str(world.root / "new"), "feature/auth")
    assert "feature/auth" in _branches(world)


def test_a_failing_checkout_hook_is_taken_back(world: World) -> None:
    hook = world.repo / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no luck today >&2\nexit 3\n")
    hook.chmod(0o755)
    git = Git.of(world)
    with pytest.raises(RefusedError, match="no luck today"):
        git.write.add_worktree(str(world.root / "new"), "new", start=_head(world))
    assert git.read.worktrees() == (git.main,)
    assert _branches(world) == {"main"}
    assert not (world.root / "new").exists()


def test_two_at_once_for_one_name_make_exactly_one(world: World) -> None:
    git = Git.of(world)
    head = _head(world)

    def attempt(number: int) -> Worktree | ParallelError:
        try:
            return git.write.add_worktree(str(world.root / "same"), "same", start=head)
        except ParallelError as error:
            return error

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(attempt, range(4)))
    assert sum(isinstance(result, Worktree) for result in results) == 1
    assert git.tree(world.root / "same").branch == "same"
    assert git.tree(world.root / "same").locked is None
    assert (world.root / "same" / "README.md").exists()


def test_work_is_only_discarded_with_consent(world: World) -> None:
    # Settings that make plain `git worktree remove` blind.
    world.git("config", "status.showUntrackedFiles", "no")
    path = world.worktree("auth")
    world.write("untracked", "x", cwd=path)
    git = Git.of(world)
    tree = git.tree(path)
    with pytest.raises(RefusedError, match="modified or untracked") as caught:
        git.write.remove_worktree(tree, discard=False, locked=False)
    assert caught.value.hint
    assert (path / "untracked").exists()
    git.write.remove_worktree(tree, discard=True, locked=False)
    assert not path.exists()
    with pytest.raises(RefusedError, match="no longer registered"):
        git.write.remove_worktree(tree, discard=True, locked=True)


def test_a_lock_is_only_overridden_with_consent_and_is_no_consent_to_loss(world: World) -> None:
    path = world.worktree("auth")
    world.write("untracked", "x", cwd=path)
    world.git("worktree", "lock", "--reason", "on a stick", str(path))
    git = Git.of(world)
    tree = git.tree(path)
    with pytest.raises(RefusedError, match="is locked: on a stick"):
        git.write.remove_worktree(tree, discard=True, locked=False)
    with pytest.raises(RefusedError, match="modified or untracked"):
        git.write.remove_worktree(tree, discard=False, locked=True)
    assert git.tree(path).locked == "on a stick"
    git.write.remove_worktree(tree, discard=True, locked=True)
    assert not path.exists()


def test_of_a_missing_directory_only_its_own_entry_goes(world: World) -> None:
    paths = [world.worktree(name) for name in ("a", "b", "c")]
    git = Git.of(world)
    world.git("worktree", "lock", str(paths[2]))
    for path in paths:
        shutil.rmtree(path)
    a, b, c = (git.tree(path) for path in paths)
    git.write.remove_worktree(a, discard=False, locked=False)
    assert git.read.worktrees() == (git.main, b, c)
    with pytest.raises(RefusedError, match="is locked"):
        git.write.remove_worktree(c, discard=True, locked=False)
    git.write.remove_worktree(c, discard=False, locked=True)
    assert git.read.worktrees() == (git.main, b)


def test_never_the_main_worktree_nor_another_one_in_its_place(world: World) -> None:
    path = world.worktree("auth")
    git = Git.of(world)
    tree = git.tree(path)
    with pytest.raises(RefusedError, match="main worktree"):
        git.write.remove_worktree(git.main, discard=True, locked=True)
    world.git("worktree", "move", str(path), str(world.root / "moved"))
    world.git("worktree", "add", "-q", "-b", "other", str(path))
    with pytest.raises(RefusedError, match="no longer registered"):
        git.write.remove_worktree(tree, discard=True, locked=True)
    assert (path / "README.md").exists()
    assert (world.root / "moved" / "README.md").exists()


def test_submodules_need_the_consent_to_discard(world: World) -> None:
    path = world.worktree("auth")
    allow = ["-c", "protocol.file.allow=always"]
    world.git(*allow, "submodule", "add", "-q", str(world.repo), "sub", cwd=path)
    world.git("commit", "-q", "-m", "sub", cwd=path)
    git = Git.of(world)
    tree = git.tree(path)
    assert git.read.unlisted(tree).submodules == ("sub",)
    with pytest.raises(RefusedError, match="submodules") as caught:
        git.write.remove_worktree(tree, discard=False, locked=False)
    assert "submodules" in caught.value.hint
    git.write.remove_worktree(tree, discard=True, locked=False)
    assert not path.exists()


def test_a_branch_is_deleted_by_compare_and_swap(world: World) -> None:
    path = world.worktree("auth", "x#(y)")
    git = Git.of(world)
    tip = _head(world, "x#(y)")
    with pytest.raises(RefusedError, match="checked out in"):
        git.write.delete_branch("x#(y)", tip)
    moved = world.commit("a", "1", cwd=path)
    git.write.remove_worktree(git.tree(path), discard=False, locked=False)
    with pytest.raises(RefusedError, match="moved"):
        git.write.delete_branch("x#(y)", tip)
    world.git("config", "branch.x#(y).description", "text")
    world.git("config", "branch.x#(y)z.description", "stays")
    git.write.delete_branch("x#(y)", moved)
    assert _branches(world) == {"main"}
    config = (world.repo / ".git" / "config").read_text()
    assert "text" not in config
    assert "stays" in config
    with pytest.raises(RefusedError, match="no branch named"):
        git.write.delete_branch("x#(y)", moved)
    with pytest.raises(RefusedError, match="checked out in"):
        git.write.delete_branch("main", _head(world))


def test_a_name_that_cannot_be_recorded(world: World) -> None:
    path = world.worktree("auth")
    git = Git.of(world)
    tree = git.tree(path)
    for wrong in ("", "a\nb"):
        with pytest.raises(UsageError):
            git.write.name_session(tree, wrong)
    shutil.rmtree(tree.git_dir)
    with pytest.raises(GitError, match="cannot be recorded"):
        git.write.name_session(tree, "auth")
    assert not Path(tree.git_dir).exists()
