"""Read the process table in one pass.

psutil's `children()` reads the whole table again for each window (225 ms for 20 windows), and one
pass of its `process_iter` costs 42 ms for 400 processes. On Linux one `stat` file a process holds
all that is needed and costs 15 µs; elsewhere psutil is asked.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic

from parallel_tui.model.window.process import Process
from parallel_tui.model.window.window import Resources
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.process import programs
    from parallel_tui.adapters.process.exits import Departures

_MIB: Final = 1024 * 1024
_GRAIN: Final = 64 * 1024

FRESH: Final = 2.5
"""Seconds for which a pass serves others: half of what lies between two samples of one."""


@dataclass(frozen=True, slots=True)
class ProcessEntry:
    """One process in the table.

    Attributes:
        parent: Process id of its parent.
        started: When it began, in any unit; tells a reused process id from the one before.
        seconds: CPU time it spent so far.
        resident: Resident memory in bytes.
    """

    parent: int
    started: float
    seconds: float
    resident: int


class SharedPasses:
    """Passes over the table that several may use, each at most once; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: tuple[float, dict[int, ProcessEntry]] | None = None

    def read(
        self, after: float | None, wanted: Collection[int]
    ) -> tuple[float, Mapping[int, ProcessEntry]]:
        """When the table was read, and what was in it: a moment ago, or now.

        Args:
            after: When whoever asks read it last; they get a later pass.
            wanted: Processes that must be in it, or not exist.
        """
        with self._lock:
            last = self._last
            if (
                last is None
                or monotonic() - last[0] > FRESH
                or (after is not None and last[0] <= after)
                or not last[1].keys() >= set(wanted)
            ):
                last = self._last = monotonic(), whole_table()
            return last


class ProcessTable:
    """Reads the processes of this machine. Implements `Processes`; thread-safe.

    What vanishes while it is read, or may not be read, counts for nothing.

    Args:
        passes: Read the table for several that ask; by default each question is a pass.
    """

    def __init__(self, passes: SharedPasses | None = None) -> None:
        self._passes = passes
        self._lock = Lock()
        self._spent: dict[tuple[int, float], float] = {}
        self._moved: dict[tuple[int, float], int] = {}
        self._read_at: float | None = None

    def sample(self, roots: Mapping[str, Collection[int]]) -> Mapping[str, Resources]:
        """See `Processes.sample`. A process below two windows counts for the nearer one."""
        with self._lock:
            table: Mapping[int, ProcessEntry]
            if self._passes is None:
                now, table = monotonic(), whole_table()
            else:
                wanted = {pid for pids in roots.values() for pid in pids}
                now, table = self._passes.read(self._read_at, wanted)
            since = None if self._read_at is None else max(now - self._read_at, 0.001)
            cpu = dict.fromkeys(roots, 0.0)
            memory = dict.fromkeys(roots, 0)
            count = dict.fromkeys(roots, 0)
            disk = dict.fromkeys(roots, 0)
            moved: dict[tuple[int, float], int] = {}
            spent = {(pid, entry.started): entry.seconds for pid, entry in table.items()}
            parents = {pid: entry.parent for pid, entry in table.items()}
            for pid, window in owners_below(roots, parents).items():
                entry = table[pid]
                # one that is new in the table spent all it has since then
                cpu[window] += entry.seconds - self._spent.get((pid, entry.started), 0.0)
                memory[window] += entry.resident
                count[window] += 1
                known = (pid, entry.started)
                moved[known] = disk_bytes(pid)
                disk[window] += max(0, moved[known] - self._moved.get(known, 0))
            self._spent, self._moved, self._read_at = spent, moved, now
        return {
            window: Resources(
                cpu=round(100 * cpu[window] / since) if since else 0,
                memory=round(memory[window] / _MIB) * _MIB,
                processes=count[window],
                disk=round(disk[window] / since / _GRAIN) * _GRAIN if since else 0,
            )
            for window in roots
        }

    def exits(self, gone: Callable[[], None]) -> Departures:
        """See `Processes.exits`."""
        from parallel_tui.adapters.process.exits import Departures

        return Departures(gone)

    def python(self, args: Sequence[str]) -> programs.Process:
        """See `Processes.python`. The child has a session of its own: no Ctrl+C ends it."""
        import subprocess

        from parallel_tui.adapters.process import programs

        return programs.start(
            [sys.executable, "-I", "-S", *args],
            env=os.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def standing_in(self, directory: str) -> tuple[Process, ...]:
        """See `Processes.standing_in`. The shell that started us counts; we do not."""
        import psutil

        folders = {directory.rstrip("/") or "/", os.path.realpath(directory)}
        found = []
        for pid, where in _linux_places() if sys.platform == "linux" else _psutil_places():
            # of a deleted directory Linux says so behind its name
            cwd = where.removesuffix(" (deleted)")
            if pid != os.getpid() and any(_inside(cwd, folder) for folder in folders):
                with suppress(psutil.Error, OSError):
                    found.append(Process(pid, psutil.Process(pid).name(), cwd))
        return tuple(found)


def _linux_places() -> Iterator[tuple[int, str]]:
    """Where each process stands, from `/proc`: psutil takes fifty times as long for each."""
    for name in os.listdir("/proc"):  # noqa: PTH208
        if name.isdigit():
            with suppress(OSError):
                yield int(name), os.readlink(f"/proc/{name}/cwd")  # noqa: PTH115


def _psutil_places() -> Iterator[tuple[int, str]]:
    import psutil

    for pid in psutil.pids():
        with suppress(psutil.Error, OSError):
            yield pid, psutil.Process(pid).cwd()


def _inside(path: str, folder: str) -> bool:
    return bool(path) and (path == folder or path.startswith(folder.rstrip("/") + "/"))


def whole_table() -> dict[int, ProcessEntry]:
    """Read the table in the way that costs least here."""
    return linux_table() if sys.platform == "linux" else psutil_table()


def linux_table() -> dict[int, ProcessEntry]:
    """Read the table from `/proc/*/stat`."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    table = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - a Path a process would double the cost
        if not name.isdigit():
            continue
        with suppress(OSError, ValueError, IndexError):
            # The name, in brackets, may hold anything, brackets and spaces too. Numbering as in
            # proc(5) less the three fields up to it: 1 ppid, 11 utime, 12 stime, 19 starttime,
            # 21 rss.
            fields = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
            table[int(name)] = ProcessEntry(
                parent=int(fields[1]),
                started=float(fields[19]),
                seconds=(int(fields[11]) + int(fields[12])) / ticks,
                resident=int(fields[21]) * page,
            )
    return table


def disk_bytes(pid: int) -> int:
    """Bytes that a process has read from and written to disks; 0 where that is not told."""
    found = 0
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc", str(pid), "io").read_bytes().splitlines():
            name, _, value = line.partition(b":")
            if name in (b"read_bytes", b"write_bytes"):
                found += int(value)
    return found


def psutil_table() -> dict[int, ProcessEntry]:
    """Read the table with psutil, on any system."""
    import psutil

    table = {}
    for process in psutil.process_iter(["ppid", "create_time", "cpu_times", "memory_info"]):
        found = process.info
        if None not in (found["ppid"], found["create_time"]):
            times, memory = found["cpu_times"], found["memory_info"]
            table[process.pid] = ProcessEntry(
                parent=found["ppid"],
                started=found["create_time"],
                seconds=times.user + times.system if times else 0.0,
                resident=memory.rss if memory else 0,
            )
    return table


def owners_below(
    roots: Mapping[str, Collection[int]], parents: Mapping[int, int]
) -> dict[int, str]:
    """The window that each process belongs to.

    Args:
        roots: Root process ids by window.
        parents: Parent of each living process.

    Returns:
        The window by process id, for the living processes below a root; for one below two roots
        the nearer one. A loop, which a table read while it changes may hold, ends the walk.
    """
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)
    root_of = {pid: window for window, pids in roots.items() for pid in pids}
    owners: dict[int, str] = {}
    for root, window in root_of.items():
        if root not in parents or root in owners:
            continue
        waiting = [root]
        while waiting:
            pid = waiting.pop()
            if pid in owners:
                continue
            owners[pid] = window
            waiting += _below(pid, children, root_of)
    return owners


def _below(pid: int, children: Mapping[int, list[int]], roots: Mapping[int, str]) -> Iterable[int]:
    return (child for child in children.get(pid, ()) if child not in roots)
