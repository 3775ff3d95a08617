"""Letting a verb meet a disaster at every single moment in which it changes something.

A moment is an act that reaches out of the process: a file opened for writing, renamed or deleted, a
program started. Python itself reports them all (`sys.addaudithook`), so that none is forgotten when
a verb gains a step. What only reads is passed over. An ordinary run visits one moment in so many,
others each day, and `make moments` visits all. What a failing run tells (`again`) repeats it.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from parallel_tui.command_lines import hint_of
from parallel_tui.errors import ParallelError

DISASTERS = ("killed", "alone", "denied", "full")
"""`kill -9` before the act; the same once the program is started, which goes on; this one act fails
with EACCES; from here on neither we nor git can write a byte."""

STRIDE = int(os.environ.get("PDEV_MOMENT_STRIDE", "11"))
"""Only one moment in so many is visited; 1 visits all, which takes long."""

START = int(os.environ.get("PDEV_MOMENT_START", str(date.today().toordinal())))
"""Where the first is: another one each day, so that in time all are visited."""

_CHANGES = frozenset(
    {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate",
     "os.chmod", "os.utime"}
)  # fmt: skip
_READS = "core.fsmonitor=false"
"""Stands in every question to git, and in no change."""


@dataclass(frozen=True)
class Moment:
    """One run of a verb that met its disaster.

    Attributes:
        number: Which moment, from 0.
        what: The act that was about to happen.
        error: What the verb told; empty when it was killed or went on all the same.
        again: Environment with which the same moments are visited.
    """

    number: int
    what: str
    error: str
    again: str = f"PDEV_MOMENT_STRIDE={STRIDE} PDEV_MOMENT_START={START}"


def every_moment(root: Path, disaster: str, verb: Callable[[], object]) -> Iterator[Moment]:
    """Run a verb again and again, each time in a process of its own and some moments later.

    Everything below `root` is put back before each run. Ends with the first run that gets through.

    Args:
        root: What the verb changes.
        disaster: One of `DISASTERS`.
        verb: Run in the child.

    Raises:
        AssertionError: When the verb ended with anything but an error meant for a person.
    """
    saved, report = root.with_name("saved"), root.with_name("report")
    shutil.rmtree(saved, ignore_errors=True)
    shutil.copytree(root, saved, symlinks=True)
    stride = max(STRIDE // 4, 1) if disaster == "alone" else STRIDE  # there are fewer of them
    number = START % stride
    while True:
        shutil.rmtree(root)
        shutil.copytree(saved, root, symlinks=True)
        report.write_text("")
        child = os.fork()
        if child == 0:
            _meet(number, disaster, verb, report)
        _, status = os.waitpid(child, 0)
        what, _, error = report.read_text(errors="surrogateescape").partition("\0")
        code = os.waitstatus_to_exitcode(status)
        moment = Moment(number, what, error)
        assert code in (0, -signal.SIGKILL), f"{disaster} before {what} ({moment.again}):\n{error}"
        if not what:
            return
        yield moment
        number += stride


def _meet(number: int, disaster: str, verb: Callable[[], object], report: Path) -> None:
    """In the child: run the verb; never returns."""
    told = os.open(report, os.O_WRONLY)
    counter = iter(range(1_000_000))

    def hook(event: str, args: tuple[object, ...]) -> None:
        what = _change(event, args)
        if what is None or next(counter) != number:
            return
        os.write(told, what.encode("utf-8", "backslashreplace") + b"\0")
        if disaster == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif disaster == "denied":
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    if disaster == "alone":
        _kill_behind_a_program(number, told)
    else:
        sys.addaudithook(hook)
    code = 0
    error = ""
    try:
        verb()
    except ParallelError as failed:
        error = f"{failed.message} {hint_of(failed)}"
    except BaseException:
        code, error = 1, traceback.format_exc()
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    os.write(told, error.encode("utf-8", "backslashreplace"))
    os._exit(code)


def _kill_behind_a_program(number: int, told: int) -> None:
    """Die as soon as a program that changes something was started; that goes on."""
    counter = iter(range(1_000_000))
    begin = subprocess.Popen.__init__

    def started(self: subprocess.Popen[bytes], *args: Any, **kwargs: Any) -> None:
        begin(self, *args, **kwargs)
        what = _change("subprocess.Popen", ("", self.args))
        if what is not None and next(counter) == number:
            os.write(told, what.encode("utf-8", "backslashreplace") + b"\0")
            os.kill(os.getpid(), signal.SIGKILL)

    subprocess.Popen.__init__ = started  # type: ignore[method-assign, assignment]


def _change(event: str, args: tuple[object, ...]) -> str | None:
    """An act that changes something, in words."""
    if event in _CHANGES:
        return f"{event} {args[:2]!r}"
    if event == "open":
        path, _, flags = args
        writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and isinstance(path, str | bytes) and os.fsdecode(path) != os.devnull:
            return f"open {path!r}"
    elif event == "subprocess.Popen":
        words = args[1]
        if isinstance(words, list | tuple) and _READS not in words:
            return f"run {words!r}"
    return None
