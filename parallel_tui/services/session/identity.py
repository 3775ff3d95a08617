"""Identify the session that a command speaks for."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.sharing.lock import Holder
    from parallel_tui.ports.system import Holders
    from parallel_tui.services.session.lookup import Sessions

VARIABLES = ("PDEV_SESSION", "CLAUDE_SESSION_ID", "CLAUDE_SESSION")
"""Environment variables that name the session, first one wins; pdev sets all in its windows."""

USER: Final = "user"
"""Who acts where no session does; told as `You`."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Determines which session a command speaks for.

    Attributes:
        sessions: Look-up of sessions.
        env: Our environment.
        cwd: Our working directory.
        holders: Describes processes.
    """

    sessions: Sessions
    env: Mapping[str, str]
    cwd: str
    holders: Holders

    def name(self, explicit: str | None = None) -> str:
        """The session's name: as given, from the environment, else from the current directory.

        Raises:
            UsageError: When none of them tells.
        """
        told = self.told(explicit)
        if told is not None:
            return told
        here = self.sessions.standing_in(self.cwd)
        if here is None:
            raise UsageError(
                "It is not clear which session this is for",
                hint="Name it with --session, or run this inside its worktree.",
            )
        return here.name

    def told(self, explicit: str | None = None) -> str | None:
        """The session's name as given or from the environment; `None` for a person who is none.

        Raises:
            UsageError: When what is given cannot be a name.
        """
        # An empty name is a script's variable that was never set, and means nobody.
        given = self._named() if explicit is None else explicit
        return None if given is None else _checked(given)

    def acting(self) -> str:
        """Who does something to sessions: the one that the environment names, else the user.

        Where somebody stands tells nothing of that: people land and sync in any directory.
        """
        try:
            return self.told() or USER
        except UsageError:
            return USER

    def session(self, name: str) -> Joined | None:
        """The live session of this name, if there is one."""
        return next((each for each in self.sessions.all() if each.name == name), None)

    def holder(self, name: str, session: Joined | None) -> Holder | None:
        """The process that proves the session alive: its agent, else one of its panes.

        Our own agent and pane count only where we speak for our own session: a lock that the
        dashboard takes for another one must not die with the dashboard.

        Args:
            name: The session's name.
            session: The live session, if there is one.
        """
        panes = {
            pane.id: pane.pid
            for window in (session.windows if session else ())
            for pane in window.panes
        }
        here = panes.get(self.sessions.mux.own_pane(self.env) or "")
        if here is not None or self._speaks_for_itself(name):
            return self.holders.holder_from(self.env, here)
        return (
            self.holders.holder_of(session.windows[0].active_pane.pid)
            if panes and session
            else None
        )

    def _speaks_for_itself(self, name: str) -> bool:
        return self._named() == name

    def _named(self) -> str | None:
        """The session that the environment names, as it stands there."""
        return next((self.env[each] for each in VARIABLES if self.env.get(each)), None)


def _checked(name: str) -> str:
    if not name.strip() or any(ord(char) < 32 or ord(char) == 127 for char in name):
        raise UsageError(
            f"{name!r} cannot be a session's name", hint="Use letters, digits and dashes."
        )
    return name.strip()
