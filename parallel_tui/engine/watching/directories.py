"""Interface for watching directories, and its implementation with inotify."""

from __future__ import annotations

import math
import os
import select
from collections.abc import Collection
from typing import Final, Protocol

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event, Inotify
from parallel_tui.engine.watching.polling import Identity, identity

GATHER: Final = 0.015
"""Seconds waited after a first event, so that one git command is one look."""


class Directories(Protocol):
    """A set of watched directories."""

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these directories; returns whether any is new.

        Args:
            directories: Whose entries matter.
            roots: Of which only their own end matters.
        """
        ...

    def wait(self, within: float | None = None) -> list[Event]:
        """Wait for changes, `wake`, or the timeout; returns the changes, slightly batched.

        Args:
            within: Seconds after which to return without anything; `None` for never.
        """
        ...

    def drain(self, since: float = math.inf) -> list[Event]:
        """All changes up to now.

        Args:
            since: Seconds of the steady clock; what happened afterwards may be left for later.
        """
        ...

    def wake(self) -> None:
        """End a `wait`, from any thread; never blocks."""
        ...

    def close(self) -> None:
        """Release everything."""
        ...


class InotifyDirectories:
    """Watched directories on Linux, without polling."""

    def __init__(self) -> None:
        self._inotify = Inotify()
        self._identities: dict[str, Identity | None] = {}
        try:
            self._inner, self._outer = os.pipe()
        except OSError:
            self._inotify.close()  # or each try would take one more of the user's few
            raise
        self._poll = select.poll()
        self._poll.register(self._inotify.fileno(), select.POLLIN)
        self._poll.register(self._inner, select.POLLIN)

    def watch(self, directories: Collection[str], roots: Collection[str]) -> bool:
        """Watch exactly these directories; returns whether any is new."""
        known = self._inotify
        new = False
        for directory in directories:
            now = identity(directory)
            if directory in known and self._identities.get(directory) != now:
                known.discard(directory)  # a link leads elsewhere now
            if directory not in known:
                self._identities[directory] = now
                new = known.add(directory) or new
        for root in roots:
            if root not in known:
                new = known.add(root, inotify.LOSS) or new
        known.keep({*directories, *roots})
        self._identities = {each: self._identities[each] for each in directories}
        return new

    def wait(self, within: float | None = None) -> list[Event]:
        """Wait for changes, `wake`, or the timeout; returns the changes, slightly batched."""
        pause = None if within is None else max(0.0, within) * 1000
        ready = {descriptor for descriptor, _ in self._poll.poll(pause)}
        if not ready:
            return []
        if self._inner in ready:
            os.read(self._inner, 4096)
            return self.drain()
        select.select((self._inner,), (), (), GATHER)
        return self.drain()

    def drain(self, since: float = math.inf) -> list[Event]:
        """All changes up to now."""
        events = self._inotify.drain()
        for event in events:
            if not event.name and event.mask & inotify.MOVE_SELF:
                # Its watch follows it to where it went; what takes its place needs a new one.
                self._inotify.discard(event.directory)
        return events

    def wake(self) -> None:
        """End a `wait`."""
        os.write(self._outer, b"!")

    def close(self) -> None:
        """Release everything."""
        self._inotify.close()
        os.close(self._inner)
        os.close(self._outer)
