"""The screen that starts a team: every step is seen before anything is made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from textual.widgets import Static, TextArea

from parallel_tui.errors import RefusedError
from parallel_tui.model.scope import TOPOLOGY
from parallel_tui.model.team.preflight import Expected
from parallel_tui.model.team.presets import preset
from parallel_tui.model.team.steps import Existing, TeamPlan, plan
from parallel_tui.model.team.team import Team
from parallel_tui.record import replace
from parallel_tui.services.receipt import TeamStarted
from parallel_tui.services.team.choosing import TeamChoice
from parallel_tui.services.team.planning import Prospect
from parallel_tui.ui.screens.team import TeamScreen
from tests.support.waiting import eventually
from tests.ui.harness import core_of, running, until
from tests.ui.samples import typical

NAMED = {"mine": preset("layer"), "bad": "config.yml, line 3: [bold]wrong[/bold]"}


class Starter:
    """Plans as it is done, and starts nothing."""

    def __init__(self, change: Callable[[TeamPlan], TeamPlan] = lambda each: each) -> None:
        self.change = change
        self.gate = threading.Event()
        self.started: list[TeamPlan] = []
        self.fails: Exception | None = None

    def look(self, team: Team | None) -> Prospect:
        assert team is not None
        return Prospect(self.change(plan(team, Existing())), team)

    def demand_possible(self, prospect: Prospect) -> None:
        """Nothing is in the way."""

    def start(self, prospect: Prospect, tell: Any, stopped: Any) -> TeamStarted:
        self.started.append(prospect.plan)
        tell(1, len(prospect.plan.steps), prospect.plan.steps[0].words)
        eventually(self.gate.is_set)
        if stopped():
            raise RefusedError("Stopped before step 2", hint="One [x].\nTwo.")
        if self.fails is not None:
            raise self.fails
        return TeamStarted(
            "Started layer: 4 sessions", scopes=(TOPOLOGY,), warnings=("[x] odd",),
            steps=(), sessions=(), id="up-1",
        )  # fmt: skip


def teams(starter: Starter) -> Any:
    """The parts of a core that start teams."""
    files: Any = SimpleNamespace(named=lambda: NAMED)
    return SimpleNamespace(choice=TeamChoice(files), starter=starter)


def text(screen: TeamScreen, what: str) -> str:
    return str(screen.query_one(what, Static).render())


async def opened(pilot: Any) -> TeamScreen:
    await pilot.press("N")
    await until(pilot, lambda: isinstance(pilot.app.screen, TeamScreen))
    screen = pilot.app.screen
    assert isinstance(screen, TeamScreen)
    await until(pilot, lambda: screen.phase == "ready")
    return screen


def expects(found: TeamPlan) -> TeamPlan:
    return replace(found, expected=(Expected("data-layer", "presentation", ("both [red]",)),))


async def test_nothing_starts_before_its_steps_are_seen_and_enter_is_pressed() -> None:
    core: Any = core_of(typical())
    starter = Starter(expects)
    core.teams = teams(starter)
    async with running(core) as (pilot, _):
        screen = await opened(pilot)
        about = text(screen, "#list-about")
        assert "start data-layer on feature/data-layer" in about
        assert "data-layer and presentation may overlap:" in about
        assert "both [red]" in about
        assert not starter.started
        await pilot.press("enter")
        await until(pilot, lambda: "Step 1 of 5" in text(screen, ".note"))
        await pilot.press("enter", "f", "j")
        starter.gate.set()
        await until(pilot, lambda: screen.phase == "ended")
        assert len(starter.started) == 1
        assert "pdev undo up-1" in text(screen, ".note")
        assert "✓ start data-layer" in text(screen, "#list-about")
        assert "! [x] odd" in text(screen, "#list-about")
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, TeamScreen))


async def test_escape_stops_a_run_before_its_next_step() -> None:
    core: Any = core_of(typical())
    starter = Starter()
    core.teams = teams(starter)
    async with running(core, size=(80, 24)) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(starter.started))
        await pilot.press("escape")
        starter.gate.set()
        await until(pilot, lambda: screen.phase == "ended")
        assert "Stopped before" in text(screen, "#list-about")
        assert "One [x].\nTwo.\n" in text(screen, "#list-about")
        assert "what was made stays" in text(screen, ".note")

        # Once more: that it was stopped before is over.
        await pilot.press("down", "up")
        await until(pilot, lambda: screen.phase == "ready")
        await pilot.press("enter")
        await until(pilot, lambda: screen.phase == "ended")
        assert "Started layer" in text(screen, ".note")


async def test_what_is_in_the_way_is_shown_and_cannot_be_started() -> None:
    core: Any = core_of(typical())
    starter = Starter(lambda each: replace(each, problems=("[x]: its directory is gone",)))
    core.teams = teams(starter)
    async with running(core) as (pilot, _):
        await pilot.press("N")
        await until(pilot, lambda: isinstance(pilot.app.screen, TeamScreen))
        screen: Any = pilot.app.screen
        await until(pilot, lambda: "[x]: its directory is gone" in text(screen, "#list-about"))
        await pilot.press("enter")
        await pilot.press("down")
        await until(pilot, lambda: "[bold]wrong[/bold]" in text(screen, "#list-about"))
        assert not starter.started


async def test_bugs_are_typed_one_a_line() -> None:
    core: Any = core_of(typical())
    core.teams = teams(Starter())
    async with running(core, size=(80, 24)) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.focused, TextArea))
        await pilot.press(*"slow: it is", "enter", *"other one", "ctrl+s")
        await until(pilot, lambda: "fix-other-one" in text(screen, "#list-about"))
        assert "start fix-slow on fix/slow" in text(screen, "#list-about")


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["wide", "small"])
def test_how_it_looks(size: tuple[int, int], snap_compare: Any) -> None:
    from tests.ui.harness import app_of

    core: Any = core_of(typical())
    core.teams = teams(Starter(expects))

    async def before(pilot: Any) -> None:
        from tests.ui.harness import settle

        await settle(pilot)
        await opened(pilot)

    assert snap_compare(app_of(core), terminal_size=size, run_before=before)
