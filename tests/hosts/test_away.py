"""While the server is away nothing is granted, nothing is lost, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.sharing.coordination import Handoff, SessionRecord
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task
from tests.hosts.server import AWAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore


def _lock(store: PostgresStore, name: str, owner: str) -> Lock | None:
    with store.change(owner) as tx:
        return tx.locks.grant(Lock(name, name, owner, since=tx.now))


def test_what_was_known_last_is_shown_as_such_and_decides_nothing(
    machine: Callable[..., PostgresStore],
) -> None:
    store = machine()
    _lock(store, "a", "auth")
    known = store.read()
    told: list[str] = []
    away = machine(url=AWAY)
    away.notices.append(told.append)
    seen = away.read()
    assert seen.locks == known.locks
    assert "cannot be used" in seen.stale
    assert "known less than a minute ago" in seen.stale
    assert (told, seen.problems[0].reason) == ([seen.stale], seen.stale)
    assert seen.demand("locks") is seen
    with pytest.raises(CouldNotLookError, match="known less than a minute ago"):
        seen.demand_now("locks")
    stranger = machine("another", AWAY)
    assert stranger.read().why_lost("locks")


def test_nothing_is_granted_and_what_takes_nothing_waits(
    machine: Callable[..., PostgresStore],
) -> None:
    store = machine()
    held = _lock(store, "a", "auth")
    assert held is not None
    store.read()
    away = machine(url=AWAY)

    def refused(what: Callable[[object], object]) -> None:
        with pytest.raises(RefusedError, match="cannot be used"), away.change("auth") as tx:
            what(tx)

    refused(lambda tx: tx.locks.grant(Lock("b", "b", "auth")))  # type: ignore[attr-defined]
    refused(lambda tx: tx.locks.renew(held))  # type: ignore[attr-defined]
    refused(lambda tx: tx.tasks.append("auth", [Task("x")]))  # type: ignore[attr-defined]
    refused(lambda tx: tx.handoffs.put(Handoff("h", "a", "b", "t")))  # type: ignore[attr-defined]
    with away.change("auth") as tx:
        assert tx.locks.remove(held)
        tx.events.emit("note", "auth", 1)
        tx.sessions.put(SessionRecord("auth", "idle", last_update=5))
        tx.journal.add("unlock", {"target": "a"})
    assert "once it answers" in tx.warnings[0]
    for number in (2, 3):
        with away.change("auth") as tx:
            tx.events.emit("note", "auth", number)
    assert away.read().locks == ()
    assert store.read().locks == (), "a machine that reads tells first what waits"
    assert [each.payload for each in store.read().events] == ["3", "2", "1"]
    assert [each.name for each in store.read().sessions] == ["auth"]
    assert [each.what for each in store.journal(9)] == ["unlock"]
    assert store.deliver() == 0


def test_a_release_that_waited_frees_nobody_elses_lock(
    machine: Callable[..., PostgresStore],
) -> None:
    store, other = machine(), machine("other")
    held = _lock(store, "a", "auth")
    assert held is not None
    store.read()
    with machine(url=AWAY).change("auth") as tx:
        tx.locks.remove(held)
    with other.change("api") as tx:
        tx.locks.remove(held)  # as a person may, with a reason
        tx.locks.grant(Lock("a", "a", "api", since=tx.now))
    assert store.deliver() == 1
    assert [each.owner for each in store.read().locks] == ["api"]


def test_what_was_told_is_not_told_again(machine: Callable[..., PostgresStore]) -> None:
    store = machine()
    store.read()
    with machine(url=AWAY).change("auth") as tx:
        tx.events.emit("note", "auth", 1)
    folder = store.local.own.below("away")
    (name,) = [each for each in folder.names() if each.endswith(".json")]
    content = folder.read(name)
    assert content is not None
    assert store.deliver() == 1
    with store.change("auth") as tx:
        assert tx.events.remove(tx.events.all()[0].id)
    folder.write(name, content)  # as a crash between telling and forgetting leaves it
    assert store.deliver() == 1
    assert store.read().events == ()
    assert folder.names() == ()
    folder.write(name, content[:20])  # as a full disk tears it
    assert store.deliver() == 0
    assert folder.names() == ()
    (kept,) = store.local.own.below("quarantine").names()
    assert store.local.own.below("quarantine").read(kept) == content[:20]
