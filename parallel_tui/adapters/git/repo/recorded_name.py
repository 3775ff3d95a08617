"""Read the session name recorded for a worktree. Starts no process."""

# On the way to the first list of sessions, where importing pathlib costs more than asking git.
# ruff: noqa: PTH118

from __future__ import annotations

import os

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.model.session.session_file import SESSION_FILE


def recorded_name(path: str) -> str:
    """Name that a session was given when made; empty when it was not made by us."""
    try:
        pointer = text(small_file.read(f"{path}/.git", 4096)).removeprefix("gitdir:").strip()
        first = small_file.read(os.path.join(path, pointer, SESSION_FILE), 200)
        return text(first.partition(b"\n")[0]).strip()
    except (OSError, ValueError):
        return ""
