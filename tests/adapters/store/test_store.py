"""The store against corrupt, foreign and future files: told, kept, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.files.upkeep import FileUpkeep, split_brain
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.coordination import HandoffState
from parallel_tui.model.sharing.lock import Lock


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(str(tmp_path / ".claude"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"x"',
        "nul",
        '{"sessions": []}',
        '{"pending_handoffs": {}}',
        "\xff\xfe",
        "[" * 9999,
    ],
)
def test_a_state_file_that_cannot_be_read_is_kept_and_named(
    store: FileStore, tmp_path: Path, text: str
) -> None:
    path = tmp_path / ".claude/parallel-state.json"
    path.parent.mkdir()
    path.write_bytes(text.encode("latin-1"))
    (problem,) = store.read().problems
    assert problem.path == "parallel-state.json"
    with pytest.raises(RefusedError, match="left as it is"):
        store.state.for_change()
    assert path.read_bytes() == text.encode("latin-1")
    kept = FileUpkeep(store).repair("parallel-state.json")
    assert Path(kept).read_bytes() == text.encode("latin-1")
    assert store.read().problems == ()


def test_unknown_keys_and_their_order_survive(store: FileStore, tmp_path: Path) -> None:
    path = tmp_path / ".claude/parallel-state.json"
    path.parent.mkdir()
    future = {"version": 9, "sessions": {"a": {"mood": "good", "status": "active"}}, "zz": [1]}
    path.write_text(json.dumps(future))
    data = store.state.for_change()
    store.state.save(data)
    written = json.loads(path.read_text())
    assert list(written)[:3] == ["version", "sessions", "zz"]
    assert written["sessions"] == future["sessions"]


def test_a_handoff_of_the_guide_has_an_id_that_stays(store: FileStore, tmp_path: Path) -> None:
    path = tmp_path / ".claude/parallel-state.json"
    path.parent.mkdir()
    handoff = {"from": "a", "to": "b", "task": "t", "context": "c", "timestamp": 5}
    path.write_text(json.dumps({"pending_handoffs": [handoff, "junk", 7]}))
    (one,) = store.read().handoffs
    (again,) = store.read().handoffs
    assert one == again
    assert one.id
    assert one.state is HandoffState.PENDING


def test_an_unreadable_lock_is_held_by_unknown(store: FileStore, tmp_path: Path) -> None:
    folder = tmp_path / ".claude/locks"
    folder.mkdir(parents=True)
    (folder / "empty.lock").write_text("")
    (folder / "dir.lock").mkdir()
    (folder / "task.lock").write_text('{"session": "x"}\n')
    (folder / "src_a.py.lock").write_text("12345\n")
    locks = {lock.name: lock for lock in store.read().locks}
    assert locks["empty"].problem
    assert locks["dir"].problem
    assert locks["task"].foreign
    assert locks["src_a.py"].owner == "12345"
    assert locks["src_a.py"].target == "src/a.py"


def test_the_generation_outlives_the_lock(store: FileStore) -> None:
    for generation in (1, 2, 3):
        lock = Lock("a", "a", "auth", generation=store.locks.generation("a") + 1)
        assert store.locks.create(lock)
        assert store.locks.read("a") == lock
        assert lock.generation == generation
        store.locks.remove(lock)
    assert store.locks.all() == ()


def test_a_sidecar_of_another_owner_does_not_speak_for_a_lock(
    store: FileStore, tmp_path: Path
) -> None:
    store.locks.create(Lock("a", "a", "auth", generation=1, reason="ours"))
    (tmp_path / ".claude/locks/a.lock").write_text("guide\n")
    (lock,) = store.locks.all()
    assert (lock.owner, lock.foreign, lock.reason) == ("guide", True, "")


def test_an_event_is_acknowledged_once_however_often(store: FileStore) -> None:
    with store.change("a") as tx:
        event_id = tx.events.emit("note", "a", {"x": "[red]\x1b"})
        assert event_id is not None
        assert tx.events.acknowledge(event_id, "b")
        assert not tx.events.acknowledge(event_id, "b")
    (event,) = store.read().events
    assert event.acknowledged == ("b",)
    assert not event.unread_by("b")
    assert not event.unread_by("a"), "never its own"
    assert event.unread_by("c")


def test_a_torn_event_is_shown_and_not_touched(store: FileStore, tmp_path: Path) -> None:
    folder = tmp_path / ".claude/events"
    folder.mkdir(parents=True)
    (folder / "5_x.json").write_text('{"id": "5_x", "ty')
    (event,) = store.read().events
    assert event.problem
    with pytest.raises(RefusedError):
        store.events.for_change("5_x")


def test_split_brain_is_seen(tmp_path: Path) -> None:
    main, linked = tmp_path / "main", tmp_path / "linked"
    for path in (main, linked):
        (path / ".claude/locks").mkdir(parents=True)
    (problem,) = split_brain(f"{main}/.claude", [str(main), str(linked)])
    assert str(linked) in problem.reason
    assert problem.remedy
