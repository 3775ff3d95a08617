"""Start git through GitPython; the only module that imports that library.

GitPython carries every git process but the few that stand before the first paint (`plain`): it
finds the git to use and says when there is none, starts it in a directory with pipes on all three
ends, and keeps what it does the same on every system it supports. Its objects of a repository are
not used: they answer from a cache, for one worktree, and with git's errors as exceptions of theirs,
where here each answer has to be fresh, for a named worktree, and with its reason. Nothing private
of the library is touched.

It can only add to the environment, and falls back to our own working directory when the wanted one
is gone, which would answer for another worktree. So each command names its directory and its git
directory itself, and variables that point elsewhere are taken away by `env -u`.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.environment import FIXED, READ_OPTIONS, READING, polluted
from parallel_tui.adapters.git.run.failed_children import Child
from parallel_tui.adapters.git.run.process import Process
from parallel_tui.errors import GitError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree


class GitStarter:
    """Starts git commands for one repository. Thread-safe.

    Attributes:
        repository: Which.
        started: How many processes it started so far.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.started = 0
        self._lock = threading.Lock()

    def start(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        env: Mapping[str, str] | None,
        *,
        write: bool,
    ) -> Process:
        """Start a command; the caller ends it.

        Args:
            args: The subcommand and its arguments.
            worktree: Where; `None` for the repository as a whole.
            env: Variables in addition.
            write: Whether it may change something: hooks run then.

        Raises:
            GitError: When there is no git, or it cannot be started there.
        """
        try:
            from git.cmd import Git
            from git.exc import GitCommandNotFound
        except ImportError as error:  # GitPython looks for git when it is imported
            raise failure.not_installed() from error
        # What a caller sets itself stays: `env -u` would take that away as well.
        unwanted = [name for name in polluted() if name not in (env or {})]
        dirty = [word for name in unwanted for word in ("-u", name)]
        command = ["env", *dirty, "git"] if dirty else ["git"]
        command += [*(() if write else READ_OPTIONS), *self._place(worktree, write=write), *args]
        variables = {**FIXED, **({} if write else READING), **(env or {})}
        with self._lock:
            self.started += 1
        try:
            started = Git(self.repository.common_dir).execute(
                command,
                istream=subprocess.PIPE,
                as_process=True,
                env=variables,
                # Its own group, so that a timeout also ends what git started, and so that a
                # Ctrl+C meant for us does not cut a change of ours in half.
                start_new_session=True,
            )
        except GitCommandNotFound as error:
            raise failure.not_installed() from error
        except (OSError, ValueError) as error:
            raise GitError(
                f"git could not be started in {self.where(worktree)}: {error}"
            ) from error
        process: Process | None = started.proc
        if process is None:
            raise GitError("git was started without a process")
        started.proc = None  # we reap it; GitPython's finalizer has nothing left to do
        return process

    def where(self, worktree: Worktree | None) -> str:
        """The directory of a command, for messages."""
        return worktree.path if worktree is not None else self.repository.main_path

    def _place(self, worktree: Worktree | None, *, write: bool) -> list[str]:
        common = self.repository.common_dir
        if worktree is None or worktree.bare:
            return ["-C", common, f"--git-dir={common}", *(() if write else self._view())]
        if write:
            # Hooks would inherit both names and look for `.` wherever they go; whoever changes a
            # worktree makes sure first that its directory is its own (`belongs`).
            return ["-C", worktree.path]
        # Named, not discovered: a folder whose `.git` was lost inside another worktree would
        # otherwise be answered for by that other one.
        view = self._view() if worktree.is_main else ()
        return ["-C", worktree.path, f"--git-dir={worktree.git_dir}", "--work-tree=.", *view]

    def _view(self) -> tuple[str, ...]:
        """Options that make reads see the main worktree even if `core.bare` was changed."""
        bare = self.repository.bare and not self.repository.main_unknown
        return ("-c", f"core.bare={str(bare).lower()}")

    def failed(
        self,
        args: Sequence[str],
        status: int,
        stderr: str,
        worktree: Worktree | None,
        children: Sequence[Child] = (),
    ) -> GitError:
        """The error for a failed command; a missing directory is reported first."""
        where = self.where(worktree)
        if worktree is not None and not Path(worktree.path).is_dir():
            return GitError(
                f"The worktree directory {where} does not exist any more",
                hint="Remove the session, or restore the directory and run git worktree repair.",
                status=status,
                stderr=stderr,
            )
        if not Path(self.repository.common_dir).is_dir():
            return GitError(
                f"The repository {self.repository.common_dir} does not exist any more",
                status=status,
                stderr=stderr,
            )
        return failure.failed(args, status, stderr, where, children)
