"""Bringing a session's window before the user's eyes; a session without one gets one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parallel_tui.adapters.ports import Attachment, Mux, Terminals
from parallel_tui.model.config import Config
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Attacher:
    """Attaches, opens and closes windows.

    Attributes:
        mux: The multiplexer.
        terminals: The desktop's terminals.
        sessions: Look-up of what exists.
        config: Effective settings.
        env: Our own environment; tells whether we run inside tmux.
    """

    mux: Mux
    terminals: Terminals
    sessions: Sessions
    config: Config
    env: Mapping[str, str]

    def attach(self, wanted: str) -> Attachment:
        """How to show a session's window; opens a plain shell window if it has none.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When its directory is gone, so that no window can open in it.
            MuxError: When the multiplexer cannot be used.
        """
        raise NotImplementedError

    def attach_window(self, window_id: str) -> Attachment:
        """How to show one particular window."""
        raise NotImplementedError

    def open_terminal(self, wanted: str) -> Receipt:
        """Show a session's window in a new terminal of the desktop."""
        raise NotImplementedError

    def close_window(self, window_id: str) -> Receipt:
        """Close one window and what runs in it."""
        raise NotImplementedError
