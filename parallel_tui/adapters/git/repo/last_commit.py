"""Subject of the commit that a worktree stands at, from the log of its HEAD. Starts no process."""

from __future__ import annotations

from parallel_tui.adapters import small_file
from parallel_tui.adapters.small_file import text

TAIL = 4096
"""Bytes read at the end of a log: the latest dozen of movements."""

_ALWAYS = (b"commit", b"cherry-pick", b"am", b"revert")
"""Commands that write a line with a commit's subject whenever they write one."""

_STEPS = (b"(pick)", b"(reword)", b"(edit)", b"(squash)", b"(fixup)", b"(merge)", b"(continue)")
"""Steps of a rebase that make a commit."""


def last_commit(git_dir: str, head: str | None) -> str | None:
    """Subject of the commit a worktree stands at; `None` where it was not made there.

    Args:
        git_dir: Its own git directory.
        head: The commit; `None` where there is none yet.
    """
    if head is None:
        return None
    try:
        log = small_file.read_end(f"{git_dir}/logs/HEAD", TAIL)
    except OSError:
        return None
    return subject_of(log, head)


def subject_of(log: bytes, head: str) -> str | None:
    """The subject in the latest line of a log that made a commit.

    Args:
        log: The end of the log; its first line may be cut.
        head: The commit.
    """
    wanted = head.encode("ascii", "replace")
    for line in reversed(log.split(b"\n")):
        facts, tab, said = line.partition(b"\t")
        ids = facts.split(b" ", 2)
        if not tab or len(ids) < 2 or ids[1] != wanted:
            continue
        command, _, subject = said.partition(b": ")
        if _makes(command) and subject.strip():
            return text(subject).strip()
    return None


def _makes(command: bytes) -> bool:
    words = command.split(b" ")
    return words[-1] in _STEPS or (words[0] in _ALWAYS and b"--" not in command)
