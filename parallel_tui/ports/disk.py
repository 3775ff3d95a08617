"""Ports for files in worktrees on this host, and for commands that run there.

Paths are right here: worktrees, and the programs that work in them, are files of this host.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from parallel_tui.model.landing.check import CheckKey, CheckRecord, Limits, Ran
from parallel_tui.model.lifecycle.carried import Carried
from parallel_tui.model.lifecycle.hook_settings import HookSettings
from parallel_tui.model.settings.consent import Approved


class Disk(Protocol):
    """Reads and writes single files, and holds the guard under which worktrees are changed."""

    def guarded(self, *, patience: float | None = None) -> AbstractContextManager[None]:
        """Hold the guard under which worktrees and branches are changed.

        It ends with the process, so that a crash leaves nothing behind.

        Args:
            patience: Seconds to wait for whoever holds it; a minute by default.

        Raises:
            RefusedError: When somebody else holds it for longer.
            OSError: When it cannot be made.
        """
        ...

    def read(self, path: Path) -> bytes | None:
        """The content of a small file, links followed; `None` when there is none.

        Raises:
            UnusableFileError: When something else stands there, or it cannot be read.
        """
        ...

    def write(self, path: Path, data: bytes) -> None:
        """Replace a file, whole or not at all.

        Raises:
            OSError: When it cannot be written; the old one stays then.
        """
        ...

    def real_parent(self, root: Path, relative: str) -> bool:
        """Make the missing folders of a path below a root; false when a link stands in the way."""
        ...

    def missing_parents(self, path: Path) -> tuple[Path, ...]:
        """Folders above a path that do not exist yet, deepest first."""
        ...

    def mark(self, path: Path) -> str | None:
        """A value that changes with a file, cheap to read; `None` without a file."""
        ...


class CarriedFiles(Protocol):
    """Finds the carried files that nobody has changed."""

    def files(self, entry: str) -> tuple[str, ...]:
        """The files of one status entry: a file, or a folder ending in `/`.

        Returns:
            All its files if every one arrived with the session and is as it was; else none.
        """
        ...


class CarryOver(Protocol):
    """Copies local files from the main worktree into a new one, and recognises them later."""

    def local_settings(self, main: Path, tracked: Collection[str]) -> list[str]:
        """Files below `.claude/` that git does not check out and that are no runtime state."""
        ...

    def include_patterns(self, main: Path) -> list[str]:
        """Patterns in the main worktree's `.worktreeinclude`; none when there is no such file.

        Raises:
            UnusableFileError: When the file is there and cannot be read.
        """
        ...

    def carry(
        self,
        main: Path,
        target: Path,
        *,
        copies: Iterable[str],
        links: Collection[str],
        report: Callable[[str], None] = lambda text: None,
    ) -> Carried:
        """Copy local files. Files that the new worktree has already stay as they are.

        Args:
            main: Root of the main worktree.
            target: Root of the new one.
            copies: Paths relative to it to copy; folders with all they hold.
            links: Paths to link to instead; they win over `copies`.
            report: Told how far a long copy is.
        """
        ...

    def record(self, git_dir: Path, marks: Mapping[str, str]) -> None:
        """Record the copied files in the new worktree's own git directory.

        Raises:
            OSError: When it cannot be written.
        """
        ...

    def untouched(self, root: Path, git_dir: Path) -> CarriedFiles:
        """Carried files of a worktree that nobody has changed.

        Args:
            root: The worktree.
            git_dir: Its own git directory, where that was written down.
        """
        ...


class ExcludeBlock(Protocol):
    """Our block in git's exclude file."""

    def add(self, common_dir: Path) -> bool:
        """Write the block, or update it. Other lines are not touched.

        Returns:
            Whether the file was changed.

        Raises:
            OSError: When it cannot be written.
            UnusableFileError: When it cannot be read.
        """
        ...

    def remove(self, common_dir: Path, before: bytes | None) -> None:
        """Remove the block.

        Args:
            common_dir: The repository's.
            before: Contents before `add`, `None` for no file: put back exactly if nothing but the
                block has changed since; otherwise only the block is cut out.
        """
        ...

    def contents(self, common_dir: Path) -> bytes | None:
        """Contents of the file; `None` without one.

        Raises:
            UnusableFileError: When something else stands there.
        """
        ...

    def has_block(self, content: bytes | None) -> bool:
        """Whether the contents include the beginning of our block."""
        ...


class Pointers(Protocol):
    """Finds which git directory a directory belongs to."""

    def named_in(self, directory: str) -> str | None:
        """The git directory that a directory's `.git` is or names, without symbolic links.

        Returns:
            `None` when `.git` is neither a folder nor a pointer.

        Raises:
            OSError: When there is no `.git`, or it cannot be read.
        """
        ...

    def belongs(self, directory: str, git_dir: str) -> bool:
        """Whether commands run in a directory act on this git directory and on no other."""
        ...


class Shell(Protocol):
    """Runs setup commands."""

    def run_line(self, line: Approved, *, directory: str, env: Mapping[str, str]) -> None:
        """Run one shell line to its end.

        It has no input, and its own process group, which ends with it when we are interrupted.

        Args:
            line: What `sh -c` gets, exactly as configured; names reach it only through `env`.
            directory: Where.
            env: Variables that it gets besides what it may inherit.

        Raises:
            RefusedError: When it ends with another status than 0; the hint has its last lines.
        """
        ...


class Checks(Protocol):
    """Runs the commands that check a session's work, and keeps how they ended."""

    @property
    def environment(self) -> str:
        """The system that commands run on here, in a few words."""
        ...

    def record(self, key: CheckKey) -> CheckRecord | None:
        """How a check ended; `None` when it never did, or what was kept of it is unusable."""
        ...

    def keep(self, record: CheckRecord) -> None:
        """Keep how a check ended, instead of an earlier one of the same.

        Raises:
            CouldNotLookError: When it cannot be written.
        """
        ...

    def run(
        self,
        key: CheckKey,
        lines: Sequence[Approved],
        *,
        directory: str,
        env: Mapping[str, str],
        tell: Callable[[bytes], None],
        stopped: Callable[[], bool] = ...,
        limits: Limits | None = None,
    ) -> Ran:
        """Run lines one after the other until one fails.

        They have no input, and a process group of their own, which ends when we are interrupted.
        `PDEV_JUNIT` names a file where they may write a JUnit report of their tests.

        Args:
            key: What the log is kept under.
            lines: What `sh -c` gets.
            directory: Where.
            env: Variables that they get besides what they may inherit.
            tell: Given what they print, as they do.
            stopped: Asked all the time; once true, what runs is ended.
            limits: What they may take, at a low priority; `None` for all they want.

        Raises:
            CouldNotLookError: When nothing can be started or kept, or there is no more room.
            RefusedError: When they were stopped.
        """
        ...

    def printed(self, record: CheckRecord, most: int) -> bytes:
        """The end of what a check printed.

        Args:
            record: How it ended.
            most: Bytes.

        Raises:
            CouldNotLookError: When it cannot be read.
        """
        ...

    @property
    def stamp(self) -> int:
        """A number that changes whenever a check was kept; 0 before the first."""
        ...


class AgentSettings(Protocol):
    """Reads an agent's own settings."""

    def heard(self, root: str) -> Mapping[str, float]:
        """When the hook last reported anything of each session, in epoch seconds.

        Args:
            root: The coordination root.
        """
        ...

    def read(self, worktree: str, main: str, env: Mapping[str, str]) -> HookSettings:
        """The settings in effect in a worktree.

        Args:
            worktree: Its directory.
            main: The main worktree, whose local settings hold in all of them.
            env: `CLAUDE_CONFIG_DIR` and `HOME` say where the user's settings are.
        """
        ...
