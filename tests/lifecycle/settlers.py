"""Every verb that changes worktrees, called so that it does nothing but enter.

Each is asked for what it has to refuse, or for nothing: what it finds half done it settles first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

from parallel_tui.bootstrap import Core
from parallel_tui.bootstrap.landing.plans import lander
from parallel_tui.errors import ParallelError
from parallel_tui.model.landing.plan import LandingPlan, Strategy, Turn
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.session.repository import Base
from tests.lifecycle.moments import START

_ZERO: Final = "0" * 40
_LANDING: Final = LandingPlan(
    Base("main", "refs/heads/main", _ZERO, "main"),
    Strategy.MERGE,
    (Turn("later", "later", "", _ZERO, _ZERO, ""),),
)
_NOWHERE: Final = SpawnRequest("later", source=BranchSource.EXISTING, branch="nowhere")

SETTLERS: Final[Mapping[str, Callable[[Core], object]]] = {
    "spawn": lambda core: core.spawner.spawn(_NOWHERE),
    "remove": lambda core: core.remover.remove(core.remover.plan("main"), {"all"}),
    "plan": lambda core: core.remover.plan("main"),
    "undo": lambda core: core.undoer.undo(core.undoer.find("never there")),
    "restore": lambda core: core.restorer.restore("never there"),
    "cleanup": lambda core: core.cleaner.candidates(),
    "prune": lambda core: core.pruner.gone(),
    "sync": lambda core: list(core.syncer.run(core.syncer.plan([]))),
    "sync run": lambda core: list(core.syncer.run(core.syncer.planner.plan([]))),
    "sync undo": lambda core: core.syncer.undo("20200101-000000"),
    "land": lambda core: lander(core).run(_LANDING),
    "landing undo": lambda core: core.undoer.landings.undo("20200101-000000"),
    "empty": lambda core: core.expiry.empty(()),
    "forget": lambda core: core.syncer.expiry.empty(()),
}
"""By name."""

_WANTED: Final = os.environ.get("PDEV_MOMENT_SETTLER", "")


def settler(number: int) -> str:
    """Whose turn it is: another verb for each moment, and for a moment another one each day.

    Args:
        number: The moment.
    """
    names = sorted(SETTLERS)
    return _WANTED or names[(number * 7 + START) % len(names)]


def settle(core: Core, name: str) -> tuple[Settled, ...]:
    """Let a verb enter; returns what the recovery told.

    Args:
        core: The repository.
        name: Which verb.
    """
    told: list[Settled] = []
    core.tools.listeners.append(told.append)
    try:
        with suppress(ParallelError):  # what was asked for is refused; that is not the point
            SETTLERS[name](core)
    finally:
        core.tools.listeners.remove(told.append)
    return tuple(told)
