"""Find the programs that git started and that failed: hooks, filters, signers.

Git says little about these in words, and a failing hook it does not name at all. Its own record of
events (`trace2`) names each program with its exit status.
"""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Final

_LARGEST: Final = 4 << 20
"""Bytes of a record that are read."""


@dataclass(frozen=True, slots=True)
class Child:
    """A program that git started and that failed.

    Attributes:
        what: Git's own class of it: `hook`, `subprocess` (a filter that stays), `?` and others.
        hook: Name of the hook; empty when it is none.
        argv: Its command; one shell line where git goes through a shell.
        status: Its exit status; -1 when it could not be started.
    """

    what: str
    hook: str
    argv: tuple[str, ...]
    status: int

    @property
    def missing(self) -> bool:
        """Whether the program does not exist or may not be run."""
        return self.status in (-1, 126, 127)

    @property
    def signs(self) -> bool:
        """Whether it was called to sign something."""
        return "-bsau" in self.argv or self.argv[1:3] == ("-Y", "sign")


class RunRecord:
    """Git's own trace of one run.

    Attributes:
        env: Variables that have git keep it; none where no file can be made.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.env: Mapping[str, str] = MappingProxyType(
            {"GIT_TRACE2_EVENT": str(path)} if path else {}
        )

    def failed(self) -> tuple[Child, ...]:
        """Programs that failed, in the order they ended; git's own helpers are left out."""
        if self._path is None:
            return ()
        try:
            with self._path.open("rb") as file:
                lines = file.read(_LARGEST).split(b"\n")
        except OSError:
            return ()
        return tuple(_failures(lines))


@contextmanager
def recorded() -> Iterator[RunRecord]:
    """Let a git that is started in the block write a trace, deleted at its end."""
    from parallel_tui.adapters.disk.scratch import folders

    with ExitStack() as stack:
        try:
            # A folder: what a hook leaves running cannot make the file again when it is gone.
            path: Path | None = Path(stack.enter_context(folders.folder(folders.GIT)), "events")
        except OSError:
            path = None
        yield RunRecord(path)


def _failures(lines: list[bytes]) -> Iterator[Child]:
    started: dict[tuple[object, object], dict[str, Any]] = {}
    for line in lines:
        if b'"child_' not in line:
            continue
        try:
            event = json.loads(line)
            key = (event["sid"], event["child_id"])
            if event["event"] == "child_start":
                started[key] = event
            elif event["event"] == "child_exit" and event["code"] and key in started:
                yield from _child(started[key], int(event["code"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            continue


def _child(start: dict[str, Any], status: int) -> Iterator[Child]:
    argv = tuple(str(word) for word in start["argv"])
    if argv and argv[0] != "git":
        yield Child(str(start["child_class"]), str(start.get("hook_name", "")), argv, status)
