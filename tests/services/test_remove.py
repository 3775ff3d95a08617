"""Ending sessions on a real repository and a real tmux: nothing goes without consent."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.tmux import server
from parallel_tui.command_lines import said
from parallel_tui.errors import CouldNotLookError, GitError, MuxError, RefusedError, UsageError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.services.removal import remover
from tests.services.conftest import OpenCore
from tests.support.broken import Broken
from tests.support.waiting import eventually
from tests.support.world import World


def words(core: Any, name: str) -> set[str]:
    return {loss.kind.value for loss in core.remover.plan(name).losses}


def test_every_loss_is_listed_and_each_needs_its_word(world: World, core_of: OpenCore) -> None:
    world.commit(".gitignore", "*.log\n.env\n")
    place = world.worktree("auth")
    world.write("src/app.py", "x = 2\n", cwd=place)
    world.write("staged.py", "", cwd=place)
    world.git("add", "staged.py", cwd=place)
    world.write("untracked [red].txt", "", cwd=place)
    world.write(".env", "KEY=1", cwd=place)
    world.write("a.log", "x" * 2048, cwd=place)
    world.git("worktree", "lock", "--reason", "on a stick", str(place))
    core = core_of()
    plan = core.remover.plan("auth")
    kinds = {loss.kind.value: loss for loss in plan.losses}
    assert set(kinds) == {"staged", "modified", "untracked", "ignored", "locked"}
    assert kinds["ignored"].count == 2
    assert kinds["ignored"].size == 2053
    assert ".env among them" in kinds["ignored"].summary
    assert kinds["untracked"].items == ("untracked [red].txt",)
    assert "on a stick" in kinds["locked"].summary
    assert "the branch feature/auth stays" in said(plan.notes[-1])
    given: set[str] = set()
    for word in sorted(kinds):
        with pytest.raises(RefusedError) as refused:
            core.remover.remove(plan, given)
        assert word in refused.value.hint.split("--discard ")[1].split(",")
        assert place.is_dir()
        given.add(word)
    receipt = core.remover.remove(plan, given)
    assert not place.exists()
    assert "feature/auth" in world.git("branch")
    assert receipt.branch_deleted == 0


def test_the_main_worktree_stays_whatever_is_said(world: World, core_of: OpenCore) -> None:
    core = core_of()
    plan = core.remover.plan("main")
    assert plan.refusal
    with pytest.raises(RefusedError, match="main worktree is never removed"):
        core.remover.remove(plan, {"all"}, delete_branch=True)
    assert (world.repo / "README.md").exists()
    with pytest.raises(UsageError, match="no session named"):
        core.remover.plan("mian")


def test_what_changed_since_it_was_shown_is_refused(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    core = core_of()
    shown = core.remover.plan("auth")
    world.write("new.txt", "precious", cwd=place)
    with pytest.raises(RefusedError, match=r"changed since.*1 untracked entry"):
        core.remover.remove(shown, {"all"})
    world.write("src/app.py", "x = 2\n", cwd=place)
    shown = core.remover.plan("auth")
    world.write("src/app.py", "x = 3 # more\n", cwd=place)
    with pytest.raises(RefusedError, match="files in it were edited"):
        core.remover.remove(shown, {"all"})
    shown = core.remover.plan("auth")
    world.commit("new.txt", "committed", cwd=place)
    with pytest.raises(RefusedError, match="other commits"):
        core.remover.remove(shown, {"all"})
    shown = core.remover.plan("auth")
    world.git("worktree", "lock", str(place))
    with pytest.raises(RefusedError, match="now locked"):
        core.remover.remove(shown, {"all"})
    assert (place / "new.txt").exists()
    shown = core.remover.plan("auth")
    core.remover.remove(shown, {"all"})
    with pytest.raises(RefusedError, match="not there any more"):
        core.remover.remove(shown, {"all"})


_LOSSES = ["careful_status", "ignored", "unreachable_commits", "unlisted"]


@pytest.mark.parametrize("call", [*_LOSSES, "unpushed", "stashes"])
def test_a_failed_look_shows_nothing(world: World, core_of: OpenCore, call: str) -> None:
    world.worktree("auth")
    core = core_of()
    git: Any = Broken(core.git, call, GitError("no answer"))
    with pytest.raises(CouldNotLookError, match="no answer"):
        replace(core.remover, git=git).plan("auth")


@pytest.mark.parametrize("call", _LOSSES)
def test_a_failed_look_removes_nothing(world: World, core_of: OpenCore, call: str) -> None:
    place = world.worktree("auth")
    core = core_of()
    shown = core.remover.plan("auth")
    git: Any = Broken(core.git, call, GitError("no answer"))
    with pytest.raises(CouldNotLookError, match="no answer"):
        replace(core.remover, git=git).remove(shown, {"all"})
    assert place.is_dir()


def test_a_tmux_that_does_not_answer_stops_it(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    core = core_of()
    shown = core.remover.plan("auth")
    mux: Any = Broken(core.mux, "listing", MuxError("no answer"))
    sessions = replace(core.sessions, mux=mux)
    with pytest.raises(CouldNotLookError, match="no answer"):
        replace(core.remover, sessions=sessions).remove(shown, {"all"})
    assert place.is_dir()


def test_half_done_and_detached_work(world: World, core_of: OpenCore) -> None:
    core = core_of()
    place = world.worktree("busy")
    world.commit("src/app.py", "x = 2\n", cwd=place)
    world.commit("src/app.py", "x = 3\n")
    world.git("rebase", "main", cwd=place, check=False)
    assert {"operation", "conflicted"} <= words(core, "busy")
    assert core.remover.plan("busy").branch == "feature/busy"

    loose = world.worktree("loose")
    world.git("checkout", "-q", "--detach", cwd=loose)
    world.commit("f", "1", cwd=loose, message="only [here]")
    plan = core.remover.plan("loose")
    commits = next(loss for loss in plan.losses if loss.kind.value == "commits")
    assert commits.items[0].endswith("only [here]")
    with pytest.raises(RefusedError, match="no branch or tag keeps"):
        core.remover.remove(plan, {"operation"})
    core.remover.remove(plan, {"commits"})
    assert not loose.exists()


def test_a_directory_deleted_by_hand(world: World, core_of: OpenCore) -> None:
    gone, other = world.worktree("gone"), world.worktree("other")
    for place in (gone, other):
        shutil.rmtree(place)
    core = core_of()
    plan = core.remover.plan("gone")
    assert plan.losses == ()
    assert any("index" in said(note) for note in plan.notes)
    core.remover.remove(plan, ())
    listed = world.git("worktree", "list", "--porcelain")
    assert str(gone) not in listed
    assert str(other) in listed, "never more than that one entry"

    loose = world.worktree("loose")
    world.git("checkout", "-q", "--detach", cwd=loose)
    world.commit("f", "1", cwd=loose)
    world.git("worktree", "lock", str(loose))
    shutil.rmtree(loose)
    assert words(core, "loose") == {"commits", "locked"}
    plan = core.remover.plan("loose")
    with pytest.raises(RefusedError, match="no branch or tag keeps"):
        core.remover.remove(plan, {"locked"})
    core.remover.remove(plan, {"locked", "commits"})
    assert str(loose) not in world.git("worktree", "list", "--porcelain")


def test_branches_are_deleted_only_on_demand_and_when_merged(
    world: World, core_of: OpenCore
) -> None:
    core = core_of()
    for name in ("merged", "ahead"):
        world.worktree(name)
    world.commit("f", "1", cwd=world.root / "myapp-ahead")
    receipt = core.remover.remove(core.remover.plan("merged"), (), delete_branch=True)
    assert receipt.branch_deleted == 1
    assert "feature/merged" not in world.git("branch")
    with pytest.raises(RefusedError, match="1 commit that main does not have"):
        core.remover.remove(core.remover.plan("ahead"), (), delete_branch=True)
    assert (world.root / "myapp-ahead").is_dir()
    core.remover.remove(core.remover.plan("ahead"), {"commits"}, delete_branch=True)
    assert "feature/ahead" not in world.git("branch")


def test_windows(world: World, core_of: OpenCore) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("calm"))
    core.spawner.spawn(SpawnRequest("busy", agent="sleep 1000"))
    foreign = world.worktree("hand")
    mine = world.window("mine", foreign)
    busy = core.sessions.find("busy").windows[0].id

    eventually(lambda: core.sessions.find("busy").windows[0].active_pane.command == "sleep")
    eventually(lambda: words(core, "calm") == set())
    core.remover.remove(core.remover.plan("calm"), ())
    assert {"windows", "processes"} <= words(core, "busy")
    assert {"windows", "processes"} <= words(core, "hand")
    plan = core.remover.plan("busy")
    with pytest.raises(RefusedError, match="running program"):
        core.remover.remove(plan, {"processes"})
    core.remover.remove(plan, {"windows", "processes"})
    assert not (world.root / "myapp-busy").exists()
    left = world.tmux("list-windows", "-a", "-F", "#{window_id}").split()
    assert busy not in left
    assert mine in left


def test_a_window_without_a_worktree_is_closed(world: World, core_of: OpenCore) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("auth", agent="sleep 1000"))
    tree = core.sessions.find("auth").worktree
    assert tree
    world.git("worktree", "remove", "--force", tree.path)
    eventually(lambda: core.sessions.find("auth").windows[0].active_pane.command == "sleep")
    plan = core.remover.plan("auth")
    assert plan.path is None
    with pytest.raises(RefusedError, match="running program"):
        core.remover.remove(plan, ())
    core.remover.remove(plan, {"windows"})
    assert [session.name for session in core.sessions.all()] == ["main"]


def test_a_process_that_stands_in_it(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    core = core_of()
    with subprocess.Popen(["sleep", "1000"], cwd=place) as process:
        try:
            loss = core.remover.plan("auth").losses[0]
        finally:
            process.kill()
    assert loss.kind.value == "processes"
    assert f"sleep ({process.pid})" in loss.items[0]


def test_from_within_and_around_another_worktree(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = world.worktree("auth")
    core = core_of()
    nested = place / "deep/nested"
    world.git("worktree", "add", "-q", str(nested))
    with pytest.raises(RefusedError, match="nested lies inside it"):
        core.remover.remove(core.remover.plan("auth"), {"all"})
    world.git("worktree", "remove", str(nested))
    monkeypatch.chdir(place / "src")
    with pytest.raises(RefusedError, match="stands in it"):
        core.remover.remove(core.remover.plan("auth"), {"all"})
    monkeypatch.chdir("/")
    assert Path(place, "README.md").exists()


def test_in_a_bare_repository(world: World, core_of: OpenCore) -> None:
    bare = world.root / "store.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    core = core_of(bare)
    core.spawner.spawn(SpawnRequest("auth", window=False))
    core.remover.remove(core.remover.plan("auth"), (), delete_branch=True)
    assert not (world.root / "store-auth").exists()
    bare_itself = core.sessions.all()[0].name
    with pytest.raises(RefusedError, match="never removed"):
        core.remover.remove(core.remover.plan(bare_itself), {"all"})


def test_the_base_is_not_deleted(world: World, core_of: OpenCore) -> None:
    world.git("switch", "-q", "-c", "elsewhere")
    world.git("worktree", "add", "-q", str(world.root / "myapp-base"), "main")
    core = core_of()
    with pytest.raises(RefusedError, match="main is the base"):
        core.remover.remove(core.remover.plan("base"), {"all"}, delete_branch=True)
    assert (world.root / "myapp-base").is_dir()


def test_a_directory_that_vanishes_under_the_look_does_not_read_as_clean(
    world: World, core_of: OpenCore
) -> None:
    place = world.worktree("auth")
    core = core_of()

    class Vanishing(Broken):
        """git, answering for a directory that goes away at that moment."""

        def careful_status(self, *_: Any) -> tuple[()]:
            """Nothing is uncommitted where nothing is."""
            shutil.rmtree(place)
            return ()

    git: Any = Vanishing(core.git, "", RuntimeError())
    with pytest.raises(CouldNotLookError, match="disappeared"):
        replace(core.remover, git=git).plan("auth")


def test_a_place_that_cannot_be_written_is_a_plain_message(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    core = core_of()
    plan = core.remover.plan("auth")
    (world.repo / ".git/pdev").write_text("in the way")
    with pytest.raises(RefusedError, match="auth was not removed"):
        core.remover.remove(plan, {"all"})
    with pytest.raises(RefusedError, match="was not started"):
        core.spawner.spawn(SpawnRequest("api", window=False))
    assert place.is_dir()


def test_a_session_with_a_window_on_another_server_stays(world: World, core_of: OpenCore) -> None:
    place = core_of().spawner.spawn(SpawnRequest("auth")).directory
    other = core_of(**{"tmux.socket": "other"})
    plan = other.remover.plan("auth")
    assert plan.refusal is not None
    assert "another tmux server" in plan.refusal
    with pytest.raises(RefusedError, match="--tmux-socket"):
        other.remover.remove(plan, {"all"})
    assert Path(str(place)).is_dir()
    assert "tmux" in {each.topic for each in other.doctor.examine() if "not seen" in each.what}
    core = core_of()
    assert core.remover.remove(core.remover.plan("auth"), {"all"}).warnings == ()


def test_a_server_that_cannot_be_reached_is_not_a_closed_window(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "_LAST_MOMENTS", 0.1)
    core = core_of()
    place = core.spawner.spawn(SpawnRequest("auth")).directory
    pid = int(world.tmux("display-message", "-p", "#{pid}"))
    Path(world.tmux("display-message", "-p", "#{socket_path}").strip()).unlink()
    for socket in ("world", "other"):
        with pytest.raises(CouldNotLookError, match=str(pid)):
            core_of(**{"tmux.socket": socket}).remover.plan("auth")
    assert Path(str(place)).is_dir()
    monkeypatch.setattr(server, "_LAST_MOMENTS", 60.0)
    os.kill(pid, signal.SIGTERM)
    eventually(lambda: not core.mux.listing().running)


def test_what_runs_on_in_the_trash_is_told(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remover, "_PARTING", 0.1)
    place = world.worktree("auth")
    agent = subprocess.Popen(["sleep", "300"], cwd=place)
    try:
        core = core_of()
        plan = core.remover.plan("auth")
        assert "processes" in {loss.kind.value for loss in plan.losses}
        receipt = core.remover.remove(plan, {"processes"})
        (told,) = receipt.warnings
        assert f"sleep ({agent.pid})" in told
        assert str(receipt.trash) in told
    finally:
        agent.kill()
        agent.wait()


def test_a_tmux_server_is_at_work_nowhere(world: World, core_of: OpenCore) -> None:
    place = world.worktree("auth")
    start = ["new-session", "-d", "-s", "x", "-c", str(world.root)]
    subprocess.run(
        ["tmux", "-L", world.socket, "-f", "/dev/null", *start],
        cwd=place,
        env=dict(world.env),
        check=True,
    )
    if Path("/proc/self/cwd").exists():
        pid = world.tmux("display-message", "-p", "#{pid}").strip()
        assert Path(f"/proc/{pid}/cwd").readlink() == place
        assert words(core_of(), "auth") == set()
