"""Keep what was given to sessions in a file of the user's, for all repositories of this machine.

A port is one of the machine, so that two repositories must not give out the same. A grant holds as
long as the git directory of its worktree is there: nobody has to give anything back, and whoever
is killed in the middle leaves nothing behind that would have to be freed.
"""

from __future__ import annotations

import os
from contextlib import contextmanager

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.machine.ports import PortGrant
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, Final

_SCHEMA: Final = 1
_NAME: Final = "ports.json"
_TEXTS: Final = ("git_dir", "repository", "session", "compose", "database")


class LedgerFile:
    """Implements `GrantLedger`.

    Args:
        folder: Where this user's programs keep what they remember; ours.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @property
    def path(self) -> str:
        """Where it is kept."""
        return f"{self._folder}/{_NAME}"

    def all(self) -> tuple[PortGrant, ...]:
        """See `GrantLedger.all`."""
        try:
            found = reading.read_json(self.path, follow=True)
            if found is None:
                return ()
            if found.get("schema") != _SCHEMA or not isinstance(found.get("grants"), list):
                raise UnusableFileError(f"{self.path} is of another version of pdev")
            grants: Any = found["grants"]
            return tuple(_grant(each) for each in grants)
        except UnusableFileError as error:
            raise CouldNotLookError(
                f"Nobody knows which ports are given out: {error.message}", hint=_REMEDY
            ) from error
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CouldNotLookError(
                f"Nobody knows which ports are given out: {self.path} has an entry that says "
                f"nothing ({error}).",
                hint=_REMEDY,
            ) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """See `GrantLedger.alone`."""
        from pathlib import Path

        from parallel_tui.adapters.disk.files import guard

        with guard(Path(self._folder, "ports.guard")):
            yield

    def replace(self, grants: Sequence[PortGrant]) -> None:
        """See `GrantLedger.replace`."""
        from pathlib import Path

        from parallel_tui.adapters.disk.files import write_atomically

        entries: list[dict[str, object]] = [
            {
                "git_dir": each.git_dir,
                "repository": each.repository,
                "session": each.session,
                "ports": dict(each.ports),
                "compose": each.compose,
                "database": each.database,
            }
            for each in grants
        ]
        lines = ",\n".join(strict_json.line(each) for each in entries)
        text = f'{{"schema": {_SCHEMA}, "grants": [\n{lines}\n]}}\n'
        write_atomically(Path(self.path), text.encode())

    def holds(self, grant: PortGrant) -> bool:
        """See `GrantLedger.holds`. What may not be looked at counts as there."""
        try:
            os.stat(grant.git_dir)  # noqa: PTH116
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        except OSError:
            return True
        return True

    def in_use(self, number: int) -> bool:
        """See `GrantLedger.in_use`."""
        import socket

        for family, address in (
            (socket.AF_INET, "0.0.0.0"),  # noqa: S104 - asked, not offered
            (socket.AF_INET, "127.0.0.1"),
            (socket.AF_INET6, "::"),
            (socket.AF_INET6, "::1"),
        ):
            try:
                with socket.socket(family, socket.SOCK_STREAM) as asked:
                    # One that was closed a moment ago is free; one that listens is not.
                    asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    if family == socket.AF_INET6:
                        asked.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    asked.bind((address, number))
            except OSError as error:
                import errno

                if error.errno in (errno.EADDRINUSE, errno.EACCES):
                    return True
        return False


_REMEDY: Final = "Correct the file or move it away; sessions are given new ports then."


def _grant(told: Any) -> PortGrant:
    texts = {name: told[name] for name in _TEXTS}
    if not all(isinstance(each, str) for each in texts.values()):
        raise TypeError("a text is missing")
    ports = tuple(told["ports"].items())
    for _, number in ports:
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 65_536:
            raise ValueError("a port is none")
    return PortGrant(ports=ports, **texts)
