"""How the dashboard is shown is kept from one start to the next, and sessions are sorted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.disk.habits import HabitsFile
from parallel_tui.model.view.habits import Habits
from parallel_tui.record import replace
from parallel_tui.ui.present.order import ORDERS, following, in_order
from tests.ui import samples
from tests.ui.fake_engine import FakeOutside, Recorder
from tests.ui.harness import core_of, running, until
from tests.ui.test_detail_pane import DIFF


def _core(habits: Any) -> Any:
    core = core_of(samples.typical())
    core.outside = FakeOutside(habits=habits)
    core.inspector.answers["diff"] = DIFF
    return core


async def test_what_was_chosen_is_kept() -> None:
    core = _core(Recorder(read=Habits(), keep=None))
    async with running(core) as (pilot, dashboard):
        await pilot.press("T", "D", "full_stop", "z")
        known = (core.repository.main_path,)
        wanted = Habits(pilot.app.theme, "sessions", "diff", "name", repositories=known)
        kept = core.outside.habits.calls
        await until(pilot, lambda: kept and kept[-1] == ("keep", (wanted,)))
        names = [session.name for session in dashboard.sessions_pane.shown]
        assert names == sorted(names, key=str.casefold)


async def test_it_is_shown_as_it_was_left() -> None:
    habits = Habits("nord", "detail", "diff", "name")
    async with running(_core(Recorder(read=habits, keep=None))) as (pilot, dashboard):
        await until(pilot, lambda: pilot.app.theme == "nord")
        assert replace(dashboard.habits, repositories=()) == habits
        assert dashboard.arrangement.zoomed_pane == "detail"


async def test_what_there_is_not_any_more_is_left_out() -> None:
    habits = Habits("no-such", "no-such", "no-such", "no-such")
    async with running(_core(Recorder(read=habits, keep=None))) as (_, dashboard):
        assert (dashboard.order, dashboard.detail.tab) == ("need", "preview")
        assert not dashboard.has_class("-zoom")


def test_the_file_is_in_the_users_state_and_never_fails_to_be_read(tmp_path: Path) -> None:
    file = HabitsFile({"XDG_STATE_HOME": str(tmp_path / "state")})
    assert file.read() == Habits()
    habits = Habits("nord", "detail", "diff", "name")
    file.keep(habits)
    assert file.read() == habits
    assert file.path == tmp_path / "state/pdev/view.json"
    here, gone = tmp_path / "here", tmp_path / "gone"
    here.mkdir()
    file.keep(replace(habits, repositories=(str(here),), folded=(str(gone),)))
    file.keep(replace(habits, repositories=(str(gone),)))
    assert file.read().repositories == (str(here),), "of others too, as long as they are there"
    file.path.write_text('{"format": 1, "folded": [1, "x", "/a", "/a"], "session": 5}')
    assert file.read() == Habits(folded=("/a",))
    file.path.write_text("{broken")
    assert file.read() == Habits()


@given(st.permutations(samples.typical().sessions), st.sampled_from(ORDERS))
def test_no_order_loses_a_session(sessions: list[Any], order: str) -> None:
    shown = in_order(tuple(sessions), order)
    assert sorted(each.key for each in shown) == sorted(each.key for each in sessions)
    assert following(ORDERS[-1]) == ORDERS[0]
