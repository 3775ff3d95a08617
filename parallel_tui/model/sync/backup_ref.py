"""Names of the references that keep commits replaced by a sync, a landing, or the undo of one.

`refs/pdev/backup/sync/20260131-140500/feature/a` keeps where `feature/a` stood before that run.
"""

from __future__ import annotations

import calendar
import time
from enum import StrEnum

from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_ROOT: Final = "refs/pdev/backup"
_RUN: Final = pattern(r"[0-9]{8}-[0-9]{6}(-[0-9]+)?")
_STARTED: Final = ".started"
_UNDONE: Final = ".undone"
_HOOK: Final = ".hook"


class Keeps(StrEnum):
    """What a backup is from before; the word stands in its name."""

    SYNC = "sync"
    UNDO = "undo"
    LANDING = "landing"

    @property
    def prefix(self) -> str:
        """The folder of references that holds them, without a slash at its end."""
        return f"{_ROOT}/{self.value}"


@dataclass(frozen=True, slots=True)
class BackupRef:
    """Where a branch stood before a run rewrote it, or before the run was undone.

    Attributes:
        run: Name of the run, such as `20260131-140500`.
        branch: The branch, without `refs/heads/`.
        keeps: Before what.
    """

    run: str
    branch: str
    keeps: Keeps = Keeps.SYNC

    @property
    def name(self) -> str:
        """Full name of the reference."""
        return f"{self.keeps.prefix}/{self.run}/{self.branch}"

    @property
    def started(self) -> BackupRef:
        """What keeps the commit that git itself started from, where that was a later one."""
        return replace(self, branch=self.branch + _STARTED)

    @property
    def undone(self) -> BackupRef:
        """What keeps the commits of a run that was undone."""
        return replace(self, branch=self.branch + _UNDONE)

    @property
    def hook(self) -> BackupRef:
        """What keeps the files that a hook had changed when git refused half way."""
        return replace(self, branch=self.branch + _HOOK)

    @classmethod
    def parse(cls, name: str) -> BackupRef | None:
        """The backup of a full name; `None` when the name is none of ours.

        Args:
            name: Full name of a reference, or any text.
        """
        for keeps in Keeps:
            head, slash, rest = name.partition(f"{keeps.prefix}/")
            run, between, branch = rest.partition("/")
            if not head and slash and between and branch and is_run(run):
                return cls(run, branch, keeps)
        return None


def is_run(name: str) -> bool:
    """Whether a text has the shape of a run's name."""
    return _RUN.fullmatch(name) is not None


def began(run: str) -> float | None:
    """The time that a run is named after, in epoch seconds; `None` for a foreign name."""
    try:
        return calendar.timegm(time.strptime(run[:15], "%Y%m%d-%H%M%S")) if is_run(run) else None
    except ValueError:
        return None
