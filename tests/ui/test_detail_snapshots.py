"""Pictures of the detail pane and of dialogs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.ui.dialogs.remove import RemoveDialog
from parallel_tui.ui.dialogs.spawn import SpawnDialog
from tests.ui.harness import until
from tests.ui.samples import screen
from tests.ui.showing import Asking, Detailed
from tests.ui.test_detail_pane import DIFF, fill, named
from tests.ui.test_dialogs import CHOICES, LOSSES, plan, removal

Compare = Callable[..., bool]
THEMES = ("textual-dark", "textual-light")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tab", ["preview", "diff", "info"])
def test_tab(snap_compare: Compare, tab: str, theme: str) -> None:
    app = Detailed(theme)

    async def ready(pilot: Pilot[None]) -> None:
        auth = named("auth")
        await fill(pilot, app, auth)
        app.pane_screen = screen()
        app.detail.show_tab(tab)
        app.detail.show_diff(auth.key, DIFF)

    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)


@pytest.mark.parametrize(
    ("size", "theme"), [((80, 24), "textual-dark"), ((60, 15), "textual-light")]
)
def test_spawn(snap_compare: Compare, size: tuple[int, int], theme: str) -> None:
    app = Asking(SpawnDialog(CHOICES, plan, request=SpawnRequest("My F", prompt="a\nb")), theme)

    async def ready(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: not app.screen.query_one("#create", Button).disabled)

    assert snap_compare(app, terminal_size=size, run_before=ready)


@pytest.mark.parametrize("theme", THEMES)
def test_remove(snap_compare: Compare, theme: str) -> None:
    app = Asking(RemoveDialog(removal(*LOSSES)), theme)
    assert snap_compare(app, terminal_size=(80, 24), press=["space"])
