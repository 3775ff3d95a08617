"""Commands that land sessions on base."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from parallel_tui.model.lazy import Later
from parallel_tui.model.overlap.pairs import Pair
from parallel_tui.model.scope import PROOFS, Scope
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import SESSIONS, Command, ready
from parallel_tui.ui.controllers.work import CommandWork

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.bootstrap.landing.plans import LandingParts
    from parallel_tui.engine.engine import Engine
    from parallel_tui.ui.screens.merge.checks import CheckDesk


class LandingCommands:
    """Shows the merge plan, from which sessions are checked and landed.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
        engine: The live view, which knows the details of a pair.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork, engine: Engine) -> None:
        self._cockpit, self._core = cockpit, core
        self._work, self._engine = work, engine
        self._made: tuple[LandingParts, CheckDesk] | None = None

    def plan(self) -> None:
        """Show what can land on base, and in which order."""
        from parallel_tui.ui.screens.merge.kept import MergeParts
        from parallel_tui.ui.screens.merge.landing import LandingScreen

        parts, desk = self._parts()
        lander: Any = Later(lambda: parts.lander)
        needed = MergeParts(parts.live(), desk, lander, self._open_pair, self._look_again)
        self._cockpit.push(LandingScreen(self._cockpit, needed))

    def _look_again(self, scopes: Iterable[Scope]) -> None:
        self._work.look_again(*scopes)

    def _parts(self) -> tuple[LandingParts, CheckDesk]:
        from parallel_tui.bootstrap.landing import plans
        from parallel_tui.ui.screens.merge.checks import CheckDesk

        if self._made is None:
            parts = plans.LandingParts(self._core)
            checker: Any = Later(lambda: parts.checker)
            self._made = parts, CheckDesk(self._cockpit, checker)
            self._made[1].listeners.append(lambda: self._look_again((PROOFS,)))
        return self._made

    def _open_pair(self, pair: Pair) -> None:
        from parallel_tui.ui.screens.pair import PairScreen

        self._cockpit.push(PairScreen(self._cockpit, self._engine, pair))


def _plan(here: LandingCommands, _: Situation) -> None:
    here.plan()


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "merge-plan",
        "m",
        "Merge plan",
        "Show what can land on base, in which order, and why not the rest.",
        SESSIONS,
        LandingCommands,
        _plan,
        ready,
    ),
)
