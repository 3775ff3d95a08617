"""Sessions of two machines that have the same name, as all main worktrees do, are two sessions."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.errors import RefusedError
from parallel_tui.model.hosts.shared import ShareMode
from parallel_tui.model.sharing.waiting import Waiter, ahead_of, circle
from parallel_tui.services.sharing.blocked import LockedError
from tests.cli.running import pdev
from tests.hook.calling import Agent
from tests.hosts.test_machines import on
from tests.hosts.test_shared_work import green, red, share
from tests.support.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tests.hosts.server import Server

__all__ = ["green", "on", "red"]

Open = Callable[[World], Core]


@pytest.fixture
def opened(red: World, green: World, server: Server, on: Callable[[str], None]) -> Open:
    """Opens the program on a machine, with a store that both share."""
    url = server.make(f"names-{os.getpid()}-{red.root.parent.name}"[:60])
    for world in (red, green):
        assert not pdev("store", "init", cwd=world.repo, env=world.env, PDEV_STORE=url).status

    def open_on(world: World) -> Core:
        on("green" if world.root.name == "green" else "red")
        return open_core(Overrides(str(world.repo)), {**world.env, "PDEV_STORE": url})

    return open_on


def test_a_path_is_locked_by_one_of_them(red: World, green: World, opened: Open) -> None:
    green.worktree("auth", "auth")
    opened(red).shared.locks.acquire(["a.py"], session="auth", reason="mine")
    with pytest.raises(LockedError, match="held by auth on red") as refused:
        opened(green).shared.locks.acquire(["a.py"], session="auth")
    assert [each.lock.elsewhere for each in refused.value.blockers] == ["red"]
    there = opened(green)
    assert there.shared.locks.check("a.py", "auth")
    with pytest.raises(LockedError):
        there.shared.locks.release(["a.py"], session="auth")
    there.shared.locks.release([], session="auth", everything=True)
    there.shared.registry.end("auth")
    assert (
        Agent(green.root / "myapp-auth", dict(green.env))
        .edit("a.py")
        .denied.startswith("a.py is locked by auth on red, for ")
    )
    here = opened(red)
    assert [(each.owner, each.elsewhere) for each in here.shared.locks.all()] == [("auth", "")]
    assert Agent(red.root / "myapp-auth", dict(red.env)).edit("a.py").denied == ""
    here.shared.locks.acquire(["a.py"], session="auth")  # again, by who has it
    here.shared.locks.release(["a.py"], session="auth")
    assert opened(green).shared.locks.acquire(["a.py"], session="auth").owner == "auth"


def test_who_holds_a_lock_elsewhere_can_be_handed_work(
    red: World, green: World, opened: Open
) -> None:
    opened(red).shared.locks.acquire(["a.py"], session="auth")
    there = opened(green)
    there.shared.handoffs.send("auth", task="let go of a.py", session="api")
    (handoff,) = opened(red).shared.handoffs.all()
    assert (handoff.sender, handoff.receiver) == ("api", "auth")


def _waits(owner: str, host: str, *blockers: str) -> Waiter:
    from parallel_tui.model.sharing.lock import Holder

    return Waiter(f"{owner}-{host}", owner, ("a.py",), blockers, Holder(host, "", 1, ""))


def test_they_wait_for_each_other_and_in_line() -> None:
    mine = _waits("main", "green", "main on red")
    assert circle("main", [mine], "green") == ()
    theirs = _waits("main", "red", "main on green")
    assert circle("main", [theirs, mine], "green") == ("main", "main on red")
    assert circle("main", [_waits("main", "red", "auth"), mine], "green") == ()
    assert circle("api", [_waits("api", "x", "db"), _waits("db", "x", "api")], "x") == ("api", "db")
    from parallel_tui.record import replace

    first = replace(theirs, elsewhere="red")
    assert ahead_of(mine, [first, mine]) == (first,)


def test_a_machine_that_only_reads_has_no_untracked_files_of_ours(
    red: World, green: World, opened: Open
) -> None:
    opened(red).shared.locks.acquire(["a.py"], session="auth")
    assert green.git("status", "--porcelain") == ""
    assert opened(green).shared.locks.all()
    assert (green.repo / ".claude/locks/a.py.lock").exists()
    assert green.git("status", "--porcelain") == ""


def test_a_session_that_another_machine_shares_can_be_handed_work(
    red: World, green: World, opened: Open
) -> None:
    share(red)
    opened(green).hosts.service.share(ShareMode.WORK, name="green")
    there = opened(green)
    there.hosts.service.look(fetch=True)
    for number, name in enumerate(("auth@red", "auth")):
        there.shared.handoffs.send(name, task=f"task {number}", session="api")
    found = opened(red).shared.handoffs.all()
    assert [(each.receiver, each.task) for each in found] == [
        ("auth", "task 0"),
        ("auth", "task 1"),
    ]
    with pytest.raises(RefusedError, match="no session 'web@red'"):
        there.shared.handoffs.send("web@red", task="x", session="api")
    alone = open_core(Overrides(str(green.repo)), {**green.env, "PDEV_STORE": "files"})
    with pytest.raises(RefusedError, match="auth@red stands on red, and what is handed over here"):
        alone.shared.handoffs.send("auth@red", task="x", session="api")
    assert alone.shared.handoffs.all() == ()
