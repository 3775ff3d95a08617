"""Branches, revisions and the choice of base."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.errors import UsageError
from parallel_tui.model.session.repository import Divergence
from tests.adapters.git.support import Git
from tests.support.world import World


def _clone(world: World, *options: str) -> Path:
    """A clone `copy` of the world's repository."""
    copy = world.root / "copy"
    world.git("clone", "-q", *options, str(world.repo), str(copy), cwd=world.root)
    return copy


def test_the_local_branch_of_the_remotes_head_with_its_distance(world: World) -> None:
    copy = _clone(world)
    world.commit("a", "1")
    world.commit("a", "2")
    world.git("fetch", "-q", cwd=copy)
    world.git("checkout", "-q", "-b", "feature/x", cwd=copy)
    git = Git(copy)
    before = git.runner.started
    base = git.read.base(None)
    assert git.runner.started - before == 2
    assert (base.name, base.ref, base.source) == ("main", "refs/heads/main", "remote HEAD")
    assert base.upstream == Divergence(0, 2)
    world.git("merge", "-q", "--ff-only", "origin/main", "main", cwd=copy)
    world.git("branch", "-qf", "main", "origin/main", cwd=copy)
    assert git.read.base(None).upstream == Divergence(0, 0)
    world.git("branch", "-qD", "main", cwd=copy)
    assert git.read.base(None).ref == "refs/remotes/origin/main"


def test_a_remote_of_another_name_and_a_head_that_leads_nowhere(world: World) -> None:
    world.git("checkout", "-q", "-b", "trunk")
    copy = _clone(world, "--origin", "upstream")
    assert Git(copy).read.base(None).name == "trunk"
    world.git("symbolic-ref", "refs/remotes/upstream/HEAD", "refs/remotes/upstream/no", cwd=copy)
    assert Git(copy).read.base(None).source == "current branch"


@pytest.mark.parametrize(
    ("branches", "name", "source"),
    [
        (["main", "master"], "main", "main"),
        (["master", "topic"], "master", "master"),
        (["topic"], "topic", "current branch"),
    ],
)
def test_without_a_remote(world: World, branches: list[str], name: str, source: str) -> None:
    world.git("checkout", "-q", "--detach")
    world.git("branch", "-qD", "main")
    for branch in branches:
        world.git("branch", "-q", branch)
    world.git("checkout", "-q", branches[-1])
    base = Git.of(world).read.base(None)
    assert (base.name, base.source, base.upstream) == (name, source, None)


def test_a_base_of_a_usual_name_is_one_question(world: World) -> None:
    git = Git.of(world)
    before = git.runner.started
    assert git.read.base(None).upstream is None
    assert git.runner.started - before == 1
    copy = Git(_clone(world))
    world.git("branch", "-q", "--unset-upstream", "main", cwd=world.root / "copy")
    before = copy.runner.started
    base = copy.read.base(None)
    assert (base.ref, base.source) == ("refs/heads/main", "remote HEAD")
    assert copy.runner.started - before == 1


def test_configured(world: World) -> None:
    world.git("branch", "develop")
    world.git("tag", "v1")
    world.git("tag", "develop")
    oid = world.git("rev-parse", "HEAD").strip()
    read = Git.of(world).read
    assert read.base("develop").ref == "refs/heads/develop"
    assert read.base("refs/heads/develop").name == "develop"
    assert read.base("v1").oid == oid
    assert read.base(oid[:10]).oid == oid
    for wrong in ("nowhere", "--output=x", "ma*", "[", "$(touch x)"):
        with pytest.raises(UsageError, match="names no commit") as caught:
            read.base(wrong)
        assert caught.value.hint


def test_nothing_to_measure_against(empty_world: World) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    with pytest.raises(UsageError, match="no commit yet"):
        Git.of(empty_world).read.base(None)


def test_head_names_a_branch_without_a_commit(world: World) -> None:
    world.git("branch", "-m", "main", "work")
    world.git("checkout", "-q", "--orphan", "fresh")
    with pytest.raises(UsageError, match="fresh, which has no commit") as caught:
        Git.of(world).read.base(None)
    assert "base" in caught.value.hint


def test_detached_without_any_usual_branch(world: World) -> None:
    world.git("checkout", "-q", "--detach")
    world.git("branch", "-m", "main", "work")
    base = Git.of(world).read.base(None)
    assert (base.oid, base.source) == (world.git("rev-parse", "HEAD").strip(), "current commit")


def test_branches_newest_first_with_their_worktrees(world: World) -> None:
    world.git("branch", "x#(touch${IFS}p)")
    copy = _clone(world)
    linked = world.root / "new\nline"
    world.git("worktree", "add", "-q", "-b", "feature/ü", str(linked), cwd=copy)
    world.env = {**world.env, "GIT_COMMITTER_DATE": "@2000000000 +0000"}
    world.commit("b", "1", cwd=linked)
    git = Git(copy)
    before = git.runner.started
    found = git.read.branches()
    assert git.runner.started == before + 1
    assert found[0].name == "feature/ü"
    assert found[0].worktree == str(linked)
    assert found[0].committed == 2000000000
    rest = {(branch.name, branch.remote, branch.worktree) for branch in found[1:]}
    assert rest == {
        ("main", None, str(copy)),
        ("origin/main", "origin", None),
        ("origin/x#(touch${IFS}p)", "origin", None),
    }


def test_resolving_what_people_type(world: World) -> None:
    world.git("tag", "-a", "v1", "-m", "annotated")
    read = Git.of(world).read
    head = world.git("rev-parse", "HEAD").strip()
    assert {read.resolve(word) for word in ("main", "HEAD", "v1", head, head[:8])} == {head}
    tree = world.git("rev-parse", "HEAD^{tree}").strip()
    for wrong in ("", "nope", "--output=x", "-h", "a..b", "main\0", tree, "f" * 40, "a\nb"):
        with pytest.raises(UsageError, match="There is no commit named"):
            read.resolve(wrong)
    assert not (world.repo / "x").exists()


def test_unpushed_commits(world: World) -> None:
    assert Git.of(world).read.unpushed("main") is None
    copy = _clone(world)
    world.git("checkout", "-q", "-b", "topic", cwd=copy)
    world.commit("a", "1", cwd=copy)
    world.commit("a", "2", cwd=copy)
    assert Git(copy).read.unpushed("topic") == 2
    assert Git(copy).read.unpushed("main") == 0


def test_commits_that_only_a_detached_head_keeps(world: World) -> None:
    path = world.worktree("auth")
    git = Git.of(world)
    world.commit("a", "1", cwd=path, message="on the branch")
    assert git.read.unreachable_commits(git.tree(path)) == ()
    world.git("checkout", "-q", "--detach", cwd=path)
    oid = world.commit("a", "2", cwd=path, message="lost: [x] #(y)")
    (line,) = git.read.unreachable_commits(git.tree(path))
    assert line == f"{oid[:7]} lost: [x] #(y)"
    # A bisect reference of this worktree goes with it; another worktree's HEAD does not.
    world.git("update-ref", "refs/bisect/bad", oid, cwd=path)
    assert len(git.read.unreachable_commits(git.tree(path))) == 1
    world.git("checkout", "-q", "--detach")
    own = world.commit("a", "3", message="in the main worktree")
    world.git("update-ref", "refs/bisect/bad", own)
    assert len(git.read.unreachable_commits(git.main)) == 1
    world.git("worktree", "add", "-q", "--detach", str(world.root / "other"), oid)
    assert git.read.unreachable_commits(git.tree(path)) == ()


def test_stashes_of_a_bare_repository(world: World) -> None:
    bare = world.root / "b.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    world.git("worktree", "add", "-q", "-b", "topic", str(world.root / "t"), cwd=bare)
    world.write("README.md", "x\n", cwd=world.root / "t")
    world.git("stash", cwd=world.root / "t")
    assert len(Git(bare).read.stashes("topic")) == 1


def test_stashes_by_branch(world: World) -> None:
    read = Git.of(world).read
    assert read.stashes("main") == ()
    for branch, message in (("main", []), ("feature/x", ["-m", "On main: a trap"])):
        world.git("checkout", "-q", "-B", branch)
        world.write("README.md", f"{branch}\n")
        world.git("stash", "push", "-q", *message)
    assert read.stashes("feature/x") == ("stash@{0}: On feature/x: On main: a trap",)
    (main,) = read.stashes("main")
    assert main.startswith("stash@{1}: WIP on main: ")
    assert read.stashes("mai") == ()
