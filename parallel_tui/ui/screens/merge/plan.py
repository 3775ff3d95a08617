"""Screen of the merge plan: who lands, in which order, who does not, and why."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.fact import known
from parallel_tui.model.landing.arrangement import Arrangement
from parallel_tui.model.landing.plan import LandingPlan, Strategy
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import dataclass
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import hint_of, keys_of
from parallel_tui.ui.present import landing, landing_detail
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.screens.merge.check_screen import CheckScreen
from parallel_tui.ui.screens.merge.checks import CheckDesk
from parallel_tui.ui.screens.merge.detail import DetailScreen
from parallel_tui.ui.screens.merge.facts import base_state, changed, facts
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column

if TYPE_CHECKING:
    from parallel_tui.services.landing.live import LivePlan
    from parallel_tui.ui.cockpit import Cockpit

_ROUND: Final = 1.5
"""Seconds between two looks whether a check was kept elsewhere."""

_OLD: Final = 300.0
"""Seconds after which is looked again, for ages are told in words."""


@dataclass(frozen=True, slots=True)
class MergeParts:
    """What the screen needs of the rest of the program.

    Attributes:
        live: Plans.
        desk: Runs checks.
        open_pair: Shows how two sessions conflict; `None` in the second place is base.
    """

    live: LivePlan
    desk: CheckDesk
    open_pair: Callable[[Pair], None]


class MergeScreen(ListScreen[None]):
    """The plan of landings, kept up to date while it is shown.

    Args:
        cockpit: The dashboard, whose snapshots tell that something has changed.
        parts: What else it needs.
    """

    HEADING = "Merge plan"
    COLUMNS: ClassVar[tuple[Column, ...]] = landing.COLUMNS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "detail", "Detail", key_display="Enter"),
        Binding("K,shift+up", "shift(-1)", "Up", key_display="K"),
        Binding("J,shift+down", "shift(1)", "Down", key_display="J"),
        Binding("space", "take_out", "Out / in", key_display="Space"),
        Binding("c", "check", "Check"),
        Binding("C", "check_all", "Check all"),
        Binding("s", "strategy", "Strategy"),
        Binding("u", "unchecked", "Unchecked too"),
        Binding("r", "reset", "Computed order"),
    ]

    def __init__(self, cockpit: Cockpit, parts: MergeParts) -> None:
        super().__init__()
        self._cockpit, self._parts = cockpit, parts
        self.plan: LandingPlan | None = None
        self.arranged = Arrangement()
        self.strategy: Strategy | None = None
        self.checked = True
        self.failure: ParallelError | None = None
        self._facts: Mapping[str | None, Hashable] = {}
        self._seen: Mapping[str | None, Hashable] = {}
        self._snapshot: Snapshot | None = None
        self._sure = 0
        self._look_due = self._plan_due = self.working = False
        self._stamp = 0
        self._looked_at = 0.0

    def on_mount(self) -> None:
        """Follow what the live view knows, and plan."""
        self.say("Looking at each session …")
        self._parts.desk.listeners.append(self._checks_told)
        self._cockpit.follow(self, self._follow)
        self.set_interval(_ROUND, self._look_for_results)
        self._ask(look=True)

    def on_unmount(self) -> None:
        """Drop what was simulated."""
        self._parts.desk.listeners.remove(self._checks_told)
        self.app.run_worker(ask(self._parts.live.close), group="close", exit_on_error=False)

    # What has changed

    def _follow(self, snapshot: Snapshot | None) -> None:
        self._snapshot = snapshot
        self._facts = facts(snapshot)
        if self._looked_at and self._facts != self._seen:
            self._ask(look=True)
        self._show()

    def _checks_told(self) -> None:
        self._show()
        if not self._parts.desk.doing:
            self._ask(look=True)

    def _look_for_results(self) -> None:
        async def work() -> None:
            stamp = await ask(lambda: self._parts.live.stamp)
            late = self._cockpit.now - self._looked_at > _OLD
            if (stamp != self._stamp or late) and not self.working and self._looked_at:
                self._ask(look=True)

        self.run_worker(work(), group="stamp", exclusive=True, exit_on_error=False)

    # Planning

    def _ask(self, *, look: bool) -> None:
        """Have it planned again, after another look or by the one there is."""
        self._look_due |= look
        self._plan_due = True
        if not self.working:
            self.working = True
            self.run_worker(self._work(), group="plan", exit_on_error=False)

    async def _work(self) -> None:
        try:
            while self._look_due or self._plan_due:
                await self._step()
        finally:
            self.working = False
        self._show()

    async def _step(self) -> None:
        """Look if that is due, and plan; what came meanwhile is for the next step."""
        look, self._look_due, self._plan_due = self._look_due, False, False
        asked = self.arranged
        try:
            if look:
                self._seen, self._looked_at = self._facts, self._cockpit.now or 1.0
                self._stamp = await ask(lambda: self._parts.live.stamp)
                await ask(self._parts.live.look, strategy=self.strategy, checked=self.checked)
            plan = await ask(self._parts.live.plan, order=asked.order, without=asked.out)
        except ParallelError as error:
            self.failure = error
        except Exception as error:
            self.failure = CouldNotLookError(f"{type(error).__name__}: {error}")
            reporting.report(self.app, error)
        else:
            self.failure, self.plan = None, plan
            if asked == self.arranged:
                self._sure = len(plan.order) + len(plan.blocked)
        self._show()

    # What is shown

    def _show(self) -> None:
        if not self.is_mounted:
            return
        state = " · being worked out anew …" if self.working and self.plan is not None else ""
        self.query_one(".frame").border_title = Content(f"{self.HEADING}{state}")
        self.say(*self._notes())
        if self.plan is not None:
            stale = changed(self._seen, self._facts) if self._looked_at else frozenset[str]()
            now = landing.Now(self.arranged, self._sure, stale, self._parts.desk.doing)
            self.show_rows(landing.rows(self.plan, now))
            if self.table.rows:
                self.table.unsettled = False
        if isinstance(top := self.app.screen, DetailScreen):
            top.show_plan()
        self.refresh_bindings()

    def _notes(self) -> list[str]:
        told = [base_state(self._snapshot).words]
        if self.plan is not None:
            told.append(landing.summary(self.plan, self.arranged, checked=self.checked))
            told += self.plan.notes[:1]
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

    # Keys

    def action_shift(self, by: int) -> None:
        """Move the session under the cursor among those that have a place."""
        name = self.table.cursor
        if name is None or self.plan is None:
            return
        before = self.arranged.ranked(self.plan)
        if name not in before:
            taken = name in self.arranged.out
            why = "was taken out: Space takes it in again" if taken else "is not ready"
            self._refuse(f"{name} {why}. Only what is ready has a place.")
            return
        self._arrange(self.arranged.moved(name, by, self.plan))

    def action_take_out(self) -> None:
        """Take the session under the cursor out, or in again."""
        name = self.table.cursor
        if name is None or self.plan is None:
            return
        if name not in self.arranged.out and name not in self.arranged.ranked(self.plan):
            self._refuse(f"{name} is not ready, so it does not land anyway.")
            return
        self._arrange(self.arranged.toggled(name))

    def action_reset(self) -> None:
        """Go back to the computed order of all."""
        self._arrange(Arrangement())

    def _arrange(self, wanted: Arrangement) -> None:
        if self.plan is None or wanted == self.arranged:
            return
        before, now = self.arranged.rows(self.plan), wanted.rows(self.plan)
        same = next((n for n, (a, b) in enumerate(zip(before, now, strict=True)) if a != b), 0)
        self._sure = min(self._sure, same if wanted.order is not None else 0)
        self.arranged = wanted
        self._ask(look=False)
        self._show()

    def action_strategy(self) -> None:
        """Land by the next strategy."""
        now = self.plan.strategy if self.plan is not None else Strategy.MERGE
        every = list(Strategy)
        self.strategy = every[(every.index(self.strategy or now) + 1) % len(every)]
        self._sure = 0
        self._ask(look=True)
        self._show()

    def action_unchecked(self) -> None:
        """Count those in of which it is not known that their tests pass, or not any more."""
        self.checked = not self.checked
        self._sure = 0
        self._ask(look=True)
        self._show()

    def action_check(self) -> None:
        """Show the check of the session under the cursor; run it where there is no result."""
        name = self.table.cursor
        if name is not None and self._can_check():
            self.app.push_screen(CheckScreen(self._cockpit, self._parts.desk, name))

    def action_check_all(self) -> None:
        """Check all of which it is not known how that ends, one after the other."""
        if self.plan is None or not self._can_check():
            return
        todo = [
            name for name in self.arranged.rows(self.plan) if landing.unchecked(name, self.plan)
        ]
        for name in todo:
            self._parts.desk.begin(name)
        if not todo:
            self._refuse("Nothing is left to check: c shows how a check ended.")

    def _can_check(self) -> bool:
        if self.plan is None or self.plan.commands:
            return self.plan is not None
        self._refuse(
            "No command is configured that checks a session's work: set merge.check in "
            ".claude/parallel-config.yml or in your own configuration."
        )
        return False

    def action_detail(self) -> None:
        """Show all about the session under the cursor."""
        name = self.table.cursor
        if name is not None and self.plan is not None:
            self.app.push_screen(DetailScreen(name, lambda: self.plan, self._open_pair))

    def _open_pair(self, name: str, other: str | None) -> None:
        """Show how a session conflicts with another one, or with base."""
        snapshot = self._snapshot
        one = snapshot.session(name) if snapshot else None
        two = snapshot.session(other) if snapshot and other is not None else None
        if snapshot is None or one is None or (other is not None and two is None):
            self._refuse("One of the two is not there any more.")
            return
        keys = {one.key, two.key if two is not None else None}
        pairs = (each.pair for each in known(snapshot.overlaps) or ())
        pair = next((each for each in pairs if set(each) == keys), None)
        if pair is None:
            self._refuse("How these two overlap is not worked out yet.")
            return
        self._parts.open_pair(pair)

    def _refuse(self, why: str) -> None:
        reporting.tell(self.app, why, severity="warning")
