"""Describe a failed git command in one sentence, with a hint."""

from __future__ import annotations

from parallel_tui.errors import GitError, RefusedError
from parallel_tui.model.git_version import Needs

# On the way to the first paint: what only a failure needs is imported when there is one.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final, Protocol

    from parallel_tui.adapters.git.run.failed_children import Child

    class FailedCommand(Protocol):
        """Result of a failed command (`runner.Output`)."""

        @property
        def status(self) -> int:
            """Its exit status."""
            ...

        @property
        def stderr(self) -> str:
            """What it printed on standard error."""
            ...

        @property
        def failed(self) -> tuple[Child, ...]:
            """Programs that git started and that failed."""
            ...


INSTALL_HINT: Final = f"{Needs.ANYTHING.install} and make sure that it is on PATH."


def subcommand(args: Sequence[str]) -> str:
    """Name of the command as people know it: `git worktree list`."""
    start = 0
    while args[start : start + 1] == ["-c"]:  # settings for this one run
        start += 2
    words = [word for word in args[start : start + 2] if word and not word.startswith("-")]
    keep = 2 if words and words[0] in {"worktree", "stash", "config"} else 1
    return " ".join(("git", *words[:keep]))


def failed(
    args: Sequence[str],
    status: int | None,
    stderr: str,
    where: str,
    children: Sequence[Child] = (),
) -> GitError:
    """The error for a command that ended with an unexpected status."""
    from parallel_tui.adapters.git.run.diagnosis import diagnose

    found = diagnose(stderr, status, children)
    return GitError(
        f"{subcommand(args)} failed in {where}: {found.why}",
        hint=found.hint,
        status=status,
        stderr=stderr,
        said=found.said,
    )


def refused(what: str, done: FailedCommand, *, hint: str = "") -> RefusedError:
    """The error for a change that git refused.

    Args:
        what: What did not come about, as the beginning of a sentence.
        done: What git answered.
        hint: What to do about it where nothing is known for the kind of the failure.
    """
    from parallel_tui.adapters.git.run.diagnosis import diagnose

    found = diagnose(done.stderr, done.status, done.failed)
    return RefusedError(f"{what}: {found.why}", hint=found.hint or hint, said=found.said)


def timed_out(args: Sequence[str], seconds: float, where: str) -> GitError:
    """The error for a command that was stopped at its time limit."""
    return GitError(
        f"{subcommand(args)} gave no answer within {seconds:g} seconds in {where}",
        hint="The disk may be slow or busy; it is tried again at the next change.",
    )


def not_installed() -> GitError:
    """The error for a machine without git."""
    return GitError("git was not found on this machine", hint=INSTALL_HINT)


def too_old(version: tuple[int, ...]) -> GitError:
    """The error for a version of git that is too old."""
    found = ".".join(str(part) for part in version) or "of unknown version"
    return GitError(
        f"This git is too old: found {found}, needed {Needs.ANYTHING.shown} or newer",
        hint=INSTALL_HINT,
    )
