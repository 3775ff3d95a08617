"""Result of rewriting a branch with git."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Result of a rebase or merge.

    Attributes:
        done: Whether git calls it a success.
        conflict: Git's line that names the first conflict; empty where it printed none.
        why: What it means where no path is in conflict.
        hint: What to do about that.
    """

    done: bool
    conflict: str = ""
    why: str = ""
    hint: str = ""
