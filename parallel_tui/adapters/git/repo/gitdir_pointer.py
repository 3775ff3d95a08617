"""Read the git directory that a worktree points to. Starts no process."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file

_MOST: Final = 1 << 14
_SIGN: Final = b"gitdir:"


def named_in(directory: str) -> str | None:
    """The git directory that a directory's `.git` is or names, without symbolic links.

    Returns:
        `None` when `.git` is neither a folder nor a pointer.

    Raises:
        OSError: When there is no `.git`, or it cannot be read.
    """
    path = Path(directory, ".git")
    if stat.S_ISDIR(path.stat().st_mode):
        return os.path.realpath(path)
    content = small_file.read(str(path), _MOST)
    if not content.startswith(_SIGN):
        return None
    # Relative since git 2.48 with worktree.useRelativePaths.
    pointer = os.fsdecode(content.removeprefix(_SIGN).lstrip(b" ").rstrip(b"\r\n"))
    return os.path.realpath(Path(directory, pointer))


def belongs(directory: str, git_dir: str) -> bool:
    """Whether commands run in a directory act on this git directory and on no other."""
    try:
        return named_in(directory) == os.path.realpath(git_dir)
    except OSError:
        return False
