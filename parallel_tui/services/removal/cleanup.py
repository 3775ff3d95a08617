"""Find sessions whose work is merged, and remove several with one consent."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.lifecycle.merge_proof import MergeVerdict
from parallel_tui.model.lifecycle.removal import LossKind, RemovalPlan
from parallel_tui.model.scope import REMOVED
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.state import is_shell
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.journal import UndoAction
from parallel_tui.model.text.words import plural
from parallel_tui.ports.git import MergeProofs
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import CleanedUp
from parallel_tui.services.removal.remover import Remover
from parallel_tui.services.session.at_work import AgentsAtWork
from parallel_tui.services.session.lookup import Sessions, named
from parallel_tui.services.sync.fetch import Fetcher

_GOES: Final = frozenset({LossKind.IGNORED})
"""What a merged session may still hold: ignored files go to the trash with it."""


_ENDS: Final = frozenset({LossKind.WINDOWS, LossKind.PROCESSES})
"""What an agent at rest leaves open; it is ended only where somebody asks for that."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One session, and whether it can be cleaned up.

    Attributes:
        name: Its name.
        branch: Its branch.
        verdict: Whether it is merged, with the proof.
        plan: What removing it would lose; `None` when it is not merged or was not seen.
        why_not: Why it is not cleaned up; empty when it is ready.
        ends: What of an agent at rest would be ended; empty where nothing would. Such a session is
            cleaned up only where that was asked for.
    """

    name: str
    branch: str | None
    verdict: MergeVerdict
    plan: RemovalPlan | None
    why_not: str
    ends: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be cleaned up, and nothing is ended by that."""
        return not self.why_not and not self.ends

    @property
    def choosable(self) -> bool:
        """Whether it can be cleaned up, if need be by ending an agent at rest."""
        return not self.why_not

    @property
    def proof(self) -> str:
        """Why the session counts as merged, in words."""
        found = self.verdict.proof
        return f"merged ({found.value if found else ''}): {self.verdict.words}"


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Finds and removes merged sessions.

    Attributes:
        remover: The one way in which sessions are removed.
        sessions: Look-up of what exists.
        merged: Judges branches.
        fetcher: Asks the remote, where merges may have happened.
        config: Effective settings.
        agents: Tells what agents do.
    """

    remover: Remover
    sessions: Sessions
    merged: MergeProofs
    fetcher: Fetcher
    config: Config
    agents: AgentsAtWork

    def candidates(self, *, settle: bool = True) -> tuple[Candidate, ...]:
        """Judge every session but the main worktree.

        Changes nothing, once what a crash left half done is settled.

        Args:
            settle: Whether that is done first; not where somebody only wants to look.

        Raises:
            CouldNotLookError: When git or the multiplexer gave no answer.
        """
        if settle:
            self.remover.tools.settle()
        base = self.remover.git.base(self.config.base)
        targets = self.merged.targets(base)
        bases = {target.name for target in targets}
        found: list[Candidate] = []
        everyone = [
            session
            for session in self.sessions.all(windows_matter=True)
            if session.worktree is not None
            and not (session.worktree.is_main or session.worktree.bare)
        ]
        branches = {s.key: s.worktree.own_branch for s in everyone if s.worktree is not None}
        judged = self.merged.judge_all(
            (name for name in branches.values() if name is not None and name not in bases), targets
        )
        for session in everyone:
            branch = branches[session.key]
            if branch is None:
                verdict = MergeVerdict(why_not="it is on no branch")
            elif branch in bases:
                verdict = MergeVerdict(why_not="its branch is the base of the others")
            else:
                verdict = judged[branch]
            if not verdict.merged:
                found.append(Candidate(session.name, branch, verdict, None, verdict.words))
                continue
            if doing := self.agents.doing(session):
                found.append(Candidate(session.name, branch, verdict, None, f"merged, but {doing}"))
                continue
            try:
                plan = self.remover.plan(session.key, settle=False)
            except ParallelError as error:
                why = f"merged, but it could not be inspected: {error.message}"
                found.append(Candidate(session.name, branch, verdict, None, why))
                continue
            goes = _GOES | _ENDS if self._rests(session) else _GOES
            ends = tuple(loss.summary for loss in plan.losses if loss.kind in goes & _ENDS)
            found.append(Candidate(session.name, branch, verdict, plan, _why_not(plan, goes), ends))
        return tuple(found)

    def _rests(self, session: Joined) -> bool:
        """Whether a known agent is at rest in its windows, and nothing else runs there."""
        judged = self.agents.judged(session)
        return (
            judged is not None
            and judged.at_rest
            and all(
                pane.id in judged.panes or pane.dead or is_shell(pane.command)
                for window in session.windows
                for pane in window.panes
            )
        )

    def choose(
        self, candidates: Iterable[Candidate], names: Iterable[str], *, end_idle: bool = False
    ) -> tuple[Candidate, ...]:
        """The named sessions that can be cleaned up; all of them without names.

        Args:
            candidates: All there are.
            names: Of those that are wanted.
            end_idle: Whether agents at rest may be ended.

        Raises:
            UsageError: When there is no session of a name.
            RefusedError: When a named one is not ready.
        """
        by_name = {candidate.name: candidate for candidate in candidates}
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return tuple(
                each for each in by_name.values() if each.ready or (end_idle and each.choosable)
            )
        for name in wanted:
            if name not in by_name:
                raise UsageError(
                    f"There is no session named {name!r} to clean up",
                    hint=f"There are: {', '.join(by_name) or 'none'}.",
                )
            if by_name[name].choosable and not by_name[name].ready and not end_idle:
                raise RefusedError(
                    f"{name} is not cleaned up: its agent is at rest, and would be ended "
                    f"({'; '.join(by_name[name].ends)}).",
                    hint="To end it as well: --end-idle",
                )
            if not by_name[name].choosable:
                raise RefusedError(
                    f"{name} is not cleaned up: {by_name[name].why_not}.",
                    advice=(Advice("To remove it all the same: ", Act.REMOVE, (name,)),),
                )
        return tuple(by_name[name] for name in wanted)

    def _demand_rest(self, key: str, name: str) -> None:
        """See once more that an agent is at rest, just before it is ended.

        Raises:
            RefusedError: When it has begun to work, or something else runs beside it.
        """
        session = named(self.sessions.all(windows_matter=True), key)
        if doing := self.agents.doing(session):
            raise RefusedError(f"{name} is not removed: {doing}.")
        if session.windows and not self._rests(session):
            raise RefusedError(f"{name} is not removed: it cannot be seen that its agent rests.")

    def clean(self, chosen: Iterable[Candidate], *, delete_branch: bool) -> CleanedUp:
        """Remove the chosen sessions one by one; a failure does not stop the others.

        An agent that was at rest is ended with its session, unless it has begun to work since.

        Raises:
            RefusedError: When none of them could be removed.
        """
        done: list[str] = []
        undo: list[UndoAction] = []
        warnings: list[str] = []
        chosen = tuple(chosen)
        run = f"cleanup-{secrets.token_hex(3)}" if len(chosen) > 1 else ""
        with self.remover.tools.shared.status.once() as told:
            for candidate in chosen:
                if candidate.plan is None or not candidate.choosable:
                    continue
                consents = {kind.value for kind in (_GOES | _ENDS if candidate.ends else _GOES)}
                if delete_branch:
                    consents.add(LossKind.COMMITS.value)  # proved to be in base
                try:
                    if candidate.ends:
                        self._demand_rest(candidate.plan.key, candidate.name)
                    receipt = self.remover.remove(
                        candidate.plan,
                        consents,
                        delete_branch=delete_branch,
                        reason="cleanup",
                        run=run,
                    )
                except ParallelError as error:
                    warnings.append(f"{candidate.name} stays: {error.message}")
                else:
                    done.append(candidate.name)
                    undo += receipt.undo
                    warnings += receipt.warnings
        warnings += told if done else ()
        if warnings and not done:
            raise RefusedError("; ".join(warnings))
        return CleanedUp(
            f"Cleaned up {plural(len(done), 'session')}: {', '.join(done)}"
            if done
            else "Nothing was cleaned up",
            scopes=REMOVED,
            warnings=tuple(warnings),
            removed=tuple(done),
            undo=tuple(undo),
        )


def _why_not(plan: RemovalPlan, goes: frozenset[LossKind]) -> str:
    if plan.refusal is not None:
        return f"merged, but {plan.refusal}"
    losses = [loss for loss in plan.losses if loss.kind not in goes]
    has = "; ".join(loss.summary for loss in losses if not loss.happens)
    left = ([f"it still has {has}"] if has else []) + [
        each.summary for each in losses if each.happens
    ]
    return f"merged, but {'; '.join(left)}" if left else ""
