"""The ladder of proofs, on real histories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.merge_proof import Proof
from tests.lifecycle.conftest import OpenCore
from tests.support.world import World


def judged(core: Any, name: str) -> Any:
    return next(each for each in core.cleaner.candidates() if each.name == name)


def worked(world: World, name: str, *lines: str) -> Path:
    """A session with one commit a line, each in a file of its own."""
    place = world.worktree(name)
    for number, line in enumerate(lines):
        world.commit(f"{name}{number}.txt", line, cwd=place, message=f"{name} {number}")
    return place


def squash(world: World, name: str) -> str:
    world.git("merge", "-q", "--squash", f"feature/{name}")
    world.git("commit", "-q", "-m", f"squashed {name}")
    return world.git("rev-parse", "HEAD").strip()


def test_merged_in_every_way(world: World, core_of: OpenCore) -> None:
    for name in ("merge", "forward", "squash", "changed", "rebased", "same", "open"):
        worked(world, name, f"{name} one\n", f"{name} two\n")
    core = core_of()
    assert {each.ready for each in core.cleaner.candidates()} == {False}

    world.git("merge", "-q", "--ff-only", "feature/forward")
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/merge")
    squash(world, "squash")
    via = squash(world, "changed")
    # Later edits of the same lines: merging again would be a conflict.
    world.commit("changed0.txt", "quite different\n")
    world.git("cherry-pick", "main..feature/rebased")
    squash(world, "same")
    world.git("reset", "-q", "--hard", "main", cwd=world.root / "myapp-open")
    world.commit("open.txt", "1\n", cwd=world.root / "myapp-open")

    proofs = {each.name: each.verdict.proof for each in core.cleaner.candidates() if each.ready}
    assert proofs == {
        "merge": Proof.ANCESTOR,
        "forward": Proof.ANCESTOR,
        "squash": Proof.ADDS_NOTHING,
        "changed": Proof.PATCH_ID,
        "rebased": Proof.ADDS_NOTHING,
        "same": Proof.ADDS_NOTHING,
    }
    assert judged(core, "changed").verdict.via == via
    assert via[:10] in judged(core, "changed").verdict.words
    assert "not merged" in judged(core, "open").why_not

    world.git("checkout", "-q", "-B", "same", "feature/same", cwd=world.root / "myapp-same")
    world.git("merge", "-q", "-m", "m", "main", cwd=world.root / "myapp-same")
    assert judged(core, "same").verdict.proof is Proof.SAME_TREE


def test_a_fresh_branch_is_never_merged(world: World, core_of: OpenCore) -> None:
    first = world.git("rev-parse", "HEAD").strip()
    worked(world, "other", "x\n")
    world.worktree("fresh")
    follower = world.worktree("follower")
    dropped = worked(world, "dropped", "thrown away\n")
    stacked = world.root / "myapp-stacked"
    world.git("worktree", "add", "-q", "-b", "stacked", str(stacked), "feature/other")
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/other")
    world.git("merge", "-q", "--ff-only", "main", cwd=follower)
    world.git("reset", "-q", "--hard", "main", cwd=dropped)
    rebased = world.worktree("rebased")
    world.git("reset", "-q", "--hard", first, cwd=rebased)
    world.git("rebase", "-q", "main", cwd=rebased)
    silent = world.worktree("silent")
    (world.repo / ".git/logs/refs/heads/feature/silent").unlink()
    assert silent.is_dir()
    core = core_of()
    ready = {each.name for each in core.cleaner.candidates() if each.ready}
    assert ready == {"other"}
    assert "no commit of its own" in judged(core, "fresh").why_not
    assert "no commit of its own" in judged(core, "stacked").why_not
    assert "cannot be told" in judged(core, "silent").why_not


@pytest.mark.parametrize("way", ["merge", "squash", "forward"])
def test_a_reverted_merge_is_no_candidate(world: World, core_of: OpenCore, way: str) -> None:
    worked(world, "auth", "one\n")
    if way == "merge":
        world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth")
        world.git("revert", "--no-edit", "-m", "1", "HEAD")
    elif way == "squash":
        squash(world, "auth")
        world.git("revert", "--no-edit", "HEAD")
    else:
        world.git("merge", "-q", "--ff-only", "feature/auth")
        world.git("revert", "--no-edit", "HEAD")
    revert = world.git("rev-parse", "HEAD").strip()
    core = core_of()
    assert f"reverted by {revert[:10]}" in judged(core, "auth").why_not
    with pytest.raises(RefusedError, match="reverted"):
        core.cleaner.choose(core.cleaner.candidates(), ["auth"])
    world.git("revert", "--no-edit", "HEAD")
    assert judged(core, "auth").ready, "reverting the revert brought it back"


def test_a_branch_that_was_merged_twice(world: World, core_of: OpenCore) -> None:
    place = worked(world, "auth", "one\n")
    squash(world, "auth")
    core = core_of()
    assert judged(core, "auth").ready
    world.commit("auth1.txt", "two\n", cwd=place)
    assert not judged(core, "auth").ready, "it has news again"
    world.git("merge", "-q", "--squash", "feature/auth")
    world.git("commit", "-q", "-m", "again")
    assert judged(core, "auth").verdict.proof is Proof.SAME_TREE
    world.commit("other.txt", "unrelated\n")
    assert judged(core, "auth").verdict.proof is Proof.ADDS_NOTHING


@pytest.mark.parametrize("follows", [True, False])
def test_a_merge_on_the_remote_counts(world: World, core_of: OpenCore, follows: bool) -> None:
    remote = world.root / "remote.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(remote), cwd=world.root)
    world.git("remote", "add", "origin", str(remote))
    worked(world, "auth", "one\n")
    world.git("push", "-q", "origin", "main", "feature/auth")
    if follows:
        world.git("branch", "-q", "--set-upstream-to=origin/main", "main")
    there = world.root / "there"
    world.git("clone", "-q", str(remote), str(there), cwd=world.root)
    world.git("merge", "-q", "--squash", "origin/feature/auth", cwd=there)
    world.git("commit", "-q", "-m", "squashed", cwd=there)
    world.git("push", "-q", "origin", "main", cwd=there)
    core = core_of()
    assert not judged(core, "auth").ready
    world.git("fetch", "-q")
    found = judged(core, "auth")
    assert found.ready
    assert "origin/main" in found.verdict.words


def test_commits_that_were_picked_one_by_one(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    for step in range(3):
        world.commit("file.txt", "".join(f"{n}\n" for n in range(step + 1)), cwd=place)
    world.commit("before.txt", "unrelated\n")
    core = core_of()
    commits = world.git("rev-list", "--reverse", "feature/auth", "^main").split()
    for number, each in enumerate(commits):
        world.git("cherry-pick", "-x", each)
        last = world.git("rev-parse", "HEAD").strip()
        world.commit(f"between{number}.txt", "unrelated\n")
        # Later edits of the same lines: merging again would be a conflict.
        if number < 2:
            assert not judged(core, "auth").ready, "only a part is there"
    world.commit("file.txt", "quite different\n")
    found = judged(core, "auth")
    assert (found.verdict.proof, found.verdict.via) == (Proof.EACH_PATCH, last)
    assert "each commit of it was applied to main" in found.verdict.words
    world.git("checkout", "-q", "HEAD~1", "--", "file.txt")
    world.git("commit", "-q", "-m", "and back")
    world.git("revert", "--no-edit", last)
    assert "reverted by" in judged(core, "auth").why_not


def test_a_squash_after_a_conflict(world: World, core_of: OpenCore) -> None:
    for name in ("here", "there"):
        world.commit("README.md", f"{name}\n", cwd=world.worktree(name))
    world.commit("README.md", "base\n")
    place = world.root / "myapp-here"
    world.git("merge", "-q", "main", cwd=place, check=False)
    world.commit("README.md", "both\n", cwd=place, message="settled on the branch")
    squash(world, "here")
    core = core_of()
    assert judged(core, "here").verdict.proof is Proof.SAME_TREE
    world.commit("later.txt", "x\n")
    assert judged(core, "here").verdict.proof is Proof.ADDS_NOTHING
    # Settled in another way while it was squashed: git cannot know, so it is no candidate.
    world.git("merge", "-q", "--squash", "feature/there", check=False)
    world.write("README.md", "both, and there\n")
    world.git("add", "README.md")
    world.git("commit", "-q", "-m", "squashed there")
    assert "not merged to main" in judged(core, "there").why_not


def test_a_branch_made_anew_from_a_merged_one(world: World, core_of: OpenCore) -> None:
    place = worked(world, "auth", "one\n")
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth")
    world.git("worktree", "add", "-q", "-b", "next", str(world.root / "next"), "feature/auth")
    world.git("checkout", "-q", "-b", "onward", cwd=place)
    core = core_of()
    for name in ("next", "auth"):
        assert "no commit of its own" in judged(core, name).why_not, name
    world.commit("two.txt", "two\n", cwd=world.root / "next")
    assert "not merged" in judged(core, "next").why_not


def test_cleaning_up_takes_only_what_is_ready(world: World, core_of: OpenCore) -> None:
    for name in ("clean", "dirty", "open", "second"):
        worked(world, name, f"{name}\n")
    for name in ("clean", "dirty", "second"):
        squash(world, name)
    world.commit(".gitignore", "node_modules/\n")
    world.write("node_modules/x.js", "1", cwd=world.root / "myapp-clean")
    world.git("-c", "core.excludesFile=/dev/null", "status", cwd=world.root / "myapp-clean")
    (world.repo / ".git/info/exclude").write_text("node_modules/\n")
    world.write("notes.txt", "not yet", cwd=world.root / "myapp-dirty")
    core = core_of()
    candidates = core.cleaner.candidates()
    assert "1 untracked entry" in judged(core, "dirty").why_not
    chosen = core.cleaner.choose(candidates, [])
    assert [each.name for each in chosen] == ["clean", "second"]
    late = world.root / "myapp-second/late.txt"
    late.write_text("typed after the question")
    receipt = core.cleaner.clean(chosen, delete_branch=True)
    assert receipt.removed == ("clean",)
    assert any("second stays" in warning for warning in receipt.warnings)
    assert late.exists()
    assert "feature/clean" not in world.git("branch")
    core.restorer.restore("clean")
    assert (world.root / "myapp-clean/node_modules/x.js").read_text() == "1"
    assert "feature/clean" in world.git("branch")
