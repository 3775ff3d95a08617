"""Locks, handoffs, events and tasks as every engine keeps them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.sharing.coordination import Handoff, HandoffState, SessionRecord
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.sharing.tasks import Task, TaskList
from parallel_tui.ports.store import Store
from tests.store.engines import World

PATH = "päth b#{x}$(y)'\""
HOSTILE = "päth [b]#{x}$(y)'\"\\"


def test_a_generation_grows_with_every_grant(store: Store) -> None:
    for wanted in (1, 2, 3):
        with store.change("auth") as tx:
            lock = tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
            assert lock is not None
            assert lock.generation == wanted
        with store.change("auth") as tx:
            assert tx.locks.grant(Lock("a", "a", "api")) is None, "it is taken"
            standing = tx.locks.get("a")
            assert standing == lock
            assert tx.locks.renew(lock).generation == wanted
            assert tx.locks.remove(lock)
            assert not tx.locks.remove(lock)
    assert store.read().locks == ()


def test_life_and_time_of_a_lock_are_the_store_s_to_judge(store: Store, world: World) -> None:
    with store.change("auth") as tx:
        lock = tx.locks.grant(Lock("a", "a", "auth", since=tx.now, ttl=10.0))
        assert lock is not None
        assert tx.judge(lock) is LockState.HELD
    world.now += 10
    with store.change("api") as tx:
        assert tx.judge(lock) is LockState.TAKEABLE
    assert store.read().ended == frozenset()


def test_all_facts_of_a_lock_come_back(store: Store) -> None:
    with store.change("auth") as tx:
        wanted = Lock(PATH, PATH, HOSTILE, since=5.5, reason=HOSTILE, ttl=1.5)
        made = tx.locks.grant(wanted)
    (found,) = store.read().locks
    assert found == made


def test_handoffs_are_listed_open_first(store: Store) -> None:
    with store.change("auth") as tx:
        for number, state in enumerate(HandoffState):
            tx.handoffs.put(
                Handoff(
                    f"h{number}", HOSTILE, "b", HOSTILE, HOSTILE, number, (HOSTILE,),
                    None, None, state, HOSTILE, number,
                )
            )  # fmt: skip
    found = store.read().handoffs
    assert [handoff.id for handoff in found] == ["h0", "h1", "h3", "h2"]
    assert found[0] == Handoff(
        "h0", HOSTILE, "b", HOSTILE, HOSTILE, 0, (HOSTILE,), state=HandoffState.PENDING, why=HOSTILE
    )


def test_a_handoff_moves_when_it_is_closed(store: Store) -> None:
    with store.change("auth") as tx:
        tx.handoffs.put(Handoff("h", "a", "b", "t", timestamp=1))
    with store.change("auth") as tx:
        tx.handoffs.put(Handoff("h", "a", "b", "t", timestamp=1, state=HandoffState.DONE))
    (found,) = store.read().handoffs
    assert not found.open


def test_an_event_is_acknowledged_once_however_often(store: Store) -> None:
    with store.change("a") as tx:
        event_id = tx.events.emit("note", "a", {"x": HOSTILE})
        assert event_id is not None
        assert tx.events.acknowledge(event_id, "b")
        assert not tx.events.acknowledge(event_id, "b")
    with store.change("a") as tx:
        assert not tx.events.acknowledge(event_id, "b")
        assert tx.events.acknowledge(event_id, "c")
        with pytest.raises(UsageError):
            tx.events.acknowledge("9_gone", "c")
    (event,) = store.read().events
    assert event.acknowledged == ("b", "c")
    with store.change("a") as tx:
        assert tx.events.remove(event_id)
        assert not tx.events.remove(event_id)
    assert store.read().events == ()


def test_an_event_with_a_mark_is_sent_once(store: Store) -> None:
    with store.change("a") as tx:
        assert tx.events.emit("conflict", "a", None, mark="m1")
        assert tx.events.emit("conflict", "a", None, mark="m1") is None
    with store.change("a") as tx:
        assert tx.events.emit("conflict", "a", None, mark="m1") is None
        assert tx.events.emit("conflict", "a", None, mark="m2")
    assert len(store.read().events) == 2


def test_events_of_one_moment_stand_in_the_order_in_which_they_were_sent(store: Store) -> None:
    with store.change("auth") as tx:
        for number in range(20):
            tx.events.emit("note", "auth", number)
    assert [each.payload for each in store.read().events] == [str(n) for n in reversed(range(20))]


def test_events_are_cut_to_the_newest(store: Store, world: World) -> None:
    for number in range(5):
        world.now += 1
        with store.change("a") as tx:
            tx.events.emit("note", "a", number)
    seen = store.read(events=2)
    assert [event.payload for event in seen.events] == ["4", "3"]
    assert seen.events_omitted == 3
    assert len(store.read(events=None).events) == 5


def test_tasks_are_added_ticked_and_replaced(store: Store) -> None:
    with store.change("a") as tx:
        tx.tasks.append("s", [Task("one", details=("  - more",)), Task(HOSTILE)])
        tx.tasks.append("s", [Task("three")])
        assert tx.tasks.tick("s", 2, done=True) == HOSTILE
    with store.change("a") as tx:
        for session, number in (("s", 9), ("none", 1)):
            with pytest.raises(RefusedError):
                tx.tasks.tick(session, number, done=True)
    (found,) = store.read().tasks
    assert found == TaskList(
        "s", (Task("one", details=("  - more",)), Task(HOSTILE, done=True), Task("three"))
    )
    with store.change("a") as tx:
        with pytest.raises(RefusedError):
            tx.tasks.take("s", 4)
        assert tx.tasks.take("s", 1) == Task("one", details=("  - more",))
        assert [task.text for task in tx.tasks.all()[0].tasks] == [HOSTILE, "three"]
        tx.tasks.replace(TaskList("s", (Task("last", done=True),)))
    (found,) = store.read().tasks
    assert [task.text for task in found.tasks] == ["last"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(min_size=1, max_size=20).filter(str.strip), st.text(max_size=40))
def test_any_text_comes_back_as_it_was(store: Store, name: str, task: str) -> None:
    with store.change("a") as tx:
        tx.sessions.put(SessionRecord(name, "active", task, 1, None, "/w", None))
    found = {record.name: record for record in store.read().sessions}
    assert found[name] == SessionRecord(name, "active", task, 1, None, "/w", None)
