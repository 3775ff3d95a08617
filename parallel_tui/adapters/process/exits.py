"""Notice at once when a process ends, without polling.

Where no client of ours listens, tmux tells nobody reliably that a window closed (see
`adapters.tmux.hooks`). The kernel does: a window's panes have first processes, and those end with
it, in any tmux session, ours or not.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class Departures:
    """Calls back soon after any of the watched processes has ended.

    One thread sleeps in the kernel; nothing is polled, and no thread runs before something is
    followed. Where the kernel cannot do this (it takes Linux 5.3 or newer) nothing is ever told:
    a hint, like every other event, and now and then one too many.

    Args:
        gone: Called from the thread, once for each wave of ends. It must return at once.
    """

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone
        self._lock = threading.Lock()
        self._followed: dict[int, int] = {}
        self._watch: _Watch | None = None

    def follow(self, pids: Collection[int]) -> None:
        """Watch exactly these processes.

        One that has ended already is passed over, without a call: who names it has just looked.
        """
        if sys.platform != "linux" or not hasattr(os, "pidfd_open"):
            return
        with self._lock:
            wanted = set(pids)
            for pid in self._followed.keys() - wanted:
                os.close(self._followed.pop(pid))  # which ends its watch, too
            if wanted and self._watch is None:
                try:
                    self._watch = _Watch(self._ended)
                except (OSError, RuntimeError):  # no file or thread is left: tried at the next call
                    return
            for pid in wanted - self._followed.keys():
                # An older kernel, a full table of files, or a process that is gone.
                with suppress(OSError):
                    handle = os.pidfd_open(pid)
                    self._followed[pid] = handle
                    if self._watch is not None:
                        self._watch.add(handle)

    def close(self) -> None:
        """Stop watching and end the thread. Safe to call twice."""
        with self._lock:
            watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()
        with self._lock:
            for handle in self._followed.values():
                os.close(handle)
            self._followed.clear()

    def _ended(self, handles: Collection[int]) -> None:
        with self._lock:
            # A number may have been given anew meanwhile: then `follow` opens that one again.
            for pid in [pid for pid, handle in self._followed.items() if handle in handles]:
                os.close(self._followed.pop(pid))
        self._gone()


class _Watch:
    """A thread that waits for handles to become readable."""

    def __init__(self, ready: Callable[[Collection[int]], None]) -> None:
        self._ready = ready
        self._epoll = select.epoll()
        try:
            self._end = os.eventfd(0)
        except OSError:
            self._epoll.close()
            raise
        self._epoll.register(self._end, select.EPOLLIN)
        self._thread = threading.Thread(target=self._wait, name="departures", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._epoll.close()
            os.close(self._end)
            raise

    def add(self, handle: int) -> None:
        self._epoll.register(handle, select.EPOLLIN)

    def close(self) -> None:
        os.eventfd_write(self._end, 1)
        if self._thread is not threading.current_thread():
            self._thread.join()
        self._epoll.close()
        os.close(self._end)

    def _wait(self) -> None:
        while True:
            handles = {handle for handle, _ in self._epoll.poll()}
            if self._end in handles:
                return
            self._ready(handles)
