"""A git that takes its time before every call, as one on a slow disk or a huge repository does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_QUICK = "quick"


def slow_git(folder: Path, path: str, seconds: float) -> str:
    """A PATH on which git waits before it does anything, until `hurry` is called.

    Args:
        folder: Where it is made; must not exist.
        path: The PATH on which the real git is.
        seconds: How long each call waits.
    """
    real = shutil.which("git", path=path)
    folder.mkdir()
    wait = f'[ -e "{folder}/{_QUICK}" ] || sleep {seconds}'
    (folder / "git").write_text(f'#!/bin/sh\n{wait}\nexec "{real}" "$@"\n')
    (folder / "git").chmod(0o755)
    return f"{folder}{os.pathsep}{path}"


def hurry(folder: Path) -> None:
    """Let the git of a folder be as quick as any from now on."""
    (folder / _QUICK).touch()
