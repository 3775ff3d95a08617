"""A transaction is all or nothing, alone, and seen by everybody once it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from parallel_tui.model.sharing.conflict_report import BaseReport, PairReport, pair_key
from parallel_tui.model.sharing.coordination import Coordination, Handoff, SessionRecord
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.tasks import Task
from parallel_tui.model.sharing.waiting import Waiter
from parallel_tui.ports.store import Store, Transaction
from tests.store.engines import World
from tests.support.waiting import eventually


def _everything(tx: Transaction, mark: str = "x") -> None:
    """One change of every kind."""
    lock = tx.locks.grant(Lock(f"{mark}.py", f"{mark}.py", "auth", since=tx.now))
    assert lock is not None
    tx.waiting.replace([Waiter(mark, "api", (f"{mark}.py",), ("auth",))])
    tx.sessions.put(SessionRecord(mark, "active", "work", last_update=5))
    tx.handoffs.put(Handoff(f"h{mark}", "auth", "api", "review", timestamp=5, changed=5))
    tx.events.emit("note", "auth", {"of": mark}, ("api",))
    tx.tasks.append(mark, [Task("one"), Task("two")])
    tx.tasks.complete(f"done {mark}")
    tx.conflicts.replace(
        {"main": BaseReport({pair_key("auth", "api"): PairReport("clash", ("p",))})}
    )
    tx.journal.add("lock", {"target": mark}, undo=UndoAction(UndoKind.UNLOCK, mark, "auth"))
    tx.publish(f"# Parallel sessions\n\nWritten by pdev whenever something changes.\n{mark}\n")


def test_what_a_transaction_did_is_there_for_everybody(
    store: Store, again: Callable[[], Store]
) -> None:
    with store.change("auth") as tx:
        _everything(tx)
    assert tx.warnings == ()
    for seen in (store.read(), again().read()):
        assert [(lock.target, lock.owner, lock.generation) for lock in seen.locks] == [
            ("x.py", "auth", 1)
        ]
        assert [record.name for record in seen.sessions] == ["x"]
        assert [(h.id, h.task, h.open) for h in seen.handoffs] == [("hx", "review", True)]
        assert [(e.type, e.payload, e.recipients) for e in seen.events] == [
            ("note", '{"of":"x"}', ("api",))
        ]
        assert [task.text for task in seen.tasks[0].tasks] == ["one", "two"]
        assert seen.completed == ("done x",)
        assert seen.conflicts == ("clash",)
        assert seen.problems == ()
    (entry,) = again().journal(5)
    assert (entry.who, entry.what, entry.undo) == (
        "auth",
        "lock",
        UndoAction(UndoKind.UNLOCK, "x", "auth"),
    )


def test_nothing_remains_of_a_transaction_that_raises(store: Store) -> None:
    with store.change("auth") as tx:
        _everything(tx, "before")
    before, journal = store.read(), store.journal(99)

    def fails() -> None:
        with store.change("auth") as tx:
            _everything(tx, "after")
            tx.locks.remove(next(lock for lock in tx.locks.all() if lock.name == "before.py"))
            tx.events.remove(tx.events.all()[-1].id)
            tx.events.acknowledge(tx.events.all()[0].id, "api")
            tx.tasks.tick("before", 1, done=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    after = store.read()
    assert _comparable(after) == _comparable(before)
    assert store.journal(99) == journal


def _comparable(seen: Coordination) -> object:
    """All but generations: a number that was burnt may be left out, never used twice."""
    locks = [(lock.name, lock.owner, lock.since, lock.reason) for lock in seen.locks]
    return locks, seen.sessions, seen.handoffs, seen.events, seen.tasks, seen.completed


def test_a_transaction_sees_its_own_changes(store: Store) -> None:
    with store.change("auth") as tx:
        _everything(tx)
        assert tx.sessions.get("x") is not None
        assert tx.handoffs.get("hx") is not None
        assert [event.type for event in tx.events.all()] == ["note"]
        assert [each.session for each in tx.tasks.all()] == ["x"]
        assert [waiter.id for waiter in tx.waiting.all()] == ["x"]
        assert list(tx.conflicts.all()) == ["main"]
        seen = tx.read()
        assert [record.name for record in seen.sessions] == ["x"]
        assert [lock.name for lock in seen.locks] == ["x.py"]


def test_a_nested_transaction_is_part_of_the_outer_one(store: Store) -> None:
    def fails() -> None:
        with store.change("auth"):
            with store.change("api") as inner:
                inner.sessions.put(SessionRecord("inner", "active"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert store.read().sessions == ()
    with store.change("auth") as outer:
        outer.sessions.put(SessionRecord("outer", "active"))
        with store.change("api") as inner:
            assert inner.sessions.get("outer") is not None
            inner.journal.add("x", {})
        outer.journal.add("y", {})
    assert [(entry.who, entry.what) for entry in store.journal(9)] == [("auth", "y"), ("api", "x")]


def test_threads_and_stores_take_turns(again: Callable[[], Store]) -> None:
    """Reading and adding one is exclusive: no count is lost."""
    each, count = 20, 4

    def work(number: int) -> None:
        store = again()
        for _ in range(each):
            with store.change("t") as tx:
                record = tx.sessions.get("count") or SessionRecord("count", "0")
                tx.sessions.put(SessionRecord("count", str(int(record.status) + 1)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (record,) = again().read().sessions
    assert record.status == str(each * count)


def test_a_watcher_is_called_after_a_change_and_not_once_it_is_closed(
    store: Store, again: Callable[[], Store]
) -> None:
    called = threading.Event()
    watch = store.watch(called.set)
    with again().change("auth") as tx:
        tx.sessions.put(SessionRecord("a", "active"))
    eventually(called.is_set)
    watch.close()
    called.clear()
    still = threading.Event()
    other = store.watch(still.set)
    with again().change("auth") as tx:
        tx.sessions.put(SessionRecord("b", "active"))
    eventually(still.is_set)
    other.close()
    assert not called.is_set()


def test_time_is_the_store_s(store: Store, world: World) -> None:
    world.now = 42.5
    assert store.now() == 42.5
    with store.change("auth") as tx:
        assert tx.now == 42.5
        tx.events.emit("note", "auth", None)
        tx.journal.add("note", {})
    assert store.read().events[0].timestamp == 42500
    assert store.journal(1)[0].when == 42500
