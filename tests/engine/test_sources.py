"""The table of sources: a toy source is one class and one row; and what `Facts.put` promises."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.engine.engine import Engine
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.looks import WINDOWS
from parallel_tui.engine.table import Row, Table, always
from parallel_tui.engine.working.loop import Loop
from parallel_tui.model.scope import COORDINATION, EVERYTHING, MUX, TOPOLOGY, Look
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config, EditWatch
from parallel_tui.model.view.snapshot import Level, Snapshot, Source, WatchMode
from tests.engine.fakes import HEAD, FakeClock, FakeGit, FakeMux, FakeProcesses
from tests.support.waiting import PATIENCE, eventually


class Tides:
    """A toy source: counts its looks and tells the last one as a note."""

    name: Final = "tides"
    looks: Final = frozenset({Look.COORDINATION})

    def __init__(self, facts: Facts, changed: Callable[[], None]) -> None:
        self._facts = facts
        self._changed = changed
        self.read_times = 0
        self.closed = False
        self.failing = False

    def read(self) -> float | None:
        """Look at the sea."""
        self.read_times += 1
        if self.failing:
            raise RuntimeError("the sea is gone")
        self._facts.trouble(Source.STORE, f"tide {self.read_times}", level=Level.NOTE, about="sea")
        self._changed()
        return None

    def close(self) -> None:
        """Go home."""
        self.closed = True


def test_a_source_is_one_class_and_one_row(tmp_path: Path) -> None:
    main = tmp_path / "app"
    (main / ".git" / "refs").mkdir(parents=True)
    tree = Worktree(str(main), str(main / ".git"), HEAD, "main", is_main=True)
    repository = Repository("app", tree.git_dir, tree.path, False, str(main / ".claude"))
    made: list[Tides] = []

    def further(facts: Facts, changed: Callable[[], None]) -> tuple[Row, ...]:
        made.append(Tides(facts, changed))
        return (Row(source=made[0], after={"topology": always}, close=made[0].close),)

    published: list[Snapshot] = []
    engine = Engine(
        git=FakeGit(repository, [tree]),
        mux=FakeMux(),
        processes=FakeProcesses(),
        files=FileStore(repository.coordination_root),
        config=Config(edit_watch=EditWatch.OFF),
        clock=FakeClock(1_750_000_000.0),
        further=further,
    )
    (tides,) = made
    engine.start(published.append)
    try:
        assert engine.wait_idle(PATIENCE)
        for scope, looks in ((COORDINATION, 1), (EVERYTHING, 1), (TOPOLOGY, 1), (MUX, 0)):
            before = tides.read_times
            engine.poke(scope)
            assert engine.wait_idle(PATIENCE)
            # `EVERYTHING` asks for it, and so does the topology that follows.
            assert tides.read_times - before in (looks, 2 * looks), scope
            told = [h.message for h in published[-1].health if h.source is Source.STORE]
            assert told == [f"tide {tides.read_times}"]
        with engine.paused():
            before = tides.read_times
            engine.poke(COORDINATION)
            assert not engine.wait_idle(0.05)
            assert tides.read_times == before
        assert engine.wait_idle(PATIENCE)
        tides.failing = True
        engine.poke(COORDINATION)
        eventually(lambda: any("the sea is gone" in h.message for h in published[-1].health))
        tides.failing = False
        eventually(lambda: not any("the sea is gone" in h.message for h in published[-1].health))
    finally:
        engine.stop()
    assert tides.closed


def test_two_sources_of_one_name_are_refused() -> None:
    facts = Facts(Repository("a", "/r/.git", "/r", False, "/r/.c"), lambda: 0.0)
    rows = [Row(source=Tides(facts, lambda: None)) for _ in range(2)]
    with pytest.raises(ValueError, match="two sources are named tides"):
        Table(rows, Ledger(), lambda _name, _error: None)


def test_facts_tell_what_is_news() -> None:
    facts = Facts(Repository("a", "/r/.git", "/r", False, "/r/.c"), lambda: 0.0)
    assert facts.put(watch=WatchMode.TREE)
    assert not facts.put(watch=WatchMode.TREE)
    assert facts.put(watch=WatchMode.TREE, unheard="no answer"), "one that differs is enough"
    began = facts.looks.begin(WINDOWS)
    assert not facts.put(done=(WINDOWS, began))
    assert facts.put(failed=WINDOWS)
    assert facts.put(done=(WINDOWS, began)), "a doubt that ends is news"


def test_a_loop_that_fails_waits_longer_each_time_and_one_that_asks_is_heard_at_once() -> None:
    ledger, errors, times = Ledger(), [], []

    def job() -> float | None:
        times.append(time.monotonic())
        if len(times) in (1, 2):
            raise RuntimeError("broken")
        return None

    loop = Loop("toy", job, ledger, lambda _, error: errors.append(error))
    loop.ask()
    loop.start()
    try:
        eventually(lambda: len(times) >= 3)
        assert times[1] - times[0] >= 1.0
        assert times[2] - times[1] >= 2.0
        assert ledger.wait(PATIENCE)
        assert [str(error) for error in errors] == ["broken", "broken", "None"]
        loop.ask()
        eventually(lambda: len(times) == 4)
    finally:
        loop.stop()
        loop.join(PATIENCE)


def test_a_rest_is_shortened_for_what_somebody_waits_for_and_never_made_longer() -> None:
    ledger = Ledger()
    runs: list[float] = []

    def job() -> None:
        loop.rest(3600 if len(runs) < 2 else 0.0)
        runs.append(time.monotonic())

    loop = Loop("toy", job, ledger, lambda _name, _error: None)
    loop.start()
    try:
        loop.ask()
        eventually(lambda: len(runs) == 1)
        loop.ask()
        loop.ask_soon(0.2)
        eventually(lambda: len(runs) == 2)
        assert runs[1] - runs[0] >= 0.1
        loop.ask_soon(0.0)
        eventually(lambda: len(runs) == 3)
        loop.ask_soon(3600)
        eventually(lambda: len(runs) == 4)
    finally:
        loop.stop()
        loop.join(PATIENCE)
