"""First processes of terminals: whose children they are, and what runs in front of them.

Read from `/proc`, so that nothing is started; where there is none, every answer is "unknown".
"""

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Final

_PTS_MAJORS: Final = range(136, 144)
"""Major device numbers of Linux's pseudo-terminals."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What the kernel tells of a process at any time.

    Attributes:
        name: Its short name.
        parent: Process id of its parent.
        terminal: Path of the pseudo-terminal that it is controlled by; empty for none.
        front: Process group in the foreground of that terminal; not positive for none.
        stopped: Whether it was stopped, and does nothing until it is told to go on.
    """

    name: str
    parent: int
    terminal: str
    front: int
    stopped: bool = False


def available() -> bool:
    """Whether this system tells of processes here."""
    return os.path.exists("/proc/self/stat")  # noqa: PTH110 - asked at each listing


def stat_of(pid: int) -> Stat | None:
    """What the kernel tells of a process; `None` when it is gone or waits to be taken notice of."""
    try:
        data = _read(f"/proc/{pid}/stat")
    except OSError:
        return None
    head, _, tail = data.rpartition(b")")
    fields = tail.split()
    if len(fields) < 6 or fields[0] == b"Z":
        return None
    device = int(fields[4])
    major, minor = (device >> 8) & 0xFFF, (device & 0xFF) | ((device >> 12) & 0xFFF00)
    terminal = f"/dev/pts/{(major - 136) * 256 + minor}" if major in _PTS_MAJORS else ""
    name = os.fsdecode(head.partition(b"(")[2])
    return Stat(name, int(fields[1]), terminal, int(fields[5]), fields[0] in b"Tt")


def children(parents: Collection[int]) -> dict[int, list[int]]:
    """Children of some processes, in the order of their ids.

    Args:
        parents: Which; each is a key of the answer.
    """
    found: dict[int, list[int]] = {pid: [] for pid in parents}
    if found and all(_told_by_kernel(pid, found) for pid in parents):
        return found
    found = {pid: [] for pid in parents}
    for name in os.listdir("/proc") if found else ():  # noqa: PTH208 - hundreds of these
        if not name.isdigit():
            continue
        with suppress(OSError, ValueError, IndexError):
            parent = int(_read(f"/proc/{name}/stat").rpartition(b")")[2].split()[1])
            if parent in found:
                found[parent].append(int(name))
    for pids in found.values():
        pids.sort()
    return found


def _told_by_kernel(pid: int, found: dict[int, list[int]]) -> bool:
    """Add a process's children by the list that most kernels keep; returns whether there is one."""
    try:
        told = _read(f"/proc/{pid}/task/{pid}/children")
    except FileNotFoundError:
        return not os.path.exists(f"/proc/{pid}")  # noqa: PTH110 - it ended meanwhile
    except OSError:
        return False
    found[pid] = sorted(int(word) for word in told.split())
    return True


def environment(pid: int) -> Mapping[str, str] | None:
    """The environment that a process began with; `None` when it may not be read."""
    try:
        data = _read(f"/proc/{pid}/environ")
    except OSError:
        return None
    pairs = (os.fsdecode(entry).partition("=") for entry in data.split(b"\0"))
    return {name: value for name, found, value in pairs if found}


def environment_at(terminal: str, name: str) -> Mapping[str, str] | None:
    """The environment of a program that a terminal controls; `None` where there is none.

    Args:
        terminal: Its path.
        name: Short name of the program.
    """
    for entry in os.listdir("/proc"):  # noqa: PTH208 - hundreds of these
        if not entry.isdigit():
            continue
        stat = stat_of(int(entry))
        if stat is not None and (stat.terminal, stat.name) == (terminal, name):
            return environment(int(entry))
    return None


def directory(pid: int) -> str:
    """The directory that a process is in; empty when it may not be read."""
    try:
        return os.readlink(f"/proc/{pid}/cwd").removesuffix(" (deleted)")  # noqa: PTH115
    except OSError:
        return ""


def arguments(pid: int) -> tuple[str, ...]:
    """The words that a process was started with; none when it may not be read."""
    try:
        data = _read(f"/proc/{pid}/cmdline")
    except OSError:
        return ()
    return tuple(os.fsdecode(word) for word in data.removesuffix(b"\0").split(b"\0"))


def wakeups(pid: int) -> int | None:
    """How often a process has been given the processor; the same number as before: it slept."""
    try:
        data = _read(f"/proc/{pid}/status")
    except OSError:
        return None
    numbers = [line.split()[1] for line in data.splitlines() if b"ctxt_switches:" in line]
    return sum(map(int, numbers)) if numbers else None


def terminals_open(pid: int) -> frozenset[str] | None:
    """Terminals that a process has open; `None` when it may not be looked at."""
    folder = f"/proc/{pid}/fd"
    found = set()
    try:
        for name in os.listdir(folder):  # noqa: PTH208 - a handful of short names
            with suppress(OSError):
                target = os.readlink(f"{folder}/{name}")  # noqa: PTH115
                if target.startswith(("/dev/pts/", "/dev/tty")) and target != "/dev/tty":
                    found.add(target.removesuffix(" (deleted)"))
    except OSError:
        return None
    return frozenset(found)


def last_read(terminal: str) -> float:
    """When something was last read from a terminal, in epoch seconds; 0 when that is not told."""
    try:
        return os.stat(terminal).st_atime  # noqa: PTH116 - a device, not a file
    except OSError:
        return 0.0


def size_of(terminal: str) -> tuple[int, int] | None:
    """Columns and rows of a terminal; `None` when it may not be asked."""
    try:
        descriptor = os.open(terminal, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        columns, rows = os.get_terminal_size(descriptor)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return (columns, rows) if columns and rows else None


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - read many times a second
        parts = []
        while part := file.read(65536):
            parts.append(part)
        return b"".join(parts)
