"""Sessions of several machines, below a heading for each or in one order with their machine."""

from __future__ import annotations

import time
from typing import Any

import pytest
from textual.pilot import Pilot

from parallel_tui.model.hosts.machines import listed, presence_words
from parallel_tui.model.hosts.presence import placed_in_time
from parallel_tui.model.hosts.view import HostsView, Sharing
from parallel_tui.model.machine.lease import Lease
from parallel_tui.model.view.habits import Habits
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import replace
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.present.elsewhere import elsewhere_facts, of_machine
from parallel_tui.ui.widgets.columns import Row
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeOutside, Recorder
from tests.ui.harness import core_of, on_screen, running, toasts, until
from tests.ui.samples import NOW
from tests.ui.settling import settled

HEADINGS = ["machine:green", "machine:blue", "machine:red", "machine:violet.example.org"]
THEIRS = ["login-form@blue", "docs@blue", "auth@red", "billing-for-customers@red"]


def _keys(dashboard: Dashboard) -> list[str]:
    return [row.key for row in dashboard.sessions_pane.table.rows]


def _others(dashboard: Dashboard) -> list[str]:
    return [key for key in _keys(dashboard) if "@" in key]


def _text(row: Row) -> str:
    return "".join(text for text, _ in row.whole)


def _remembering(snapshot: Snapshot, habits: Habits) -> tuple[FakeCore, Recorder]:
    core, recorder = core_of(snapshot), Recorder(read=habits, keep=None)
    core.outside = FakeOutside(habits=recorder)
    return core, recorder


async def test_each_machine_has_a_heading_and_this_one_comes_first() -> None:
    async with running(core_of(samples.machines())) as (_, dashboard):
        rows = dashboard.sessions_pane.table.rows
        assert [row.key for row in rows if row.whole] == HEADINGS
        keys = _keys(dashboard)
        assert keys.index("machine:blue") == 1 + len(samples.machines().sessions)
        assert keys.index("machine:red") < keys.index("auth@red")
        said = [_text(row) for row in rows if row.whole]
        away = time.strftime("%H:%M", time.localtime(NOW - 5000))
        assert said == [
            "▾ green  6 sessions · here",
            f"▾ blue  2 sessions · away since {away}",
            "▾ red  2 sessions · seen just now",
            "▾ violet.example.org  1 session · unknown",
        ]
        assert dashboard.sessions_pane.rows_wanted == len(rows)
        assert dashboard.session is not None, "the cursor begins on a session"


async def test_a_heading_is_no_session() -> None:
    async with running(core_of(samples.machines())) as (pilot, dashboard):
        await pilot.press("up")
        await settled(pilot)
        assert dashboard.sessions_pane.table.cursor == "machine:green"
        assert (dashboard.session, dashboard.other) == (None, None)
        for key in ("d", "p", "h"):
            await pilot.press(key)
            await settled(pilot)
            assert isinstance(pilot.app.screen, Dashboard), key
        assert "Select a session first." in toasts(pilot)
        await pilot.press("2")
        await settled(pilot)
        assert dashboard.session is not None
        assert dashboard.session.name == dashboard.sessions_pane.shown[1].name


@pytest.mark.parametrize("key", ["enter", "space"])
async def test_headings_fold_what_is_below_them(key: str) -> None:
    core, kept = _remembering(samples.machines(), Habits())
    async with running(core) as (pilot, dashboard):
        dashboard.sessions_pane.table.select("machine:blue")
        await pilot.press(key)
        await until(pilot, lambda: "▸ blue" in on_screen(pilot))
        assert "login-form@blue" not in _keys(dashboard)
        assert dashboard.sessions_pane.rows_wanted == len(_keys(dashboard))
        folded = ("blue",)
        await until(pilot, lambda: kept.calls and kept.calls[-1][1][0].folded_machines == folded)
        await pilot.press(key)
        await until(pilot, lambda: "login-form@blue" in _keys(dashboard))


async def test_whoever_goes_to_a_session_that_is_folded_unfolds_it() -> None:
    core, _ = _remembering(samples.machines(), Habits(folded_machines=("green", "red")))
    async with running(core) as (pilot, dashboard):
        await until(pilot, lambda: "▸ green" in on_screen(pilot))
        assert "auth@red" not in _keys(dashboard)
        await pilot.press("3")
        await settled(pilot)
        assert dashboard.sessions_pane.placed == [], "no number stands there"
        await pilot.press("w")
        await until(pilot, lambda: dashboard.session is not None)
        assert dashboard.session is not None
        assert dashboard.session.needs_somebody
        assert "▾ green" in on_screen(pilot)
        assert "▸ red" in on_screen(pilot)


async def test_a_key_mixes_machines_and_groups_them_again() -> None:
    core, kept = _remembering(samples.machines(), Habits())
    async with running(core) as (pilot, dashboard):
        assert "X mixes the machines" in on_screen(pilot)
        await pilot.press("X")
        await until(pilot, lambda: "machines mixed" in on_screen(pilot))
        assert "Sessions of all machines, mixed" in toasts(pilot)
        assert "X groups them by machine" in on_screen(pilot)
        assert not any(row.whole for row in dashboard.sessions_pane.table.rows)
        await until(pilot, lambda: kept.calls and kept.calls[-1][1][0].machines == "mixed")
        left = kept.calls[-1][1][0]
        await pilot.press("X")
        await until(pilot, lambda: "▾ blue" in on_screen(pilot))
        assert kept.calls[-1][1][0].machines == ""
    core, _ = _remembering(samples.machines(), left)
    async with running(core) as (pilot, dashboard):
        await until(pilot, lambda: "machines mixed" in on_screen(pilot))


async def _says_machines(pilot: Pilot[Any]) -> str:
    await pilot.press("X")
    await until(pilot, lambda: "machines mixed" in on_screen(pilot))
    await settled(pilot)
    return on_screen(pilot)


async def test_mixed_machines_stand_in_a_column_where_there_is_room() -> None:
    async with running(core_of(samples.machines())) as (pilot, _):
        assert "Machine" not in on_screen(pilot).splitlines()[2]
        wide = await _says_machines(pilot)
        assert "Machine" in wide.splitlines()[2]
        assert "login-form@blue" not in wide.split("Preview")[0]
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        narrow = on_screen(pilot)
        assert "Machine" not in narrow.splitlines()[2]
        assert "login-form@blue" in narrow


async def test_every_order_and_filter_holds_in_both_ways() -> None:
    async with running(core_of(samples.machines())) as (pilot, dashboard):
        assert _others(dashboard)[:4] == THEIRS, "what conflicts first"
        await pilot.press("full_stop")
        await until(pilot, lambda: dashboard.order == "name")
        await settled(pilot)
        assert _others(dashboard)[:2] == ["docs@blue", "login-form@blue"]
        await pilot.press("full_stop")
        await until(pilot, lambda: dashboard.order == "age")
        await settled(pilot)
        grouped = ["login-form@blue", "docs@blue", "billing-for-customers@red", "auth@red"]
        assert _others(dashboard)[:4] == grouped, "of which nobody knows the age last"
        await pilot.press("X")
        await settled(pilot)
        assert _others(dashboard) == [
            "billing-for-customers@red",
            "auth@red",
            "login-form@blue",
            "cache@violet.example.org",
            "docs@blue",
        ]
        for keys in ("", "X"):
            await pilot.press(*keys.split(), "slash", *"host:RED", "enter")
            await settled(pilot)
            assert set(_keys(dashboard)) - {"machine:red"} == {"auth@red", THEIRS[3]}
            assert "2 of 12" in on_screen(pilot)
            await pilot.press("escape")
            await settled(pilot)
        await pilot.press("slash", *"host:green", "enter")
        await settled(pilot)
        own = [each.key for each in samples.machines().sessions]
        assert sorted(_keys(dashboard)) == sorted(["machine:green", *own])


async def test_the_cursor_goes_to_a_session_when_its_row_is_filtered_away() -> None:
    async with running(core_of(samples.machines())) as (pilot, dashboard):
        await pilot.press("2", "slash", *"auth", "enter")
        await settled(pilot)
        assert [key for key in _keys(dashboard) if "/" not in key] == [*HEADINGS[::2], "auth@red"]
        assert dashboard.sessions_pane.table.cursor == "auth@red", "a heading took its place"


async def test_without_other_machines_nothing_is_different() -> None:
    alone = samples.machines()
    assert alone.hosts is not None
    for hosts in (None, replace(alone.hosts, sessions=())):
        async with running(core_of(replace(alone, hosts=hosts))) as (pilot, dashboard):
            rows = dashboard.sessions_pane.table.rows
            assert len(rows) == len(alone.sessions)
            assert not any(row.whole or "host" in row.cells for row in rows)
            await pilot.press("X", "space")
            await settled(pilot)
            assert "No session of another machine is known" in toasts(pilot)
            assert "no heading to fold" in toasts(pilot)
            assert "mixed" not in on_screen(pilot)


async def test_a_session_here_that_is_called_as_one_elsewhere_is_another() -> None:
    shown = samples.machines()
    first, *rest = shown.sessions
    odd = replace(shown, sessions=(replace(first, name="auth@red"), *rest))
    async with running(core_of(odd)) as (pilot, dashboard):
        dashboard.sessions_pane.table.select("auth@red")
        await settled(pilot)
        assert dashboard.situation.elsewhere == "auth@red"
        assert dashboard.situation.session is None


def test_a_filter_names_machines() -> None:
    assert of_machine("auth login", "") == "auth login"
    assert of_machine("host:red", "") is None
    assert of_machine("host:RE auth host:d", "red") == "auth"
    assert of_machine("host:red host:blue", "red") is None


def test_presence_is_told_by_our_clock() -> None:
    view = HostsView(Sharing(host="green"), sessions=(samples.elsewhere("red", "a", None),))
    assert listed(None, 3) == ()
    assert listed(replace(view, sessions=()), 3) == ()
    here, other = listed(view, 3)
    assert (here.name, here.sessions, here.presence(NOW)) == ("green", 3, "here")
    assert other.presence(NOW) == "unknown"
    clock = time.strftime("%H:%M", time.localtime(NOW - 7200))
    assert presence_words(NOW - 7200, NOW, present=False) == f"away since {clock}"
    # It was asked for when the lease began; it counts, so that it was heard of since.
    assert presence_words(NOW - 7200, NOW, present=True) == "seen just now"


def test_times_of_others_are_told_by_our_clock() -> None:
    """By what the server compared, else by what arrived while we looked, else not at all."""
    pushed = int(NOW) - 600 + 3600  # ten minutes ago by a clock that is an hour ahead
    red = replace(samples.elsewhere("red", "a", None), pushed=pushed)
    view = HostsView(Sharing(host="green"), sessions=(red, replace(red, host="blue")))
    assert elsewhere_facts(red, NOW)[-1] == ("Shared", "at an unknown time")
    seen = placed_in_time(replace(view, lags=(("red", -3600.4), ("blue", 5.0))), ())
    assert [each.at for each in seen.sessions] == [NOW - 600, NOW + 3005]
    assert elsewhere_facts(seen.sessions[0], NOW)[-1] == ("Shared", "10m ago")
    lease = Lease("blue", present=True, heard=NOW, behind=-3600.0)
    seen = placed_in_time(replace(view, lags=(("blue", 5.0),)), (lease,))
    assert [each.at for each in seen.sessions] == [None, NOW - 600]
    assert seen.leases == (lease,)
