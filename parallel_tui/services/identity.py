"""Which session a command speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from parallel_tui.adapters import life
from parallel_tui.adapters.ports import Mux
from parallel_tui.errors import MuxError, UsageError
from parallel_tui.model.join import Joined
from parallel_tui.model.lock import Holder
from parallel_tui.services.sessions import Sessions

VARIABLES = ("PDEV_SESSION", "CLAUDE_SESSION_ID", "CLAUDE_SESSION")
"""Environment variables that name the session, first one wins; pdev sets all in its windows."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Finds out who asks.

    Attributes:
        sessions: Look-up of sessions.
        mux: For the process of the pane we run in.
        env: Our environment.
        cwd: Our working directory.
    """

    sessions: Sessions
    mux: Mux
    env: Mapping[str, str]
    cwd: str

    def name(self, explicit: str | None = None) -> str:
        """The session's name: as given, from the environment, else where we stand.

        Raises:
            UsageError: When none of them tells.
        """
        if explicit:
            return _checked(explicit)
        for variable in VARIABLES:
            if self.env.get(variable):
                return _checked(self.env[variable])
        here = self.sessions.standing_in(self.cwd)
        if here is None:
            raise UsageError(
                "It is not clear which session this is for",
                hint="Name it with --session, or run this inside its worktree.",
            )
        return here.name

    def session(self, name: str) -> Joined | None:
        """The live session of this name, if there is one."""
        return next((each for each in self.sessions.all() if each.name == name), None)

    def holder(self, session: Joined | None) -> Holder | None:
        """The process whose life is the session's: agent, our pane, else its window's pane."""
        pane = self.env.get("TMUX_PANE")
        pids: dict[str, int] = {}
        with suppress(MuxError):
            windows = self.mux.listing().windows
            pids = {each.id: each.pid for window in windows for each in window.panes}
        own = pids.get(pane) if pane and session is not None else None
        if own is None and session is not None and session.windows:
            own = session.windows[0].active_pane.pid
        return life.holder_from(self.env, own)


def _checked(name: str) -> str:
    if not name.strip() or any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise UsageError(
            f"{name!r} cannot be a session's name", hint="Use letters, digits and dashes."
        )
    return name.strip()
