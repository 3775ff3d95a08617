"""Places in line as files, which hold as long as the processes that took them.

A place is a file in the program's own folder, `slot-NAME.NUMBER.wait`, renamed to `….run` when its
command begins. Who took it is told by process id and start time, and that process *becomes* the
command: there is nothing in between that could be killed while the command goes on. A place is free
when that process has ended; nobody has to give it up.

Where process ids say nothing, because another container wrote the file, the lock on the open file
does: the command inherits it. It is not asked first, for a command may close files that it does not
know (`sudo` does), and a server that it leaves running keeps them open.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import suppress

from parallel_tui.adapters.disk import flock, reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.process import liveness
from parallel_tui.errors import CouldNotLookError, RefusedError
from parallel_tui.model.machine.slots import FILES, MOST, Ticket
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Final

_WAITS: Final = "wait"
_RUNS: Final = "run"
_DRAFT: Final = ".new"
_LARGEST: Final = 64 << 10
_LONGEST: Final = 400
"""Characters of a command that are written down."""
_PATIENCE: Final = 10.0
"""Seconds to wait for others who are taking places."""
_LOOK: Final = 0.25
"""Seconds between two looks for processes whose end the kernel does not tell."""


class SlotFiles:
    """Implements `SlotLines`.

    Args:
        folder: The program's own folder in the repository's.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def tickets(self, slot: str | None = None) -> tuple[Ticket, ...]:
        """See `SlotLines.tickets`."""
        found = []
        for name, number, begun in self._names(slot):
            path = f"{self._folder}/{FILES}{name}.{number:08d}.{_RUNS if begun else _WAITS}"
            ticket = _living(path, name, number, begun=begun)
            if ticket is None and not begun:  # it may have begun since
                ticket = _living(f"{path[: -len(_WAITS)]}{_RUNS}", name, number, begun=True)
            if ticket is not None:
                found.append(ticket)
        return tuple(found)

    def _names(self, slot: str | None) -> list[tuple[str, int, bool]]:
        """Slot, number, and whether it has begun, of each file."""
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - pathlib costs every command
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise CouldNotLookError(
                f"{self._folder} cannot be read: {error.strerror or error}"
            ) from error
        found: dict[tuple[str, int], bool] = {}
        for name in names:
            if not name.startswith(FILES):
                continue
            rest, _, state = name[len(FILES) :].rpartition(".")
            of, _, number = rest.rpartition(".")
            ours = state in (_WAITS, _RUNS) and number.isascii() and number.isdigit()
            if ours and of and slot in (None, of):
                found[of, int(number)] = found.get((of, int(number)), False) or state == _RUNS
        return sorted((of, number, begun) for (of, number), begun in found.items())

    def join(
        self, slot: str, limit: int, *, session: str, command: str, directory: str
    ) -> _HeldPlace:
        """See `SlotLines.join`."""
        told = {
            "limit": limit,
            "pid": os.getpid(),
            "started": liveness.start_token(os.getpid()) or "",
            "place": _place(),
            "session": session,
            "command": command[:_LONGEST],
            "directory": directory,
            "asked": time.time(),
        }
        data = strict_json.compact(told).encode()
        try:
            with self._alone():
                self._sweep()
                living = {(each.slot, each.number) for each in self.tickets(slot)}
                number = 1
                for of, used, begun in self._names(slot):
                    if (of, used) in living:
                        number = used + 1
                    else:
                        try:
                            os.unlink(self._path(of, used, _RUNS if begun else _WAITS))  # noqa: PTH108
                        except OSError as error:  # a directory, which is none of ours
                            number = number if isinstance(error, FileNotFoundError) else used + 1
                return _HeldPlace(self._path(slot, number, _WAITS), number, data)
        except OSError as error:
            raise RefusedError(
                f"No place in line can be written to {self._folder}: {error.strerror or error}",
                hint="Nothing was run. Without --slot the command runs at once.",
            ) from error

    def _sweep(self) -> None:
        """Delete drafts, which are written under the guard alone: their writers were killed."""
        for name in os.listdir(self._folder):  # noqa: PTH208
            if name.startswith(FILES) and name.endswith(_DRAFT):
                with suppress(FileNotFoundError):
                    os.unlink(f"{self._folder}/{name}")  # noqa: PTH108

    def _path(self, slot: str, number: int, state: str) -> str:
        return f"{self._folder}/{FILES}{slot}.{number:08d}.{state}"

    def _alone(self) -> _SlotGuard:
        with suppress(FileExistsError):
            os.mkdir(self._folder)  # noqa: PTH102
        return _SlotGuard(f"{self._folder}/slots.guard")

    def sleep(self, others: Collection[Ticket], seconds: float) -> None:
        """See `SlotLines.sleep`."""
        handles = []
        try:
            told = sys.platform == "linux" and hasattr(os, "pidfd_open")
            for each in others:
                told = told and each.followed
                if not told:
                    break
                try:
                    handles.append(os.pidfd_open(each.pid))
                except ProcessLookupError:
                    return  # it has ended already
                except OSError:  # an old kernel, or no file is left
                    told = False
            if not told:
                seconds = min(seconds, _LOOK)
            import select

            poll = select.poll()
            for handle in handles:
                poll.register(handle, select.POLLIN)
            poll.poll(max(0.0, seconds) * 1000)
        finally:
            for handle in handles:
                os.close(handle)


class _SlotGuard:
    """Held while a place is taken; ends with the process."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            if not flock.take(self._descriptor, seconds=_PATIENCE):
                raise RefusedError(
                    f"Another pdev holds {self._path}.", hint="Try again when it is done."
                )
        except BaseException:
            os.close(self._descriptor)
            raise

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)


class _HeldPlace:
    """Implements `SlotPlace`."""

    def __init__(self, path: str, number: int, data: bytes) -> None:
        self.number = number
        self._path = path
        draft = f"{path}{_DRAFT}"
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(draft, flags, 0o644)
        try:
            with suppress(OSError):  # a file system without locks; process ids tell all the same
                flock.take_own(self._descriptor)
            os.write(self._descriptor, data)
            os.rename(draft, path)  # noqa: PTH104
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)  # noqa: PTH108
            os.close(self._descriptor)
            raise

    def begin(self) -> None:
        """See `SlotPlace.begin`."""
        running = f"{self._path[: -len(_WAITS)]}{_RUNS}"
        os.utime(self._descriptor)
        os.rename(self._path, running)  # noqa: PTH104
        self._path = running
        os.set_inheritable(self._descriptor, True)

    def leave(self) -> None:
        """See `SlotPlace.leave`."""
        with suppress(OSError):
            os.unlink(self._path)  # noqa: PTH108
        with suppress(OSError):
            os.close(self._descriptor)


def _living(path: str, slot: str, number: int, *, begun: bool) -> Ticket | None:
    """The place that a file holds; `None` when its process has ended."""
    try:
        told = reading.read_json(path, limit=_LARGEST)
    except UnusableFileError:
        told = {}
    if told is None:
        return None
    pid, started, place = told.get("pid"), told.get("started"), told.get("place")
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid < 1 << 31:
        pid = 0
    here = pid > 0 and place == _place()
    if here:
        token = liveness.start_token(pid)
        living = token is not None and (token == started or "" in (token, started))
    else:
        living = _held(path)
    if not living:
        return None
    limit = told.get("limit")
    return Ticket(
        slot,
        number,
        limit if isinstance(limit, int) and 1 <= limit <= MOST else 1,
        pid,
        _text(told.get("session")),
        _text(told.get("command")),
        _text(told.get("directory")),
        _moment(told.get("asked")),
        _began(path) if begun else None,
        followed=here,
    )


def _held(path: str) -> bool:
    """Whether somebody has a file open that was locked; not known counts as yes.

    Directories and links are no places: nobody can have taken them.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    except OSError as error:
        return error.errno not in (errno.EISDIR, errno.ELOOP)
    try:
        return not flock.take(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)


def _began(path: str) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116
    except OSError:
        return time.time()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> float:
    known = isinstance(value, int | float) and 0 <= value < 1e12
    return float(value) if known else 0.0  # type: ignore[arg-type]


def _place() -> str:
    """Where process ids mean what they mean here: this boot, this container."""
    try:
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115
    except OSError:
        space = liveness.host()
    return f"{liveness.boot_id()} {space}"
