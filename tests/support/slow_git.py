"""A git that takes its time before every call, as one on a slow disk or a huge repository does."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def slow_git(folder: Path, path: str, seconds: float) -> str:
    """A PATH on which git waits before it does anything.

    Args:
        folder: Where it is made; must not exist.
        path: The PATH on which the real git is.
        seconds: How long each call waits.
    """
    real = shutil.which("git", path=path)
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\nsleep {seconds}\nexec "{real}" "$@"\n')
    (folder / "git").chmod(0o755)
    return f"{folder}{os.pathsep}{path}"
