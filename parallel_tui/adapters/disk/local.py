"""Files on this machine, for the services."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parallel_tui.adapters.disk import carry, files, reading
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class LocalDisk:
    """Reads and writes single files. Implements `Disk`.

    Attributes:
        guard: File that is locked while worktrees and branches are changed.
    """

    guard: Path

    @contextmanager
    def guarded(self, *, patience: float | None = None) -> Iterator[None]:
        """See `Disk.guarded`."""
        with files.guard(self.guard, patience=patience):
            yield

    def read(self, path: Path) -> bytes | None:
        """See `Disk.read`."""
        return reading.read(path, follow=True)

    def write(self, path: Path, data: bytes) -> None:
        """See `Disk.write`."""
        files.write_atomically(path, data)

    def real_parent(self, root: Path, relative: str) -> bool:
        """See `Disk.real_parent`."""
        return files.real_parent(root, relative)

    def missing_parents(self, path: Path) -> tuple[Path, ...]:
        """See `Disk.missing_parents`."""
        return files.missing_parents(path)

    def mark(self, path: Path) -> str | None:
        """See `Disk.mark`."""
        return carry.mark(path)
