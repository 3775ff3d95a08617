"""Find the directory that a command is about, and explain unexpected errors of the system.

The standard library alone, and little of it: this stands before the first paint.
"""

# ruff: noqa: PTH109

from __future__ import annotations

import errno
import os

from parallel_tui.errors import CouldNotLookError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_HINTS: Final = {
    errno.EMFILE: "Allow more open files: ulimit -n 1024",
    errno.ENFILE: "This machine has too many files open; end something and try again.",
    errno.ENOSPC: "Make room on the disk, then try again.",
    errno.EDQUOT: "Make room on the disk, then try again.",
    errno.EFBIG: "Allow larger files: ulimit -f unlimited",
    errno.EROFS: "It is on a disk that is mounted read-only.",
    errno.EACCES: "Check its permissions.",
    errno.EPERM: "Check its permissions and its owner.",
    errno.ELOOP: "A link there leads to itself: remove or correct it.",
    errno.ENOTDIR: "Something that is no directory stands where one should: move it away.",
    errno.EISDIR: "A directory stands where a file should: move it away.",
    errno.EEXIST: "Something else stands there: move it away.",
    errno.ENAMETOOLONG: "Use a shorter name.",
    errno.EAGAIN: "Allow more processes (ulimit -u), or end some.",
    errno.ENOMEM: "There is not enough memory: end something, or raise ulimit -v.",
    errno.EIO: "The disk or the terminal has a fault.",
}


class SystemSaidNoError(CouldNotLookError):
    """The system refused something that this program needs."""

    title = "The system refused"


def standing(directory: str | None) -> str:
    """Absolute directory that a command is about.

    Args:
        directory: As given on the command line; `None` for the working directory.

    Raises:
        UsageError: When none is given and the working directory is gone, or may not be looked at.
    """
    if directory is not None and not directory:
        raise UsageError("No directory is named", hint="Leave -C out, or name one after it.")
    if directory is not None and os.path.isabs(directory):  # noqa: PTH117 - no pathlib here
        return directory
    try:
        here = os.getcwd()
    except OSError as error:
        why = "does not exist any more" if error.errno == errno.ENOENT else "cannot be read"
        raise UsageError(
            f"The working directory {why}",
            hint="Change into another one, or name a repository: -C DIRECTORY",
        ) from error
    return here if directory is None else os.path.join(here, directory)  # noqa: PTH118


def standing_in(here: str, directory: str) -> str:
    """Absolute directory that a command names beside others.

    Args:
        here: Absolute directory that it is looked for from.
        directory: As given on the command line.

    Raises:
        UsageError: When it is empty.
    """
    if not directory:
        raise UsageError("No directory is named", hint="Leave the empty word out.")
    return os.path.normpath(os.path.join(here, directory))  # noqa: PTH118


def refusal(error: BaseException) -> SystemSaidNoError | None:
    """The error for an unexpected refusal of the system; `None` for any other error.

    Args:
        error: Whatever reached the top.
    """
    if isinstance(error, MemoryError):
        return SystemSaidNoError("There is not enough memory", hint=_HINTS[errno.ENOMEM])
    if isinstance(error, RuntimeError) and "can't start new thread" in str(error):
        return SystemSaidNoError("No further thread can be started", hint=_HINTS[errno.EAGAIN])
    if not isinstance(error, OSError) or error.errno is None:
        return None
    names = [os.fsdecode(name) for name in (error.filename, error.filename2)
             if isinstance(name, str | bytes)]  # fmt: skip
    what = f"{' → '.join(names)}: {error.strerror}" if names else str(error.strerror)
    hint = _HINTS.get(error.errno, "")
    debug = "PDEV_DEBUG=1 shows where in the program."
    return SystemSaidNoError(what, hint=f"{hint}\n{debug}" if hint else debug)
