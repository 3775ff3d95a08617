"""Sessions of other machines as rows of the list."""

from __future__ import annotations

from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import HostsView, Sharing
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.record import replace
from parallel_tui.ui.present.beside import ALONE
from parallel_tui.ui.present.elsewhere import elsewhere_row, matches_elsewhere
from parallel_tui.ui.screens.matrix import MatrixScreen
from parallel_tui.ui.widgets.matrix_view import MatrixView
from tests.ui import samples
from tests.ui.harness import core_of, running, toasts
from tests.ui.settling import settled

AUTH = SharedSession(
    *("red", "auth", "1" * 40, "2" * 40, "3" * 40), branch="feature/login", mode=ShareMode.WORK
)


def test_the_filter_finds_machines() -> None:
    for wanted in ("", "auth", "auth@red", "host:red", "HOST:RED login", "host:re", "elsewhere"):
        assert matches_elsewhere(AUTH, wanted), wanted
    for wanted in ("host:auth", "host:green", "api", "auth host:green"):
        assert not matches_elsewhere(AUTH, wanted), wanted


def _said(each: SharedSession, rivals: tuple[str, ...] = ()) -> dict[str, str]:
    row = elsewhere_row(each, replace(ALONE, rivals=rivals), 60.0)
    return {name: "".join(text for text, _ in cell) for name, cell in row.cells.items()}


def test_a_row_says_whose_it_is_and_what_is_known() -> None:
    assert _said(AUTH)["name"] == "auth@red"
    assert _said(AUTH)["work"] == "clean"
    assert _said(replace(AUTH, dirty=True))["work"] == "edited"
    assert _said(replace(AUTH, mode=ShareMode.COMMITS))["work"] == "?", "it is not shared"
    assert _said(AUTH, ("api", "web"))["lands"] == "⚠ 2 conflicts"
    assert "\x1b" not in "".join(_said(replace(AUTH, branch="\x1b]0;x", name="\x1b[2J")).values())


async def test_sessions_of_other_machines_stand_below_those_of_this_one() -> None:
    snapshot = samples.sharing()
    own = snapshot.sessions[1]
    view = HostsView(Sharing(ShareMode.WORK, "origin", "green", "c"), sessions=(AUTH,))
    meets = Overlap(own.key, AUTH.key, Verdict(Level.CONFLICT))
    snapshot = replace(snapshot, hosts=view, overlaps=(meets,))
    async with running(core_of(snapshot)) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        assert table.rows[-1].key == "auth@red"
        table.select("auth@red")
        await settled(pilot)
        await pilot.press("h")
        await settled(pilot)
        assert "auth@red is on another machine; do that there" in toasts(pilot)
        await pilot.press("o")
        await settled(pilot)
        assert isinstance(pilot.app.screen, MatrixScreen)
        grid = pilot.app.screen.query_one(MatrixView).grid
        assert grid.names[-1] == "auth@red"
