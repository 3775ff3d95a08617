"""Read which files the latest commits changed, and which files a commit has."""

from __future__ import annotations

from typing import Final

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.model.team.preflight import Commit
from parallel_tui.record import dataclass

_BEGIN: Final = "\x01"


@dataclass(frozen=True, slots=True)
class CommitHistory:
    """Implements `ports.team.records.History`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def latest(self, commit: str, *, most: int) -> tuple[Commit, ...]:
        """See `History.latest`."""
        args = ["log", "-z", f"--max-count={most}", "--no-merges", "--no-renames", "--name-only"]
        args += [
            "--no-color",
            "--no-ext-diff",
            "--diff-filter=AMDT",
            "--format=%x01%s",
            commit,
            "--",
        ]
        return tuple(_commits(text(self.runner.run(args).stdout)))

    def tracked(self, commit: str) -> tuple[str, ...]:
        """See `History.tracked`."""
        args = ["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit]
        found = text(self.runner.run(args).stdout).split("\0")
        return tuple(path for path in found if path)


def _commits(output: str) -> list[Commit]:
    found = []
    for each in output.split(_BEGIN)[1:]:
        subject, _, names = each.partition("\0")
        if "\0" not in each and each:
            raise GitError("git's history cannot be read: it ends in the middle")
        paths = tuple(path for path in names.strip("\n").split("\0") if path)
        found.append(Commit(subject, tuple(path.lstrip("\n") for path in paths)))
    return found
