"""Shared by the git tests: an adapter on a world, and ways to look at a repository from outside."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.write.writer import GitMutations
from parallel_tui.model.session.worktree import Worktree
from tests.support.world import World

NASTY = (
    "with space",
    "quo'te\"",
    "new\nline",
    "ünï→🎉",
    "-dash",
    "#(touch x)",
    "[red]",
    "byte\udcff",
)
"""File and folder names that are legal and that somebody will have."""


class Git:
    """Reader, writer and runner of one repository.

    Attributes:
        runner: The gateway, which counts processes.
        read: Questions.
        write: Commands.
    """

    def __init__(self, start: Path | str) -> None:
        self.runner = Runner(discover(os.fspath(start)))
        self.read = GitCommands(self.runner)
        self.write = GitMutations(self.runner)

    @classmethod
    def of(cls, world: World) -> Git:
        """The adapter on a world's main worktree."""
        return cls(world.repo)

    def tree(self, path: Path | str) -> Worktree:
        """The worktree at a path."""
        return next(t for t in self.read.worktrees() if t.path == os.fspath(path))

    @property
    def main(self) -> Worktree:
        """The main worktree."""
        return self.read.worktrees()[0]


def fingerprint(folder: Path) -> dict[str, tuple[int, str]]:
    """Every file below a folder with its time stamp and contents."""
    found: dict[str, tuple[int, str]] = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path)] = (path.stat().st_mtime_ns, digest)
    return found
