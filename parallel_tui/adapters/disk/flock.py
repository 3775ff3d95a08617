"""Locks on open files that end with their process, however it ends.

The kernel keeps such a lock for an open file: nobody has to break one that a crash left, and nobody
can break one by mistake. Closing the descriptor gives it back. A child that inherits the descriptor
keeps the lock, so it is to be opened with `O_CLOEXEC`.
"""

from __future__ import annotations

import errno
import fcntl

from parallel_tui.patience import ask_until

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_A_LOOK: Final = 1.0
"""Seconds within which whoever only looks whether a file is locked has let go of it."""


def take(descriptor: int, *, seconds: float = 0.0) -> bool:
    """Lock an open file exclusively.

    The kernel is never asked to wait, so that a signal such as Ctrl+C is heard at once; then, as
    after any other failure, the lock is not held. Closing the file stays with the caller.

    Args:
        descriptor: The open file.
        seconds: How long to wait for somebody else who holds it.

    Returns:
        Whether it is locked; `False` when somebody else held it all that time.

    Raises:
        OSError: When its file system has no such locks.
    """
    return ask_until(lambda: _taken(descriptor), bool, seconds=seconds)


def take_own(descriptor: int) -> None:
    """Lock a new file, which others hold for a moment at most.

    Raises:
        BlockingIOError: When somebody goes on holding it.
        OSError: When its file system has no such locks.
    """
    if not take(descriptor, seconds=_A_LOOK):
        raise BlockingIOError(errno.EWOULDBLOCK, "Another process holds a file that is not its own")


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
