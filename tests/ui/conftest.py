"""Pictures are taken of a screen that has settled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.ui.legible import faults
from tests.ui.settling import settled

Compare = Callable[..., bool]


@pytest.fixture
def snap_compare(snap_compare: Compare) -> Compare:
    """The plugin's fixture, which waits for the screen before it looks and after each key."""

    def compare(
        app: App[Any],
        *,
        press: Iterable[str] = (),
        terminal_size: tuple[int, int] = (80, 24),
        run_before: Callable[[Pilot[Any]], Awaitable[None]] | None = None,
    ) -> bool:
        async def before(pilot: Pilot[Any]) -> None:
            await settled(pilot)
            if run_before is not None:
                await run_before(pilot)
            for key in press:
                await settled(pilot)
                await pilot.press(key)
            await settled(pilot)
            assert faults(pilot.app) == []

        return snap_compare(app, terminal_size=terminal_size, run_before=before)

    return compare
