"""What the engine and the services ask of the machine: time, processes, the user's trust.

Each answers with model values or raises a `ParallelError`; nothing here returns an empty result for
a question that could not be answered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from parallel_tui.model.session.window import Resources

Clock = Callable[[], float]
"""Epoch seconds. Injected, so that tests own time."""


@dataclass(frozen=True, slots=True)
class Process:
    """A running process.

    Attributes:
        pid: Process id.
        name: Short name.
        cwd: Working directory.
    """

    pid: int
    name: str
    cwd: str


class Processes(Protocol):
    """The process table."""

    def sample(self, roots: Mapping[str, Collection[int]]) -> Mapping[str, Resources]:
        """CPU and memory of process trees, in one pass.

        Args:
            roots: Root process ids by window id.

        Returns:
            Use by window id; CPU is measured since the previous call, 0 at the first.
        """
        ...

    def standing_in(self, directory: str) -> tuple[Process, ...]:
        """Processes whose working directory is a directory or lies below it; never ourselves."""
        ...


class Trust(Protocol):
    """Contents that the user allowed to run, recorded by hash, for this user on this machine.

    What is passed as content is the key of a question (`model.consent.Question`).
    """

    def trusts(self, repository: str, content: str) -> bool:
        """Whether exactly this content of this repository was trusted."""
        ...

    def grant(self, repository: str, content: str) -> None:
        """Record trust in exactly this content."""
        ...
