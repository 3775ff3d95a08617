"""Look at the load of this machine and at the processes of sessions, and end one of them."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic

from parallel_tui.adapters import small_file
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.process.table import (
    disk_bytes,
    linux_table,
    owners_below,
    psutil_table,
)
from parallel_tui.errors import RefusedError
from parallel_tui.model.machine.load import Machine
from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.patience import ask_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Final

    from parallel_tui.adapters.process.table import ProcessEntry

_STEP: Final = 128 << 20
"""Bytes to which memory that is left is rounded."""
_LONGEST: Final = 400
"""Characters of a command line that are shown."""


class MachineLook:
    """Implements `LocalMachine`. What cannot be read counts for nothing."""

    def __init__(self) -> None:
        self._before: dict[tuple[int, float], tuple[float, int]] = {}
        self._looked: float | None = None

    def now(self) -> Machine | None:
        """See `LocalMachine.now`."""
        try:
            load = os.getloadavg()[0]
        except OSError:
            return None
        try:
            cores = len(os.sched_getaffinity(0))
        except (AttributeError, OSError):
            cores = os.cpu_count() or 1
        memory, free = _memory()
        return Machine(cores, round(load, 1), memory, free // _STEP * _STEP)

    def uses(self, roots: Mapping[str, Collection[int]]) -> tuple[ProcessUse, ...]:
        """See `LocalMachine.uses`."""
        linux = sys.platform == "linux"
        table = linux_table() if linux else psutil_table()
        now, up = monotonic(), _uptime()
        owners = owners_below(roots, {pid: entry.parent for pid, entry in table.items()})
        firsts = {pid for pids in roots.values() for pid in pids}
        before, self._before = self._before, {}
        since = None if self._looked is None else max(now - self._looked, 0.001)
        self._looked = now
        found = []
        for pid, window in owners.items():
            entry, moved = table[pid], disk_bytes(pid)
            known = (pid, entry.started)
            self._before[known] = (entry.seconds, moved)
            spent, old = before.get(known, (0.0, 0))
            # One that was not seen before spent all it has since it began.
            span = since if known in before and since else _age(entry, up)
            found.append(
                ProcessUse(
                    pid,
                    str(int(entry.started)) if linux else f"{entry.started:.2f}",
                    _command(pid),
                    round(100 * (entry.seconds - spent) / span),
                    entry.resident,
                    round((moved - old) / span) if known in before else 0,
                    window,
                    first=pid in firsts,
                )
            )
        return tuple(found)

    def tell(self, pid: int, started: str, *, kill: bool) -> bool:
        """See `LocalMachine.tell`. By a handle of the kernel's, no other process can be hit."""
        number = signal.SIGKILL if kill else signal.SIGTERM
        handle = -1
        try:
            if hasattr(os, "pidfd_open"):
                with suppress(OSError):  # an old kernel
                    handle = os.pidfd_open(pid)
            if liveness.start_token(pid) != started:
                return False
            if handle >= 0 and hasattr(signal, "pidfd_send_signal"):
                signal.pidfd_send_signal(handle, number)
            else:
                os.kill(pid, number)
        except ProcessLookupError:
            return False
        except PermissionError as error:
            raise RefusedError(f"Process {pid} is another user's.") from error
        finally:
            if handle >= 0:
                os.close(handle)
        return True

    def ended(self, pid: int, started: str, *, within: float) -> bool:
        """See `LocalMachine.ended`."""
        return ask_until(lambda: liveness.start_token(pid) != started, bool, seconds=within)

    def above_us(self) -> frozenset[int]:
        """See `LocalMachine.above_us`."""
        table = linux_table() if sys.platform == "linux" else psutil_table()
        found: set[int] = set()
        pid = os.getpid()
        while pid not in found and pid > 0:
            found.add(pid)
            entry = table.get(pid)
            pid = 0 if entry is None else entry.parent
        return frozenset(found)


def _memory() -> tuple[int, int]:
    """Bytes of memory, and how many programs can still have; 0 for what is not known."""
    found = {}
    with suppress(OSError, ValueError, IndexError):
        for line in small_file.read("/proc/meminfo").splitlines():
            name, _, rest = line.partition(b":")
            if name in (b"MemTotal", b"MemAvailable"):
                found[name] = int(rest.split()[0]) << 10
        return found.get(b"MemTotal", 0), found.get(b"MemAvailable", 0)
    import psutil

    memory = psutil.virtual_memory()
    return memory.total, memory.available


def _uptime() -> float:
    """Seconds since the machine began; 0 where processes tell the time of the day instead."""
    with suppress(OSError, ValueError, IndexError):
        return float(small_file.read("/proc/uptime").split()[0])
    return 0.0


def _age(entry: ProcessEntry, up: float) -> float:
    """Seconds since a process began; at least one."""
    if up:
        return max(1.0, up - entry.started / os.sysconf("SC_CLK_TCK"))
    import time

    return max(1.0, time.time() - entry.started)


def _command(pid: int) -> str:
    """The command line of a process; its name where it shows none."""
    with suppress(OSError):
        raw = Path("/proc", str(pid), "cmdline").read_bytes()[: 4 * _LONGEST]
        text = " ".join(raw.decode("utf-8", "surrogateescape").split("\0")).strip()
        if text:
            return text[:_LONGEST]
        name = Path("/proc", str(pid), "comm").read_text("utf-8", "surrogateescape").strip()
        return f"[{name}]"
    import psutil

    with suppress(psutil.Error):
        return " ".join(psutil.Process(pid).cmdline())[:_LONGEST]
    return ""
