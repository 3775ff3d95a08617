"""The file in which a running dashboard keeps the numbers of sessions by need.

A status line asks for them every few seconds, and shall not have everything read for it. What
stands there counts while it is proved to be new: its writer lives, and has said so just now.
"""

# Read by a command that is over before importing pathlib would be.
# ruff: noqa: PTH105, PTH108, PTH116, PTH119, PTH120

from __future__ import annotations

import os
import time
from contextlib import suppress

from parallel_tui.adapters import small_file
from parallel_tui.model.view.segment import FRESH, parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

_VERSION: Final = "1"
_LONGEST: Final = 4096
"""Bytes of a file that could be ours."""


def path_in(common_dir: str) -> str:
    """Where the file is.

    Apart from the folders that are watched, for it is touched every few seconds.

    Args:
        common_dir: Of the repository.
    """
    return f"{common_dir}/pdev/shown/segment"


def read(common_dir: str) -> Mapping[str, int] | None:
    """The numbers that a dashboard keeps; `None` where none does, or what stands there is old.

    Args:
        common_dir: As for `path_in`.
    """
    path = path_in(common_dir)
    try:
        data = small_file.read(path, _LONGEST)
        age = time.time() - os.stat(path).st_mtime
    except OSError:
        return None
    head, _, rest = data.decode("ascii", "replace").partition("\n")
    version, _, writer = head.partition(" ")
    pid, _, start = writer.partition(" ")
    if version != _VERSION or not -FRESH < age < FRESH or not pid.isdigit() or len(pid) > 10:
        return None
    from parallel_tui.adapters.process import liveness

    return parsed(rest) if liveness.start_token(int(pid)) == start else None


class SegmentFile:
    """Keeps the file. Implements `Segment`.

    Args:
        common_dir: As for `path_in`.
    """

    def __init__(self, common_dir: str) -> None:
        self._path = path_in(common_dir)
        self._kept: str | None = None

    def show(self, text: str) -> None:
        """See `Segment.show`."""
        from parallel_tui.adapters.process import liveness

        if text == self._kept and self._ours():
            os.utime(self._path)
            return
        pid = os.getpid()
        head = f"{_VERSION} {pid} {liveness.start_token(pid) or ''}\n"
        self._write((head + text).encode("ascii"))
        self._kept = text

    def _write(self, data: bytes) -> None:
        from parallel_tui.adapters.disk import drafts

        folder = os.path.dirname(self._path)
        # Nothing above: a repository that was moved away comes back to where it stood.
        for each in (os.path.dirname(folder), folder):
            with suppress(FileExistsError):
                os.mkdir(each)  # noqa: PTH102
        draft = f"{folder}/{drafts.name_for(os.path.basename(self._path))}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(draft, flags, 0o644)
        try:
            try:
                drafts.write_all(descriptor, data)  # nothing that has to survive a crash
            finally:
                os.close(descriptor)
            os.replace(draft, self._path)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise

    def _ours(self) -> bool:
        """Whether what stands there was written by this process."""
        try:
            data = small_file.read(self._path, _LONGEST)
        except OSError:
            return False
        return data.startswith(f"{_VERSION} {os.getpid()} ".encode())

    def end(self) -> None:
        """See `Segment.end`."""
        self._kept = None
        if self._ours():
            with suppress(OSError):
                os.unlink(self._path)
