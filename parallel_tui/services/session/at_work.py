"""Whether the agents of a session are at rest, so that its worktree may be changed."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.errors import MuxError
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.state import evidence_of_window
from parallel_tui.model.state.belonging import of_sessions
from parallel_tui.model.state.verdict import Judged, judge
from parallel_tui.model.window.window import Window
from parallel_tui.ports.agents import Agents
from parallel_tui.ports.system import Clock
from parallel_tui.record import dataclass
from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class AgentsAtWork:
    """Tells what agents are seen doing.

    Attributes:
        agents: What agents write down of themselves.
        sessions: Look-up of windows on other servers.
        clock: Epoch seconds.
    """

    agents: Agents
    sessions: Sessions
    clock: Clock

    def judged(self, session: Joined, windows: Sequence[Window] | None = None) -> Judged | None:
        """What a session's agents say; `None` where none is known.

        Args:
            session: Which.
            windows: Its windows, where they are others than it was joined with.
        """
        now = self.clock()
        theirs = session.windows if windows is None else windows
        panes = [pane for window in theirs for pane in window.panes]
        found = self.agents.read(panes, now)
        records = of_sessions(found.records, [session]).get(session.key, ())
        return judge(records, theirs, now) if records else None

    def doing(self, session: Joined) -> str:
        """What a session's known agents do that is to be left alone; empty where they rest."""
        return _words(self.judged(session))

    def busy(self, session: Joined) -> str:
        """Why a session's worktree is not to be changed now; empty where its agents are at rest.

        An agent that waits for an answer is in the middle of its work. Where no agent is known,
        what its windows print has to do.
        """
        now = self.clock()
        try:
            _, elsewhere = self.sessions.elsewhere(session)
        except MuxError as error:
            return f"it cannot be seen what its agent does: {error.message}"
        judged = self.judged(session)
        if doing := _words(judged):
            return doing
        told = judged.panes if judged is not None else frozenset()
        for window in (*session.windows, *elsewhere):
            if any(pane.id in told for pane in window.panes):
                continue  # what an agent at rest draws is no work
            evidence = evidence_of_window(window, now)
            if evidence.state is SessionState.WORKING:
                return f"its agent works: {evidence.detail}"
        return ""


def _words(judged: Judged | None) -> str:
    if judged is None or judged.at_rest:
        return ""
    verb = "waits" if judged.evidence.state is SessionState.WAITING else "works"
    return f"its agent {verb}: {judged.evidence.detail}"
