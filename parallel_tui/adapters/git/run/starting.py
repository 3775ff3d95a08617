"""Start git through GitPython; the only module that imports that library.

GitPython carries every change: it finds the git to use and says when there is none, starts it in a
directory with pipes on all three ends, and keeps what it does the same on every system it supports.
Its objects of a repository are not used: they answer from a cache, for one worktree, and with git's
errors as exceptions of theirs, where here each answer has to be fresh, for a named worktree, and
with its reason. Nothing private of the library is touched. Questions do without it: importing it
takes many times as long as git takes to answer one.

It can only add to the environment, and falls back to our own working directory when the wanted one
is gone, which would change another worktree. So each command names its directory and its git
directory itself, and variables that point elsewhere are taken away by `env -u`.
"""

# On the way of every command that asks git: pathlib would cost more than the answer.
# ruff: noqa: PTH112

from __future__ import annotations

import os
import threading

from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.environment import FIXED, READ_OPTIONS, complete, polluted, text
from parallel_tui.adapters.git.run.output import GitOutput
from parallel_tui.adapters.process import programs
from parallel_tui.errors import GitError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.adapters.git.run.failed_children import Child
    from parallel_tui.adapters.git.run.process import Process
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
        import subprocess

        with self._lock:
            self.started += 1
        words = [*(() if write else READ_OPTIONS), *self._place(worktree, write=write), *args]
        try:
            if write:
                return self._change(words, env or {})
            return programs.start(
                ["git", *words],
                env={},
                more={**complete(), **(env or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except (OSError, ValueError) as error:
            raise self._not_started(worktree, error) from error

    def ask(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        timeout: float,
        env: Mapping[str, str],
    ) -> GitOutput:
        """Run a question that is given no input to its end.

        Args:
            args: As for `start`.
            worktree: As for `start`.
            timeout: Seconds until it is ended.
            env: As for `start`.

        Raises:
            GitError: As for `start`, or when there is no answer in time.
        """
        with self._lock:
            self.started += 1
        argv = ["git", *READ_OPTIONS, *self._place(worktree, write=False), *args]
        try:
            status, stdout, stderr = programs.ask(
                argv, env={}, more={**complete(), **env}, timeout=timeout
            )
        except TimeoutError as error:
            raise failure.timed_out(args, timeout, self.where(worktree)) from error
        except (OSError, ValueError) as error:
            raise self._not_started(worktree, error) from error
        return GitOutput(status, stdout, text(stderr))

    def _change(self, words: Sequence[str], env: Mapping[str, str]) -> Process:
        """Start a command that changes something, through GitPython."""
        try:
            from git.cmd import Git
            from git.exc import GitCommandNotFound
        except ImportError as error:  # GitPython looks for git when it is imported
            raise failure.not_installed() from error
        import subprocess

        # What a caller sets itself stays: `env -u` would take that away as well.
        unwanted = [name for name in polluted() if name not in env]
        dirty = [word for name in unwanted for word in ("-u", name)]
        try:
            started = Git(self.repository.common_dir).execute(
                [*(["env", *dirty] if dirty else []), "git", *words],
                istream=subprocess.PIPE,
                as_process=True,
                env={**FIXED, **env},
                # Its own group, so that a timeout also ends what git started, and so that a
                # Ctrl+C meant for us does not cut a change of ours in half.
                start_new_session=True,
            )
        except GitCommandNotFound as error:
            raise failure.not_installed() from error
        process: Process | None = started.proc
        if process is None:
            raise GitError("git was started without a process")
        started.proc = None  # we reap it; GitPython's finalizer has nothing left to do
        return process

    def _not_started(self, worktree: Worktree | None, error: OSError | ValueError) -> GitError:
        if isinstance(error, FileNotFoundError):
            return failure.not_installed()
        return GitError(f"git could not be started in {self.where(worktree)}: {error}")

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
        if worktree is not None and not os.path.isdir(worktree.path):
            return GitError(
                f"The worktree directory {where} does not exist any more",
                hint="Remove the session, or restore the directory and run git worktree repair.",
                status=status,
                stderr=stderr,
            )
        if not os.path.isdir(self.repository.common_dir):
            return GitError(
                f"The repository {self.repository.common_dir} does not exist any more",
                status=status,
                stderr=stderr,
            )
        return failure.failed(args, status, stderr, where, children)
