"""Which program has a terminal, told by the first process that was started in it."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path


def command_line(first: int) -> str | None:
    """The command line of the program in front, quoted for a shell.

    Args:
        first: The terminal's first process.

    Returns:
        The line; empty where that program is of our own group; `None` where nobody can tell.
    """
    with suppress(OSError, ValueError, IndexError):
        # proc(5): the process group in front is the sixth field behind the name
        group = int(Path("/proc", str(first), "stat").read_bytes().rpartition(b")")[2].split()[5])
        if group == os.getpgrp():
            return ""
        raw = Path("/proc", str(group), "cmdline").read_bytes()
        words = [os.fsdecode(word) for word in raw.removesuffix(b"\0").split(b"\0")]
        if words[0]:
            return shlex.join(words)
    return None
