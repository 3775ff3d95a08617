"""All errors that this program shows to a user, as one hierarchy.

* `ParallelError`
    * `UsageError`: the request itself is wrong; nothing was looked at.
    * `RefusedError`: understood, looked at, and not done because something would be lost or broken.
        * `HalfMadeError`
        * `BusyError`
    * `CouldNotLookError`: a neighbour (git, the multiplexer, the disk) gave no usable answer.
        * `GitError`
        * `MuxError`
    * `ConfigError`: a configuration file says something that cannot be used.

An error is a value with a few parts; it is rendered in one place in the dashboard and in one in
`pdev`. Nothing else prints a traceback at a user.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Final

    from parallel_tui.advice import Advice


class ParallelError(Exception):
    """Base class of all errors that are shown to the user.

    Attributes:
        message: One sentence: what is wrong, and where.
        hint: What to do about it, or an empty string when there is nothing to do.
        advice: The same where something of ours does it; each face says how.
        said: All that a program printed which failed; empty when none did.
    """

    title: ClassVar[str] = "Something went wrong"
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        advice: tuple[Advice, ...] = (),
        said: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.advice = advice
        self.said = said


NO_ROOM: Final = "Make room on the disk, or allow larger files (ulimit -f), then try again."
READ_ONLY: Final = "The disk is mounted read-only."
NO_RIGHT: Final = "Check the permissions of the repository's files."


def disk_words(error: OSError) -> str:
    """What the disk refuses, in words: `No space left on device: /repo/.git/pdev/x`."""
    said = error.strerror or str(error)
    return f"{said}: {error.filename}" if isinstance(error.filename, str) else said


def disk_hint(error: OSError) -> str:
    """What to do about it; empty where nothing better than its words is known."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NO_ROOM
    if error.errno in (errno.EACCES, errno.EPERM):
        return NO_RIGHT
    return READ_ONLY if error.errno == errno.EROFS else ""


class UsageError(ParallelError):
    """The request is wrong; nothing was read or changed."""

    title = "Invalid request"
    exit_code = 2


class RefusedError(ParallelError):
    """The request was understood and refused; nothing was changed."""

    title = "Refused"
    exit_code = 1


def disk_refused(what: str, error: OSError) -> RefusedError:
    """What the disk would not let be done, why, and what to do about it.

    Args:
        what: What was not done, as a sentence without its end.
        error: What the disk said.
    """
    return RefusedError(f"{what}: {disk_words(error)}", hint=disk_hint(error))


class HalfMadeError(RefusedError):
    """A worktree was not finished and stays.

    It contains files of somebody else, or could not be taken back.

    Whoever asked for it decides where that goes.
    """


class BusyError(RefusedError):
    """Others use what was asked for, now; later it may be free."""

    title = "Busy"
    exit_code = 75  # EX_TEMPFAIL of sysexits: no command of a person's ends so by accident


class CouldNotLookError(ParallelError):
    """Git, the multiplexer or a file gave no usable answer, so the truth is unknown."""

    title = "Could not look"
    exit_code = 2


class GitError(CouldNotLookError):
    """A git command failed, timed out, or printed something unexpected.

    Attributes:
        status: Exit status of the command, or `None` when it never ended by itself.
        stderr: What it printed on standard error, as text.
    """

    title = "git failed"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        said: str = "",
        status: int | None = None,
        stderr: str = "",
    ) -> None:
        super().__init__(message, hint=hint, said=said or stderr)
        self.status = status
        self.stderr = stderr


class MuxError(CouldNotLookError):
    """The terminal multiplexer is missing, does not answer, or refused a command."""

    title = "The terminal multiplexer failed"


class ConfigError(ParallelError):
    """A configuration value cannot be used."""

    title = "Configuration"
    exit_code = 2
