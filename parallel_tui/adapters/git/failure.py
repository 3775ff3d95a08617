"""What a failed git command means, as one sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parallel_tui.adapters.git.environment import MINIMUM
from parallel_tui.errors import GitError

INSTALL_HINT: Final = "Install git 2.36 or newer and make sure that it is on PATH."

_HINTS: Final = (
    (
        "dubious ownership",
        "The repository belongs to another user; if you trust it, run: "
        "git config --global --add safe.directory <its directory>",
    ),
    (
        "safe.bareRepository",
        "Start in one of its worktrees, or allow it: git config --global safe.bareRepository all",
    ),
    (
        ".lock': File exists",
        "Another git command is at work in this repository. If none is, remove the lock file "
        "that the message names.",
    ),
    ("Permission denied", "Check the permissions of the repository's files."),
    ("Read-only file system", "The disk is mounted read-only."),
    ("No space left on device", "The disk is full."),
    ("bad config", "Correct the git configuration file that the message names."),
    ("unknown repository extension", "The repository needs a newer git."),
    ("Expected git repo version", "The repository needs a newer git."),
    ("bad object", "Some objects are missing or damaged: run git fsck."),
    ("unable to read tree", "Some objects are missing or damaged: run git fsck."),
    ("index file corrupt", "The worktree's index is damaged: git read-tree HEAD rebuilds it."),
    (
        "index file smaller than expected",
        "The worktree's index is damaged; git read-tree HEAD rebuilds it.",
    ),
)


def first_line(stderr: str) -> str:
    """The line of an error output that says what is wrong, without git's `fatal:`."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    for prefix in ("fatal: ", "error: "):
        for line in lines:
            if line.startswith(prefix):
                return line[len(prefix) :]
    return lines[-1] if lines else ""


def hint_for(stderr: str) -> str:
    """What to do about an error output; empty when nothing better than its text is known."""
    return next((hint for sign, hint in _HINTS if sign in stderr), "")


def subcommand(args: Sequence[str]) -> str:
    """Name of the command as people know it: `git worktree list`."""
    start = 0
    while args[start : start + 1] == ["-c"]:  # settings for this one run
        start += 2
    words = [word for word in args[start : start + 2] if word and not word.startswith("-")]
    keep = 2 if words and words[0] in {"worktree", "stash", "config"} else 1
    return " ".join(("git", *words[:keep]))


def failed(args: Sequence[str], status: int | None, stderr: str, where: str) -> GitError:
    """The error for a command that ended with a status nobody expected."""
    why = first_line(stderr) or f"it ended with status {status}"
    return GitError(
        f"{subcommand(args)} failed in {where}: {why}",
        hint=hint_for(stderr),
        status=status,
        stderr=stderr,
    )


def timed_out(args: Sequence[str], seconds: float, where: str) -> GitError:
    """The error for a command that was ended because it took too long."""
    return GitError(
        f"{subcommand(args)} gave no answer within {seconds:g} seconds in {where}",
        hint="The disk may be slow or busy; it is tried again at the next change.",
    )


def not_installed() -> GitError:
    """The error for a machine without git."""
    return GitError("git was not found on this machine", hint=INSTALL_HINT)


def too_old(version: tuple[int, ...]) -> GitError:
    """The error for a git that cannot answer our questions."""
    found = ".".join(str(part) for part in version) or "of unknown version"
    return GitError(
        f"This git is too old: found {found}, needed {'.'.join(map(str, MINIMUM))} or newer",
        hint=INSTALL_HINT,
    )
