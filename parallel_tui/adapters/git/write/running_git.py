"""Find git commands that outlived the program which started them, and wait for them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from parallel_tui.errors import CouldNotLookError

if TYPE_CHECKING:
    import psutil

PATIENCE: Final = 10.0
"""Seconds to wait for one to end by itself."""

_QUESTION: Final = "core.fsmonitor=false"
"""Stands in every question of ours."""
_READS: Final = frozenset(
    {"blame", "cat-file", "diff", "for-each-ref", "fsmonitor--daemon", "log", "rev-list", "show"}
)
"""Commands that change nothing, and that some programs keep running for long."""
_WITH_VALUE: Final = frozenset({"-C", "-c", "--git-dir", "--work-tree", "--namespace"})


def wait_for_git(*directories: str, idle: Sequence[str] = (), seconds: float | None = None) -> None:
    """Wait until no git command runs in some directories, or creates a worktree there.

    Args:
        directories: Where nothing may be restored beneath a working git.
        idle: Directories, such as git's own, where only commands count whose pdev is gone.
        seconds: Longest wait; `PATIENCE` by default.

    Raises:
        CouldNotLookError: When one still runs after that time.
    """
    import psutil

    deadline = time.monotonic() + (PATIENCE if seconds is None else seconds)
    while busy := _at_work(directories, idle):
        if time.monotonic() > deadline:
            process, words = busy[0]
            raise CouldNotLookError(
                f"git still works there (process {process.pid}: {' '.join(words)[:200]})",
                hint=f"When it is done, or after: kill {process.pid}",
            )
        psutil.wait_procs([process for process, _ in busy], timeout=0.1)


def _at_work(
    directories: Sequence[str], idle: Sequence[str]
) -> list[tuple[psutil.Process, list[str]]]:
    import psutil

    named = set(directories)
    folders = tuple(os.path.realpath(each) for each in directories)
    quiet = tuple(os.path.realpath(each) for each in idle)
    found = []
    for process in psutil.process_iter(["cmdline", "status", "cwd"]):
        words: list[str] = process.info["cmdline"] or []
        if not words or process.info["status"] == psutil.STATUS_ZOMBIE or _QUESTION in words:
            continue
        program = os.path.basename(words[0])  # noqa: PTH119
        if program == "env" and "git" in words:  # about to become one
            program = "git"
        if program != "git" and not program.startswith("git-"):
            continue
        if _subcommand(words) in _READS:
            continue
        here = (process.info["cwd"] or "").removesuffix(" (deleted)")
        if (
            _inside(here, folders)
            or ("worktree" in words and named & set(words))
            or (_inside(here, quiet) and _orphaned(process))
        ):
            found.append((process, words))
    return found


def _subcommand(words: Sequence[str]) -> str:
    rest = iter(words[words.index("git") + 1 if "git" in words else 1 :])
    for word in rest:
        if word in _WITH_VALUE:
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return ""


def _inside(path: str, folders: Sequence[str]) -> bool:
    return bool(path) and any(path == each or path.startswith(f"{each}/") for each in folders)


def _orphaned(process: psutil.Process) -> bool:
    """Whether a process was started by a pdev that has ended."""
    import psutil

    try:
        parent = process.parent()
        own = os.getsid(process.pid) == process.pid
        return own and (parent is None or not parent.name().startswith(("python", "pdev")))
    except (psutil.Error, OSError):
        return False
