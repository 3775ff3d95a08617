"""Screen with all conditions of one session's landing, and what it conflicts with."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.model.landing.plan import LandingPlan
from parallel_tui.model.text.safe import safe
from parallel_tui.ui import reporting
from parallel_tui.ui.present import landing_detail as detail
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.widgets.columns import Column


class DetailScreen(ListScreen[None]):
    """Evidence for each condition, one a row; Enter on a conflict shows both sides.

    Args:
        name: The session.
        plan: The plan as it is now.
        open_pair: Shows how the session conflicts with another one, or, without one, with base.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = detail.COLUMNS
    MAIN = "open"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Both sides", key_display="Enter"),
    ]

    def __init__(
        self,
        name: str,
        plan: Callable[[], LandingPlan | None],
        open_pair: Callable[[str, str | None], None],
    ) -> None:
        super().__init__()
        self._session, self._plan, self._open_pair = name, plan, open_pair
        self._facts: dict[str, detail.Fact] = {}

    def on_mount(self) -> None:
        """Show it."""
        self.query_one(".frame").border_title = Content(f"Landing of {safe(self._session, 80)}")
        self.show_plan()

    def show_plan(self) -> None:
        """Show it as the plan is now."""
        plan = self._plan()
        if plan is None:
            return
        found = detail.detail(self._session, plan)
        self._facts = {str(place): each for place, each in enumerate(found)}
        self.say(*detail.heading(self._session, plan) or ["This session is gone."])
        self.show_rows(detail.detail_row(key, each) for key, each in self._facts.items())

    def about(self, key: str) -> Content:
        """A condition with all its paths, and what to do."""
        return detail.fact_about(self._facts[key])

    def action_open(self) -> None:
        """Show both sides of the conflict under the cursor."""
        fact = self._facts.get(self.table.cursor or "")
        if fact is None or fact.against is None:
            reporting.tell(self.app, "Enter shows both sides of a conflict; this line is not one.")
            return
        self._open_pair(self._session, fact.against or None)
