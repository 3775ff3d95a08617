"""Screen of the merge plan: who lands, in which order, who does not, and why."""

from __future__ import annotations

from typing import Final

from parallel_tui.model.fact import known
from parallel_tui.model.landing.arranged import ArrangedLandings
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.ui import reporting
from parallel_tui.ui.present import landing
from parallel_tui.ui.screens.merge.check_screen import CheckScreen
from parallel_tui.ui.screens.merge.detail import DetailScreen
from parallel_tui.ui.screens.merge.kept import KeptPlanScreen

_ARRANGING: Final = frozenset(
    {
        "shift",
        "take_out",
        "reset",
        "strategy",
        "unchecked",
        "resolved",
        "check",
        "check_all",
        "land",
    }
)


class MergeScreen(KeptPlanScreen):
    """The plan of landings: arranged by hand, checked, looked into."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is arranged while sessions are being landed."""
        return action not in _ARRANGING or not self.running

    def action_shift(self, by: int) -> None:
        """Move the session under the cursor among those that have a place."""
        name = self.table.cursor
        if name is None or self.plan is None:
            return
        before = self.arranged.ranked(self.plan)
        if name not in before:
            taken = name in self.arranged.out
            why = "was taken out: Space puts it back" if taken else "is not ready"
            self._refuse(f"{name} {why}. Only sessions that are ready have a place in the order.")
            return
        self._arrange(self.arranged.moved(name, by, self.plan))

    def action_take_out(self) -> None:
        """Take the session under the cursor out, or in again."""
        name = self.table.cursor
        if name is None or self.plan is None:
            return
        if name not in self.arranged.out and name not in self.arranged.ranked(self.plan):
            self._refuse(f"{name} is not ready, so it would not land anyway.")
            return
        self._arrange(self.arranged.toggled(name))

    def action_reset(self) -> None:
        """Go back to the computed order of all."""
        self._arrange(ArrangedLandings())

    def _arrange(self, wanted: ArrangedLandings) -> None:
        if self.plan is None or wanted == self.arranged:
            return
        self.sure = min(self.sure, self.arranged.alike(wanted, self.plan))
        self.arranged, self.outcome = wanted, []
        self.ask_again(look=False)
        self.show()

    def action_strategy(self) -> None:
        """Land by the next strategy."""
        now = self.plan.strategy if self.plan is not None else Strategy.MERGE
        every = list(Strategy)
        self.strategy = every[(every.index(self.strategy or now) + 1) % len(every)]
        self.sure = 0
        self.ask_again(look=True)
        self.show()

    def action_unchecked(self) -> None:
        """Count those in of which it is not known that their tests pass, or not any more."""
        self.checked = not self.checked
        self.sure = 0
        self.ask_again(look=True)
        self.show()

    def action_resolved(self) -> None:
        """Count those in whose every conflict was resolved before, or not any more."""
        self.resolved = not self.resolved
        self.sure = 0
        self.ask_again(look=True)
        self.show()

    def action_check(self) -> None:
        """Show the check of the session under the cursor; run it where there is no result."""
        name = self.table.cursor
        if name is not None and self._can_check():
            self.app.push_screen(CheckScreen(self.cockpit, self.parts.desk, name))

    def action_check_all(self) -> None:
        """Check all of which it is not known how that ends, one after the other."""
        if self.plan is None or not self._can_check():
            return
        todo = [
            name for name in self.arranged.rows(self.plan) if landing.unchecked(name, self.plan)
        ]
        for name in todo:
            self.parts.desk.begin(name)
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
        snapshot = self.snapshot
        one = snapshot.session(name) if snapshot else None
        two = snapshot.session(other) if snapshot and other is not None else None
        if snapshot is None or one is None or (other is not None and two is None):
            self._refuse("One of the two is not there any more.")
            return
        keys = {one.key, two.key if two is not None else None}
        pairs = (each.pair for each in known(snapshot.overlaps) or ())
        pair = next((each for each in pairs if set(each) == keys), None)
        if pair is None:
            self._refuse("How these two overlap is still being worked out.")
            return
        self.parts.open_pair(pair)

    def _refuse(self, why: str) -> None:
        reporting.tell(self.app, why, severity="warning")
