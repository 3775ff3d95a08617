"""When a screen has settled: the one rule for every picture and for every look at the screen.

Nothing is on its way any more (messages, timers about to go off, animations, work in the
background) and the same frame has been drawn twice. What blinks is made to stand still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Final

from textual.app import App
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, TextArea

from tests.support.waiting import Deadline

_SOON: Final = 1.0
"""Seconds; a timer this short is about to change the screen, a longer one ends a toast."""

_ROUND: Final = 0.02


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until the screen has settled.

    Raises:
        AssertionError: When it never did; with what kept it from that.
    """
    late = Deadline()
    before: list[Strip] | None = None
    while True:
        _hold_still(pilot.app)
        await pilot.pause()
        moving = list(_moving(pilot.app))
        frame = None if moving else _frame(pilot.app)  # drawing one costs more than all the rest
        if frame is not None and frame == before:
            return
        if late:
            raise AssertionError(f"the screen never settled: {moving or 'it is drawn on and on'}")
        before = frame
        await asyncio.sleep(_ROUND)


def _hold_still(app: App[Any]) -> None:
    for widget in app.screen.walk_children():
        if isinstance(widget, Input | TextArea):
            widget.cursor_blink = False
            widget._cursor_visible = widget.has_focus


def _frame(app: App[Any]) -> list[Strip]:
    return list(app.screen._compositor.render_strips())


def _moving(app: App[Any]) -> Iterator[str]:
    """What will change the screen by itself."""
    if app.animator._animations or app.animator._scheduled:
        yield "an animation"
    # A worker that waits for the answer of a dialog waits for a person.
    asked = sum(
        each.future is not None and not each.future.done()
        for screen in app.screen_stack
        for each in screen._result_callbacks
    )
    working = [worker for worker in app.workers if not worker.is_finished]
    if len(working) > asked:
        yield f"work: {working}"
    pumps: list[MessagePump] = [app, *app.screen.walk_children(with_self=True)]
    for pump in pumps:
        if pump.message_queue_size or pump._next_callbacks:
            yield f"messages for {pump}"
        timers: list[Any] = list(pump._timers)
        for timer in timers:
            task = timer._task
            due = task is not None and not task.done() and timer._active.is_set()
            if due and timer._repeat is not None and timer._interval <= _SOON:
                yield f"a timer of {pump}: {timer}"
