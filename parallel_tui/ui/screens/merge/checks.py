"""Checks that were started from the dashboard: one runs at a time, the others wait in line."""

from __future__ import annotations

import asyncio
import codecs
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.ui.dialogs.trust import TrustDialog

if TYPE_CHECKING:
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.services.landing.checking import SessionChecker
    from parallel_tui.ui.cockpit import Cockpit

KEPT: Final = 2_000
"""Lines of output that are shown; all of it stands in the log."""


_LONGEST: Final = 10_000
"""Characters of a line that are kept: its end, where programs go on writing."""


class CheckStage(StrEnum):
    """How far a check is."""

    QUEUED = "queued"
    RUNNING = "running"
    ENDED = "ended"
    """Nothing runs any more: there is a result, or a reason why there is none."""


class CheckOutput:
    """What a check prints, as lines. Written by one thread and read by another."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._lock = threading.Lock()
        self._lines: list[str] = [""]
        self._cut = 0

    def add(self, printed: bytes) -> None:
        """Take what was printed next."""
        with self._lock:
            first, *more = self._decode(printed).split("\n")
            self._lines[-1] += first
            self._lines += more
            for place in range(len(self._lines) - len(more) - 1, len(self._lines)):
                self._lines[place] = _overwritten(self._lines[place])
            over = len(self._lines) - KEPT
            if over > 0:
                del self._lines[:over]
                self._cut += over

    @property
    def lines(self) -> tuple[int, tuple[str, ...]]:
        """How many lines were cut at the top, and the others."""
        with self._lock:
            return self._cut, tuple(self._lines)


def _overwritten(line: str) -> str:
    """A line as a terminal has it: what begins it anew replaces what it had."""
    text = line.rstrip("\r")
    return text.rpartition("\r")[2][-_LONGEST:] + ("\r" if len(text) < len(line) else "")


class CheckRun:
    """One check.

    Attributes:
        session: Name of the session.
        again: Whether it runs although its outcome is known.
        stage: How far it is.
        output: What it prints.
        record: How it ended; `None` while that is not known.
        failure: Why there is no outcome, where there is none.
        stopped: Whether somebody stopped it.
    """

    def __init__(self, session: str, *, again: bool) -> None:
        self.session, self.again = session, again
        self.stage = CheckStage.QUEUED
        self.output = CheckOutput()
        self.record: CheckRecord | None = None
        self.failure: ParallelError | None = None
        self.stop = threading.Event()
        self.stopped = False

    @property
    def alive(self) -> bool:
        """Whether it waits or runs."""
        return self.stage is not CheckStage.ENDED


class CheckDesk:
    """Runs checks, also while no screen shows them; all end with the dashboard.

    Args:
        cockpit: The dashboard.
        checker: Runs one.
    """

    def __init__(self, cockpit: Cockpit, checker: SessionChecker) -> None:
        self._cockpit = cockpit
        self.checker = checker
        self.runs: dict[str, CheckRun] = {}
        self.listeners: list[Callable[[], None]] = []
        self._working = False

    @property
    def doing(self) -> dict[str, str]:
        """What each check that has not ended is doing, by session."""
        return {name: each.stage.value for name, each in self.runs.items() if each.alive}

    def begin(self, session: str, *, again: bool = False) -> CheckRun:
        """Have a session checked as soon as no other is; the same one is not begun twice."""
        known = self.runs.get(session)
        if known is not None and known.alive:
            return known
        run = CheckRun(session, again=again)
        self.runs.pop(session, None)
        self.runs[session] = run  # at the end of the line
        if not self._working:
            self._working = True
            self._cockpit.start(self._work, group="checks")
        self._tell()
        return run

    def stop(self, session: str) -> None:
        """End a check; one that has not begun never does."""
        run = self.runs.get(session)
        if run is not None and run.alive:
            run.stopped = True
            run.stop.set()
            if run.stage is CheckStage.QUEUED:
                run.stage = CheckStage.ENDED
            self._tell()

    async def _work(self) -> None:
        try:
            while run := next(
                (r for r in self.runs.values() if r.stage is CheckStage.QUEUED), None
            ):
                run.stage = CheckStage.RUNNING
                self._tell()
                try:
                    await self._carry_out(run)
                except TrustNeededError as refused:
                    for each in self.runs.values():  # one answer is enough for all that wait
                        if each.alive:
                            each.failure, each.stage = refused, CheckStage.ENDED
                except ParallelError as error:
                    run.failure = error
                except Exception as error:
                    run.failure = CouldNotLookError(f"{type(error).__name__}: {error}")
                    self._cockpit.report(error)
                finally:
                    run.stop.set()  # also when the dashboard ends: what runs ends with it
                    run.stage = CheckStage.ENDED
                self._tell()
        finally:
            self._working = False

    def _next(self) -> CheckRun | None:
        waiting = (each for each in self.runs.values() if each.stage is CheckStage.QUEUED)
        return next(waiting, None)

    async def _carry_out(self, run: CheckRun) -> None:
        while True:
            try:
                run.record = await asyncio.to_thread(
                    self.checker.check,
                    run.session,
                    run.output.add,
                    again=run.again,
                    stopped=run.stop.is_set,
                )
            except TrustNeededError as needed:
                asked = TrustDialog(needed.question, "Checking this session would run:")
                if not await self._cockpit.ask(asked):
                    needed.hint = "Its commands were not allowed."
                    raise
                await asyncio.to_thread(self.checker.allow, needed.question)
            else:
                return

    def _tell(self) -> None:
        for each in tuple(self.listeners):
            each()
