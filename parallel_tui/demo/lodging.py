"""The demo's temporary directory; that of a killed demo is removed by the next one.

The folder is claimed with a file lock that the kernel lets go of when its owner dies, however that
happens. A folder that nobody claims any more is the proof of a dead demo, and is taken down by the
next one. Process ids would be no proof: they are used again.
"""

from __future__ import annotations

import operator
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import SubprocessError
from typing import Final

from parallel_tui.adapters.disk import flock
from parallel_tui.adapters.process import programs
from parallel_tui.model.inheritance import outside_windows
from parallel_tui.patience import ask_until

PREFIX: Final = "pdev-demo-"
_CLAIM: Final = "claim"
_SOCKET: Final = "s"  # short: the path of a socket has at most 107 bytes
_YOUNG: Final = 60.0  # seconds in which a folder may be without its claim yet


def socket_of(folder: Path) -> Path:
    """Path of the private tmux socket of a demo."""
    return folder / _SOCKET


def tmux(folder: Path, *args: str, env: Mapping[str, str] | None = None) -> str:
    """Run tmux on a demo's own socket only; returns its output.

    Args:
        folder: The demo's.
        args: Options and commands.
        env: Our environment; the process's own by default.
    """
    done = programs.run(
        ["tmux", "-S", str(socket_of(folder)), *args],
        env=outside_windows(os.environ if env is None else env),
        timeout=20,
    )
    return done.stdout.decode("utf-8", "replace")


def start_server(folder: Path, env: dict[str, str]) -> None:
    """Start the private tmux server without the user's tmux settings.

    A plugin that restores saved sessions must not act on a throwaway server. Whoever opens the
    first window in it finds it running.
    """
    tmux(
        folder,
        *("-f", os.devnull, "start-server", ";"),
        *("set-option", "-s", "exit-empty", "off", ";"),
        *("set-option", "-g", "default-size", "100x32"),
        env=env,
    )


def _pids(folder: Path) -> list[int]:
    listed = tmux(folder, "list-panes", "-a", "-F", "#{pane_pid}").split()
    return [int(word) for word in listed if word.isdigit()]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):  # ended, and only not yet waited for by whoever has to
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(errors="replace")
    return True


def take_down(folder: Path) -> None:
    """End the private server with all its programs, then delete the folder.

    Safe on a folder that is half built, half deleted or gone.
    """
    if socket_of(folder).exists():
        with suppress(OSError, SubprocessError):
            pids = _pids(folder)
            tmux(folder, "set-option", "-s", "exit-empty", "on")
            for session in tmux(folder, "list-sessions", "-F", "#{session_id}").split():
                tmux(folder, "kill-session", "-t", session)
            ask_until(lambda: any(map(_alive, pids)), operator.not_, seconds=3)
    # Somebody may be writing his last file while we delete.
    ask_until(lambda: _deleted(folder), bool, seconds=1)


def _deleted(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _claim(folder: Path) -> int | None:
    """Lock a folder; `None` when a running demo holds it."""
    handle = os.open(folder / _CLAIM, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        taken = flock.take(handle)
    except OSError:  # a file system without such locks: nobody can be proved dead there
        taken = False
    if taken:
        return handle
    os.close(handle)
    return None


def sweep(parent: Path) -> list[Path]:
    """Delete what crashed demos of this user left; returns what was deleted."""
    removed = []
    for folder in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                continue
            unclaimed = not (folder / _CLAIM).exists()
            if unclaimed and time.time() - found.st_mtime < _YOUNG:
                continue
            handle = _claim(folder)
            if handle is not None:
                take_down(folder)
                os.close(handle)
                removed.append(folder)
    return removed


@contextmanager
def lodging(parent: Path | None = None) -> Iterator[Path]:
    """A folder for one demo, deleted at the end in any case.

    Args:
        parent: Where to make it; the system's temporary folder by default.
    """
    parent = parent or Path(tempfile.gettempdir())
    sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent)).resolve()
    handle = _claim(folder)
    try:
        yield folder
    finally:
        take_down(folder)
        if handle is not None:
            os.close(handle)
