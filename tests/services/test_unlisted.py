"""What git does not list is looked at before a session goes: nothing is lost without a word."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.git.unlisted import nested_repositories
from parallel_tui.errors import RefusedError
from parallel_tui.model.sync.sync import Skip
from tests.adapters.git.support import NASTY, Git
from tests.services.conftest import OpenCore
from tests.support.world import World


def losses(core: Any, name: str) -> dict[str, Any]:
    return {loss.kind.value: loss for loss in core.remover.plan(name).losses}


@pytest.fixture
def merged(world: World) -> Path:
    """A session whose work is merged, so that cleanup would take it."""
    world.commit(".gitignore", "scratch/\n")
    place = world.worktree("auth")
    world.commit("work.txt", "done\n", cwd=place)
    world.git("merge", "-q", "--no-edit", "feature/auth")
    return place


def refuses(core: Any, word: str) -> None:
    """Cleanup does not take the session, and says why; removing it asks for that word."""
    (candidate,) = core.cleaner.candidates()
    assert not candidate.ready
    plan = core.remover.plan("auth")
    loss = losses(core, "auth")[word]
    assert loss.summary in candidate.why_not
    kinds = {each.kind.value for each in plan.losses}
    with pytest.raises(RefusedError, match="would be lost"):
        core.remover.remove(plan, kinds - {word})
    assert Path(plan.path).is_dir()


MARKS = (["--skip-worktree"], ["--assume-unchanged"])


@pytest.mark.parametrize("mark", [*MARKS, [*MARKS[0], *MARKS[1]]])
def test_edits_that_git_was_told_not_to_see(
    world: World, merged: Path, core_of: OpenCore, mark: list[str]
) -> None:
    for each in mark:
        world.git("update-index", each, "src/app.py", "README.md", cwd=merged)
    core = core_of()
    (candidate,) = core.cleaner.candidates()
    assert candidate.ready, "marks alone are nothing to lose"
    world.write("src/app.py", "x = 'mine'\n", cwd=merged)
    assert losses(core, "auth")["hidden"].items == ("src/app.py",)
    refuses(core, "hidden")
    shown = core.remover.plan("auth")
    world.write("src/app.py", "x = 'mine, and more'\n", cwd=merged)
    with pytest.raises(RefusedError, match="files in it were edited"):
        core.remover.remove(shown, {"all"})
    receipt = core.remover.remove(core.remover.plan("auth"), {"hidden"})
    core.restorer.restore(str(receipt.trash))
    assert (merged / "src/app.py").read_text() == "x = 'mine, and more'\n"


def test_what_only_looks_edited_is_not(world: World, merged: Path, core_of: OpenCore) -> None:
    world.write("crlf.txt", "a\nb\n", cwd=merged)
    (merged / "link").symlink_to("README.md")
    world.git("add", "-A", cwd=merged)
    world.git("commit", "-q", "-m", "more", cwd=merged)
    world.git("config", "core.autocrlf", "true")
    names = ["crlf.txt", "link", "src/app.py"]
    world.git("update-index", "--skip-worktree", *names, cwd=merged)
    (merged / "crlf.txt").write_bytes(b"a\r\nb\r\n")
    (merged / "src/app.py").unlink()
    core = core_of()
    assert "hidden" not in losses(core, "auth"), "left out by a sparse checkout, or only line ends"
    (merged / "link").unlink()
    (merged / "link").symlink_to("elsewhere")
    assert losses(core, "auth")["hidden"].items == ("link",)
    world.git("update-index", "--no-skip-worktree", "src/app.py", cwd=merged)
    world.git("update-index", "--assume-unchanged", "src/app.py", cwd=merged)
    assert losses(core, "auth")["hidden"].items == ("link", "src/app.py")


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(NASTY), content=st.binary(max_size=20))
def test_hidden_edits_of_any_name_and_content(world: World, name: str, content: bytes) -> None:
    git = Git.of(world)
    place = world.repo / name
    world.git("update-index", "--no-skip-worktree", "--", name, check=False)
    place.write_bytes(b"committed")
    world.git("add", "-A")
    world.git("update-index", "--skip-worktree", "--", name)
    place.write_bytes(content)
    assert (name in git.read.hidden_edits(git.main)) == (content != b"committed")


def test_a_changed_mode_or_kind_is_an_edit(world: World, merged: Path, core_of: OpenCore) -> None:
    (merged / "link").symlink_to("README.md")
    world.git("add", "-A", cwd=merged)
    world.git("commit", "-q", "-m", "more", cwd=merged)
    world.git("update-index", "--skip-worktree", "link", cwd=merged)
    world.git("update-index", "--assume-unchanged", "src/app.py", cwd=merged)
    (merged / "src/app.py").chmod(0o755)
    (merged / "link").unlink()
    (merged / "link").write_text("README.md")
    core = core_of()
    assert losses(core, "auth")["hidden"].items == ("link", "src/app.py")
    world.git("config", "core.symlinks", "off")
    assert losses(core, "auth")["hidden"].items == ("src/app.py",)
    world.git("config", "core.fileMode", "0")
    assert "hidden" not in losses(core, "auth")


@pytest.mark.parametrize("mark", MARKS)
def test_hidden_edits_of_a_repository_inside(
    world: World, merged: Path, core_of: OpenCore, mark: list[str]
) -> None:
    inner = merged / "scratch/inner"
    world.git("clone", "-q", str(world.repo), str(inner))
    world.git("update-index", *mark, "README.md", "src/app.py", cwd=inner)
    core = core_of()
    assert "repositories" not in losses(core, "auth"), "marks alone are nothing to lose"
    (inner / "README.md").write_text("mine\n")
    (said,) = losses(core, "auth")["repositories"].items
    assert said == "scratch/inner: 1 edited file that git was told not to see"
    refuses(core, "repositories")


def test_a_sync_leaves_hidden_edits_alone(world: World, core_of: OpenCore) -> None:
    """Aborting a rebase would overwrite them."""
    place = world.worktree("auth")
    world.commit("mine.txt", "1\n", cwd=place)
    world.commit("theirs.txt", "1\n")
    world.git("update-index", "--assume-unchanged", "README.md", cwd=place)
    world.write("README.md", "hidden\n", cwd=place)
    core = core_of()
    (row,) = core.syncer.planner.plan(["auth"]).sessions
    assert row.skip is Skip.DIRTY
    assert "told not to see: README.md" in row.detail
    assert (place / "README.md").read_text() == "hidden\n"


def _commit(world: World, inner: Path) -> str:
    world.commit("only.txt", "here\n", cwd=inner)
    return "1 commit that no remote has"


def _branch(world: World, inner: Path) -> str:
    world.git("checkout", "-q", "-b", "side", cwd=inner)
    world.commit("only.txt", "here\n", cwd=inner)
    world.git("checkout", "-q", "main", cwd=inner)
    return "1 commit that no remote has"


def _detached(world: World, inner: Path) -> str:
    world.git("checkout", "-q", "--detach", cwd=inner)
    return _commit(world, inner)


def _stash(world: World, inner: Path) -> str:
    world.write("README.md", "stashed\n", cwd=inner)
    world.git("stash", cwd=inner)
    return "1 stash"


def _edit(world: World, inner: Path) -> str:
    world.write("README.md", "edited\n", cwd=inner)
    world.write("new.txt", "new\n", cwd=inner)
    return "2 uncommitted changes"


def _worktree(world: World, inner: Path) -> str:
    world.git("worktree", "add", "-q", str(world.root / "far"), cwd=inner)
    world.git("push", "-q", "origin", "far", cwd=inner)
    return "1 worktree of it elsewhere"


@pytest.mark.parametrize("where", ["scratch/deep", "untracked", "src"])
@pytest.mark.parametrize("act", [_commit, _branch, _detached, _stash, _edit, _worktree])
def test_a_repository_inside(
    world: World,
    merged: Path,
    core_of: OpenCore,
    act: Callable[[World, Path], str],
    where: str,
) -> None:
    inner = merged / where / "wörk [x]"
    inner.parent.mkdir(parents=True, exist_ok=True)
    world.git("clone", "-q", str(world.repo), str(inner), cwd=world.root)
    core = core_of()
    assert "repositories" not in losses(core, "auth"), "all of it is elsewhere"
    told = act(world, inner)
    assert losses(core, "auth")["repositories"].items == (f"{where}/wörk [x]: {told}",)
    refuses(core, "repositories")


def test_repositories_of_other_kinds(world: World, merged: Path, core_of: OpenCore) -> None:
    core = core_of()
    scratch = merged / "scratch"
    scratch.mkdir()
    world.git("init", "-q", str(scratch / "empty"))
    (scratch / "no-repository/.git").mkdir(parents=True)
    assert "repositories" not in losses(core, "auth")
    # Made in a folder that is tracked: git shows neither the folder nor what it holds.
    world.git("init", "-q", str(merged / "src"))
    world.git("add", "-A", cwd=merged / "src")
    world.git("commit", "-q", "-m", "inner", cwd=merged / "src")
    world.git("clone", "-q", "--bare", str(world.repo), str(scratch / "bare.git"))
    (scratch / "hg/.hg").mkdir(parents=True)
    # A worktree of another repository, with a commit on no branch.
    other = world.root / "other"
    world.git("clone", "-q", str(world.repo), str(other), cwd=world.root)
    world.git("worktree", "add", "-q", "--detach", str(scratch / "linked"), cwd=other)
    told = losses(core, "auth")["repositories"].items
    assert [each.partition(": ")[0] for each in told] == [
        "scratch/bare.git",
        "scratch/hg",
        "src",
    ]
    world.commit("only.txt", "here\n", cwd=scratch / "linked")
    told = losses(core, "auth")["repositories"].items
    assert "scratch/linked: 1 commit that no remote has" in told


def test_a_submodule_that_is_not_checked_out_any_more(
    world: World, merged: Path, core_of: OpenCore
) -> None:
    lib = world.root / "lib"
    world.git("clone", "-q", str(world.repo), str(lib), cwd=world.root)
    allow = ("-c", "protocol.file.allow=always")
    world.git(*allow, "submodule", "--quiet", "add", str(lib), "sub", cwd=merged)
    world.git("commit", "-q", "-m", "sub", cwd=merged)
    core = core_of()
    assert set(losses(core, "auth")) == {"submodules"}
    world.commit("only.txt", "here\n", cwd=merged / "sub")
    world.git("submodule", "--quiet", "deinit", "-f", "sub", cwd=merged)
    told = losses(core, "auth")
    assert told["repositories"].items == ("submodule sub: 1 commit that no remote has",)


def test_limits_are_told(world: World) -> None:
    git = Git.of(world)
    for number in range(3):
        inner = world.repo / f"inner{number}"
        world.git("init", "-q", str(inner))
        world.commit("x", "1\n", cwd=inner)
    told = nested_repositories.work_in(git.main, (), most=2)
    assert len(told) == 3
    assert sum("not looked into" in each for each in told) == 1
    (late,) = nested_repositories.work_in(git.main, (), seconds=-1)
    assert "not all were looked into" in late


def test_commits_that_only_its_reflog_keeps(world: World, merged: Path, core_of: OpenCore) -> None:
    core = core_of()
    # Rewriting on its branch is no loss: the branch's own reflog keeps that.
    world.commit("more.txt", "1\n", cwd=merged)
    world.git("commit", "-q", "--amend", "-m", "better", cwd=merged)
    world.commit("base.txt", "1\n")
    world.git("rebase", "-q", "main", cwd=merged)
    assert "commits" not in losses(core, "auth")
    world.git("checkout", "-q", "--detach", cwd=merged)
    world.commit("aside.txt", "1\n", cwd=merged, message="made aside")
    world.git("checkout", "-q", "feature/auth", cwd=merged)
    (line,) = losses(core, "auth")["commits"].items
    assert line.endswith(" made aside")
    world.git("branch", "-q", "kept", line.split()[0])
    assert "commits" not in losses(core, "auth")


def test_private_references_count(world: World, merged: Path, core_of: OpenCore) -> None:
    core = core_of()
    tree = world.git("rev-parse", "HEAD^{tree}").strip()
    lost = world.git("commit-tree", "-m", "private", tree).strip()
    world.git("update-ref", "refs/worktree/mine", lost, cwd=merged)
    assert losses(core, "auth")["commits"].items[0].endswith(" private")
    refuses(core, "commits")


@pytest.mark.parametrize(
    "setting", ["core.untrackedCache=true", "core.trustctime=false", "core.checkStat=minimal"]
)
def test_settings_that_spare_git_a_look(
    world: World, merged: Path, core_of: OpenCore, setting: str
) -> None:
    key, _, value = setting.partition("=")
    world.git("config", key, value)
    world.git("status", cwd=merged)
    edited = merged / "work.txt"
    before = edited.stat()
    edited.write_text("lost\n")
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert losses(core_of(), "auth")["modified"].items == ("work.txt",)
