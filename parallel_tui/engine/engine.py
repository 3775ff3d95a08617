"""The live view of one repository.

An `Engine` keeps one current `Snapshot` and publishes each new one. It knows nothing of Textual;
`pdev watch` runs it without a screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parallel_tui.adapters.ports import Clock, GitReader, Mux, Processes
from parallel_tui.model.config import Config
from parallel_tui.model.scope import Scope
from parallel_tui.model.snapshot import Snapshot
from parallel_tui.model.window import Screen


class Engine:
    """Watches, rebuilds and publishes until it is stopped.

    All public methods may be called from any thread. Publishers are called from the engine's own
    threads, one at a time, and only with a value that differs from the one before.
    """

    def __init__(
        self, *, git: GitReader, mux: Mux, processes: Processes, config: Config, clock: Clock
    ) -> None:
        raise NotImplementedError

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot; before `start` an empty one."""
        raise NotImplementedError

    def start(
        self,
        publish: Callable[[Snapshot], None],
        publish_screen: Callable[[Screen], None] | None = None,
    ) -> None:
        """Begin. The first snapshot has all rows; slow facts in it are pending and follow.

        Args:
            publish: Told each changed snapshot.
            publish_screen: Told changed contents of the pane being looked at.
        """
        raise NotImplementedError

    def stop(self) -> None:
        """End every thread and child process; returns when they are gone. Safe to call twice."""
        raise NotImplementedError

    def poke(self, *scopes: Scope) -> None:
        """Ask to look again; never blocks."""
        raise NotImplementedError

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Hold reading and publishing; everything is re-read afterwards. May be nested."""
        raise NotImplementedError
        yield

    def look_at(self, pane: str | None) -> None:
        """Choose the pane whose contents are published; `None` for none."""
        raise NotImplementedError

    def set_focused(self, focused: bool) -> None:
        """Tell whether the user looks at the dashboard; unfocused it polls less often."""
        raise NotImplementedError

    def hurry(self) -> None:
        """Poll the multiplexer four times a second for a few seconds, after an action of ours."""
        raise NotImplementedError

    def wait_idle(self, timeout: float) -> bool:
        """Wait until nothing is dirty, queued or being read, and all of it is published.

        Args:
            timeout: Seconds.

        Returns:
            Whether that came about in time.
        """
        raise NotImplementedError

    def wait_seen(self, timeout: float) -> bool:
        """Wait until every change made on disk before this call has been seen and published.

        Writes a sentinel below each watched root and waits for its event, then for idleness.
        Of tmux, one full read that began after the call counts as having seen.
        """
        raise NotImplementedError
