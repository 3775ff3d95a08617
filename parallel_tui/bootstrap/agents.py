"""What is known of the processes and agents that work in a repository."""

from __future__ import annotations

import os
import time

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.adapters.process.table import SharedPasses
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.pull_request import PullRequest
    from parallel_tui.model.session.repository import Repository
    from parallel_tui.ports.agents import Agents, Looked
    from parallel_tui.ports.system import Clock, Processes
    from parallel_tui.services.session.at_work import AgentsAtWork
    from parallel_tui.services.session.lookup import Sessions


class AgentNeighbours(Lazy):
    """The agents of a repository, each part made when somebody asks for it.

    Attributes:
        repository: Which.
        env: Our environment.
        clock: Time.
        passes: Reads the process table for all repositories of a program, where there are several.
    """

    passes: SharedPasses | None = None

    def __init__(self, repository: Repository, env: Mapping[str, str]) -> None:
        super().__init__()
        self.repository = repository
        self.env = env
        self.clock: Clock = time.time

    @property
    def sessions(self) -> Sessions:
        """Look-up of what exists."""
        raise NotImplementedError

    @lazy
    def processes(self) -> Processes:
        """The process table."""
        from parallel_tui.adapters.process.table import ProcessTable

        return ProcessTable(self.passes)

    @lazy
    def agents(self) -> Agents:
        """What agents write down of themselves."""
        from parallel_tui.adapters.agents.reader import AgentReader

        return AgentReader(self.env, self.repository.coordination_root)

    @lazy
    def at_work(self) -> AgentsAtWork:
        """Whether agents are at rest."""
        from parallel_tui.adapters.agents.reader import AgentReader
        from parallel_tui.services.session.at_work import AgentsAtWork

        # Its own: a live view remembers since when titles are as they are.
        reader = AgentReader(self.env, self.repository.coordination_root)
        return AgentsAtWork(reader, self.sessions, self.clock)

    @lazy
    def looked(self) -> Looked:
        """When somebody looked at sessions."""
        from parallel_tui.adapters.agents.looked import LookedFile

        return LookedFile(self.repository.runtime_dir)

    @property
    def _some_agent(self) -> bool:
        """Whether an agent ever wrote anything down here; asked without reading any of it."""
        home = self.env.get("CLAUDE_CONFIG_DIR") or f"{self.env.get('HOME', '')}/.claude"
        places = (f"{home}/sessions", f"{self.repository.coordination_root}/pdev/agents")
        return any(os.path.isdir(each) for each in places)  # noqa: PTH112 - pathlib costs

    @property
    def _seen_requests(self) -> Mapping[str, PullRequest]:
        """Pull requests as a dashboard saw them last; nobody is asked."""
        place = self.repository.runtime_dir
        if not os.path.exists(f"{place}/shown/requests.json"):  # noqa: PTH110 - pathlib costs
            return {}
        from parallel_tui.adapters.disk import seen_requests

        return seen_requests.by_branch(seen_requests.read(place, self.clock()))

    def _elsewhere(self) -> tuple[SharedSession, ...]:
        """Sessions of other machines as known last."""
        return ()


def answering(handoff: str) -> str:
    """How an agent answers a handoff."""
    from parallel_tui.command_lines import answer_handoff

    return answer_handoff(handoff)
