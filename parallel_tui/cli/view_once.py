"""Look at everything once."""

from __future__ import annotations

import os
import time

from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.fact import Pending, Unknown
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.view.snapshot import Snapshot


class Look:
    """Run the live view until everything is known, and return the snapshot.

    Args:
        core: The repository.
        output: Told sources in trouble, and when the time was too short.
        timeout: Seconds for all of it.
        until: When they are over, by the steady clock.
        quick: Whether to leave out what takes longer; slow facts are pending then.

    Attributes:
        core: The repository.
    """

    def __init__(
        self, core: Core, output: Output, timeout: float, until: float, *, quick: bool
    ) -> None:
        self.core = core
        self._output = output
        self._timeout = timeout
        self._until = until
        self._under_way = core.single_look(quick=quick)
        self._under_way.begin()

    def snapshot(self) -> Snapshot:
        """Wait for what is seen.

        Raises:
            CouldNotLookError: When the sessions themselves could not be read.
            UsageError: When the command line names a base that is none.
        """
        left = self._until - time.monotonic()
        if left <= 0:  # spent on finding the repository
            raise self._too_late()
        snapshot, complete = self._under_way.end(left)
        if not complete:
            self.core.end_questions()
            self._output.talk(f"pdev: note: not everything was read within {self._timeout:g} s")
        if (
            isinstance(snapshot.base, Unknown)
            and self.core.loaded.sources["base"] == "command line"
        ):
            raise UsageError(snapshot.base.reason)
        tell_health(snapshot, self._output)
        if not snapshot.sessions:  # there is always the main worktree
            raise self._too_late()
        self._follow(snapshot)
        return self._with_proofs(snapshot)

    def _follow(self, snapshot: Snapshot) -> None:
        """Tell of moves of base where somebody has followed it up to another commit."""
        base = snapshot.base
        there = os.path.exists(f"{self.core.repository.runtime_dir}/base.followed")  # noqa: PTH110
        if isinstance(base, Pending | Unknown) or not there:
            return
        from parallel_tui.bootstrap.reaching import followed_base

        if followed_base(self.core).read() != (base.ref, base.oid):
            from parallel_tui.cli.render.moved import tell_moves

            tell_moves(self.core, self._output)

    def _with_proofs(self, snapshot: Snapshot) -> Snapshot:
        """The same with what was proved of the sessions, where anything ever was."""
        base = snapshot.base
        there = os.path.exists(self.core.repository.proofs)  # noqa: PTH110
        if isinstance(base, Pending | Unknown) or not there:
            return snapshot
        from parallel_tui.bootstrap.landing.proving import known_marks
        from parallel_tui.record import replace

        heads = {
            each.name: each.worktree.head
            for each in snapshot.sessions
            if each.worktree is not None and each.worktree.head is not None
        }
        return replace(snapshot, proofs=known_marks(self.core, lambda: heads, base.oid))

    def _too_late(self) -> CouldNotLookError:
        return CouldNotLookError(
            f"The sessions were not read within {self._timeout:g} s",
            hint="Allow more time with --timeout.",
        )


def tell_health(snapshot: Snapshot, output: Output) -> None:
    """Print which sources have problems.

    Raises:
        CouldNotLookError: When it is git, and so no session is known: an empty list would lie.
    """
    told: dict[str, None] = {}
    for health in snapshot.health:
        if health.level is not Level.ERROR:
            continue
        if health.source is Source.GIT and not snapshot.sessions:
            raise CouldNotLookError(health.message)
        told.setdefault(f"pdev: note: {health.source.words}: {health.message}")
    for note in told:  # several questions may have failed for one reason
        output.talk(note)
