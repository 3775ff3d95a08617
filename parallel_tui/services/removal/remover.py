"""Remove a session: list every loss, then delete only what the user consented to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from parallel_tui.errors import CouldNotLookError, MuxError, RefusedError, UsageError, disk_refused
from parallel_tui.model.lifecycle.removal import ALL, LossKind, RemovalPlan, differences
from parallel_tui.model.scope import REMOVED
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.text.words import plural
from parallel_tui.patience import Patience
from parallel_tui.ports.disk import CarryOver
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.system import Processes
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Removed
from parallel_tui.services.removal.inspection import Look, at_work
from parallel_tui.services.session.lookup import Sessions, named
from parallel_tui.services.trash.discard import Disposal, Disposed
from parallel_tui.services.trash.expiry import Expiry
from parallel_tui.services.trash.toolbox import Tools, demand_settled

_PARTING: Final = 3.0
"""Seconds that programs get to end after their window was closed."""


@dataclass(frozen=True, slots=True)
class Remover:
    """Removes sessions.

    Attributes:
        git: Questions to git.
        mux: Where windows are closed.
        processes: Who still works in the directory.
        sessions: Look-up of what exists.
        config: Effective settings.
        tools: What the steps work with.
        carrying: Knows what came with a session.
    """

    git: GitReader
    mux: Mux
    processes: Processes
    sessions: Sessions
    config: Config
    tools: Tools
    carrying: CarryOver

    def plan(self, wanted: str, *, settle: bool = True) -> RemovalPlan:
        """Inspect a session, after recovery of interrupted changes. Changes nothing else.

        Args:
            wanted: Name or key of the session.
            settle: Whether that is done first; not where somebody only wants to look.

        Raises:
            UsageError: When there is no such session.
            CouldNotLookError: When any inspection failed; what could not be seen is not removed.
        """
        if settle:
            self.tools.settle()
        return self._look(wanted)[0]

    def _look(self, wanted: str, *, told: bool = True) -> tuple[RemovalPlan, Worktree | None]:
        """Inspect a session; its plan, and its worktree as it was read for it."""
        everyone = self.sessions.all(windows_matter=True)
        session = named(everyone, wanted)
        try:
            look = Look(
                self.git,
                self.mux,
                self.processes,
                self.tools.disk,
                self.carrying,
                self.tools.shared.store,
                self.tools.clock,
                told,
            )
            found = look.plan(session, everyone, elsewhere=self._elsewhere(session))
        except OSError as error:
            raise CouldNotLookError(f"{wanted!r} could not be inspected: {error}") from error
        return found, session.worktree

    def _elsewhere(self, session: Joined) -> str | None:
        """Why a session with windows on another server is not removed; `None` without such windows.

        Raises:
            MuxError: When such a server runs and cannot be asked.
        """
        socket, windows = self.sessions.elsewhere(session)
        if not windows:
            return None
        return (
            f"its window {', '.join(window.name for window in windows)} is open on another "
            f"{self.mux.name} server, and what runs in it would go on; use that server: "
            f"{self.mux.option(socket)}"
        )

    def remove(
        self,
        plan: RemovalPlan,
        consents: Collection[str],
        *,
        delete_branch: bool = False,
        reason: str = "remove",
        run: str = "",
    ) -> Removed:
        """Carry out a removal plan, after checking that it still describes the session.

        The worktree goes to the trash first and windows last, so that a refusal leaves everything.

        Args:
            plan: As shown.
            consents: Words of `LossKind`, or `all`.
            delete_branch: Whether the branch goes too, by compare-and-swap.
            reason: The verb, for the journal.
            run: Common name of what one command removes together.

        Raises:
            RefusedError: When a loss has no consent, the session changed since, or is protected.
            CouldNotLookError: When it could not be inspected again; nothing was removed.
        """
        try:
            with self.tools.guarded() as settled:
                demand_settled(settled, plan.key, plan.name)
                now, done = self._act(
                    plan, consents, delete_branch=delete_branch, reason=reason, run=run
                )
                gone = Expiry(self.tools, self.config).run() if done.item is not None else ()
        except OSError as error:
            raise disk_refused(f"{plan.name} was not removed", error) from error
        warnings = [*done.warnings, *gone]
        for window in now.windows if now.path is None else ():
            try:
                self.mux.close_window(window)
            except MuxError as error:
                warnings.append(f"the window {window} stays: {error.message}")
        warnings += self._survivors(now, done)
        what = "worktree" if now.path is not None else "window"
        kept = (
            "" if now.branch is None or done.branch_deleted else f"; the branch {now.branch} stays"
        )
        return Removed(
            message=f"Removed the {what} of {now.name}{kept}",
            scopes=REMOVED,
            warnings=tuple(warnings),
            name=now.name,
            directory=now.path,
            branch=now.branch,
            branch_deleted=done.branch_deleted,
            windows_closed=len(now.windows),
            trash=done.item.id if done.item is not None else None,
            undo=(UndoAction(UndoKind.RESTORE, done.item.id),) if done.item is not None else (),
        )

    def _survivors(self, plan: RemovalPlan, done: Disposed) -> tuple[str, ...]:
        """Warnings about processes that still run in a directory moved to the trash."""
        tree = done.item.tree if done.item is not None else None
        worked = any(loss.kind is LossKind.PROCESSES for loss in plan.losses)
        if tree is None or not (worked or plan.windows):
            return ()
        patience = Patience(_PARTING)
        while left := at_work(self.mux, self.processes.standing_in(tree)):
            if patience.over:
                who = ", ".join(f"{each.name} ({each.pid})" for each in left[:5])
                return (f"still running in it: {who}; what they write goes to {tree}",)
            patience.rest()
        return ()

    def _act(
        self,
        plan: RemovalPlan,
        consents: Collection[str],
        *,
        delete_branch: bool,
        reason: str,
        run: str,
    ) -> tuple[RemovalPlan, Disposed]:
        """Inspect again, then remove worktree and branch; the caller holds the guard.

        Returns:
            The plan as it is now, and what became of it.
        """
        now, tree = self._again(plan)
        _demand(now, consents)
        tip = self._deletable(now, consents) if delete_branch else None
        if now.path is None:
            return now, Disposed(None)
        if tree is None or tree.git_dir != now.key or tree.is_main or tree.path != now.path:
            raise RefusedError(f"The worktree {now.path} is not the one that was shown.")
        return now, Disposal(self.tools).take(
            tree, now.name, delete_at=tip, reason=reason, run=run, windows=now.windows
        )

    def _again(self, plan: RemovalPlan) -> tuple[RemovalPlan, Worktree | None]:
        """The one look right before the removal, which has to show what the first one did."""
        try:
            now, tree = self._look(plan.key, told=False)
        except UsageError as error:
            raise RefusedError(
                f"{plan.name} is not there any more.", hint="Somebody else removed it."
            ) from error
        if now.fingerprint != plan.fingerprint:
            raise RefusedError(
                f"{plan.name} changed since it was shown: {'; '.join(differences(plan, now))}.",
                hint="Look at what would be lost now, and decide again.",
            )
        return now, tree

    def _deletable(self, plan: RemovalPlan, consents: Collection[str]) -> str | None:
        """Commit at which the branch may be deleted; `None` when there is no branch to delete."""
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
