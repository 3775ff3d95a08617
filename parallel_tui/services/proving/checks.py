"""Run the check on predicted trees, in a warm work tree, unless how it ends is known."""

from __future__ import annotations

import time

from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model.landing.check import CheckKey, CheckRecord, Limits
from parallel_tui.model.proving.outcome import CheckOutcome, ProofStep
from parallel_tui.model.proving.proof import LeftOut
from parallel_tui.record import dataclass, field, replace
from parallel_tui.services.consent import candidates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from parallel_tui.model.landing.check import Ran
    from parallel_tui.model.landing.simulation import Reached
    from parallel_tui.model.proving.outcome import Ask
    from parallel_tui.model.settings.consent import Approved
    from parallel_tui.ports.disk import Checks
    from parallel_tui.ports.proving.workspaces import Workspace, Workspaces
    from parallel_tui.ports.system import Clock
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.proving.candidates import Stack


@dataclass(frozen=True, slots=True)
class Watcher:
    """Whoever is told of a proof while it runs, and may stop it.

    Attributes:
        tell: Given each step.
        printed: Given what commands print, as they do.
        stopped: Asked again and again whether to stop.
    """

    tell: Callable[[ProofStep], None] = lambda step: None
    printed: Callable[[bytes], None] = lambda piece: None
    stopped: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class TreeChecks:
    """Checks predicted trees.

    Attributes:
        stack: Lands sessions.
        pool: Where trees are checked out.
        kept: Runs commands and keeps how they ended.
        gate: Knows whether commands may run.
        clock: Epoch seconds.
        commands: The configured ones.
        environment: The system that they run on, with what was set up.
        seconds: How long a command may take.
        watcher: Whoever looks on.
        stay: Holds the work tree until the end of the proof.
        runs: How many were run.
        known: How many were known.
        log: File with what the last one printed.
    """

    stack: Stack
    pool: Workspaces
    kept: Checks
    gate: Gate
    clock: Clock
    commands: tuple[str, ...]
    environment: str
    seconds: float
    watcher: Watcher
    stay: ExitStack
    runs: int = 0
    known: int = 0
    log: str = ""
    _space: Workspace | None = None
    _late: dict[CheckKey, CheckOutcome] = field(default_factory=dict)

    def key(self, reached: Reached) -> CheckKey:
        """What the outcome of checking a tree is kept under."""
        return CheckKey(reached.tree, self.commands, self.environment)

    def answer(self, ask: Ask) -> CheckOutcome:
        """How the check of base with some sessions landed ends.

        Raises:
            TrustNeededError: When the repository's commands were not allowed as they are there.
            RefusedError: When it was stopped.
            CouldNotLookError: When git gave no answer, or nothing can be run or kept.
        """
        reached = self.stack.reached(ask.sessions)
        if isinstance(reached, LeftOut):
            return CheckOutcome(impossible=f"{reached.session} does not land there: {reached.why}")
        key = self.key(reached)
        if key in self._late:
            return self._late[key]
        record = self.kept.record(key)
        if not _enough(record, ask) and self._space is None:
            self._workspace(ask.sessions)
            record = self.kept.record(key)  # whoever was waited for may have checked the same
        if record is not None and _enough(record, ask):
            self.known += 1
            self.log = record.log
            outcome = _outcome(record)
            self.watcher.tell(ProofStep(ask.sessions, outcome=outcome, known=True))
            return outcome
        outcome, record = self._checked(ask.sessions, reached, key, record)
        if ask.certain and record is not None and not record.passed and record.runs == 1:
            outcome, record = self._checked(ask.sessions, reached, key, record)
        return outcome

    def _checked(
        self,
        sessions: tuple[str, ...],
        reached: Reached,
        key: CheckKey,
        before: CheckRecord | None,
    ) -> tuple[CheckOutcome, CheckRecord | None]:
        """Run it once, and keep what that and an earlier run of the same say together."""
        space = self._workspace(sessions)
        self.runs += 1
        self.watcher.tell(ProofStep(sessions, self.runs))
        began = time.monotonic()
        self._fill(space, reached)
        ready = self.gate.ready(self.gate.proof(), reached.commit, space.files_at)
        many = len(self.gate.setup())
        record = None
        if why := self._set_up(space, key, ready.setup[:many], reached):
            outcome = CheckOutcome(impossible=why)
        else:
            ran = self._run(key, ready.setup[many:], space)
            self.log = ran.log
            if ran.late:
                # How long it takes depends on the machine's other work: no fact about the tree.
                outcome = self._late[key] = CheckOutcome(ran.tests)
            else:
                took = round(time.monotonic() - began, 3)
                record = self._record(key, reached, ran, took, before)
                self.kept.keep(record)
                outcome = _outcome(record)
        took = time.monotonic() - began
        self.watcher.tell(ProofStep(sessions, self.runs, outcome, seconds=took))
        return outcome, record

    def _record(
        self,
        key: CheckKey,
        reached: Reached,
        ran: Ran,
        took: float,
        before: CheckRecord | None,
    ) -> CheckRecord:
        now = self.clock()
        made = CheckRecord(
            key, reached.commit, ran.status, ran.failed, now, took, ran.log, ran.tests
        )
        if before is None:
            return made
        always, ever = before.tests & ran.tests, before.tests | ran.tests | before.unsteady
        return replace(made, tests=always, unsteady=ever - always, runs=2)

    def _workspace(self, sessions: tuple[str, ...]) -> Workspace:
        if self._space is None:
            self._space = self.stay.enter_context(
                self.pool.take(
                    len(self.stack.trial.start().commit),
                    self.watcher.stopped,
                    lambda: self.watcher.tell(ProofStep(sessions, waits=True)),
                )
            )
        return self._space

    def _fill(self, space: Workspace, reached: Reached) -> None:
        """Make a work tree hold a commit; one that is broken is made anew."""
        pack = self.stack.trial.pack(reached.commit)
        try:
            space.receive(pack)
            space.check_out(reached.commit)
        except GitError:
            space.anew()
            space.receive(pack)
            space.check_out(reached.commit)

    def _run(self, key: CheckKey, lines: Sequence[Approved], space: Workspace) -> Ran:
        return self.kept.run(
            key,
            lines,
            directory=space.path,
            env={},
            tell=self.watcher.printed,
            limits=Limits(self.seconds, self.watcher.stopped, self.pool.full),
        )

    def _set_up(
        self, space: Workspace, key: CheckKey, lines: Sequence[Approved], reached: Reached
    ) -> str:
        """Run the setup lines where they have not been run for these dependencies.

        Returns:
            Why that failed; empty where it did not.
        """
        if not lines:
            return ""
        texts = [each.text for each in lines]
        named = space.files_at(reached.commit, candidates(texts))
        wanted: dict[str, object] = {
            "lines": texts,
            "files": {**space.dependencies(), **{each.path: each.digest for each in named}},
        }
        if space.set_up_for() == wanted:
            return ""
        try:
            space.set_up(None)
            of = CheckKey(key.tree, tuple(texts), f"setup on {self.environment}")
            ran = self._run(of, lines, space)
            if ran.status:
                how = "did not end in time" if ran.late else f"ended with status {ran.status}"
                return f"the setup command `{ran.failed}` {how}; its output: {ran.log}"
            space.set_up(wanted)
        except OSError as error:
            raise CouldNotLookError(f"{space.path} cannot be set up: {error}") from error
        return ""


def _enough(record: CheckRecord | None, ask: Ask) -> bool:
    """Whether what is on record answers a request."""
    return record is not None and (record.passed or record.runs > 1 or not ask.certain)


def _outcome(record: CheckRecord) -> CheckOutcome:
    return CheckOutcome(record.tests, record.unsteady)
