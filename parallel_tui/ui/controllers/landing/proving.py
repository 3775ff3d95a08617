"""Keeps the train, and proves ready sessions together, while the dashboard runs and if wished."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.fact import known
from parallel_tui.model.scope import PROOFS
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.cockpit import Cockpit

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.engine.engine import Engine

_QUIET: Final = 5.0
"""Seconds without another change of what could land, before anything is begun."""


class Proving:
    """Follows what could land.

    One thing is done at a time, and to its end: what changed meanwhile is looked at after it.

    Args:
        cockpit: The dashboard.
        core: The services.
        engine: The live view, which shows what was proved.
    """

    def __init__(self, cockpit: Cockpit, core: Core, engine: Engine) -> None:
        self._cockpit = cockpit
        self._core = core
        self._engine = engine
        config = core.loaded.config
        self._keeps = config.train_keep
        self._proves = config.prove_continuous and bool(config.merge_check)
        self._about: object = None
        self._due = self._armed = math.inf
        self._working = False
        self._stop = threading.Event()
        self._failures: set[str] = set()

    def seen(self, snapshot: Snapshot) -> None:
        """Begin once what could land has not changed for a moment."""
        base = known(snapshot.base)
        if not (self._keeps or self._proves) or base is None:
            return
        about = (base.ref, base.oid, _could_land(snapshot))
        if about == self._about:
            return
        self._about = about
        self._due = time.monotonic() + _QUIET
        self._arm()

    def _arm(self) -> None:
        """Have one timer run, however often something changes."""
        if self._armed is math.inf and not self._working:
            self._armed = self._due
            self._cockpit.later(max(0.0, self._due - time.monotonic()), self._ripe)

    def _ripe(self) -> None:
        self._armed = math.inf
        if time.monotonic() < self._due:
            self._arm()
        elif self._due < math.inf and not self._working:
            self._due = math.inf
            self._working = True
            self._cockpit.start(self._work, group="proving")

    async def _work(self) -> None:
        try:
            for wanted, do in ((self._keeps, self._keep), (self._proves, self._prove)):
                if wanted:
                    await self._done(do)
        except asyncio.CancelledError:
            self._stop.set()  # the dashboard ends, and what was started for it with it
            raise
        finally:
            self._working = False
        self._engine.poke(PROOFS)
        if self._due < math.inf:
            self._arm()

    async def _done(self, do: Callable[[], None]) -> None:
        try:
            # Not `ask`: what is begun has to be ended, also when the dashboard is left.
            await asyncio.to_thread(do)
        except TrustNeededError:
            self._fail("Sessions are not tested together: the check comes from the repository. "
                       "To allow it, run pdev prove.")  # fmt: skip
        except RefusedError as error:
            if not self._stop.is_set():
                self._fail(f"Sessions are not tested together: {error.message}")
        except (ParallelError, OSError) as error:
            message = error.message if isinstance(error, ParallelError) else str(error)
            self._fail(f"Sessions could not be tested together: {message}")

    def _keep(self) -> None:
        from parallel_tui.bootstrap.landing.proving import trains

        trains(self._core).update()

    def _prove(self) -> None:
        from parallel_tui.bootstrap.landing.proving import prover, trains
        from parallel_tui.services.proving.checks import Watcher

        proof = prover(self._core).prove((), Watcher(stopped=self._stop.is_set))
        if self._keeps and proof.breaks:
            trains(self._core).update()

    def _fail(self, message: str) -> None:
        """Report a failure once; every later change would repeat it."""
        if message not in self._failures:
            self._failures.add(message)
            self._cockpit.tell(message, severity="warning")


def _could_land(snapshot: Snapshot) -> tuple[object, ...]:
    """What of sessions decides whether they could land."""
    return tuple(
        (session.name, tree.branch, tree.head, tree.operation, known(session.status))
        for session in snapshot.sessions
        if (tree := session.worktree) is not None
    )
