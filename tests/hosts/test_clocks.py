"""Ages of what other machines do, where their clocks are wrong, and of what was known last."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from parallel_tui.adapters.process import liveness
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.ui.present.beside import ALONE
from parallel_tui.ui.present.elsewhere import elsewhere_row
from tests.hosts.server import AWAY
from tests.hosts.test_shared_work import core, green, known_sessions, red, share
from tests.support.waiting import eventually
from tests.support.world import World

__all__ = ["green", "red"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.machine.lease import Lease

HOUR = 3600.0


def with_clock(world: World, off: float) -> Core:
    """The program in a clone on a machine whose clock is off."""
    made = core(world)
    made.clock = lambda: time.time() + off
    return made


@contextmanager
def looking(world: World) -> Iterator[tuple[Engine, Callable[[], SharedSession | None]]]:
    """The live view of a clone, and what asks the remote and says what it knows of the other."""
    here = core(world)
    engine = here.hosts.engine()
    engine.start(lambda _snapshot: None)

    def only() -> SharedSession | None:
        here.hosts.ask_now()
        found = known_sessions(engine)
        return found[0] if found else None

    try:
        yield engine, only
    finally:
        engine.stop()


def age_in_row(session: SharedSession, after: float) -> str:
    """What the list says of its age, some seconds from now."""
    cells = elsewhere_row(session, ALONE, time.time() + after).cells
    return "".join(text for text, _ in cells["age"])


@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_an_age_goes_by_the_clock_of_the_view(red: World, green: World, off: float) -> None:
    share(green)
    share(red)
    other = with_clock(red, off)
    auth = red.root / "myapp-auth"
    red.write("new.txt", "1\n", cwd=auth)
    other.hosts.service.again()
    with looking(green) as (_, seen):
        eventually(lambda: seen() is not None, what="the other machine's session")
        first = seen()
        assert first is not None
        assert first.at is None, "nobody has compared the clocks"
        assert age_in_row(first, 0) == "?"
        red.write("new.txt", "2\n", cwd=auth)
        other.hosts.service.again()
        eventually(lambda: (now := seen()) is not None and now.at is not None, what="its age")
        found = seen()
    assert found is not None
    assert found.at is not None
    assert abs(found.pushed - off - time.time()) < HOUR / 4, "its own clock is off"
    assert abs(found.at - time.time()) < HOUR / 4
    assert age_in_row(found, 2 * HOUR + 900) == "2h"
    # What was measured is known to the next process too, and to commands.
    with looking(green) as (_, seen):
        eventually(lambda: (now := seen()) is not None and now.at == found.at, what="the same age")
    view, machines = core(green).hosts.listed(core(green).hosts.service.look(fetch=False))
    assert view is not None
    assert [each.at for each in view.sessions] == [found.at]
    assert [each.pushed for each in machines if not each.here] == [found.at]


def test_what_came_while_nobody_looked_tells_nothing_of_its_age(red: World, green: World) -> None:
    share(green)
    share(red)
    with looking(green) as (_, seen):
        eventually(lambda: seen() is not None, what="the other machine's session")
    red.write("new.txt", "1\n", cwd=red.root / "myapp-auth")
    with_clock(red, -HOUR).hosts.service.again()
    with looking(green) as (engine, seen):
        eventually(lambda: (now := seen()) is not None and now.dirty, what="what came meanwhile")
        found = seen()
        assert found is not None
        assert found.at is None
        assert engine.snapshot.hosts is not None
        assert engine.snapshot.hosts.lags == ()


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes this process one of another machine from now on."""
    from parallel_tui.adapters.store.postgres import hosts

    def become(name: str) -> None:
        monkeypatch.setattr(liveness, "host", lambda: name)
        hosts.this_host.cache_clear()

    yield become
    monkeypatch.undo()
    hosts.this_host.cache_clear()


@pytest.fixture
def beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens looks at everything often."""
    from parallel_tui.adapters.store.postgres import watch

    monkeypatch.setattr(watch, "BEAT", 0.1)


@pytest.mark.usefixtures("beats")
@pytest.mark.parametrize("off", [HOUR, -HOUR])
def test_a_machine_is_there_as_long_as_its_lease_counts(
    machine: Callable[..., PostgresStore], on: Callable[[str], None], off: float
) -> None:
    from parallel_tui.adapters.store.postgres.leases import beat, present
    from parallel_tui.adapters.store.postgres.server.link import Link

    on("red")
    other = machine("red")
    link = Link(other.address, other.key, 10.0)
    with pytest.MonkeyPatch.context() as clock:
        real = time.time
        clock.setattr(time, "time", lambda: real() + off)
        beat(link, lambda _name, _generation: None)
    present(link, {"shares_as": "scarlet"})
    on("green")
    store = machine("green")
    told = threading.Event()

    def known() -> Lease | None:
        return next((each for each in store.read().leases if each.name == "scarlet"), None)

    def is_present(wanted: bool) -> bool:
        found = known()
        return found is not None and found.present is wanted

    watch = store.watch(told.set)
    try:
        eventually(told.is_set)
        assert known() is None, "nobody asks where no work is shared"
        store.about = lambda: {"shares_as": "green"}
        watch.close()
        watch = store.watch(told.set)
        eventually(lambda: is_present(wanted=True))
        lease = known()
        assert lease is not None
        assert abs(lease.behind + off) < 60
        assert abs(lease.heard - time.time()) < 600
        told.clear()
        gone = "seen = seen - interval '2 hours', until = until - interval '2 hours'"
        mine = f"repository = {link.id} AND about->>'shares_as' = 'scarlet'"
        link.run(f"UPDATE pdev.host SET {gone} WHERE {mine}")
        eventually(lambda: is_present(wanted=False))
        eventually(told.is_set)
        lease = known()
        assert lease is not None
        assert abs(lease.heard + 2 * HOUR - time.time()) < 600
    finally:
        watch.close()
        link.drop()


def _later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + seconds)


def test_what_was_known_last_is_as_old_as_the_last_look_at_it(
    machine: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = machine()
    with store.change("auth") as tx:
        tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
    store.read()
    _later(monkeypatch, 2 * HOUR)
    assert "known 2h ago" in machine(url=AWAY).read().stale
    store.read()
    assert "known less than a minute ago" in machine(url=AWAY).read().stale
    _later(monkeypatch, HOUR)
    assert "known 1h ago" in machine(url=AWAY).read().stale
    with machine("two").change("api") as tx:
        tx.locks.grant(Lock("b", "b", "api", since=tx.now))
    machine("one").read()  # a command writes what it knows
    _later(monkeypatch, HOUR)
    away = machine(url=AWAY).read()
    assert "known 1h ago" in away.stale
    assert [each.name for each in away.locks] == ["a", "b"]


@pytest.mark.usefixtures("beats")
def test_who_listens_and_hears_nothing_knows_that_nothing_changed(
    machine: Callable[..., PostgresStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, beats = machine(), itertools.count()
    beaten = 0

    def about() -> dict[str, object]:
        nonlocal beaten
        beaten = next(beats)
        return {}

    def known_at() -> float:
        known = store._known.recall()
        return 0.0 if known is None else known.at

    store.about = about
    watch = store.watch(lambda: None)
    try:
        eventually(lambda: store._known.heard)
        store.read()
        _later(monkeypatch, 2 * HOUR)
        eventually(lambda: time.time() - known_at() < HOUR)
        with machine("two").change("api") as tx:
            tx.locks.grant(Lock("b", "b", "api", since=tx.now))
        eventually(lambda: store._known.heard > store._known.current)
        before = known_at()
        _later(monkeypatch, 2 * HOUR)
        then = beaten
        eventually(lambda: beaten > then + 5)
        assert known_at() == before, "it heard of a change that nobody has read"
    finally:
        watch.close()
