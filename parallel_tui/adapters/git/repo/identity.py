"""Identify a repository by its common git directory. Starts no process.

All worktrees of a repository have one common git directory, and nothing else that they agree on.
What git says about the main worktree depends on where it is asked and on settings that an agent
may change: `core.bare`, `core.worktree`, a `.git` that is a link or a pointer. The place where
sessions share their locks may depend on none of that, or one path is locked twice.
"""

# On the way to the first paint, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH110, PTH112, PTH118

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.adapters import small_file
from parallel_tui.adapters.small_file import raw, text
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SIGN: Final = b"gitdir:"
_SHARED: Final = ("pdev/journal.jsonl", "locks", "parallel-state.json")
"""What lies in a coordination root that was ever used."""

_RECORD: Final = "pdev/main-worktree"
"""In the common git directory: where the main worktree is, if nothing else tells."""

_MOST: Final = 1 << 14


@dataclass(frozen=True, slots=True)
class Place:
    """A directory whose `.git` is, or names, a common git directory.

    Attributes:
        path: The directory.
        direct: Whether `.git` is that git directory itself, or a link to it, and no pointer file.
    """

    path: str
    direct: bool


def place_of(common: str) -> Place | None:
    """The directory above a git directory, where its `.git` leads back to that.

    Args:
        common: The common git directory, without symbolic links.
    """
    above, last = os.path.split(common)
    if last == ".git":
        return Place(above, direct=True)
    if leads_to(above, common):
        return Place(above, direct=os.path.isdir(f"{above}/.git"))
    return None


def leads_to(directory: str, common: str) -> bool:
    """Whether a directory's `.git` is, links to, or names a git directory."""
    found = f"{directory}/.git"
    try:
        if not os.path.isdir(found):
            content = small_file.read(found, _MOST)
            if not content.startswith(_SIGN):
                return False
            pointer = os.fsdecode(content.removeprefix(_SIGN).lstrip(b" ").rstrip(b"\r\n"))
            found = os.path.join(directory, pointer)
    except (OSError, ValueError):
        return False
    return os.path.realpath(found) == common


def has_checkout(common: str, place: Place, *, said_bare: bool) -> bool:
    """Whether the directory above a git directory is its main worktree.

    A flipped `core.bare` moves nothing: what lies on the disk comes first.

    Args:
        common: The common git directory.
        place: The directory above it.
        said_bare: What `core.bare` says.
    """
    shares = _used(f"{place.path}/.claude")
    shares_within = _used(f"{common}/pdev")
    if place.direct and os.path.exists(f"{common}/index"):
        # Only a checkout has one; but for a bare one with a stray index that was used as bare.
        return not (said_bare and shares_within and not shares)
    if shares != shares_within:
        return shares
    return not said_bare


def _used(root: str) -> bool:
    return any(os.path.lexists(f"{root}/{name}") for name in _SHARED)


def recorded_main(common: str) -> str | None:
    """The recorded main worktree, if it still belongs to this git directory."""
    try:
        path = text(small_file.read(f"{common}/{_RECORD}", _MOST))
    except OSError:
        return None
    return path if path.startswith("/") and leads_to(path, common) else None


def record_main(common: str, path: str) -> None:
    """Record the path of the main worktree; a failed write is ignored."""
    from pathlib import Path

    from parallel_tui.adapters.disk.files import write_atomically

    with suppress(OSError):
        write_atomically(Path(common, _RECORD), raw(path))
