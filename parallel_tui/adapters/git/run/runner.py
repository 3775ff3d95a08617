"""The only gateway to git, with one set of rules.

Questions are asked without a library: importing one costs many times what git needs to answer.
Changes go through GitPython's stateless command object, which can only add to the environment and
falls back to our own working directory when the wanted one is gone: that would change another
worktree. So each command names its directory and its git directory itself, and variables that
point elsewhere are taken away by `env -u`.
"""

# On the way of every command that asks git: pathlib would cost more than the answer.
# ruff: noqa: PTH112

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager, suppress

from parallel_tui.adapters.git.run import failure, plain
from parallel_tui.adapters.git.run.environment import FIXED, READ_OPTIONS, complete, polluted, text
from parallel_tui.adapters.git.run.output import Output as Output
from parallel_tui.adapters.process import programs
from parallel_tui.errors import GitError
from parallel_tui.model.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.failed_children import Child
    from parallel_tui.adapters.git.run.process import Process, Stream
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree

READ_TIMEOUT: Final = 60.0
"""Seconds for a question; a status of a huge tree on a cold disk takes tens of them."""

WRITE_TIMEOUT: Final = 600.0
"""Seconds for a change; checking a large tree out takes minutes."""

_KEPT: Final = 16_384


class Runner:
    """Runs git commands for one repository. May be used from several threads at once.

    Attributes:
        repository: Which.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._lock = threading.Lock()
        self._patience = threading.local()
        self._version: tuple[int, ...] | None = None
        self.started = 0
        """Processes started so far; what a call costs is part of what it promises."""

    @property
    def version(self) -> tuple[int, ...]:
        """Version of git; asked once."""
        if self._version is None:
            self._version = plain.parse_version(self.run(["version"]).text)
        return self._version

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Within this, a question of this thread that sets no limit has this one.

        Args:
            seconds: Until it is given up, with all that git started for it.
        """
        before = self._limit
        self._patience.seconds = seconds
        try:
            yield
        finally:
            self._patience.seconds = before

    @property
    def _limit(self) -> float:
        seconds: float = getattr(self._patience, "seconds", READ_TIMEOUT)
        return seconds

    def run(
        self,
        args: Sequence[str],
        *,
        worktree: Worktree | None = None,
        stdin: bytes = b"",
        ok: Collection[int] = (0,),
        timeout: float | None = None,
        env: Mapping[str, str] | None = None,
        write: bool = False,
    ) -> Output:
        """Run a command to its end.

        Args:
            args: The subcommand and its arguments. Words from outside stand behind `--` or
                `--end-of-options`.
            worktree: Where; `None` for questions about the repository as a whole.
            stdin: Given to the command.
            ok: Exit statuses that are answers.
            timeout: Seconds until the command and all its children are killed; `None` for what
                `patience` says, or `READ_TIMEOUT`.
            env: Variables in addition.
            write: Whether it may change something: hooks run then.

        Raises:
            GitError: When the directory is gone, the status is none of `ok`, or there is no
                answer in time.
        """
        limit = self._limit if timeout is None else timeout
        if write:
            from parallel_tui.adapters.git.run.failed_children import recorded

            with recorded() as record:
                told = {**(env or {}), **record.env}
                done = self._finish(args, worktree, stdin, limit, told, write=True)
                if done.status:
                    done = replace(done, failed=record.failed())
        elif stdin:
            done = self._finish(args, worktree, stdin, limit, env, write=False)
        else:
            done = self._ask(args, worktree, limit, env or {})
        if done.status not in ok:
            raise self._failed(args, done.status, done.stderr, worktree, done.failed)
        return done

    def _ask(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        timeout: float,
        env: Mapping[str, str],
    ) -> Output:
        with self._lock:
            self.started += 1
        argv = ["git", *READ_OPTIONS, *self._place(worktree, write=False), *args]
        try:
            status, stdout, stderr = programs.ask(
                argv, env={}, more={**complete(), **env}, timeout=timeout
            )
        except TimeoutError as error:
            raise failure.timed_out(args, timeout, self._where(worktree)) from error
        except (OSError, ValueError) as error:
            raise self._not_started(worktree, error) from error
        return Output(status, stdout, text(stderr))

    def _not_started(self, worktree: Worktree | None, error: OSError | ValueError) -> GitError:
        if isinstance(error, FileNotFoundError):
            return failure.not_installed()
        return GitError(f"git could not be started in {self._where(worktree)}: {error}")

    def _finish(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        stdin: bytes,
        timeout: float,
        env: Mapping[str, str] | None,
        *,
        write: bool,
    ) -> Output:
        import subprocess

        from parallel_tui.adapters.git.run.process import end, end_group

        where = self._where(worktree)
        process = self._start(args, worktree, env, write=write)
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            end_group(process)  # also when git itself ended and a child of it holds the pipes
            end(process)
            raise failure.timed_out(args, timeout, where) from error
        except BaseException:
            end(process)
            raise
        return Output(process.returncode, stdout, text(stderr))

    @contextmanager
    def stream(
        self,
        args: Sequence[str],
        *,
        worktree: Worktree | None = None,
        stdin: bytes = b"",
        timeout: float | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Iterator[Stream]:
        """Read a command's output as it comes; leaving the block ends the command.

        Args:
            args: As for `run`.
            worktree: As for `run`.
            stdin: As for `run`; small, for it is written before anything is read.
            timeout: Seconds until the command is killed and reading fails.
            env: As for `run`.

        Raises:
            GitError: As for `run`; from `Stream.finished` or when reading timed out.
        """
        from parallel_tui.adapters.git.run.process import Stream, end, end_group, pipe_of

        limit = self._limit if timeout is None else timeout
        process = self._start(args, worktree, env, write=False)
        late = threading.Event()

        def expire() -> None:
            late.set()
            end_group(process)

        watchdog = threading.Timer(limit, expire)
        watchdog.daemon = True
        try:
            watchdog.start()
        except RuntimeError as error:  # no thread is left for it
            end(process)
            raise GitError(f"git could not be watched over: {error}") from error

        def fail(status: int, stderr: str) -> GitError:
            if late.is_set():
                return failure.timed_out(args, limit, self._where(worktree))
            return self._failed(args, status, stderr, worktree)

        try:
            with suppress(BrokenPipeError):  # it failed already; its status tells why
                pipe_of(process.stdin).write(stdin)
                pipe_of(process.stdin).close()
            yield Stream(process, fail)
        finally:
            watchdog.cancel()
            end(process)

    def follow(self, args: Sequence[str], tell: Callable[[str], None], *, timeout: float) -> None:
        """Run a change that reports its progress, and pass each line of it on.

        Args:
            args: As for `run`.
            tell: Called with each line as it comes; a line that replaces another is one too.
            timeout: As for `run`.

        Raises:
            GitError: As for `run`.
        """
        from parallel_tui.adapters.git.run.process import end, end_group, pipe_of

        # A remote may be named by a path, which git reads from the main worktree's top.
        main = self.repository.main_path
        where = [] if self.repository.bare or not os.path.isdir(main) else ["-C", main]
        process = self._start([*where, *args], None, None, write=True)
        late = threading.Event()

        def expire() -> None:
            late.set()
            end_group(process)

        watchdog = threading.Timer(timeout, expire)
        watchdog.daemon = True
        watchdog.start()
        said = b""
        unfinished = b""
        try:
            pipe_of(process.stdin).close()
            while chunk := os.read(pipe_of(process.stderr).fileno(), 65536):
                said = (said + chunk)[-_KEPT:]
                *lines, unfinished = re.split(rb"[\r\n]+", unfinished + chunk)
                for line in lines:
                    tell(text(line))
            status = process.wait()
        finally:
            watchdog.cancel()
            end(process)
        if late.is_set():
            raise failure.timed_out(args, timeout, self._where(None))
        if status:
            raise self._failed(args, status, text(said), None)

    def converse(self, args: Sequence[str]) -> Process:
        """Start a change that is told what to do, and answers, while it runs.

        Whoever starts it ends it (`process.end`), and waits for no answer without a limit.

        Args:
            args: As for `run`.

        Raises:
            GitError: When it could not be started.
        """
        return self._start(args, None, None, write=True)

    def _start(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        env: Mapping[str, str] | None,
        *,
        write: bool,
    ) -> Process:
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

    def _where(self, worktree: Worktree | None) -> str:
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
        """How reads see the main worktree, whatever an agent set `core.bare` to since."""
        bare = self.repository.bare and not self.repository.main_unknown
        return ("-c", f"core.bare={str(bare).lower()}")

    def _failed(
        self,
        args: Sequence[str],
        status: int,
        stderr: str,
        worktree: Worktree | None,
        children: Sequence[Child] = (),
    ) -> GitError:
        where = self._where(worktree)
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
