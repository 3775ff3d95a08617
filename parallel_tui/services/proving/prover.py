"""Prove that sessions work together, or name those that do not."""

from __future__ import annotations

import hashlib
import time
from contextlib import ExitStack

from parallel_tui.errors import UsageError
from parallel_tui.model.proving.halving import search
from parallel_tui.model.proving.proof import JointProof, LeftOut, ProvedBreak
from parallel_tui.record import dataclass, replace
from parallel_tui.services.proving.candidates import CandidateFinder, Stack
from parallel_tui.services.proving.checks import TreeChecks, Watcher

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.landing.plan import Strategy
    from parallel_tui.model.proving.outcome import Break, Searched
    from parallel_tui.model.settings.consent_question import Question
    from parallel_tui.ports.overlaps import LandingLook
    from parallel_tui.ports.proving.proofs import Proofs
    from parallel_tui.ports.proving.workspaces import Workspaces
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.landing.results import CheckResults
    from parallel_tui.services.proving.candidates import Candidates
    from parallel_tui.services.proving.events import BreakEvents


@dataclass(frozen=True, slots=True)
class Prover:
    """Proves sessions together.

    Attributes:
        finder: Says who is tried.
        look: Simulates landings.
        pool: Work trees to check in.
        results: How earlier checks ended.
        gate: Knows whether commands may run.
        proofs: Keeps what was found.
        events: Tells sessions of what they break.
        seconds: How long one command may take.
    """

    finder: CandidateFinder
    look: LandingLook
    pool: Workspaces
    results: CheckResults
    gate: Gate
    proofs: Proofs
    events: BreakEvents
    seconds: float

    def prove(
        self,
        wanted: Sequence[str] = (),
        watcher: Watcher | None = None,
        *,
        strategy: Strategy | None = None,
        seconds: float | None = None,
        resolved: bool = False,
    ) -> JointProof:
        """Check base with sessions landed, and halve them until whoever breaks it is named.

        Args:
            wanted: Names or keys; all that are ready, but for their own check, by default.
            watcher: ProofState of each step.
            strategy: How they are landed; as configured by default.
            seconds: How long one command may take; as configured by default.
            resolved: Whether conflicts land as they were resolved before.

        Raises:
            UsageError: When a session does not exist, or no command is configured.
            TrustNeededError: When the repository's commands were not allowed as they are. What was
                checked by then is kept.
            RefusedError: When it was stopped.
            CouldNotLookError: When git gave no answer, or nothing can be run or kept.
        """
        self.demand_commands()
        if wanted:
            self.finder.demand(wanted)
        some = self.finder.find(wanted, strategy=strategy, resolved=resolved)
        began = time.monotonic()
        with ExitStack() as stay:
            trial = self.look.begin(some.base.oid, some.heads, some.strategy, resolved=resolved)
            stay.callback(trial.close)
            checks = TreeChecks(
                Stack(trial),
                self.pool,
                self.results.kept,
                self.gate,
                self.results.clock,
                self.results.commands,
                self.environment,
                self.seconds if seconds is None else seconds,
                watcher or Watcher(),
                stay,
            )
            stay.enter_context(self.proofs.begin(some.members))
            found = self._search(some, checks)
            proof = self._proof(some, found, checks, time.monotonic() - began)
        if proof.members:
            self.proofs.keep(proof)
        if why := self.events.send(proof):
            proof = replace(proof, notes=(why,))
        return proof

    def demand_commands(self) -> None:
        """Check that there is something to prove with.

        Raises:
            UsageError: When no command is configured.
        """
        if not self.results.commands:
            raise UsageError(
                "No command is configured that checks a session's work",
                hint="Set merge.check in .claude/parallel-config.yml or in your own configuration.",
            )

    def allow(self, question: Question) -> None:
        """Record that the user was shown all these commands and said yes; see `Gate.allow`."""
        self.gate.allow(question)

    @property
    def environment(self) -> str:
        """The system that checks run on, with what is set up in their work trees."""
        lines = "\n".join(each.text for each in self.gate.setup())
        if not lines:
            return self.results.kept.environment
        mark = hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        return f"{self.results.kept.environment} setup {mark}"

    def _search(self, some: Candidates, checks: TreeChecks) -> Searched:
        asking = search(some.names, some.needs)
        try:
            ask = next(asking)
            while True:
                ask = asking.send(checks.answer(ask))
        except StopIteration as end:
            found: Searched = end.value
            return found

    def _proof(
        self, some: Candidates, found: Searched, checks: TreeChecks, seconds: float
    ) -> JointProof:
        reached = checks.stack.reached(found.aboard) if found.aboard else None
        tree = "" if reached is None or isinstance(reached, LeftOut) else reached.tree
        left = tuple(
            LeftOut(each, "it is built on, or lands after, a session that breaks")
            for each in found.left
        )
        return JointProof(
            at=self.results.clock(),
            base=some.base.name,
            base_commit=some.base.oid,
            strategy=some.strategy.value,
            commands=self.results.commands,
            environment=self.environment,
            members=some.members,
            aboard=found.aboard,
            breaks=tuple(self._break(each, checks) for each in found.breaks),
            out=(*some.out, *left),
            base_fails=found.base,
            unsteady=found.unsteady,
            unknown=found.unknown,
            tree=tree,
            runs=checks.runs,
            known=checks.known,
            seconds=round(seconds, 3),
            log=checks.log,
        )

    def _break(self, broken: Break, checks: TreeChecks) -> ProvedBreak:
        reached = checks.stack.reached(broken.tried)
        if isinstance(reached, LeftOut):
            return ProvedBreak(broken.sessions, broken.tests, broken.tried)
        record = self.results.kept.record(checks.key(reached))
        log = record.log if record is not None else checks.log
        return ProvedBreak(broken.sessions, broken.tests, broken.tried, reached.tree, log)
