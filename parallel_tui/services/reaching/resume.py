"""Open a session again with the conversation that its agent had, after its window was closed.

The agent itself remembers conversations (`claude --resume ID`); what is found here is the id, which
also outlives a restart of the machine. A conversation that is open is never opened twice: the agent
does not refuse that, and two of them would then write one record.
"""

from __future__ import annotations

import shutil

from parallel_tui.errors import RefusedError
from parallel_tui.model.scope import COORDINATION, MUX
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Layout, LayoutPane, Origin
from parallel_tui.record import dataclass
from parallel_tui.services.reaching.receipts import Resumed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.agent.record import AgentRecord
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.consent import Ready
    from parallel_tui.model.settings.consent_question import Question
    from parallel_tui.ports.agents import Agents
    from parallel_tui.ports.mux import Mux
    from parallel_tui.ports.store import Store
    from parallel_tui.ports.system import Clock
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.machine.ports import SessionPorts
    from parallel_tui.services.session.lookup import Sessions
    from parallel_tui.services.spawn.binding import AgentBinder


@dataclass(frozen=True, slots=True)
class Resumer:
    """Finds conversations, and opens windows with them.

    Attributes:
        store: What sessions registered.
        sessions: Look-up of what exists.
        mux: Opens windows.
        agents: What agents write down.
        gate: What every command passes before it runs.
        binder: Makes the agent report and ask, as when it was started first.
        clock: Epoch seconds.
        ports: What each session has for itself.
    """

    store: Store
    sessions: Sessions
    mux: Mux
    agents: Agents
    gate: Gate
    binder: AgentBinder
    clock: Clock
    ports: SessionPorts

    def known(self, wanted: str) -> str | None:
        """Id of the conversation that a session can go on with; `None` where none is known.

        Raises:
            UsageError: When there is no such session.
        """
        session = self.sessions.find(wanted)
        tree = session.worktree
        return None if tree is None else self._conversation(session, tree)

    def resume(self, wanted: str, *, anew: bool = False) -> Resumed:
        """Open a window in which the agent goes on with a session's conversation.

        Args:
            wanted: The session, by name or key.
            anew: Begin another conversation instead.

        Raises:
            UsageError: When there is no such session.
            RefusedError: When its directory is gone, no conversation is known, it is open already,
                or no agent is configured that can go on with it.
            TrustNeededError: When the agent's command comes from the repository.
            MuxError: When no window can be opened.
        """
        self.mux.check()
        session = self.sessions.find(wanted, windows_matter=True)
        tree = session.worktree
        if tree is None or tree.missing or tree.bare:
            raise RefusedError(f"{session.name} has no directory in which an agent could work.")
        conversation = None if anew else self._conversation(session, tree)
        if conversation is None and not anew:
            raise RefusedError(
                f"No conversation of {session.name} is known.",
                hint="It was never begun here, or the agent has forgotten it.",
            )
        if conversation is not None:
            self._demand_closed(session, conversation)
        ready, begun, told = self.binder.bind(
            self._ready(tree), session.name, conversation=conversation
        )
        if conversation is not None and begun != conversation:
            raise RefusedError(
                "The configured agent cannot go on with a conversation.",
                hint="Conversations of Claude Code can be opened again: agent: claude",
            )
        window = self.mux.open_window(
            session=session.name,
            name=session.name,
            directory=tree.path,
            panes=ready.window(""),
            env={**agent_command.environment(session.name), **self.ports.environment(tree)},
        )
        told = (*told, *self.binder.remember(session.name, begun))
        went_on = "goes on with its conversation" if conversation else "begins a new conversation"
        return Resumed(
            message=f"{session.name} {went_on}",
            scopes=(MUX, COORDINATION),
            warnings=told,
            session=session.name,
            name=session.name,
            conversation=begun,
            window=window,
        )

    def allow(self, question: Question) -> None:
        """Record that the user allowed the agent's command; see `Gate.allow`."""
        self.gate.allow(question)

    def _ready(self, tree: Worktree) -> Ready:
        agent = self.gate.agent("claude" if shutil.which("claude") else "")
        if not agent.text.strip():
            raise RefusedError(
                "No agent is configured, and `claude` is not installed.",
                hint="Name its command in the setting `agent`.",
            )
        wanted = self.gate.opened(
            "agent", Layout.of(LayoutPane(agent_command.AGENT)), Origin.DEFAULT, agent, setup=False
        )
        return self.gate.ready(wanted, tree.head or "HEAD")

    def _conversation(self, session: Joined, tree: Worktree) -> str | None:
        """The newest of what the agent's own records, its hooks and the register tell."""
        newest = self.agents.last_conversation(tree.path)
        if newest:
            return newest
        heard = [each for each in self._records() if each.session == session.name]
        for record in sorted(heard, key=lambda each: each.started or 0.0, reverse=True):
            if record.agent.conversation:
                return record.agent.conversation
        found = self.store.read(events=0).sessions
        return next((each.conversation for each in found if each.name == session.name), None)

    def _demand_closed(self, session: Joined, conversation: str) -> None:
        for record in self._records():
            if record.agent.conversation == conversation and not record.crashed:
                where = f"in pane {record.pane}" if record.pane else "outside of any window"
                raise RefusedError(
                    f"The conversation of {session.name} is open already: process "
                    f"{record.agent.pid}, {where}.",
                    hint="Two agents on one conversation would overwrite each other's words.",
                )

    def _records(self) -> tuple[AgentRecord, ...]:
        windows = self.sessions.windows(windows_matter=True)
        panes = [pane for window in windows for pane in window.panes]
        return self.agents.read(panes, self.clock()).records
