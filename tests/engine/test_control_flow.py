"""Order, failure, recovery, holding and ending: the engine against neighbours made by hand."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.engine.engine import Engine
from parallel_tui.engine.sources import mux
from parallel_tui.engine.sources.mux import FAST
from parallel_tui.model.fact import PENDING, Unknown
from parallel_tui.model.scope import EVERYTHING, MUX, TOPOLOGY, status_of
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config, EditWatch
from parallel_tui.model.view.snapshot import Level, Snapshot, Source, WatchMode
from parallel_tui.model.window.window import MuxListing, Pane, Resources, Screen, Window
from tests.engine.fakes import HEAD, FakeClock, FakeGit, FakeMux, FakeProcesses
from tests.support.waiting import PATIENCE, eventually

NOW = 1_750_000_000.0


@dataclass
class Bench:
    """An engine between neighbours made by hand."""

    engine: Engine
    git: FakeGit
    mux: FakeMux
    clock: FakeClock
    published: list[Snapshot] = field(default_factory=list)
    screens: list[Screen] = field(default_factory=list)

    def start(self) -> None:
        self.engine.start(self.published.append, self.screens.append)

    def idle(self) -> Snapshot:
        assert self.engine.wait_idle(PATIENCE), self.engine._ledger.open()
        return self.published[-1]

    def status(self, name: str = "a") -> object:
        session = self.published[-1].session(name)
        assert session is not None
        return session.status


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    main = tmp_path / "app"
    common = main / ".git"
    (common / "refs").mkdir(parents=True)
    trees = [Worktree(str(main), str(common), HEAD, "main", is_main=True)]
    for name in ("a", "b", "c"):
        path, git_dir = tmp_path / f"app-{name}", common / "worktrees" / name
        path.mkdir()
        git_dir.mkdir(parents=True)
        trees.append(Worktree(str(path), str(git_dir), HEAD, name))
    repository = Repository("app", str(common), str(main), False, str(main / ".claude"))
    git, mux, clock = FakeGit(repository, trees), FakeMux(), FakeClock(NOW)
    engine = Engine(
        git=git,
        mux=mux,
        processes=FakeProcesses(),
        files=FileStore(repository.coordination_root),
        config=Config(edit_watch=EditWatch.OFF),
        clock=clock,
    )
    yield Bench(engine, git, mux, clock)
    engine.stop()


@pytest.fixture
def no_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing asks tmux only because time has passed."""
    for name in ("FOCUSED", "UNFOCUSED", "CALM"):
        monkeypatch.setattr(mux, name, 3600.0)


def _window(number: int, path: str, command: str = "agent", **facts: object) -> Window:
    pane = Pane(f"%{number}", 100 + number, command, path)
    window = Window(f"@{number}", "$1", "work", number, f"w{number}", (pane,), activity=int(NOW))
    return replace(window, **facts)  # type: ignore[arg-type]


def test_rows_come_first_and_slow_facts_later(bench: Bench) -> None:
    gate = threading.Event()

    def wait() -> None:
        gate.wait(PATIENCE)

    bench.git.before_status = wait
    bench.start()
    eventually(lambda: bench.published)
    first = bench.published[0]
    assert [session.name for session in first.sessions] == ["main", "a", "b", "c"]
    assert {session.status for session in first.sessions} == {PENDING}
    assert not bench.engine.wait_idle(0.05)
    gate.set()
    assert {session.status for session in bench.idle().sessions} == {WorkStatus()}
    assert bench.git.most_reading == 2, "statuses are read two at a time, never more"


def test_what_is_asked_for_during_a_read_is_read_again(bench: Bench) -> None:
    bench.start()
    bench.idle()
    inside, gate = threading.Event(), threading.Event()
    key = bench.git.trees[1].git_dir

    def wait() -> None:
        inside.set()
        gate.wait(PATIENCE)

    bench.git.before_status = wait
    bench.engine.poke(status_of(key))
    assert inside.wait(PATIENCE)
    # The read that runs has looked already; this change must not be lost.
    bench.git.dirty[key] = {"late.py"}
    for _ in range(50):
        bench.engine.poke(status_of(key, frozenset({"late.py"})))
    before = len(bench.git.asked)
    gate.set()
    bench.idle()
    status = bench.status()
    assert isinstance(status, WorkStatus)
    assert status.modified == 1
    assert bench.git.asked[before:] == [f"status {bench.git.trees[1].path} ['late.py']"]


def test_a_worktree_that_comes_during_a_listing_is_seen(bench: Bench) -> None:
    bench.start()
    bench.idle()
    fewer = bench.git.trees[:2]
    inside, gate = threading.Event(), threading.Event()

    def wait() -> None:
        inside.set()
        gate.wait(PATIENCE)

    bench.git.before_worktrees = wait
    bench.engine.poke(TOPOLOGY)
    assert inside.wait(PATIENCE)
    bench.git.trees = fewer
    bench.engine.poke(TOPOLOGY)
    gate.set()
    assert [session.name for session in bench.idle().sessions] == ["main", "a"]


def test_a_burst_is_few_publications_and_equal_is_none(bench: Bench) -> None:
    bench.start()
    bench.idle()
    before = len(bench.published)
    for number in range(200):
        key = bench.git.trees[number % 4].git_dir
        bench.git.dirty[key] = {f"f{number}"}
        bench.engine.poke(status_of(key))
    bench.idle()
    assert 1 <= len(bench.published) - before <= 12
    before = len(bench.published)
    bench.engine.poke(EVERYTHING)
    bench.idle()
    assert len(bench.published) == before
    assert all(old != new for old, new in zip(bench.published, bench.published[1:], strict=False))


def test_a_failing_status_keeps_the_value_and_says_so(bench: Bench) -> None:
    key = bench.git.trees[1].git_dir
    bench.git.dirty[key] = {"f"}
    bench.start()
    bench.idle()
    known = bench.status()
    bench.git.failing = {"status"}
    bench.engine.poke(status_of(key))
    (health,) = [h for h in bench.idle().health if h.source is Source.GIT]
    assert (health.level, health.message, health.since) == (
        Level.ERROR,
        "git status broke",
        NOW,
    )
    assert bench.status() == known
    bench.git.failing, bench.git.dirty = set(), {}
    bench.engine.poke(status_of(key))
    assert not [h for h in bench.idle().health if h.source is Source.GIT]
    assert bench.status() == WorkStatus()


def test_a_status_that_never_worked_is_unknown_and_one_of_a_gone_directory_too(
    bench: Bench,
) -> None:
    bench.git.failing = {"status"}
    bench.start()
    bench.idle()
    assert bench.status() == Unknown("git status broke")
    tree = bench.git.trees[1]
    Path(tree.path).rmdir()
    bench.git.trees = tuple(
        replace(each, missing=each == tree) if each == tree else each for each in bench.git.trees
    )
    bench.engine.poke(status_of(tree.git_dir))
    bench.idle()
    assert bench.status() == Unknown("its directory is gone")


def test_failing_git_is_told_and_recovers(bench: Bench) -> None:
    bench.git.failing = {"worktrees"}
    bench.start()
    eventually(lambda: bench.published)
    assert bench.published[0].sessions == ()
    assert "broke" in bench.published[0].health[0].message
    bench.git.failing = {"divergences"}
    bench.engine.poke(TOPOLOGY)
    bench.idle()
    row = bench.published[-1].session("a")
    assert row is not None
    assert row.divergence == Unknown("git divergences broke")
    bench.git.failing = set()
    bench.engine.poke(TOPOLOGY)
    assert not [h for h in bench.idle().health if h.level is Level.ERROR]
    # With rows known, a failure keeps them.
    bench.git.failing = {"worktrees"}
    bench.engine.poke(TOPOLOGY)
    assert len(bench.idle().sessions) == 4


def test_an_error_nobody_expected_is_told_and_ends_nothing(bench: Bench) -> None:
    def explode() -> None:
        raise ZeroDivisionError("oh")

    bench.start()
    bench.idle()
    bench.git.before_worktrees = explode
    bench.engine.poke(TOPOLOGY)
    assert any("ZeroDivisionError" in health.message for health in bench.idle().health)
    bench.git.before_worktrees = lambda: None
    bench.engine.poke(TOPOLOGY)
    assert not any("ZeroDivision" in health.message for health in bench.idle().health)


def test_a_publisher_that_fails_ends_nothing(bench: Bench) -> None:
    seen: list[Snapshot] = []

    def fragile(snapshot: Snapshot) -> None:
        seen.append(snapshot)
        raise RuntimeError("the screen is gone")

    bench.engine.start(fragile)
    assert bench.engine.wait_idle(PATIENCE)
    before = len(seen)
    bench.git.dirty[bench.git.trees[1].git_dir] = {"x"}
    bench.engine.poke(EVERYTHING)
    assert bench.engine.wait_idle(PATIENCE)
    assert len(seen) > before


def test_tmux_never_there_there_silent_and_gone(bench: Bench) -> None:
    bench.start()
    (health,) = bench.idle().health
    assert health.level is Level.NOTE
    bench.mux.answer = MuxListing(True, (_window(1, bench.git.trees[1].path),))
    bench.engine.poke(MUX)
    assert bench.idle().health == ()
    bench.mux.failure = "tmux hangs"
    bench.engine.poke(MUX)
    (health,) = bench.idle().health
    assert health.level is Level.ERROR
    assert len(bench.published[-1].windows) == 1, "what was known stays"
    bench.mux.failure, bench.mux.answer = None, MuxListing(False)
    bench.engine.poke(MUX)
    (health,) = bench.idle().health
    assert "ended" in health.message
    assert not bench.published[-1].windows


def test_windows_are_measured_also_when_worktrees_are_listed_after_them(
    bench: Bench, no_ticks: None
) -> None:
    gate = threading.Event()

    def wait() -> None:
        gate.wait(PATIENCE)

    bench.git.before_worktrees = wait
    bench.mux.answer = MuxListing(running=True, windows=(_window(1, bench.git.trees[1].path),))
    bench.start()
    eventually(lambda: bench.engine._facts.listing)
    eventually(lambda: "resources" not in bench.engine._ledger.open())
    gate.set()
    session = bench.idle().session("a")
    assert session is not None
    assert isinstance(session.resources, Resources)


def test_silence_makes_a_program_quiet_without_any_news(bench: Bench) -> None:
    bench.mux.answer = MuxListing(True, (_window(1, bench.git.trees[1].path),))
    bench.clock.now = NOW + 9.8
    bench.start()
    bench.idle()
    row = bench.published[-1].session("a")
    assert row is not None
    assert row.state is SessionState.WORKING
    bench.clock.now = NOW + 11
    eventually(lambda: bench.published[-1].sessions[1].state is SessionState.QUIET)
    assert bench.published[-1].sessions[1].evidence.since == NOW


def test_a_busy_window_is_not_news_every_second(bench: Bench) -> None:
    window = _window(1, bench.git.trees[1].path, activity=1_750_000_005)
    bench.clock.now = NOW + 6
    bench.mux.answer = MuxListing(True, (window,))
    bench.start()
    bench.idle()
    before = len(bench.published)
    for second, spinner in enumerate("⠂⠐✳✢"):
        bench.clock.now += 1
        pane = replace(window.panes[0], title=f"{spinner} Fixing")
        moved = replace(window, activity=window.activity + second, panes=(pane,))
        bench.mux.answer = MuxListing(True, (moved,))
        bench.engine.poke(MUX)
        bench.idle()
    assert len(bench.published) - before <= 1, "the title once, and nothing for its spinner"
    assert bench.published[-1].windows[0].panes[0].title == "Fixing"


def test_the_screen_looked_at_is_told_when_it_differs(bench: Bench) -> None:
    window = _window(1, bench.git.trees[1].path)
    one, two = Screen("%1", ("one",), 80), Screen("%1", ("two",), 80)
    bench.mux.answer = MuxListing(True, (window,), (one,))
    bench.start()
    bench.engine.look_at("%1")
    eventually(lambda: bench.screens == [one])
    for _ in range(3):
        bench.engine.poke(MUX)
        bench.idle()
    assert bench.screens == [one]
    bench.mux.answer = MuxListing(True, (window,), (two,))
    bench.engine.poke(MUX)
    bench.idle()
    assert bench.screens == [one, two]
    bench.engine.look_at(None)
    bench.engine.poke(MUX)
    bench.idle()
    assert bench.mux.asked[-1] == ()


def test_hurry_reads_several_times_a_second(bench: Bench, no_ticks: None) -> None:
    assert FAST <= 0.25
    bench.start()
    bench.idle()
    before = len(bench.mux.asked)
    bench.engine.hurry()
    with bench.mux.heard:
        # One at once; any other is a tick of the fast ones, for there are no slow ones here.
        assert bench.mux.heard.wait_for(lambda: len(bench.mux.asked) >= before + 2, PATIENCE)


def _is_on_hold(bench: Bench) -> bool:
    return bench.engine.snapshot.paused


def test_paused_nothing_is_read_or_told_and_then_everything_is(bench: Bench) -> None:
    bench.start()
    bench.idle()
    with bench.engine.paused():
        asked, told = len(bench.git.asked), len(bench.published)
        with bench.engine.paused():
            assert _is_on_hold(bench)
        bench.git.dirty[bench.git.trees[1].git_dir] = {"x"}
        bench.engine.poke(EVERYTHING)
        assert not bench.engine.wait_idle(0.2)
        assert (len(bench.git.asked), len(bench.published)) == (asked, told)
    bench.idle()
    assert not _is_on_hold(bench)
    status = bench.status()
    assert isinstance(status, WorkStatus)
    assert status.modified == 1
    asked_now = " ".join(bench.git.asked[asked:])
    assert all(f"status {tree.path}" in asked_now for tree in bench.git.trees)


def test_a_disk_that_cannot_be_written_costs_a_note(bench: Bench) -> None:
    # A file in the way stands for every reason: the superuser may write anywhere.
    Path(bench.git.repository.runtime_dir).write_text("in the way")
    bench.mux.answer = MuxListing(True)
    Path(bench.git.repository.runtime_dir).unlink()
    Path(bench.git.repository.runtime_dir).symlink_to("/nowhere/at/all")
    bench.start()
    (health,) = bench.idle().health
    assert (health.source, health.level) == (Source.WATCH, Level.NOTE)
    assert bench.published[-1].watch is WatchMode.OFF


def test_the_kernels_events_reach_the_right_question(bench: Bench, no_ticks: None) -> None:
    bench.start()
    bench.idle()
    bench.engine.wait_seen(PATIENCE)
    common = Path(bench.git.repository.common_dir)
    before = len(bench.git.asked)
    (common / "worktrees/b/index").write_text("new")
    (common / "COMMIT_EDITMSG").write_text("no news")
    (common / "refs/x.lock").write_text("no news")
    eventually(lambda: len(bench.git.asked) > before)
    bench.idle()
    assert bench.git.asked[before:] == [f"status {bench.git.trees[2].path}"]
    asked = len(bench.mux.asked)
    Path(bench.git.repository.doorbell).write_text("ring")
    with bench.mux.heard:
        assert bench.mux.heard.wait_for(lambda: len(bench.mux.asked) > asked, PATIENCE)


def test_stopping_leaves_no_thread_and_may_be_repeated(bench: Bench) -> None:
    before = set(threading.enumerate())
    bench.start()
    bench.idle()
    assert set(threading.enumerate()) - before
    bench.engine.stop()
    bench.engine.stop()
    assert set(threading.enumerate()) == before
    told = len(bench.published)
    bench.engine.poke(EVERYTHING)
    assert len(bench.published) == told


def test_an_engine_never_started_can_be_stopped(bench: Bench) -> None:
    assert bench.engine.snapshot.sessions == ()
    bench.engine.stop()
