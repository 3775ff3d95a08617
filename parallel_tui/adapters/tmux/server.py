"""tmux as the engine and the services see it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from parallel_tui.adapters.ports import Attachment
from parallel_tui.adapters.tmux import attachment
from parallel_tui.adapters.tmux.command import (
    INSTALL_HINT,
    TIMEOUT,
    Address,
    NoServerError,
    ask,
    missing,
)
from parallel_tui.adapters.tmux.listing import commands, listing_of, new_mark
from parallel_tui.adapters.tmux.names import WINDOW_ID
from parallel_tui.adapters.tmux.windows import Windows
from parallel_tui.errors import MuxError
from parallel_tui.model.consent import ApprovedPane
from parallel_tui.model.repository import Repository
from parallel_tui.model.window import MuxListing

OLDEST: Final = (3, 2)
"""Has `new-window -e`, `if-shell -F` in chains and hooks of windows as we use them."""

_VERSION: Final = re.compile(r"(\d+)\.(\d+)")


class Tmux:
    """A tmux server, and in it the session of one repository. Implements `Mux`.

    Safe to use from several threads: nothing is kept between calls but the last listing, whole.
    Never ends a server and never sets a global option.

    Args:
        repository: Whose windows are ours.
        socket: Name or path of the server's socket; `None` for the one that a bare `tmux` would
            use here.
        session: Name of the repository's tmux session; `None` for the repository's own name. A
            session of that name that we did not make is left alone, and a suffix is used.
    """

    def __init__(self, repository: Repository, socket: str | None, session: str | None) -> None:
        self._repository = repository
        self._address = Address.of(socket, os.environ)
        self._windows = Windows(self._address, repository, session)
        self._last: tuple[str, MuxListing] | None = None

    def check(self) -> None:
        """See `Mux.check`."""
        try:
            done = subprocess.run(
                ["tmux", "-V"], capture_output=True, text=True, timeout=TIMEOUT, check=False
            )
        except FileNotFoundError as error:
            raise missing() from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MuxError(f"tmux could not be started: {error}", hint=INSTALL_HINT) from error
        found = _VERSION.search(done.stdout)
        # a version without numbers (`tmux master`) was built from newer sources
        if found and (int(found[1]), int(found[2])) < OLDEST:
            needed = ".".join(map(str, OLDEST))
            raise MuxError(
                f"{done.stdout.strip()} is too old: {needed} or newer is needed",
                hint=INSTALL_HINT,
            )

    def listing(self, screens: Collection[str] = ()) -> MuxListing:
        """See `Mux.listing`. One process, 3 to 5 ms; the very same answer is not read twice."""
        mark = new_mark()
        try:
            text = ask(self._address, commands(mark, screens))
        except NoServerError:
            return MuxListing(running=False)
        except MuxError as error:
            # said by a server that runs without any session (`exit-empty off`)
            if error.message.endswith(": no current target"):
                return MuxListing(running=True)
            raise
        told = text.replace(mark, "\0")  # which nothing that tmux prints contains
        last = self._last
        if last is None or last[0] != told:
            last = self._last = (told, listing_of(mark, text, self._repository.common_dir))
        return last[1]

    def open_window(
        self,
        *,
        session: str,
        name: str,
        directory: str,
        panes: Sequence[ApprovedPane],
        env: Mapping[str, str],
    ) -> str:
        """See `Mux.open_window`."""
        self.check()
        return self._windows.open(
            session=session, name=name, directory=directory, panes=panes, env=env
        )

    def close_window(self, window_id: str) -> None:
        """See `Mux.close_window`."""
        self._windows.close(_checked(window_id))

    def attachment(self, window_id: str, env: Mapping[str, str]) -> Attachment:
        """See `Mux.attachment`.

        Raises:
            MuxError: When the window is gone or tmux cannot be asked.
        """
        common = self._repository.common_dir
        return attachment.attachment(self._address, common, _checked(window_id), env)


def _checked(window_id: str) -> str:
    if not WINDOW_ID.fullmatch(window_id):
        raise MuxError(f"{window_id!r} is not the id of a tmux window")
    return window_id
