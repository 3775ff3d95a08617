"""What sessions use of the machine, on a hand-fed live view: what is shown, and what ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from textual.pilot import Pilot

from parallel_tui.model.machine.load import Machine
from parallel_tui.model.machine.ports import PortGrant
from parallel_tui.model.machine.slots import Line, Ticket
from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.window import Resources
from tests.ui import samples
from tests.ui.fake_engine import FakeCore
from tests.ui.harness import app_of, core_of, on_screen, running, toasts, until, with_screen
from tests.ui.settling import settled

GIB = 1 << 30
GRANT = PortGrant(
    samples.key("auth"), "/r", "auth", (("web", 3001), ("api", 8001)), "myapp-auth", "myapp_auth"
)
RUNS = Ticket("test", 1, 1, 71, "auth", "pytest -q [x]", asked=1.0, begun=samples.NOW - 180)
LINES = (
    Line("build", 2),
    Line("test", 1, (RUNS, Ticket("test", 2, 1, 72, "api", "make test", asked=2.0))),
)
BUSY = MachineView(Machine(2, 7.9, 8 * GIB, GIB // 2), LINES, (GRANT,))
TREND = (0, 5, 20, 90, 180, 160, 30, 4)


def shared_out() -> Snapshot:
    """The usual afternoon, with a busy machine."""
    usual = samples.typical()
    sessions = tuple(
        replace(
            each,
            resources=Resources(
                164, 420 << 20, 7, 3 << 20, cpu_trend=TREND, memory_trend=(300, 410, 420)
            ),
        )
        if each.name == "auth"
        else each
        for each in usual.sessions
    )
    return replace(usual, sessions=sessions, machine=BUSY)


class Stopping:
    """Stands for what ends processes: the first is stubborn."""

    def __init__(self) -> None:
        self.uses_now = [
            ProcessUse(4711, "9", "node server.js [x]", 150, 300 << 20, 0, "@1"),
            ProcessUse(4000, "8", "zsh", 0, 4 << 20, 0, "@1", first=True),
        ]
        self.told: list[tuple[int, bool]] = []

    def uses(self, windows: object) -> tuple[ProcessUse, ...]:
        return tuple(self.uses_now)

    def stop(self, process: ProcessUse, *, kill: bool = False) -> bool:
        self.told.append((process.pid, kill))
        if kill:
            self.uses_now = [each for each in self.uses_now if each.pid != process.pid]
        return kill


def _core(stopping: Stopping) -> FakeCore:
    core = core_of(shared_out())
    cast(Any, core).machine = SimpleNamespace(stopper=stopping)
    return core


async def test_the_header_has_the_load_and_info_what_a_session_has() -> None:
    async with running(core_of(shared_out()), size=(160, 45)) as (pilot, dashboard):
        assert "load 7.9/2" in str(dashboard.query_one("#header").render())
        dashboard.select_session("auth")
        await pilot.press("i")
        await until(pilot, lambda: "test: runs: pytest -q [x]" in on_screen(pilot))
        shown = on_screen(pilot)
        assert "web 3001, api 8001" in shown
        assert "up to 180% CPU" in shown


async def test_a_process_is_ended_after_a_question_and_killed_after_another() -> None:
    stopping = Stopping()
    async with running(_core(stopping)) as (pilot, dashboard):
        dashboard.select_session("auth")
        await pilot.press("percent_sign")
        line = "Slot test, 1 at once: auth `pytest -q [x]` 3m"
        await until(pilot, lambda: line in on_screen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "node server.js [x]" in on_screen(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "End this process?" in on_screen(pilot))
        await pilot.press("n")
        await settled(pilot)
        assert stopping.told == []
        await pilot.press("x")
        await until(pilot, lambda: "End this process?" in on_screen(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "Kill it?" in on_screen(pilot))
        await pilot.press("y")
        await until(pilot, lambda: "Process 4711 ended." in toasts(pilot))
        assert stopping.told == [(4711, False), (4711, True)]
        await until(pilot, lambda: "node" not in on_screen(pilot))


def test_machine(snap_compare: Callable[..., bool]) -> None:
    """Each session's use with its last minutes, its slots and ports; the machine's line above."""

    async def before(pilot: Pilot[int]) -> None:
        await with_screen(pilot)
        await pilot.press("percent_sign")
        await settled(pilot)

    assert snap_compare(app_of(core_of(shared_out())), run_before=before, terminal_size=(120, 30))
