"""What others do with plain git, plain tmux and an editor appears. Real ones, all of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.session.repository import Divergence
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.worktree import OperationKind
from parallel_tui.model.view.snapshot import Level, Source
from tests.engine.live import Live, live
from tests.support.half_made import half_made
from tests.support.waiting import eventually
from tests.support.world import World


@pytest.fixture
def auth(world: World) -> Path:
    return world.worktree("auth")


@pytest.fixture
def view(world: World, auth: Path) -> Iterator[Live]:
    with live(world.repo) as running:
        yield running


def test_a_commit_moves_ahead_and_the_others_behind(world: World, auth: Path, view: Live) -> None:
    world.commit("new.py", "x = 1\n", cwd=auth)
    view.seen()
    assert view.session("auth").divergence == Divergence(1, 0)
    assert view.work("auth").clean
    world.commit("README.md", "base moves\n")
    view.seen()
    assert view.session("auth").divergence == Divergence(1, 1)
    assert view.session("main").divergence == Divergence(0, 0)


def test_files_that_git_is_still_writing_are_not_called_deleted(world: World, view: Live) -> None:
    with half_made(world, "slow") as (_, finish):
        view.until(lambda now: now.session("slow"))
        view.seen()
        assert view.session("slow").status == Unknown("git is still writing its files")
        finish()
        view.until(lambda now: (made := now.session("slow")) and known(made.status))
    told = [made for each in view.published if (made := each.session("slow")) is not None]
    assert all(status.clean for made in told if (status := known(made.status)) is not None)


def test_what_did_not_change_is_published_as_the_same_object(
    world: World, auth: Path, view: Live
) -> None:
    view.seen()
    main, session = view.session("main"), view.session("auth")
    (auth / "new.py").write_text("x\n")
    view.seen()
    assert view.session("main") is main
    assert view.session("auth") is not session


def test_branches_and_checkouts(world: World, auth: Path, view: Live) -> None:
    world.git("checkout", "-q", "-b", "deep/er/name", cwd=auth)
    view.seen()
    assert (tree := view.session("auth").worktree) is not None
    assert tree.branch == "deep/er/name"
    # The folders of this branch were made a moment ago; a commit on it must not be missed.
    world.commit("a", "1", cwd=auth)
    view.seen()
    assert view.session("auth").divergence == Divergence(1, 0)
    world.git("checkout", "-q", "--detach", cwd=auth)
    world.git("branch", "-D", "deep/er/name")
    view.seen()
    tree = view.session("auth").worktree
    assert tree is not None
    assert tree.detached
    world.git("pack-refs", "--all")
    world.git("update-ref", "refs/heads/main", tree.head or "")
    view.seen()
    assert view.session("auth").divergence == Divergence(0, 0)


def test_a_worktree_is_added_committed_in_locked_and_removed(world: World, view: Live) -> None:
    api = world.worktree("api")
    world.commit("at/once.py", "1", cwd=api)
    world.write("at/untracked.py", "1", cwd=api)
    view.seen()
    assert view.session("api").divergence == Divergence(1, 0)
    assert view.work("api").untracked == 1
    world.git("worktree", "lock", "--reason", "on [usb]", str(api))
    view.seen()
    assert (tree := view.session("api").worktree) is not None
    assert tree.locked == "on [usb]"
    world.git("worktree", "unlock", str(api))
    world.git("worktree", "remove", "--force", str(api))
    assert [session.name for session in view.seen().sessions] == ["main", "auth"]


def test_a_directory_deleted_by_hand_is_missing(world: World, auth: Path, view: Live) -> None:
    shutil.rmtree(auth)
    # Without `wait_seen`: the kernel's word alone has to do.
    view.until(lambda s: (row := s.session("auth")) and row.state is SessionState.MISSING)
    assert isinstance(view.session("auth").status, Unknown)


def test_an_edited_file_is_edited_again(world: World, auth: Path, view: Live) -> None:
    world.write("README.md", "once\n", cwd=auth)
    view.seen()
    before = view.session("auth")
    world.write("README.md", "again\n", cwd=auth)
    view.seen()
    after = view.session("auth")
    assert after.status == before.status
    assert after.revision > before.revision


def test_a_server_that_ends_with_its_last_window_is_no_trouble(
    world: World, auth: Path, view: Live
) -> None:
    only = world.window("auth", auth)
    view.seen()
    world.tmux("kill-window", "-t", only)
    view.until(lambda snapshot: not snapshot.windows and bool(snapshot.health))
    assert {health.level for health in view.engine.snapshot.health} == {Level.NOTE}


def test_a_directory_moved_away_by_hand_is_missing(world: World, auth: Path, view: Live) -> None:
    auth.rename(auth.with_name("elsewhere"))
    view.until(lambda s: (row := s.session("auth")) and row.state is SessionState.MISSING)
    auth.with_name("elsewhere").rename(auth)
    # Coming back is no event of a directory that is watched; it is looked for at every tick.
    view.until(lambda s: (row := s.session("auth")) and row.state is not SessionState.MISSING)
    view.seen()
    assert view.work("auth").clean


def test_a_rebase_stops_and_is_aborted(world: World, auth: Path, view: Live) -> None:
    world.commit("README.md", "mine\n", cwd=auth)
    world.commit("README.md", "theirs\n")
    world.git("rebase", "main", cwd=auth, check=False)
    view.seen()
    assert (tree := view.session("auth").worktree) is not None
    assert tree.operation is not None
    assert tree.operation.kind is OperationKind.REBASE
    assert tree.own_branch == "feature/auth"
    assert view.work("auth").conflicted == 1
    world.git("rebase", "--abort", cwd=auth)
    view.seen()
    assert (tree := view.session("auth").worktree) is not None
    assert tree.operation is None
    assert view.work("auth").clean


def test_edits_tracked_staged_and_taken_back(world: World, auth: Path, view: Live) -> None:
    world.write("src/app.py", "x = 2\n", cwd=auth)
    view.seen()
    assert view.work("auth").modified == 1
    assert view.git.asked[-1] == "status ['src/app.py']", "one path is all that was asked about"
    world.git("add", "-A", cwd=auth)
    view.seen()
    assert (view.work("auth").staged, view.work("auth").modified) == (1, 0)
    world.git("reset", "-q", "--hard", cwd=auth)
    view.seen()
    assert view.work("auth").clean
    world.git("reset", "-q", "--soft", "HEAD", cwd=auth)
    (auth / "src/app.py").unlink()
    view.seen()
    assert view.work("auth").modified == 1


@pytest.mark.parametrize(
    "name", ["a b", "[red]x[b]", "#{pid}", "$(touch x)", "-dash", "new\nline", "é🦊", b"\xff\xfe"]
)
def test_an_untracked_file_of_any_name(name: str | bytes, auth: Path, view: Live) -> None:
    path = Path(os.fsdecode(os.fsencode(auth) + b"/" + os.fsencode(name)))
    path.write_text("1")
    view.seen()
    assert [entry.path for entry in view.work("auth").entries] == [path.name]


def test_files_in_folders_just_made(world: World, auth: Path, view: Live) -> None:
    (auth / "one/two/three").mkdir(parents=True)
    view.seen()
    assert view.work("auth").untracked == 0, "git lists no empty folder"
    (auth / "one/two/three/file").write_text("1")
    view.seen()
    assert [entry.path for entry in view.work("auth").entries] == ["one/"]
    shutil.rmtree(auth / "one")
    view.seen()
    assert view.work("auth").clean


def test_a_tracked_folder_taken_away_and_brought_back(world: World, auth: Path, view: Live) -> None:
    shutil.rmtree(auth / "src")
    view.seen()
    assert view.work("auth").modified == 1
    world.git("checkout", "-q", "--", "src", cwd=auth)
    view.seen()
    assert view.work("auth").clean
    world.write("src/app.py", "watched again\n", cwd=auth)
    view.seen()
    assert view.work("auth").modified == 1


def test_a_file_committed_in_a_new_folder_is_watched(world: World, auth: Path, view: Live) -> None:
    world.commit("fresh/code.py", "1\n", cwd=auth)
    view.seen()
    # Listing what is tracked is put off a little; the folder is watched when it is done.
    before = view.git.asked.count("directories")
    world.commit("fresh/more.py", "1\n", cwd=auth)
    eventually(lambda: view.git.asked.count("directories") > before)
    view.seen()
    world.write("fresh/code.py", "2\n", cwd=auth)
    view.seen()
    assert view.work("auth").modified == 1


def test_ignoring_a_file_later(world: World, auth: Path, view: Live) -> None:
    world.write("noise.log", "1", cwd=auth)
    view.seen()
    assert view.work("auth").untracked == 1
    world.write(".gitignore", "*.log\n.gitignore\n", cwd=auth)
    view.seen()
    assert view.work("auth").clean


@pytest.mark.tmux
def test_windows_open_are_renamed_and_close(world: World, auth: Path, view: Live) -> None:
    assert view.session("auth").state is SessionState.NO_WINDOW
    assert [health.level for health in view.snapshot.health] == [Level.NOTE]
    window = world.window("first", auth)
    # A window that was just made stands for a moment where its server does.
    view.until(lambda s: (row := s.session("auth")) and row.windows == (window,))
    assert view.snapshot.health == ()
    world.tmux("rename-window", "-t", window, "x [b] y")
    shown = view.seen().window(window)
    assert shown is not None
    assert shown.name == "x [b] y"
    other = world.window("second", auth)
    world.tmux("kill-window", "-t", window)
    view.until(lambda s: (row := s.session("auth")) and row.windows == (other,))


@pytest.mark.tmux
def test_the_server_ends_and_another_one_starts(world: World, auth: Path, view: Live) -> None:
    world.window("first", auth)
    world.window("second", auth)
    view.seen()
    world.tmux("kill-server")
    view.until(lambda s: not s.windows and s.health)
    (health,) = view.snapshot.health
    assert (health.source, health.level) == (Source.MUX, Level.ERROR)
    assert "ended" in health.message
    assert view.session("auth").state is SessionState.NO_WINDOW
    world.window("again", auth)
    view.seen()
    assert view.snapshot.health == ()
    assert len(view.snapshot.windows) == 1


@pytest.mark.tmux
def test_a_bell_asks_for_its_user(world: World, auth: Path, view: Live) -> None:
    world.window("first", world.repo)
    world.window("agent", auth, "read go; printf '\\a'; exec cat")
    world.tmux("send-keys", "-t", "=work:agent", "Enter")
    view.until(lambda s: (row := s.session("auth")) and row.state is SessionState.WAITING)
    assert view.session("auth").evidence.source == "bell"


def test_what_needs_a_base_says_why_there_is_none(empty_world: World) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    with live(empty_world.repo) as view:
        assert isinstance(view.snapshot.base, Unknown)
        assert known(view.session("main").divergence) is None
        empty_world.commit("a", "1")
        view.seen()
        assert view.session("main").divergence == Divergence(0, 0)
