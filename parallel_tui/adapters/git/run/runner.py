"""The only gateway to git: run a command, stream its output, or converse with it."""

# On the way of every command that asks git: pathlib would cost more than the answer.
# ruff: noqa: PTH112

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager, suppress

from parallel_tui.adapters.git.run import failure, plain
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.output import GitOutput as GitOutput
from parallel_tui.adapters.git.run.starting import GitStarter
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.process import Process, Stream
    from parallel_tui.errors import GitError
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.session.worktree import Worktree

READ_TIMEOUT: Final = 60.0
"""Seconds for a question; a status of a huge tree on a cold disk takes tens of them."""

WRITE_TIMEOUT: Final = 600.0
"""Seconds for a change; checking a large tree out takes minutes."""

_KEPT: Final = 16_384


class Runner:
    """Runs git commands for one repository. Thread-safe.

    Attributes:
        repository: Which.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._git = GitStarter(repository)
        self._patience = threading.local()
        self._version: tuple[int, ...] | None = None

    @property
    def started(self) -> int:
        """Number of processes started so far; calls promise how many they need."""
        return self._git.started

    @property
    def version(self) -> tuple[int, ...]:
        """Version of git; read once."""
        if self._version is None:
            self._version = plain.parse_version(self.run(["version"]).text)
        return self._version

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Default time limit for the questions of this thread inside the block.

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
    ) -> GitOutput:
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
            done = self._git.ask(args, worktree, limit, env or {})
        if done.status not in ok:
            raise self._git.failed(args, done.status, done.stderr, worktree, done.failed)
        return done

    def _finish(
        self,
        args: Sequence[str],
        worktree: Worktree | None,
        stdin: bytes,
        timeout: float,
        env: Mapping[str, str] | None,
        *,
        write: bool,
    ) -> GitOutput:
        import subprocess

        from parallel_tui.adapters.git.run.process import end, end_group

        where = self._git.where(worktree)
        process = self._git.start(args, worktree, env, write=write)
        try:
            stdout, stderr = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as error:
            end_group(process)  # also when git itself ended and a child of it holds the pipes
            end(process)
            raise failure.timed_out(args, timeout, where) from error
        except BaseException:
            end(process)
            raise
        return GitOutput(process.returncode, stdout, text(stderr))

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
        from parallel_tui.adapters.git.run.process import Stream, ended_after, pipe_of

        limit = self._limit if timeout is None else timeout
        process = self._git.start(args, worktree, env, write=False)
        with ended_after(process, limit) as late:

            def fail(status: int, stderr: str) -> GitError:
                if late.is_set():
                    return failure.timed_out(args, limit, self._git.where(worktree))
                return self._git.failed(args, status, stderr, worktree)

            with suppress(BrokenPipeError):  # it failed already; its status tells why
                pipe_of(process.stdin).write(stdin)
                pipe_of(process.stdin).close()
            yield Stream(process, fail)

    def follow(self, args: Sequence[str], tell: Callable[[str], None], *, timeout: float) -> None:
        """Run a command that reports its progress, and pass on each line.

        Args:
            args: As for `run`.
            tell: Called with each line as it comes; a line that replaces another is one too.
            timeout: As for `run`.

        Raises:
            GitError: As for `run`.
        """
        from parallel_tui.adapters.git.run.process import ended_after, pipe_of

        # A remote may be named by a path, which git reads from the main worktree's top.
        main = self.repository.main_path
        where = [] if self.repository.bare or not os.path.isdir(main) else ["-C", main]
        process = self._git.start([*where, *args], None, None, write=True)
        said = b""
        unfinished = b""
        with ended_after(process, timeout) as late:
            pipe_of(process.stdin).close()
            while chunk := os.read(pipe_of(process.stderr).fileno(), 65536):
                said = (said + chunk)[-_KEPT:]
                *lines, unfinished = re.split(rb"[\r\n]+", unfinished + chunk)
                for line in lines:
                    tell(text(line))
            status = process.wait()
        if late.is_set():
            raise failure.timed_out(args, timeout, self._git.where(None))
        if status:
            raise self._git.failed(args, status, text(said), None)

    def converse(self, args: Sequence[str]) -> Process:
        """Start a command that takes input and answers while it runs.

        Whoever starts it ends it (`process.end`), and waits for no answer without a limit.

        Args:
            args: As for `run`.

        Raises:
            GitError: When it could not be started.
        """
        return self._git.start(args, None, None, write=True)
