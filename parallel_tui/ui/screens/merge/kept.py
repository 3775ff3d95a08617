"""A plan of landings that is kept up to date while it is shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar, Final

from textual.content import Content
from textual.timer import Timer

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.landing_words import driver_words
from parallel_tui.model.landing.arranged import ArrangedLandings
from parallel_tui.model.landing.plan import LandingPlan, Strategy
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.scope import Scope
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import hint_of, keys_of
from parallel_tui.ui.present import landing, landing_detail
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.screens.merge.checks import CheckDesk
from parallel_tui.ui.screens.merge.detail import DetailScreen
from parallel_tui.ui.screens.merge.facts import base_state, changed, facts, seen_work
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column, Span

if TYPE_CHECKING:
    from parallel_tui.services.landing.live import LivePlan
    from parallel_tui.services.landing.running.run import Lander
    from parallel_tui.ui.cockpit import Cockpit

_ROUND: Final = 1.5
"""Seconds between two looks whether a check was kept elsewhere."""

_REST: Final = 0.3
"""Least seconds between two looks because of news: agents edit all the time."""

_PARTING: Final = 1.0
"""Seconds for dropping what was simulated."""

_OLD: Final = 300.0
"""Seconds after which is looked again, for ages are told in words."""


@dataclass(frozen=True, slots=True)
class MergeParts:
    """What the screen needs of the rest of the program.

    Attributes:
        live: Plans.
        desk: Runs checks.
        lander: Lands.
        open_pair: Shows how two sessions conflict; `None` in the second place is base.
        ended: Called after anything may have landed, with what to look at again.
    """

    live: LivePlan
    desk: CheckDesk
    lander: Lander
    open_pair: Callable[[Pair], None]
    ended: Callable[[Iterable[Scope]], None]


class KeptPlanScreen(ListScreen[None]):
    """Looks and plans in the background whenever something has changed, and shows what came of it.

    Args:
        cockpit: The dashboard, whose snapshots tell that something has changed.
        parts: What else it needs.
    """

    HEADING = "Merge plan"
    COLUMNS: ClassVar[tuple[Column, ...]] = landing.COLUMNS

    def __init__(self, cockpit: Cockpit, parts: MergeParts) -> None:
        super().__init__()
        self.cockpit, self.parts = cockpit, parts
        self.plan: LandingPlan | None = None
        self.arranged = ArrangedLandings()
        self.strategy: Strategy | None = None
        self.checked = True
        self.resolved = False
        """Whether conflicts land as they were resolved before."""
        self.failure: ParallelError | None = None
        self.running = False
        """Whether sessions are being landed; nothing is planned meanwhile."""
        self.outcome: list[str] = []
        self.steps: dict[str, tuple[Span, Span]] = {}
        self._facts: Mapping[str | None, object] = {}
        self._seen: Mapping[str | None, object] = {}
        self.snapshot: Snapshot | None = None
        self.sure = 0
        self._look_due = self._plan_due = self.working = False
        self._stamp = 0
        self._looked_at = 0.0
        self._rest_until = 0.0
        self._soon: Timer | None = None

    def on_mount(self) -> None:
        """Follow what the live view knows, and plan."""
        self.say("Looking at each session …")
        self.parts.desk.listeners.append(self._checks_told)
        self.cockpit.follow(self, self._follow)
        self.set_interval(_ROUND, self._look_for_results)
        self.ask_again(look=True)

    async def on_unmount(self) -> None:
        """Drop what was simulated, also when the program closes, which waits no longer for that."""
        self.parts.desk.listeners.remove(self._checks_told)
        with suppress(TimeoutError):
            await asyncio.wait_for(ask(self.parts.live.close), _PARTING)

    # What has changed

    def _follow(self, snapshot: Snapshot | None) -> None:
        self.snapshot = snapshot
        self._facts = facts(snapshot)
        if self._looked_at and self._facts != self._seen:
            self._ask_soon()
        self.show()

    def _ask_soon(self) -> None:
        """Have it looked at again, but never more than a third of the time."""
        rest = self._rest_until - time.monotonic()
        if rest <= 0:
            self.ask_again(look=True)
        elif self._soon is None:

            def due() -> None:
                self._soon = None
                if self._facts != self._seen:
                    self.ask_again(look=True)

            self._soon = self.set_timer(rest, due)

    def _checks_told(self) -> None:
        self.show()
        if not self.parts.desk.doing:
            self.ask_again(look=True)

    def _look_for_results(self) -> None:
        async def work() -> None:
            stamp = await ask(lambda: self.parts.live.stamp)
            late = self.cockpit.now - self._looked_at > _OLD
            if (stamp != self._stamp or late) and not self.working and self._looked_at:
                self.ask_again(look=True)

        self.run_worker(work(), group="stamp", exclusive=True, exit_on_error=False)

    # Planning

    def ask_again(self, *, look: bool) -> None:
        """Have it planned again, after another look or by the one there is."""
        self._look_due |= look
        self._plan_due = True
        if not self.working and not self.running:
            self.working = True
            self.run_worker(self._work(), group="plan", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while (self._look_due or self._plan_due) and not self.running:
                await self._step()
        finally:
            self.working = False
        self.show()

    async def _step(self) -> None:
        """Look if that is due, and plan; what came meanwhile is for the next step."""
        look, self._look_due, self._plan_due = self._look_due, False, False
        asked = self.arranged
        try:
            if look:
                self._seen, self._looked_at = self._facts, self.cockpit.now or 1.0
                self._stamp = await ask(lambda: self.parts.live.stamp)
                began = time.monotonic()
                await ask(
                    self.parts.live.look,
                    strategy=self.strategy,
                    checked=self.checked,
                    resolved=self.resolved,
                    seen=seen_work(self.snapshot),
                )
                took = time.monotonic() - began
                self._rest_until = time.monotonic() + max(_REST, 2 * took)
            plan = await ask(self.parts.live.plan, order=asked.order, without=asked.out)
        except ParallelError as error:
            self.failure = error
        except Exception as error:
            self.failure = CouldNotLookError(f"{type(error).__name__}: {error}")
            reporting.report(self.app, error)
        else:
            self.failure, self.plan = None, plan
            self.sure = asked.alike(self.arranged, plan)
        self.show()

    # What is shown

    @property
    def settled(self) -> bool:
        """Whether the plan is of what is arranged; a change since then is the service's to find."""
        return self.plan is not None and self.sure >= len(self.plan.order) + len(self.plan.blocked)

    def show(self) -> None:
        """Show the plan, what is arranged, and what is going on."""
        if not self.is_mounted:
            return
        state = " · being worked out again …" if self.working and self.plan is not None else ""
        self.query_one(".frame").border_title = Content(f"{self.HEADING}{state}")
        self.say(*self._notes())
        if self.plan is not None:
            stale = changed(self._seen, self._facts) if self._looked_at else frozenset[str]()
            proofs = self.snapshot.proofs if self.snapshot is not None else None
            now = landing.PlanMoment(
                self.arranged, self.sure, stale, self.parts.desk.doing, self.steps, proofs
            )
            self.show_rows(landing.rows(self.plan, now))
            if self.table.rows:
                self.table.unsettled = False
        if isinstance(top := self.app.screen, DetailScreen):
            top.show_plan()
        self.refresh_bindings()

    def _notes(self) -> list[str]:
        if self.running:
            return ["Landing. Esc stops before the next session.", *self.outcome]
        base = base_state(self.snapshot)
        told = [*self.outcome, *([base.words] if base.known or self.failure is None else [])]
        if self.plan is not None:
            told.append(landing.summary(self.plan, self.arranged, checked=self.checked))
            told += self.plan.notes[:1]
            told += [words] if (words := driver_words(self.plan)) else []
        elif self.failure is None:
            told.append("Looking at each session …")
        if self.failure is not None:
            hint = hint_of(self.failure, keys_of(self.app)).replace("\n", " ")
            was = "; below is the plan before" if self.plan is not None else ""
            told.append(f"{self.failure.title}: {self.failure.message}{was}")
            told += [hint] if hint else []
        return told

    def about(self, key: str) -> Content:
        """All that is known of a session's landing."""
        return landing_detail.about(key, self.plan) if self.plan is not None else Content("")
