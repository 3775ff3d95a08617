"""Ask a program something in as little time as can be, without `subprocess`.

Importing that takes as long as git takes to answer. For questions alone: nothing is fed, nothing
stays behind. What is inherited is decided by `programs`, whose `run` also serves where the system
cannot start a program this way.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from _thread import allocate_lock
from contextlib import suppress

from parallel_tui.terminable import whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

_RESTORED: Final = (signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that Python ignores and that programs do not expect to be ignored."""

_under_way: set[int] = set()
"""Process ids of what was asked and has not answered yet."""

_over = False
"""Whether nothing is asked any more, for the program was told to end."""

_starting: Final = allocate_lock()
"""Held while a program is started: whoever ends all must not miss the one that just begins."""

_CHUNK: Final = 1 << 16
_PAUSE: Final = 0.0005


def possible() -> bool:
    """Whether programs can be started this way: not where a standard stream or `.` is missing."""
    try:
        os.getcwd()  # noqa: PTH109 - no pathlib on the way of every command
        for stream in (0, 1, 2):
            os.fstat(stream)
    except OSError:
        return False
    return sys.platform == "linux"


def answer(argv: Sequence[str], env: Mapping[str, str], timeout: float) -> tuple[int, bytes, bytes]:
    """Run a program to its end; its status, output and error output.

    Args:
        argv: Program and arguments.
        env: Its whole environment.
        timeout: Seconds until it is killed, with all that it started.

    Raises:
        OSError: When it cannot be started.
        TimeoutError: When it was killed, or the program is about to end.
    """
    deadline = time.monotonic() + timeout
    asked = _Running(argv, env)
    try:
        _hear([asked], deadline)
        return _wait(asked.pid, deadline), *asked.said
    except BaseException:
        _end(asked.pid)
        raise
    finally:
        asked.close()


def answers(
    argvs: Sequence[Sequence[str]], env: Mapping[str, str], timeout: float
) -> list[tuple[int, bytes, bytes] | None]:
    """Run some programs side by side to their ends; see `answer`.

    Returns:
        What each answered; `None` for one that could not be started, or was killed.
    """
    deadline = time.monotonic() + timeout
    asked: list[_Running | None] = []
    left: list[_Running | None] = []
    try:
        for argv in argvs:
            try:
                left.append(_Running(argv, env))
            except (
                OSError,
                ValueError,
            ):  # a `TimeoutError`, for the program is about to end, is one too
                left.append(None)
        asked = list(left)
        with suppress(TimeoutError):
            _hear([each for each in left if each is not None], deadline)
        found = []
        while left:
            found.append(_answer(left.pop(0), deadline))
        return found
    except BaseException:
        for each in left:
            if each is not None:
                _end(each.pid)
        raise
    finally:
        for each in asked or left:
            if each is not None:
                each.close()


def _answer(asked: _Running | None, deadline: float) -> tuple[int, bytes, bytes] | None:
    """What a program said that was heard to its end; one that was not is killed."""
    if asked is None:
        return None
    try:
        if asked.heard:
            return _wait(asked.pid, deadline), *asked.said
    except TimeoutError:
        pass
    except BaseException:
        _end(asked.pid)
        raise
    _end(asked.pid)
    return None


class _Running:
    """A program that runs, and what it has printed.

    Attributes:
        pid: Its process.
        parts: What it printed so far, by the stream it is read from: output, errors.
        open: The streams that are not at their end.
    """

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self.parts: dict[int, list[bytes]] = {}
        self.open: set[int] = set()
        ends: list[int] = []
        try:
            for _ in range(2):
                out, into = os.pipe()
                self.parts[out] = []
                ends.append(into)
            self.pid = _start(argv, env, *ends)
        except BaseException:
            self._close_streams()
            raise
        finally:
            for each in ends:
                os.close(each)
        self.open.update(self.parts)

    @property
    def heard(self) -> bool:
        """Whether it has said all that it will."""
        return not self.open

    @property
    def said(self) -> tuple[bytes, bytes]:
        """Its output and its errors."""
        out, errors = (b"".join(parts) for parts in self.parts.values())
        return out, errors

    def close(self) -> None:
        """Let go of it, once it has ended."""
        _under_way.discard(self.pid)
        self._close_streams()

    def _close_streams(self) -> None:
        for each in self.parts:
            os.close(each)


@whole
def _start(argv: Sequence[str], env: Mapping[str, str], out: int, err: int) -> int:
    """Start a program whose output goes to two pipes; its process id, which is noted.

    Raises:
        OSError: When it cannot be started.
        TimeoutError: When the program is about to end.
    """
    with _starting:
        if _over:
            raise TimeoutError
        pid = os.posix_spawnp(
            argv[0],
            list(argv),
            env,
            file_actions=(
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, out, 1),
                (os.POSIX_SPAWN_DUP2, err, 2),
                *((os.POSIX_SPAWN_CLOSE, given) for given in _given()),
            ),
            setsid=True,
            setsigdef=_RESTORED,
        )
        _under_way.add(pid)
    return pid


def end_all() -> None:
    """Kill what has not answered yet, for a program that ends: nothing of ours outlives it."""
    for pid in tuple(_under_way):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def end_for_good() -> None:
    """Like `end_all`, for a program that was told to end: its threads ask nothing more either."""
    global _over
    _over = True
    if _starting.acquire(timeout=10):  # what is being started now is there, and nothing follows
        _starting.release()
    end_all()


def _end(pid: int) -> None:
    """Kill a program and all that it started."""
    try:
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    except (ProcessLookupError, ChildProcessError):  # it has ended, and its end was told
        pass


def _given() -> list[int]:
    """Open files that whoever started us left for us alone: no child may keep their locks."""
    given = []
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - no pathlib on every command's way
        number = int(name)
        try:
            if number > 2 and os.get_inheritable(number):
                given.append(number)
        except OSError:  # the listing's own, closed by now
            continue
    return given


def _hear(asked: Sequence[_Running], deadline: float) -> None:
    """Read what programs print, until all have closed what they print to.

    Raises:
        TimeoutError: When they do not in time.
    """
    of = {stream: each for each in asked for stream in each.open}
    waiting = select.poll()
    for stream in of:
        waiting.register(stream, select.POLLIN | select.POLLHUP)
    while of:
        ready = waiting.poll(max(0.0, deadline - time.monotonic()) * 1000)
        if not ready:
            raise TimeoutError
        for stream, _ in ready:
            data = os.read(stream, _CHUNK)
            of[stream].parts[stream].append(data)
            if not data:
                waiting.unregister(stream)
                of.pop(stream).open.discard(stream)


def _wait(pid: int, deadline: float) -> int:
    """The status of a program that has closed what it prints to, and is about to end."""
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= deadline:
            raise TimeoutError
        time.sleep(_PAUSE)
