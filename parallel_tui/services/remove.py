"""Ending a session: show everything that would be lost, then take away only what was agreed to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.files import guard
from parallel_tui.adapters.ports import GitReader, GitWriter, Mux, Processes
from parallel_tui.errors import (
    CouldNotLookError,
    MuxError,
    ParallelError,
    RefusedError,
    UsageError,
)
from parallel_tui.model.config import Config
from parallel_tui.model.removal import ALL, LossKind, RemovalPlan, differences
from parallel_tui.model.scope import MUX, TOPOLOGY
from parallel_tui.model.words import plural
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.removal_look import Look
from parallel_tui.services.sessions import Sessions, named

_UNCOMMITTED: Final = frozenset(
    {
        LossKind.STAGED,
        LossKind.MODIFIED,
        LossKind.UNTRACKED,
        LossKind.CONFLICTED,
        LossKind.OPERATION,
        LossKind.SUBMODULES,
    }
)
"""Losses for which git has to be told that it may discard them."""


@dataclass(frozen=True, slots=True)
class Remover:
    """Removes sessions.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where windows are closed.
        processes: Who still works in the directory.
        sessions: Look-up of what exists.
        config: Effective settings.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    processes: Processes
    sessions: Sessions
    config: Config

    def plan(self, wanted: str) -> RemovalPlan:
        """Inspect a session. Changes nothing.

        Raises:
            UsageError: When there is no such session.
            CouldNotLookError: When any inspection failed; what could not be seen is not removed.
        """
        everyone = self.sessions.all(windows_matter=True)
        session = named(everyone, wanted)
        try:
            return Look(self.git, self.processes).plan(session, everyone)
        except OSError as error:
            raise CouldNotLookError(f"{wanted!r} could not be inspected: {error}") from error

    def remove(
        self, plan: RemovalPlan, consents: Collection[str], *, delete_branch: bool = False
    ) -> Receipt:
        """Carry a plan out, after checking that it still describes the session.

        The worktree goes first and windows last, so that a refusal of git's leaves everything.

        Args:
            plan: As shown.
            consents: Words of `LossKind`, or `all`.
            delete_branch: Whether the branch goes too, by compare-and-swap.

        Raises:
            RefusedError: When a loss has no consent, the session changed since, or is protected.
            CouldNotLookError: When it could not be inspected again; nothing was removed.
        """
        try:
            with guard(Path(self.git.repository.runtime_dir) / "worktrees.guard"):
                now, tip, warnings = self._act(plan, consents, delete_branch=delete_branch)
        except OSError as error:
            raise RefusedError(f"{plan.name} was not removed: {error}") from error
        for window in now.windows:
            try:
                self.mux.close_window(window)
            except MuxError as error:
                warnings.append(f"the window {window} stays: {error.message}")
        what = "worktree" if now.path is not None else "window"
        kept = "" if now.branch is None or tip is not None else f"; the branch {now.branch} stays"
        return Receipt(
            message=f"Removed the {what} of {now.name}{kept}",
            scopes=(TOPOLOGY, MUX),
            warnings=tuple(warnings),
            details={
                "name": now.name,
                "directory": now.path,
                "branch": now.branch,
                "branch_deleted": int(tip is not None),
                "windows_closed": len(now.windows),
            },
        )

    def _act(
        self, plan: RemovalPlan, consents: Collection[str], *, delete_branch: bool
    ) -> tuple[RemovalPlan, str | None, list[str]]:
        """Look again, then take worktree and branch away; the caller holds the guard.

        Returns:
            The plan as it is now, where the branch stood if it was deleted, and warnings.
        """
        now = self._again(plan)
        _demand(now, consents)
        tip = self._deletable(now, consents) if delete_branch else None
        if now.path is not None:
            self._take_away(now)
        if tip is not None and now.branch is not None:
            try:
                self.writer.delete_branch(now.branch, tip)
            except ParallelError as error:
                return now, None, [f"the branch stays: {error.message}"]
        return now, tip, []

    def _again(self, plan: RemovalPlan) -> RemovalPlan:
        try:
            now = self.plan(plan.key)
        except UsageError as error:
            raise RefusedError(
                f"{plan.name} is not there any more.", hint="Somebody else removed it."
            ) from error
        if now.fingerprint != plan.fingerprint:
            raise RefusedError(
                f"{plan.name} changed since it was shown: {'; '.join(differences(plan, now))}.",
                hint="Look at what would be lost now, and decide again.",
            )
        return now

    def _deletable(self, plan: RemovalPlan, consents: Collection[str]) -> str | None:
        """Commit at which the branch may be deleted; `None` when there is no branch."""
        if plan.branch is None:
            return None
        branches = self.git.branches()
        found = next((b for b in branches if b.remote is None and b.name == plan.branch), None)
        if found is None:
            return None
        base = self.git.base(self.config.base)
        if base.name == plan.branch:
            raise RefusedError(f"{plan.branch} is the base of all sessions and is not deleted.")
        ahead = self.git.divergences(base.oid, [found.oid])[found.oid].ahead
        if ahead and not {ALL, LossKind.COMMITS.value} & set(consents):
            raise RefusedError(
                f"The branch {plan.branch} has {plural(ahead, 'commit')} that {base.name} "
                "does not have.",
                hint="Keep the branch, or add --discard commits.",
            )
        return found.oid

    def _take_away(self, plan: RemovalPlan) -> None:
        tree = next((t for t in self.git.worktrees() if t.git_dir == plan.key), None)
        if tree is None or tree.is_main or tree.path != plan.path:
            raise RefusedError(f"The worktree {plan.path} is not the one that was shown.")
        kinds = {loss.kind for loss in plan.losses}
        # Files that came with the session may show as untracked and yet be no loss.
        discard = bool(kinds & _UNCOMMITTED) or bool(not tree.missing and self.git.status(tree))
        self.writer.remove_worktree(tree, discard=discard, locked=LossKind.LOCKED in kinds)


def _demand(plan: RemovalPlan, consents: Collection[str]) -> None:
    if plan.refusal is not None:
        raise RefusedError(f"{plan.name} is not removed: {plan.refusal}.")
    missing = plan.unconsented(consents)
    if missing:
        words = ",".join(dict.fromkeys(loss.kind.value for loss in missing))
        raise RefusedError(
            f"{plan.name} is not removed, for this would be lost: "
            + "; ".join(loss.summary for loss in missing)
            + ".",
            hint=f"If all of it may go: --discard {words}",
        )
