"""Run the live view until everything was read once."""

from __future__ import annotations

import threading

from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.view.snapshot import Snapshot


def look(core: Core, output: Output, *, timeout: float, quick: bool = False) -> Snapshot:
    """Run the live view until everything is known, and return the snapshot.

    Args:
        core: The repository.
        output: Told sources in trouble, and when the time was too short.
        timeout: Seconds.
        quick: Return as soon as all rows are there; slow facts in them are pending.

    Raises:
        CouldNotLookError: When the sessions themselves could not be read.
        UsageError: When the command line names a base that is none.
    """
    engine = core.engine()
    rows = threading.Event()

    def publish(snapshot: Snapshot) -> None:
        if snapshot.sessions or any(health.source is Source.GIT for health in snapshot.health):
            rows.set()

    try:
        engine.start(publish)
        if quick:
            rows.wait(timeout)
        elif not engine.wait_idle(timeout):
            output.talk(f"pdev: note: not everything was read within {timeout:g} s")
        snapshot = engine.snapshot
    finally:
        engine.stop()
    if isinstance(snapshot.base, Unknown) and core.loaded.sources["base"] == "command line":
        raise UsageError(snapshot.base.reason)
    tell_health(snapshot, output)
    if not snapshot.sessions:  # there is always the main worktree
        raise CouldNotLookError(
            f"The sessions were not read within {timeout:g} s",
            hint="Allow more time with --timeout.",
        )
    return snapshot


def tell_health(snapshot: Snapshot, output: Output) -> None:
    """Print which sources have problems.

    Raises:
        CouldNotLookError: When it is git, and so no session is known: an empty list would lie.
    """
    for health in snapshot.health:
        if health.level is not Level.ERROR:
            continue
        if health.source is Source.GIT and not snapshot.sessions:
            raise CouldNotLookError(health.message)
        output.talk(f"pdev: note: {health.source.value}: {health.message}")
