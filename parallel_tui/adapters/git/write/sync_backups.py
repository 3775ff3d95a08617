"""References to the commits that syncs replaced: read all, delete those of one run."""

from __future__ import annotations

import calendar
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.write.rebase import BACKUPS, UNDONE


@dataclass(frozen=True, slots=True)
class SyncBackups:
    """Those of one repository.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def all(self) -> Mapping[str, tuple[str, ...]]:
        """Full names by run; one process.

        Raises:
            GitError: When git gave no answer.
        """
        args = ["for-each-ref", "--format=%(refname)", f"{BACKUPS}/", f"{UNDONE}/"]
        found: dict[str, list[str]] = {}
        for ref in self.runner.run(args).text.splitlines():
            found.setdefault(ref.split("/")[4], []).append(ref)
        return {run: tuple(names) for run, names in found.items()}

    def drop(self, names: Iterable[str]) -> None:
        """Delete references, all or none; one process.

        Raises:
            GitError: When git refuses.
        """
        orders = "".join(f"delete {name}\n" for name in names)
        if orders:
            self.runner.run(["update-ref", "--no-deref", "--stdin"], stdin=raw(orders), write=True)


def when(run: str) -> float | None:
    """The time that a run is named after, in epoch seconds; `None` for a foreign name."""
    try:
        return calendar.timegm(time.strptime(run[:15], "%Y%m%d-%H%M%S"))
    except ValueError:
        return None
