"""Waiting for a git command that outlived the program which started it."""

from __future__ import annotations

import os
import time
from typing import Final

from parallel_tui.errors import CouldNotLookError

_PATIENCE: Final = 60.0


def wait_for_git(directory: str, *, seconds: float = _PATIENCE) -> None:
    """Wait until no `git worktree add` for a directory runs any more.

    Raises:
        CouldNotLookError: When one still runs after that time.
    """
    import psutil

    deadline = time.monotonic() + seconds
    while True:
        busy = []
        for process in psutil.process_iter(["cmdline", "status"]):
            words: list[str] = process.info["cmdline"] or []
            if (
                process.info["status"] != psutil.STATUS_ZOMBIE
                and "worktree" in words
                and "add" in words
                and directory in words
                and os.path.basename(words[0]) == "git"  # noqa: PTH119
            ):
                busy.append(process)
        if not busy:
            return
        if time.monotonic() > deadline:
            raise CouldNotLookError(
                f"git is still making the worktree {directory} (process {busy[0].pid}).",
                hint="Try again when it is done.",
            )
        psutil.wait_procs(busy, timeout=0.1)
