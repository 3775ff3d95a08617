"""A view that stays, and asks for what changed, knows what one that asks for everything knows."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from parallel_tui.model.sharing.coordination import Handoff, HandoffState, SessionRecord
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.adapters.store.postgres.transaction import RowTransaction

NAMES = ("a", "Ä [b]", "a\\u0000", "Z", "#{x}", "$(y)", "quo'te\"", "line\nend")


def _change(tx: RowTransaction, chance: random.Random) -> None:
    name, number = chance.choice(NAMES), chance.randrange(1, 9)
    lock = tx.locks.get(str(number))
    events = tx.events.all()
    match chance.randrange(8):
        case 0 | 1 if lock is not None:
            tx.locks.remove(lock)
        case 0 | 1:
            tx.locks.grant(Lock(str(number), str(number), name, since=tx.now))
        case 2:
            tx.sessions.put(SessionRecord(name, "idle", last_update=chance.randrange(99)))
        case 3:
            tx.handoffs.put(Handoff(f"h{number}", name, "Z", "task", timestamp=number))
        case 4:
            for each in tx.handoffs.all()[:1]:
                tx.handoffs.put(replace(each, state=HandoffState.DONE, changed=number))
        case 5:
            tx.tasks.append(name, [Task(name)])
            tx.tasks.complete(name)
        case 6 if events and chance.randrange(3):
            tx.events.acknowledge(chance.choice(events).id, name)
        case 6 if events:
            tx.events.remove(chance.choice(events).id)
        case _:
            tx.events.emit("note", name, {"text": name})


@pytest.mark.parametrize("limit", [3, None])
def test_what_changed_adds_up_to_everything(
    machine: Callable[..., PostgresStore], limit: int | None
) -> None:
    store, follower, chance = machine(), machine("follower"), random.Random(7)  # noqa: S311
    for _ in range(60):
        for _ in range(chance.randrange(1, 4)):
            with store.change("auth") as tx:
                _change(tx, chance)
        fresh = machine("fresh")
        everything = fresh.read(events=limit)
        fresh.close()
        assert follower.read(events=limit) == everything
    assert everything.locks
    assert everything.sessions
    assert everything.events


def test_only_what_changed_is_asked_for(
    machine: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_tui.adapters.store.postgres.server.link import Link

    store, follower = machine(), machine("follower")
    with store.change("auth") as tx:
        for number in range(50):
            tx.sessions.put(SessionRecord(f"s{number}", "idle"))
            tx.locks.grant(Lock(f"l{number}", f"l{number}", "auth", since=tx.now))
            tx.events.emit("note", "auth", number)
    follower.read()
    given: list[int] = []
    run = Link.run

    def counted(link: Link, statements: str, *values: object) -> list[list[tuple[object, ...]]]:
        found = run(link, statements, *values)
        given.append(sum(map(len, found)))
        return found

    with store.change("auth") as tx:
        tx.sessions.put(SessionRecord("s7", "working"))
    monkeypatch.setattr(Link, "run", counted)
    assert {each.name: each.status for each in follower.read().sessions}["s7"] == "working"
    assert given == [2], "what there is to say of the repository, and one session"
