"""Hearing of windows: when they are looked at, what the view says about it, and what is no news."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.mux import (
    CALM,
    FAST,
    FOCUSED,
    SETTLING,
    TURN,
    UNFOCUSED,
    MuxReader,
)
from parallel_tui.model.fact import Unknown
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.view.snapshot import Level, Source
from parallel_tui.model.window.mux_news import CHANGED, LISTED, LISTENING, STIRRED, deaf
from parallel_tui.model.window.window import MuxListing, Pane, Window
from tests.engine.fakes import About, FakeClock, FakeMux
from tests.engine.live import live
from tests.support.waiting import eventually
from tests.support.world import World

NOW = 1_750_000_000.0
OWN = "%9"


@dataclass
class Desk:
    """A reader without an engine around it.

    Attributes:
        changes: How often the facts were said to have changed.
        asked: After how many seconds it asked to be read again.
        stays: Whether it goes on after a first look.
    """

    mux: FakeMux = field(default_factory=FakeMux)
    changes: int = 0
    asked: list[float] = field(default_factory=list)
    stays: bool = True

    def __post_init__(self) -> None:
        repository = Repository("app", "/r/.git", "/r", False, "/r/.claude")
        self.facts = Facts(repository, FakeClock(NOW))
        self.reader = MuxReader(
            self.mux,
            self.facts,
            self._changed,
            show=lambda screen: None,
            answered=lambda: None,
            again=self.asked.append,
            own_pane=OWN,
            stays=self.stays,
        )

    def _changed(self) -> None:
        self.changes += 1

    def shows(self, *windows: Window) -> float:
        """Read these; in how many seconds to read again."""
        self.mux.answer = MuxListing(running=True, windows=windows)
        return self.reader.read()


def window(pane: str, *, silent: float = 0.0, title: str = "") -> Window:
    """A window with one pane."""
    made = Pane(pane, 7, "agent", "/r", title=title)
    return Window(f"@{pane[1:]}", "$1", "work", 0, "w", (made,), activity=int(NOW - silent))


def test_while_changes_are_told_it_looks_rarely() -> None:
    desk = Desk()
    quiet, printing = window("%1", silent=60), window("%1")
    assert desk.shows(quiet) == FOCUSED, "deaf until it is told otherwise"
    desk.mux.tell(LISTENING)
    assert desk.asked[-1] == 0.0, "what came before it listened is looked at once"
    assert desk.shows(quiet) == About(CALM)
    assert desk.shows(printing) == FOCUSED
    desk.mux.tell(deaf())
    assert desk.shows(quiet) == FOCUSED


def test_after_a_change_it_looks_until_that_has_settled() -> None:
    desk = Desk()
    desk.shows()
    desk.mux.tell(LISTENING)
    desk.mux.tell(CHANGED)
    assert desk.asked[-1] == 0.0
    assert [desk.shows() for _ in range(3)] == [*SETTLING, About(CALM)]


def test_output_is_looked_at_once_by_who_is_looked_at() -> None:
    desk = Desk()
    desk.shows()
    desk.mux.tell(LISTENING)
    desk.mux.tell(STIRRED)
    assert len(desk.asked) == 3
    desk.reader.set_focused(False)
    desk.mux.tell(STIRRED)
    assert len(desk.asked) == 3, "the next look is soon enough"
    assert desk.shows(window("%1")) == About(UNFOCUSED)
    desk.mux.tell(CHANGED)
    assert desk.asked[-1] == 0.0


def test_the_screen_looked_at_is_read_fast_while_it_prints() -> None:
    desk = Desk()
    desk.shows()
    desk.mux.tell(LISTENING)
    desk.reader.look_at("%1")
    assert desk.shows(window("%1"), window("%2", silent=60)) == FAST
    assert desk.shows(window("%1", silent=60), window("%2")) == FOCUSED


def test_the_view_says_why_it_is_not_told() -> None:
    desk = Desk()
    desk.shows()
    assert not desk.facts.troubles(), "deaf for no reason that anybody has to know"
    desk.mux.tell(deaf("it is as it is"))
    (health,) = desk.facts.troubles()
    assert (health.source, health.level) == (Source.MUX, Level.NOTE)
    assert health.message == "Windows are looked at once a second: it is as it is."
    desk.mux.tell(LISTENING)
    assert not desk.facts.troubles()


def test_what_we_draw_is_no_news() -> None:
    desk = Desk()
    desk.shows(window("%1", silent=60), window(OWN))
    before = desk.changes
    assert desk.shows(window("%1", silent=60), window(OWN, silent=1, title="⠋ 3")) == FOCUSED
    assert desk.changes == before
    desk.shows(window("%1", silent=59), window(OWN))
    assert desk.changes == before + 1


def test_a_single_look_listens_for_nothing() -> None:
    desk = Desk(stays=False)
    desk.shows(window("%1"))
    desk.shows(window("%1"))
    assert not desk.mux.watched
    desk.reader.stop()
    desk.reader.close()


def test_it_ends_what_listens() -> None:
    desk = Desk()
    desk.reader.stop()
    desk.shows()
    heard = [desk.mux.watched]
    desk.reader.stop()
    assert [*heard, desk.mux.watched] == [True, False]
    desk.reader.close()


@pytest.mark.tmux
def test_the_window_we_stand_in_is_no_work_of_a_session(world: World) -> None:
    prints = "from time import sleep\nwhile True: print(1, flush=True); sleep(0.05)"
    program = f"exec {sys.executable} -Sc '{prints}'"
    own = world.window("dash", world.repo, program)
    eventually(lambda: "py" in world.tmux("list-panes", "-aF", "#{pane_current_command}"))
    pane = world.tmux("display-message", "-p", "-t", own, "#{pane_id}").strip()
    with live(world.repo, own_pane=pane) as view:
        view.until(lambda s: (main := s.session("main")) and isinstance(main.resources, Unknown))
        assert view.session("main").state is SessionState.IDLE
        assert view.session("main").windows == (own,)
        view.seen()
        published, activity = len(view.published), _activity(world, own)
        eventually(lambda: _activity(world, own) > activity + 1)
        view.seen()
        assert len(view.published) == published, view.published[published - 1 :]
        agent = world.window("agent", world.repo, program)
        view.until(lambda s: (main := s.session("main")) and main.state is SessionState.WORKING)
        assert view.session("main").windows == (own, agent)


def _activity(world: World, window: str) -> int:
    return int(world.tmux("display-message", "-p", "-t", window, "#{window_activity}"))


@pytest.mark.tmux
@pytest.mark.parametrize("session", ["work", "theirs"])
def test_windows_are_published_when_they_come_go_and_change_their_names(
    world: World, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parallel_tui.engine.sources.mux.CALM", 3600.0)
    monkeypatch.setattr("parallel_tui.engine.sources.mux.FOCUSED", 3600.0)
    first = world.window("first", world.repo, "exec cat")
    world.window("first", world.root, "exec cat", session="theirs")
    with live(world.repo, trees=False) as view:
        view.until(lambda s: [each.id for each in s.windows] == [first])
        made = world.window("made", world.repo, "exec cat", session=session)
        view.until(lambda s: {each.id for each in s.windows} == {first, made})
        world.tmux("rename-window", "-t", made, "x ##{pid} $(id)")
        named: Callable[[Window], bool] = lambda each: each.name == "x #{pid} $(id)"  # noqa: E731
        view.until(lambda s: any(map(named, s.windows)))
        world.tmux("kill-window", "-t", made)
        view.until(lambda s: [each.id for each in s.windows] == [first])


def test_a_window_with_others_in_it_is_not_told_apart() -> None:
    beside = replace(window(OWN), panes=(*window(OWN).panes, *window("%1").panes))
    apart = beside.drawn_in(OWN)
    assert [pane.own for pane in apart.panes] == [True, False]
    assert [pane.id for pane in apart.others] == ["%1"]
    assert not apart.activity
    assert beside.drawn_in("%5") == beside


def test_a_view_that_nobody_looks_at_lists_rarely_where_others_tell_it() -> None:
    """Also without the focus; one that is told of nothing lists as often as any."""
    desk = Desk()
    desk.facts.pace = 10
    assert desk.reader.read() == FOCUSED
    desk.mux.answer = MuxListing(running=True)
    desk.mux.tell(LISTENING)
    assert desk.reader.read() == About(TURN)
    desk.reader.set_focused(False)
    assert desk.reader.read() == About(TURN)
    told = len(desk.asked)
    desk.mux.tell(STIRRED)
    desk.mux.tell(LISTED)
    assert desk.asked[told:] == [0.0]
    desk.facts.pace = 1
    assert desk.reader.read() == About(UNFOCUSED)
    desk.facts.pace = 10
    desk.mux.tell(deaf("it is too old"))
    assert desk.reader.read() == About(UNFOCUSED)
