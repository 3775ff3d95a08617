"""Keep one look at sessions and base, so that plans of it cost little."""

from __future__ import annotations

import threading

from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from parallel_tui.model.landing.plan import LandingPlan, Strategy
    from parallel_tui.model.landing.readiness import SeenWork
    from parallel_tui.services.landing.outlook import Outlook
    from parallel_tui.services.landing.plan import LandingPlanner


class LivePlan:
    """Plans of the newest look. Thread-safe; `close` ends it.

    Args:
        planner: Looks.
    """

    def __init__(self, planner: LandingPlanner) -> None:
        self._planner = planner
        self._lock = threading.Lock()
        self._outlook: Outlook | None = None
        self._closed = False

    @property
    def stamp(self) -> int:
        """A number that changes whenever a check was kept."""
        return self._planner.readiness.checks.kept.stamp

    def look(
        self,
        *,
        strategy: Strategy | None,
        checked: bool,
        resolved: bool = False,
        seen: SeenWork | None = None,
    ) -> None:
        """Look again; the former look is dropped once this one has worked.

        Args:
            strategy: How sessions are landed; as configured by default.
            checked: Whether only those are ready whose tests are known to pass.
            resolved: Whether conflicts land as they were resolved before.
            seen: What a live view knows already.

        Raises:
            ParallelError: As for `LandingPlanner.outlook`.
        """
        with self._lock:
            self._demand_open()
            former = self._outlook
            fresh = self._planner.outlook(
                strategy=strategy, checked=checked, resolved=resolved, former=former, seen=seen
            )
            if former is not None and former.trial is not fresh.trial:
                former.close()
            self._outlook = fresh

    def plan(
        self, *, order: Sequence[str] | None = None, without: Collection[str] = ()
    ) -> LandingPlan:
        """A plan of the newest look.

        Args:
            order: Names in the order that was set by hand, what is ready and not named behind
                them; computed by default.
            without: Names of sessions that are left out.

        Raises:
            RefusedError: When nothing was looked at yet.
        """
        with self._lock:
            self._demand_open()
            if self._outlook is None:
                raise RefusedError("Nothing was looked at yet")
            return self._outlook.plan(order=order, rest=True, without=without)

    def close(self) -> None:
        """Delete all temporary objects; nothing is planned any more."""
        with self._lock:
            self._closed = True
            if self._outlook is not None:
                self._outlook.close()
                self._outlook = None

    def _demand_open(self) -> None:
        if self._closed:
            raise RefusedError("The plan was closed")
