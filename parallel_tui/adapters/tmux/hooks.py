"""tmux hooks that touch a file when something changes in pdev's session.

They serve where no client can listen (`hiding`). Only that session and the windows opened by pdev
carry the hooks; nothing is set globally. A ring means "look again" and nothing else, and polling
goes on beside it, for tmux 3.3a rings

* always for a window opened or linked, renamed, split, for a pane closed beside another one, a
  changed current window or pane, a bell, a renamed session;
* for a window that closes only while ours is the session used last: tmux looks the hook up after
  the window has left its session, and then asks the session used last;
* never for a changed command, a changed directory, or output.

Hooks of windows (renamed, split) are missing on windows that the user opened by hand. What pdev
itself opens or closes it rings for itself.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.tmux.command import Address, ask, in_chains
from parallel_tui.adapters.tmux.gateway import VERB_TIMEOUT
from parallel_tui.adapters.tmux.names import quoted
from parallel_tui.errors import MuxError
from parallel_tui.model.session.repository import Repository
from parallel_tui.record import dataclass

INDEX: Final = 77
"""Place in the arrays of hooks; leaves those of the user and of plugins where they are."""

SESSION_HOOKS: Final = (
    "window-linked",
    "window-unlinked",
    "session-window-changed",
    "session-renamed",
    "alert-bell",
)
WINDOW_HOOKS: Final = (
    "window-renamed",
    "window-layout-changed",
    "window-pane-changed",
    "pane-exited",
    "pane-died",
)


def ring(doorbell: str) -> str:
    """The tmux command that touches the doorbell file.

    The path passes tmux's own parser, its formats, the user's shell and `sh`, so it is quoted for
    each of them. It stays silent when the folder is gone: tmux shows what a job prints in a pane.
    """
    touch = f"true 2>/dev/null >{shlex.quote(doorbell)} || true"
    return f"run-shell -b {quoted(f'exec sh -c {shlex.quote(touch)}'.replace('#', '##'))}"


def session_commands(session_id: str, doorbell: str) -> list[list[str]]:
    """The tmux commands that add the hooks to a session."""
    bell = ring(doorbell)
    return [
        ["set-hook", "-t", f"{session_id}:", f"{name}[{INDEX}]", bell] for name in SESSION_HOOKS
    ]


def window_commands(window_id: str, doorbell: str) -> list[list[str]]:
    """The tmux commands that add the hooks to a window."""
    bell = ring(doorbell)
    return [["set-hook", "-w", "-t", window_id, f"{name}[{INDEX}]", bell] for name in WINDOW_HOOKS]


@dataclass(frozen=True, slots=True)
class Bells:
    """The hooks of one repository's windows on one server.

    Attributes:
        address: The server.
        repository: Whose windows they are.
    """

    address: Address
    repository: Repository

    def commands(self, session_id: str, *windows: str) -> list[list[str]]:
        """The commands that hang all hooks at a session and windows of it.

        Args:
            session_id: The session.
            windows: The windows, as tmux finds them.

        Returns:
            None where there is no place for the file that they touch.
        """
        if not self._ready():
            return []
        bell = self.repository.doorbell
        of_windows = [each for window in windows for each in window_commands(window, bell)]
        return [*session_commands(session_id, bell), *of_windows]

    def hang(self, session_id: str, *windows: str) -> None:
        """Add hooks for changes; without them, changes are noticed by polling."""
        chain = self.commands(session_id, *windows)
        with suppress(MuxError):
            in_chains(self._run, ([each] for each in chain))
        self.ring()

    def _run(self, chain: Sequence[Sequence[str]]) -> list[str]:
        return ask(self.address, chain, timeout=VERB_TIMEOUT).splitlines()

    def ring(self) -> None:
        """Notify every dashboard of this repository, because tmux reports not everything."""
        if self._ready():
            with suppress(OSError):
                small_file.touch(self.repository.doorbell)

    def _ready(self) -> bool:
        """Whether the doorbell's folder exists or can be made; not on a read-only disk."""
        try:
            Path(self.repository.runtime_dir).mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.repository.runtime_dir, os.W_OK)
