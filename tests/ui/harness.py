"""The dashboard on a hand-fed live view."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from textual.pilot import Pilot

from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.app import ParallelApp
from parallel_tui.ui.dashboard.screen import Dashboard
from tests.support.waiting import Deadline
from tests.ui.fake_engine import FakeCore, FakeEngine
from tests.ui.samples import screen
from tests.ui.settling import settled

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


FULL_COLOUR: Final = {"COLORTERM": "truecolor"}


def app_of(
    core: FakeCore, *, theme: str | None = None, env: Mapping[str, str] = FULL_COLOUR
) -> ParallelApp:
    """The real app on a fake core."""
    return ParallelApp(lambda: cast("Core", core), theme_name=theme, env=env)


def core_of(snapshot: Snapshot) -> FakeCore:
    """A core whose live view shows a snapshot."""
    return FakeCore(FakeEngine(snapshot))


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the live view has started and everything it told is on screen."""
    app = pilot.app
    assert isinstance(app, ParallelApp)
    await until(pilot, lambda: app.engine is not None)
    await settled(pilot)


async def with_screen(pilot: Pilot[int]) -> None:
    """Settle, with a window's screen in the preview."""
    await settle(pilot)
    app = pilot.app
    assert isinstance(app, ParallelApp)
    app._publish_screen(screen())
    await settled(pilot)


@asynccontextmanager
async def running(
    core: FakeCore, *, size: tuple[int, int] = (120, 40), theme: str | None = None
) -> AsyncIterator[tuple[Pilot[int], Dashboard]]:
    """The dashboard, settled."""
    app = app_of(core, theme=theme)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot, app.dashboard


def later(pilot: Pilot[Any], seconds: float = 60.0) -> None:
    """Let time pass for what is told: the first seconds are over."""
    app = pilot.app
    assert isinstance(app, ParallelApp)
    before = app.steady
    app.steady = lambda: before() + seconds


def toasts(pilot: Pilot[Any]) -> str:
    """The text of all toasts so far."""
    return "\n".join(note.message for note in pilot.app._notifications)


def on_screen(pilot: Pilot[Any]) -> str:
    """All that is written to the terminal for the present screen, as text."""
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in lines)


async def until(pilot: Pilot[Any], probe: Callable[[], object]) -> None:
    """Wait for a condition; when it never comes true, show toasts and screen."""
    late = Deadline()
    while not probe():
        if late:
            raise AssertionError(f"never came true; toasts: {toasts(pilot)}\n{on_screen(pilot)}")
        await pilot.pause(0.01)
