"""The trash by itself: other places, things in the way, expiry, and entries without directory."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.adapters.git.write import backup
from parallel_tui.command_lines import hint_of
from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.lifecycle.trash import DAY, TrashItem, expired
from parallel_tui.services.trash.expiry import Expiry
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.picture import files, picture
from tests.support import scratch
from tests.support.world import World


def test_a_worktree_on_another_file_system_goes_beside_itself(
    world: World, core_of: OpenCore
) -> None:
    here = world.root.stat().st_dev
    others = [each for each in (scratch.MEMORY, scratch.DISK) if os.access(each, os.W_OK)]
    other = next((each for each in others if each.stat().st_dev != here), None)
    if other is None:
        pytest.skip("there is one file system only")
    away = Path(tempfile.mkdtemp(prefix="pd-", dir=other))
    try:
        place, around = away / "outer/auth", away / "outer"
        world.git("worktree", "add", "-q", "-b", "outer", str(around))
        world.git("worktree", "add", "-q", "-b", "auth", str(place))
        world.write("notes.txt", "n", cwd=place)
        core = core_of()
        name = next(
            s.name for s in core.sessions.all() if s.worktree and s.worktree.path == str(place)
        )
        before = picture(world, place)
        core.remover.remove(core.remover.plan(name), {"all"})
        (item,) = core.restorer.items()
        assert item.tree is not None
        assert Path(item.tree).parent == away, "not inside the worktree around it"
        assert world.git("status", "--porcelain", cwd=around) == ""
        core.restorer.restore()
        assert picture(world, place) == before
        core.remover.remove(core.remover.plan(name), {"all"})
        core.expiry.empty(core.restorer.items())
        assert sorted(path.name for path in away.iterdir()) == ["outer"]
    finally:
        shutil.rmtree(away)


def test_what_is_in_the_way_is_told_and_left(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    world.write("notes.txt", "n", cwd=place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"})
    place.mkdir()
    with pytest.raises(RefusedError, match="is taken") as refused:
        core.restorer.restore("auth")
    assert "--as NAME" in hint_of(refused.value)
    place.rmdir()
    world.git("worktree", "add", "-q", str(place), "feature/auth")
    with pytest.raises(RefusedError, match="session named 'auth' already") as refused:
        core.restorer.restore("auth")
    assert "--as auth-2" in hint_of(refused.value)
    receipt = core.restorer.restore("auth", name="auth-2")
    back = world.root / "myapp-auth-2"
    assert (back / "notes.txt").read_text() == "n"
    assert any("checked out in" in warning for warning in receipt.warnings)
    assert world.git("status", "--porcelain", cwd=back) == "?? notes.txt\n"
    assert world.git("symbolic-ref", "-q", "HEAD", cwd=back, check=False) == ""
    assert {session.name for session in core.sessions.all()} == {"main", "auth", "auth-2"}
    with pytest.raises(UsageError, match="trash is empty"):
        core.restorer.restore()


def test_a_branch_that_moved_on_shows_no_false_changes(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    world.write("notes.txt", "n", cwd=place)
    head = world.git("rev-parse", "HEAD", cwd=place).strip()
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"})
    newer = world.commit("more.txt", "m")
    world.git("branch", "-f", "feature/auth", newer)
    receipt = core.restorer.restore("auth")
    assert any("has moved on" in warning for warning in receipt.warnings)
    assert world.git("rev-parse", "HEAD", cwd=place).strip() == head
    assert world.git("status", "--porcelain", cwd=place) == "?? notes.txt\n"
    assert world.git("rev-parse", "feature/auth").strip() == newer


def test_an_entry_without_its_directory_comes_back_too(world: World, core_of: OpenCore) -> None:
    place, moved = world.worktree("gone"), world.worktree("moved")
    world.git("checkout", "-q", "--detach", cwd=place)
    world.commit("f", "1", cwd=place, message="only here")
    world.write("staged.py", "s", cwd=place)
    world.git("add", "staged.py", cwd=place)
    git_dir = Path(world.git("rev-parse", "--absolute-git-dir", cwd=place).strip())
    before = files(git_dir)
    shutil.rmtree(place)
    elsewhere = world.root / "sub folder"
    moved.rename(elsewhere)
    core = core_of()
    found = {each.name: each for each in core.pruner.gone()}
    assert set(found) == {"gone", "moved"}
    assert found["gone"].moved_to is None
    assert found["moved"].moved_to == str(elsewhere)
    with pytest.raises(RefusedError, match="moved, not deleted"):
        core.pruner.prune(found["moved"], {"all"})
    core.pruner.repair(found["moved"])
    assert str(elsewhere) in world.git("worktree", "list")
    with pytest.raises(RefusedError, match="no branch or tag keeps"):
        core.pruner.prune(found["gone"], ())
    core.pruner.prune(found["gone"], {"commits"})
    assert str(place) not in world.git("worktree", "list")
    world.git("gc", "--quiet", "--prune=now")
    core.restorer.restore("gone")
    assert files(git_dir) == before
    assert "staged.py" in world.git(f"--git-dir={git_dir}", "ls-files", "-s")
    world.git("cat-file", "-e", world.git(f"--git-dir={git_dir}", "rev-parse", "HEAD").strip())
    with pytest.raises(UsageError, match="is there"):
        core.pruner.gone(["main"])


@pytest.mark.parametrize("verb", ["prune", "remove"])
def test_a_file_in_place_of_a_worktree_stays(world: World, core_of: OpenCore, verb: str) -> None:
    place = world.worktree("auth")
    shutil.rmtree(place)
    place.write_text("precious")
    core = core_of()
    if verb == "prune":
        (gone,) = core.pruner.gone()
        core.pruner.prune(gone, ())
    else:
        core.remover.remove(core.remover.plan("auth"), ())
    assert place.read_text() == "precious"
    assert str(place) not in world.git("worktree", "list")
    core.restorer.restore("auth")  # the entry, as it was: without its directory
    assert str(place) in world.git("worktree", "list")
    assert place.read_text() == "precious"


def test_a_directory_that_belongs_elsewhere_is_not_moved(world: World, core_of: OpenCore) -> None:
    place, other = world.worktree("auth"), world.worktree("other")
    core = core_of()
    plan = core.remover.plan("auth")
    shutil.copy(other / ".git", place / ".git")
    with pytest.raises((RefusedError, CouldNotLookError)):
        core.remover.remove(plan, {"all"})
    assert place.is_dir()
    assert core.restorer.items() == ()
    assert not world.git("for-each-ref", "refs/pdev")


def test_what_a_session_shares_is_part_of_its_plan(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    core = core_of()
    core.shared.registry.register("auth", task="log in")
    core.shared.registry.register("main")
    core.shared.locks.acquire(["src/app.py"], session="auth")
    core.shared.handoffs.send("auth", task="finish the form", session="main")
    plan = core.remover.plan("auth")
    kinds = {loss.kind.value: loss for loss in plan.losses}
    assert kinds["locks"].items == ("src/app.py",)
    assert kinds["handoffs"].items == ("from main: finish the form",)
    with pytest.raises(RefusedError, match="1 lock it holds"):
        core.remover.remove(plan, {"handoffs"})
    core.remover.remove(plan, {"handoffs", "locks"})
    assert core.shared.locks.all() == ()
    ended = {record.name: record.ended for record in core.shared.registry.all()}
    assert ended["auth"]
    assert not place.exists()
    core.restorer.restore("auth")
    assert {record.ended for record in core.shared.registry.all()} == {None}
    (world.repo / ".claude/parallel-state.json").write_text("{ torn")
    world.worktree("late")
    with pytest.raises(CouldNotLookError, match="shares"):
        core.remover.plan("late")


def test_a_backup_that_will_expire_keeps_no_commit_for_another(
    world: World, core_of: OpenCore
) -> None:
    place = world.worktree("auth")
    world.git("checkout", "-q", "--detach", cwd=place)
    loose = world.commit("f", "1", cwd=place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"commits"})
    world.git("worktree", "add", "-q", "--detach", str(world.root / "myapp-again"), loose)
    assert [loss.kind.value for loss in core.remover.plan("again").losses] == ["commits"]


def test_only_what_is_old_enough_expires(world: World, core_of: OpenCore) -> None:
    core = core_of()
    for name in ("old", "young"):
        place = world.worktree(name)
        (place / "deep").mkdir()
        (place / "deep/x").write_text("x")
        (place / "deep").chmod(0o555)
        (place / "out").symlink_to(world.repo)
        core.remover.remove(core.remover.plan(name), {"all"})
    trash = core.restorer.tools.trash
    old = core.restorer.find("old")
    trash.write(replace(old, removed=old.removed - 15 * DAY))
    world.worktree("third")
    receipt = core.remover.remove(core.remover.plan("third"), {"all"})
    assert [item.session for item in core.restorer.items()] == ["third", "young"]
    assert any("old" in warning and "14 days" in warning for warning in receipt.warnings)
    tight = Expiry(core.restorer.tools, replace(core.loaded.config, trash_size=0))
    assert tight.run() == (), "nothing younger than a day goes, whatever the size"
    assert (world.repo / "README.md").exists(), "a link is not followed"
    assert core.expiry.empty(core.restorer.items()).deleted == 2
    assert not os.listdir(world.repo / ".git/pdev/trash")  # noqa: PTH208
    assert not world.git("for-each-ref", "refs/pdev")


def test_the_rule_of_expiry() -> None:
    def item(name: str, days: float, size: int) -> TrashItem:
        return TrashItem(name, name, "/x", "/g", None, None, None, -days * DAY, "remove", size)

    items = [item("a", 0.5, 90), item("b", 2, 30), item("c", 5, 40), item("d", 20, 10)]
    gone = [each.id for each, _ in expired(items, 0.0, days=14, limit=130)]
    assert gone == ["d", "c"]
    assert [each.id for each, _ in expired(items, 0.0, days=14, limit=1)] == ["d", "c", "b"]
    assert [each.id for each, _ in expired(items, 0.0, days=99, limit=999)] == []


def test_a_worktree_that_is_only_a_link_is_not_taken_for_its_files(
    world: World, core_of: OpenCore
) -> None:
    place = world.worktree("auth")
    real = world.root / "real place"
    place.rename(real)
    place.symlink_to(real)
    core = core_of()
    with pytest.raises(RefusedError, match="only a link to") as refused:
        core.remover.remove(core.remover.plan("auth"), {"all"})
    words = shlex.split(hint_of(refused.value).partition(": ")[2])
    world.git(*words[1:])
    core.remover.remove(core.remover.plan("real-place"), {"all"})
    assert not real.exists()
    core.restorer.restore()
    assert (real / "README.md").is_file()


def test_more_commits_than_one_can_have_parents(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_MOST", 2)
    place = world.worktree("auth")
    lost = []
    for number in range(7):
        lost.append(world.commit("f", str(number), cwd=place))
        world.git("reset", "-q", "--hard", "HEAD~1", cwd=place)
    core = core_of()
    core.remover.remove(core.remover.plan("auth"), {"all"}, delete_branch=True)
    world.git("gc", "--quiet", "--prune=now")
    core.restorer.restore()
    for commit in lost:
        world.git("cat-file", "-e", commit)
