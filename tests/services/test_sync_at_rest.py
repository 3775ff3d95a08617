"""Sessions are synced exactly when their agents rest, and a conflict leaves all as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.sharing.message import MessageKind
from tests.cli.running import pdev
from tests.services.conftest import OpenCore
from tests.services.test_reaching import At, at
from tests.support.waiting import eventually
from tests.support.world import World


@pytest.fixture
def core(core_of: OpenCore, world: World) -> Core:
    """The services."""
    return core_of()


def tip(world: World, name: str) -> str:
    return world.git("rev-parse", f"feature/{name}").strip()


def behind(world: World, name: str) -> bool:
    return bool(world.git("rev-list", f"feature/{name}..main").strip())


def waiting(core: Core) -> list[tuple[str, MessageKind]]:
    return [(each.session, each.kind) for each in core.reaching.post.queued()]


def moved(world: World, core: Core, *, path: str = "base") -> At:
    """A session at rest with a commit of its own, and a base that has moved since."""
    agent = at(world, core, "auth")
    world.commit("own", "mine\n", cwd=world.root / "myapp-auth")
    world.commit(path, "theirs\n")
    return agent


def test_at_rest_it_is_synced_at_once(core: Core, world: World) -> None:
    auth = moved(world, core)
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert (receipt.synced, receipt.queued, receipt.failed) == (("auth",), (), ())
    assert not behind(world, "auth")
    assert waiting(core) == []
    assert auth.prompts == [], "nothing was typed"
    assert core.undoer.find() is not None


def test_while_it_works_it_waits(core: Core, world: World) -> None:
    auth = moved(world, core)
    core.reaching.post.send(["auth"], "work")
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert (receipt.synced, receipt.queued) == ((), ("auth",))
    assert "its agent is working" in receipt.message
    again = core.reaching.resting_sync.ask(["auth"])
    assert again.queued == ("auth",)
    assert waiting(core) == [("auth", MessageKind.SYNC)], "asked for twice, it waits once"
    with pytest.raises(RefusedError, match="its agent is working"):
        core.reaching.resting_sync.attempt("auth")
    assert behind(world, "auth")
    auth.rest()
    rest = core.reaching.delivery.rest
    eventually(
        lambda: not isinstance(rest.proved(core.sessions.find("auth", windows_matter=True)), str)
    )
    assert core.reaching.resting_sync.attempt("auth").synced == ("auth",)
    assert not behind(world, "auth")
    assert auth.prompts == ["work"]


def test_what_is_not_committed_makes_it_wait(core: Core, world: World) -> None:
    moved(world, core)
    tree = world.root / "myapp-auth"
    world.write("own", "half done\n", cwd=tree)
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert receipt.queued == ("auth",)
    assert "uncommitted changes in own" in receipt.message
    world.git("worktree", "lock", str(tree))
    world.git("checkout", "-q", "own", cwd=tree)
    with pytest.raises(RefusedError, match="locked in git"):
        core.reaching.resting_sync.attempt("auth")
    assert waiting(core) == [("auth", MessageKind.SYNC)]
    world.git("worktree", "unlock", str(tree))
    assert core.reaching.resting_sync.attempt("auth").synced == ("auth",)


def test_a_conflict_leaves_all_as_it_was_and_is_told_once(core: Core, world: World) -> None:
    moved(world, core, path="own")
    tree = world.root / "myapp-auth"
    before = (tip(world, "auth"), world.git("status", "--porcelain=v2", "--branch", cwd=tree))
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert receipt.failed == ("auth",)
    assert "stays as it was: it conflicts with main in own" in receipt.message
    after = (tip(world, "auth"), world.git("status", "--porcelain=v2", "--branch", cwd=tree))
    assert before == after
    assert waiting(core) == [], "it is not tried again by itself"
    (event,) = [each for each in core.shared.events.all() if each.type == "sync_failed"]
    assert event.recipients == ("auth",)
    with pytest.raises(RefusedError, match="No sync waits"):
        core.reaching.resting_sync.attempt("auth")


def test_somebody_who_types_in_its_pane_is_not_disturbed(core: Core, world: World) -> None:
    auth = moved(world, core)
    auth.press("h", "a", "l", "f")
    eventually(lambda: "half" in world.tmux("capture-pane", "-p", "-t", auth.window))
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert receipt.queued == ("auth",)
    assert behind(world, "auth")


def test_a_level_session_is_done_with(core: Core, world: World) -> None:
    at(world, core, "auth")
    receipt = core.reaching.resting_sync.ask(["auth"])
    assert "needs no sync: it has all of main" in receipt.message
    assert waiting(core) == []


def test_without_a_window_nothing_would_ever_come_to_rest(core: Core, world: World) -> None:
    world.worktree("auth")
    with pytest.raises(RefusedError, match="auth has no window"):
        core.reaching.resting_sync.ask(["auth"])
    with pytest.raises(UsageError, match="no session named 'aut'"):
        core.reaching.resting_sync.ask(["aut"])
    assert waiting(core) == []


@pytest.mark.files
def test_the_command_line_says_the_same(core: Core, world: World) -> None:
    moved(world, core)
    core.reaching.post.send(["auth"], "work")

    def run(*words: str) -> tuple[int, object]:
        told = pdev("--tmux-socket", world.socket, *words, "--json", cwd=world.repo, env=world.env)
        return told.status, told.json

    status, told = run("sync", "--at-rest", "auth")
    assert (status, told["queued"]) == (0, ["auth"])  # type: ignore[index]
    status, told = run("queue", "list")
    (message,) = told["messages"]  # type: ignore[index]
    assert (message["kind"], message["session"]) == ("sync", "auth")
    status, told = run("queue", "deliver", "auth")
    assert status != 0
    assert "its agent is working" in told["error"]["message"]  # type: ignore[index]
    status, told = run("queue", "revoke", "--to", "auth")
    assert (status, len(told["revoked"])) == (0, 1)  # type: ignore[index]
    status, told = run("sync", "--at-rest", "--all")
    assert status == 2


def test_a_sync_is_no_message_for_the_agent(core: Core, world: World) -> None:
    auth = moved(world, core)
    core.reaching.post.send(["auth"], "work")
    core.reaching.resting_sync.ask(["auth"])
    with pytest.raises(RefusedError, match="only a sync of its session"):
        core.reaching.post.deliver("auth")
    assert auth.prompts == ["work"]
    assert Path(world.root / "myapp-auth" / "own").read_text() == "mine\n"
