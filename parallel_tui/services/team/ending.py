"""End a team: each session by its removal plan, or only its windows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence

from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.lifecycle.losses import is_idle
from parallel_tui.model.lifecycle.removal import RemovalPlan
from parallel_tui.model.scope import MUX, REMOVED
from parallel_tui.model.side_by_side import begin
from parallel_tui.model.team.steps import ends
from parallel_tui.model.team.team import Team
from parallel_tui.model.text.words import plural
from parallel_tui.model.window.window import Window
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import CleanedUp, Receipt
from parallel_tui.services.removal.remover import Remover
from parallel_tui.services.session.lookup import named
from parallel_tui.services.team.planning import TeamPlanner


@dataclass(frozen=True, slots=True)
class TeamEnder:
    """Ends teams.

    Attributes:
        planning: Makes what knows what exists of a team, as it is then.
        remover: The one way in which sessions are removed.
        looker: Makes one that only looks: what is the same for all sessions it asks once.
    """

    planning: Callable[[], TeamPlanner]
    remover: Remover
    looker: Callable[[], Remover]

    def names(self, team: Team | None) -> tuple[str, ...]:
        """Sessions of a team that exist, those that land last first; all without a team.

        Raises:
            UsageError: When there is none.
            MuxError: When windows are there and cannot be listed.
        """
        if team is not None:
            return ends(team, self.planning().found(team))
        found = [
            each.name
            for each in self.remover.sessions.all(windows_matter=True)
            if each.worktree is not None and not (each.worktree.is_main or each.worktree.bare)
        ]
        if not found:
            raise UsageError("There is no session beside the main worktree")
        return tuple(found)

    def plans(self, names: Sequence[str], *, settle: bool = True) -> tuple[RemovalPlan, ...]:
        """What removing sessions would lose, once what a crash left half done is settled.

        Args:
            names: The sessions.
            settle: Whether that is done first; not where somebody only wants to look.

        Raises:
            CouldNotLookError: When one of them could not be inspected.
        """
        if settle:
            self.remover.tools.settle()
        looker = self.looker()
        return tuple(begin(lambda name: looker.plan(name, settle=False), names, threads=2)())

    def remove(
        self,
        plans: Sequence[RemovalPlan],
        consents: Collection[str],
        *,
        delete_branches: bool = False,
    ) -> CleanedUp:
        """Remove sessions; one that cannot be removed keeps no other from it.

        Args:
            plans: As shown.
            consents: Words of `LossKind`, or `all`.
            delete_branches: Whether their branches go too.

        Raises:
            RefusedError: When some were not removed; the others are.
        """
        run = f"down-{secrets.token_hex(4)}"
        removed: list[str] = []
        failed: list[str] = []
        warnings: list[str] = []
        for plan in plans:
            try:
                done = self.remover.remove(plan, consents, delete_branch=delete_branches, run=run)
            except ParallelError as error:
                failed.append(error.message.rstrip("."))
                continue
            removed.append(plan.name)
            warnings += [f"{plan.name}: {each}" for each in done.warnings]
        if failed:
            gone = f" Removed: {', '.join(removed)}." if removed else ""
            raise RefusedError(
                f"{len(failed)} of {plural(len(plans), 'session')} not removed: "
                f"{'; '.join(failed)}.{gone}"
            )
        return CleanedUp(
            f"Removed {plural(len(removed), 'session')}: {', '.join(removed)}",
            scopes=REMOVED,
            warnings=tuple(warnings),
            removed=tuple(removed),
        )

    def windows(self, names: Sequence[str]) -> tuple[tuple[str, Window], ...]:
        """Windows of sessions that were opened for them, with the session each belongs to.

        Raises:
            MuxError: When windows are there and cannot be listed.
        """
        everyone = self.remover.sessions.all(windows_matter=True)
        return tuple(
            (name, window)
            for name in names
            for window in named(everyone, name).windows
            if window.ours
        )

    def close(self, windows: Sequence[tuple[str, Window]]) -> Receipt:
        """Close windows and what runs in them; worktrees stay.

        Raises:
            MuxError: When one cannot be closed.
        """
        for _, window in windows:
            self.remover.mux.close_window(window.id)
        many = plural(len(windows), "window")
        names = ", ".join(dict.fromkeys(name for name, _ in windows))
        said = f"Closed {many}: {names}; their worktrees stay" if windows else "No window was open"
        return Receipt(said, scopes=(MUX,))


def running(windows: Sequence[tuple[str, Window]]) -> tuple[str, ...]:
    """What runs in windows and would end, in words."""
    return tuple(
        f"{name}: {window.active_pane.command or 'a program'}"
        for name, window in windows
        if not is_idle(window)
    )
