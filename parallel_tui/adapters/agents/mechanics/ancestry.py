"""Prove which process is alive, and in whose tree it runs, from single entries of `/proc`."""

from __future__ import annotations

import os

from parallel_tui.adapters import small_file
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Final

_DEEPEST: Final = 64


@dataclass(frozen=True, slots=True)
class Alive:
    """A process that is there.

    Attributes:
        parent: Its parent's process id.
        start: When it started, as the kernel prints it; empty where it prints none.
    """

    parent: int
    start: str


def alive(pid: int) -> Alive | None:
    """A process; `None` where there is none, or only its remains."""
    try:
        stat = small_file.read(f"/proc/{pid}/stat")
    except OSError:
        there = os.path.exists("/proc/self/stat")  # noqa: PTH110 - asked for every process
        return None if there else _by_library(pid)
    fields = stat[stat.rfind(b")") + 2 :].split()
    if len(fields) < 20 or fields[0] in (b"Z", b"X"):
        return None
    return Alive(int(fields[1]), fields[19].decode("ascii"))


def _by_library(pid: int) -> Alive | None:
    import psutil

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return Alive(process.ppid(), "")
    except psutil.Error:
        return None


def nearest(pid: int, among: Container[int]) -> int | None:
    """The nearest of some processes at or above one; `None` where none is."""
    for _ in range(_DEEPEST):
        if pid in among:
            return pid
        found = alive(pid)
        if found is None or found.parent <= 1:
            return found.parent if found is not None and found.parent in among else None
        pid = found.parent
    return None


def own_namespace() -> str:
    """Name of the space in which our process ids mean something; empty where there is but one."""
    try:
        return os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - as everywhere here
    except OSError:
        return ""


def booted() -> float:
    """When this machine was started, in epoch seconds; 0 where that is not told."""
    try:
        text = small_file.read("/proc/stat", limit=1 << 20)
    except OSError:
        return 0.0
    _, found, rest = text.partition(b"\nbtime ")
    return float(rest.split(None, 1)[0]) if found else 0.0
