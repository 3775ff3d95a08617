"""The sources of the live view, one row each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.ledger import Ledger
from parallel_tui.engine.sources.activity import TURN, ActivityWatch
from parallel_tui.engine.sources.agents import AgentSource
from parallel_tui.engine.sources.coordination import CoordinationReader
from parallel_tui.engine.sources.mux import MuxReader
from parallel_tui.engine.sources.overlaps import OverlapReader
from parallel_tui.engine.sources.resources import ResourceReader
from parallel_tui.engine.sources.status_read import StatusReader
from parallel_tui.engine.sources.statuses import StatusQueue
from parallel_tui.engine.sources.topology import Topology
from parallel_tui.engine.table import Row, always
from parallel_tui.engine.watching.shared.company import Company
from parallel_tui.engine.watching.tree_link import TreeLink
from parallel_tui.engine.watching.trees import TreeWatch
from parallel_tui.engine.working.crew import Crew
from parallel_tui.model.scope import AGENTS, TOPOLOGY, Scope
from parallel_tui.model.settings.config import Config
from parallel_tui.model.window.window import Screen
from parallel_tui.ports.agents import Agents, Looked
from parallel_tui.ports.coordination import SharedState
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.overlaps import Overlaps
from parallel_tui.ports.system import Processes
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ports that the engine reads from.

    Attributes:
        git: Reads the repository.
        mux: Lists windows.
        processes: Samples what windows use.
        files: Reads what sessions tell each other.
        overlaps: Makes what predicts; `None` to predict nothing.
        config: Settings.
        own_pane: The pane that the live view is drawn in, if any.
        stays: Whether the live view goes on after a first look.
        agents: Reads what agents write down, and keeps when somebody looked; `None` for neither.
    """

    git: GitReader
    mux: Mux
    processes: Processes
    files: SharedState
    overlaps: Callable[[], Overlaps] | None
    config: Config
    own_pane: str | None = None
    stays: bool = True
    agents: tuple[Agents, Looked] | None = None


class Host(Protocol):
    """Callbacks from sources to the engine."""

    def want(self) -> None:
        """Report that facts may have changed."""
        ...

    def want_soon(self) -> None:
        """Report that facts may have changed that somebody waits for."""
        ...

    def show(self, screen: Screen | None) -> None:
        """Report the contents of the previewed pane."""
        ...

    def failed(self, name: str, error: Exception | None) -> None:
        """Report an unexpected error of a source; `None` when it works again."""
        ...

    def poke(self, *scopes: Scope) -> None:
        """Request another read."""
        ...

    def answered(self, name: str, git_dir: str | None = None) -> None:
        """Report that a source has answered; see `Table.answered`."""
        ...

    def within(self, name: str, seconds: float) -> None:
        """Bring the next scheduled read of a source forward."""
        ...


class Sources:
    """The sources of one engine.

    Args:
        asked: Whom they ask.
        facts: Where answers go.
        ledger: Told what is outstanding.
        host: Told what follows.
        crew: The threads that read.
        company: What is shared with live views of other repositories; `None` for nothing.
    """

    def __init__(
        self,
        asked: Neighbours,
        facts: Facts,
        ledger: Ledger,
        host: Host,
        crew: Crew | None = None,
        company: Company | None = None,
    ) -> None:
        self._facts = facts
        self._host = host
        self._stays = asked.stays
        config, want = asked.config, host.want
        self.topology = Topology(
            asked.git, config.base, facts, want, lambda: host.answered("topology")
        )
        self.mux = MuxReader(
            asked.mux,
            facts,
            host.want_soon,
            host.show,
            answered=lambda: host.answered("mux"),
            again=lambda seconds: host.within("mux", seconds),
            own_pane=asked.own_pane,
            stays=asked.stays,
        )
        self.shared = CoordinationReader(asked.files, facts, self._shared_changed)
        reader = StatusReader(asked.git, facts, want, self._touched, lambda: host.poke(TOPOLOGY))
        self.statuses = StatusQueue(reader, ledger, host.failed, crew)
        self.overlaps: OverlapReader | None = None
        if asked.overlaps is not None:
            self.overlaps = OverlapReader(asked.overlaps, facts, want, self.statuses.quiet)
        self.trees = TreeWatch(
            asked.git,
            facts,
            config.edit_watch,
            python=asked.processes.python,
            ask=self.statuses.ask,
            gone=lambda: host.poke(TOPOLOGY),
            again=lambda seconds: host.within("trees", seconds),
            changed=self._watching_changed,
            quiet=self.statuses.quiet,
            link=TreeLink if company is None else company.child.link,
        )
        self.resources = ResourceReader(asked.processes, facts, want)
        self.activity = ActivityWatch(facts, self.statuses)
        self.agents: AgentSource | None = None
        if asked.agents is not None:
            wrote, looked = asked.agents
            self.agents = AgentSource(
                wrote, looked, facts, host.want_soon, lambda: host.answered("agents")
            )

    def looked_at(self, key: str) -> None:
        """Note that somebody looks at a session: what its agent has finished is no news then.

        Args:
            key: Of the session.
        """
        if self.agents is not None:
            self.agents.look_at(key)
            self._host.poke(AGENTS)

    def rows(self) -> tuple[Row, ...]:
        """The table, in the order in which sources are started."""
        rows: tuple[Row, ...] = (
            Row(source=self.topology),
            Row(source=self.mux, stop=self.mux.stop, close=self.mux.close),
            Row(source=self.shared, after={"topology": self.shared.listed}),
            Row(source=self.statuses, after={"topology": self.statuses.listed}),
            Row(
                source=self.resources,
                first=None,
                # Whichever comes last: windows are measured as those of sessions.
                after={"mux": self.resources.due, "topology": self.resources.due},
            ),
        )
        if self.agents is not None:
            rows += (Row(source=self.agents, after={"mux": self.agents.listed}),)
        if self._stays:
            rows += self._watching()
        if self.overlaps is None:
            return rows
        notice = self.overlaps.notice
        after = {"topology": notice, "statuses": notice, "hosts": notice}
        overlaps = Row(
            source=self.overlaps,
            first=None,
            after=after,
            stop=self.overlaps.stop,
            close=self.overlaps.close,
        )
        return (*rows, overlaps)

    def _watching(self) -> tuple[Row, ...]:
        """What notices edits, for whoever stays to see them."""
        return (
            Row(
                source=self.trees,
                awaited=False,
                wants=self.trees.wants,
                after={"topology": always},
                stop=self.trees.stop,
                close=self.trees.stop,
            ),
            Row(source=self.activity, first=TURN, awaited=False, after={"mux": self.activity.tick}),
        )

    def _touched(self, git_dir: str, certain: bool) -> None:
        if certain:
            self._facts.revise(git_dir)
            self._host.want()
        self._host.answered("statuses", git_dir)

    def _shared_changed(self) -> None:
        self._host.want_soon()
        self._host.answered("shared")

    def _watching_changed(self) -> None:
        self._host.want()
        if self.trees.mode is self.activity.mode:  # what takes over begins now
            self._host.within("activity", 0.0)
