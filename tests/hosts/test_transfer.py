"""What the files keep goes to a server and comes back, whatever it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.store.files.contents import FileContents
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.errors import RefusedError
from parallel_tui.model.sharing.lock import Lock, lock_name
from parallel_tui.model.text.strict_json import Json
from parallel_tui.ports.store.contents import KeptLock, StoreContents
from parallel_tui.services.sharing.transfer import transfer
from tests.hosts.server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore

TEXT = st.text(max_size=8) | st.sampled_from(["\ud83d", "a\\u0000", "\\", "\0", "päth '\"%s;--"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=3)
NAME = st.text("abcXYZ_.ä 0", min_size=1, max_size=6).map(str.strip).filter(lambda n: n.strip("."))
OWNER = st.text("abc[]#ü-", min_size=1, max_size=5)


@st.composite
def contents(draw: st.DrawFn) -> StoreContents:
    """Contents as the files can have them, other programs' additions among them."""
    state: dict[str, Any] = {
        "sessions": draw(st.dictionaries(TEXT, OBJECT, max_size=2)),
        "completed_tasks": draw(st.lists(JSON, max_size=2)),
        "pending_handoffs": draw(st.lists(OBJECT | st.integers(0, 1), max_size=3)),
        "conflicts": draw(st.lists(TEXT, max_size=1)),
        **draw(st.dictionaries(st.text("xyz", min_size=1, max_size=3), JSON, max_size=2)),
    }
    closed: list[Any] = draw(st.lists(OBJECT, max_size=2))
    locks: dict[str, KeptLock] = {}
    for name, owner in draw(st.dictionaries(NAME, OWNER, max_size=3)).items():
        foreign = KeptLock(draw(st.sampled_from([f"{owner}\n", f"{owner}\nmore", owner])), None)
        details: dict[str, Any] = {
            "owner": owner,
            "target": name,
            "generation": draw(st.integers(1, 9)),
        }
        ours = KeptLock(f"{owner}\n", {**details, "held": True, "extra": draw(TEXT)})
        free = KeptLock(None, {**details, "held": False})
        locks[lock_name(name)] = draw(st.sampled_from([foreign, ours, free]))
    return StoreContents(
        state={**state, **({"closed_handoffs": closed} if closed else {})},
        locks=locks,
        events=draw(st.dictionaries(st.from_regex(r"[1-9][0-9]{3}_[a-f]{1,4}", fullmatch=True),
                                    OBJECT, max_size=3)),
        tasks=draw(st.dictionaries(NAME, st.text("-[ ]x\n\t\rä\\", max_size=20), max_size=2)),
        journal=tuple(draw(st.lists(st.sampled_from(
            ['{"when":1,"who":"a"}', '{"when": 1}', "torn {", '"text"', "[1]"]), max_size=3))),
    )  # fmt: skip


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=contents())
def test_nothing_is_lost_on_the_way_there_and_back(
    server: Server, tmp_path: Path, wanted: StoreContents
) -> None:
    from parallel_tui.adapters.store.postgres.contents import ServerContents
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    address, number = address_of(server.url()), next(_numbers)
    here = FileContents(FileStore(str(tmp_path / f"{number}a")))
    there = FileContents(FileStore(str(tmp_path / f"{number}b")))
    key = f"{tmp_path}/{number}"
    ServerAdmin(address, key, "app").init()
    far = ServerContents(PostgresStore(address, key, here.store))
    here.put(wanted)
    assert here.take() == wanted
    transfer(here, far)
    transfer(far, there)
    found = there.take()
    assert found.locks == wanted.locks
    assert found.events == wanted.events
    assert found.tasks == wanted.tasks
    assert found.journal == wanted.journal
    assert _told(found.state) == _told(wanted.state)


def _told(state: Mapping[str, Json]) -> dict[str, Json]:
    """A state document without those of the guide's parts that are empty."""
    return {key: each for key, each in state.items() if each or key not in _PARTS}


_PARTS = ("sessions", "completed_tasks", "pending_handoffs", "conflicts")
_numbers = itertools.count()


def test_a_second_clone_keeps_to_what_is_there(
    machine: Callable[..., PostgresStore], tmp_path: Path
) -> None:
    from parallel_tui.adapters.store.postgres.contents import ServerContents

    store = machine()
    clone = FileStore(str(tmp_path / "clone"))
    for each in (store, clone):
        with each.change("auth") as tx:
            tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
            tx.sessions.put(tx.sessions.all()[0]) if tx.sessions.all() else None
    files = FileContents(clone)
    before = files.take()
    with pytest.raises(RefusedError, match="keeps something") as refused:
        transfer(files, ServerContents(store), files.set_aside)
    assert "--set-aside" in refused.value.hint
    assert files.take() == before
    kept = files.set_aside()
    assert files.take().empty
    assert FileContents(FileStore(kept)).take().locks == before.locks


def test_what_cannot_be_read_is_not_left_behind(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    (tmp_path / "parallel-state.json").write_text("{")
    with pytest.raises(RefusedError, match="nothing was moved"):
        FileContents(store).take()
