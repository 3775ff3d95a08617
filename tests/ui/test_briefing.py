"""Agents' briefs are kept while the dashboard runs."""

from __future__ import annotations

import pytest

from parallel_tui.errors import RefusedError
from parallel_tui.record import replace
from parallel_tui.ui.controllers import briefing
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import running, toasts, until
from tests.ui.settling import settled


def _kept(core: FakeCore) -> int:
    return len(core.briefs.calls)


async def test_they_follow_what_is_predicted_and_a_failure_is_told_once() -> None:
    shown = samples.overlapping()
    assert isinstance(shown.overlaps, tuple)
    failing = Recorder(keep=RefusedError("the folder is a link"))
    core = FakeCore(FakeEngine(replace(shown, overlaps=())), briefs=failing)
    async with running(core) as (pilot, _):
        await until(pilot, lambda: _kept(core) == 1)
        core.live.publish(replace(shown, overlaps=(), paused=True))
        await settled(pilot)
        stale = tuple(replace(each, stale=True) for each in shown.overlaps)
        core.live.publish(replace(shown, overlaps=stale))
        await settled(pilot)
        assert _kept(core) == 1, "nothing is new, and nothing is known"
        fresh = tuple(replace(each, stale=False) for each in shown.overlaps if each.level)
        core.live.publish(replace(shown, overlaps=fresh))
        await until(pilot, lambda: _kept(core) == 2)
        await pilot.app.workers.wait_for_complete()
        assert toasts(pilot).count("Agents cannot be told of other sessions' changes") == 1


@pytest.mark.parametrize("whole", [True, False])
async def test_what_stands_is_dated_anew_and_what_failed_tried_again(
    monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    shown = samples.overlapping()
    assert isinstance(shown.overlaps, tuple)
    fresh = tuple(replace(each, stale=False) for each in shown.overlaps if each.level)
    core = FakeCore(FakeEngine(replace(shown, overlaps=())), briefs=Recorder(keep=whole))
    async with running(core) as (pilot, _):
        await until(pilot, lambda: _kept(core) == 1)
        monkeypatch.setattr(briefing, "_ANEW" if whole else "_AGAIN", 0.01)
        core.live.publish(replace(shown, overlaps=fresh))
        await until(pilot, lambda: _kept(core) >= 4)
