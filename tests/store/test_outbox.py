"""Messages for agents as every engine keeps them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.message import (
    MAX_TEXT,
    MessageKind,
    Outcome,
    checked_text,
    folder_of,
    session_of,
)
from parallel_tui.ports.store import Store
from tests.store.engines import World

HOSTILE = "päth [b]#{x}$(y)'\"\\\n-second line"


def test_messages_wait_oldest_first(store: Store, world: World) -> None:
    first = store.outbox.add("auth", MessageKind.PROMPT, "user", HOSTILE)
    world.now += 5
    second = store.outbox.add("auth", MessageKind.HANDOFF, "api", "take it", mark="h1")
    other = store.outbox.add("api", MessageKind.EVENT, "auth", "done")
    assert store.outbox.queued("auth") == (first, second)
    assert set(store.outbox.queued()) == {first, second, other}
    assert first.text == HOSTILE
    assert second.id.endswith("_h1")


def test_another_process_sees_them(store: Store, again: Callable[[], Store]) -> None:
    sent = store.outbox.add("auth", MessageKind.PROMPT, "user", HOSTILE)
    assert again().outbox.queued() == (sent,)
    assert again().outbox.take(sent, Outcome.DELIVERED)
    assert store.outbox.queued() == ()
    assert not store.outbox.take(sent, Outcome.REVOKED)


def test_one_types_into_an_agent_at_a_time(store: Store, again: Callable[[], Store]) -> None:
    other = again().outbox
    with store.outbox.alone("auth") as first, other.alone("auth") as second:
        assert (first, second) == (True, False)
        with other.alone("api") as elsewhere, store.outbox.alone("auth") as third:
            assert (elsewhere, third) == (True, False)
    with other.alone("auth") as later:
        assert later
    assert store.outbox.queued() == ()


def test_what_was_not_delivered_goes_back_to_its_place(store: Store, world: World) -> None:
    first = store.outbox.add("auth", MessageKind.PROMPT, "user", "one")
    world.now += 1
    second = store.outbox.add("auth", MessageKind.PROMPT, "user", "two")
    assert store.outbox.take(first, Outcome.DELIVERED)
    store.outbox.give_back(first, Outcome.DELIVERED)
    assert store.outbox.queued() == (first, second)
    assert store.outbox.take(second, Outcome.DELIVERED)
    store.outbox.settle(second, Outcome.FAILED)
    assert store.outbox.queued() == (first,)


def test_of_many_who_take_a_message_one_gets_it(store: Store) -> None:
    sent = store.outbox.add("auth", MessageKind.PROMPT, "user", "go on")
    got: list[bool] = []
    together = threading.Barrier(8)

    def take() -> None:
        together.wait()
        got.append(store.outbox.take(sent, Outcome.DELIVERED))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


def test_old_messages_are_forgotten(store: Store, world: World, tmp_path: Path) -> None:
    kept = store.outbox.add("auth", MessageKind.PROMPT, "user", "new")
    assert store.outbox.tidy(world.now - 10) == 0
    for file in tmp_path.rglob("*.json"):
        os.utime(file, (world.now - 20, world.now - 20))
    if isinstance(store, FileStore):
        assert store.outbox.tidy(world.now - 10) == 1
        assert store.outbox.queued() == ()
    else:
        assert store.outbox.tidy(world.now + 10) == 1
    assert kept not in store.outbox.queued()


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[]", b'{"schema": 2}', b'{"schema":1,"text":7,"kind":"prompt","at":1}']
)
def test_a_file_that_is_no_message_is_left_alone(tmp_path: Path, written: bytes) -> None:
    store = FileStore(str(tmp_path))
    sent = store.outbox.add("auth", MessageKind.PROMPT, "user", "go on")
    odd = tmp_path / "pdev" / "outbox" / "auth" / "0.json"
    odd.write_bytes(written)
    (tmp_path / "pdev" / "outbox" / "file").write_bytes(b"")
    assert store.outbox.queued() == (sent,)
    assert odd.read_bytes() == written


def test_hooks_that_told_something_listen(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    assert not store.listens("auth")
    told = tmp_path / "pdev" / "agents"
    told.mkdir(parents=True)
    (told / "auth-2--17.json").write_text("{}")
    assert not store.listens("auth")
    (told / "auth--17.json").write_text("{}")
    assert store.listens("auth")


@given(st.text(min_size=1))
def test_each_session_has_a_folder_of_its_own(name: str) -> None:
    folder = folder_of(name)
    assert session_of(folder) == name
    assert "/" not in folder
    assert not folder.startswith(".")


@given(st.text())
def test_a_text_that_is_sent_presses_no_key(text: str) -> None:
    try:
        clean = checked_text(text)
    except UsageError:
        return
    assert all(char in "\n\t" or char.isprintable() or ord(char) > 0x9F for char in clean)
    assert checked_text(clean) == clean


@pytest.mark.parametrize("text", ["", " \n ", "x" * (MAX_TEXT + 1)])
def test_a_message_says_something_and_not_too_much(text: str) -> None:
    with pytest.raises(UsageError):
        checked_text(text)
