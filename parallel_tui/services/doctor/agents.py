"""Compare what agents write down of themselves with what their program says when it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from parallel_tui.errors import MuxError
from parallel_tui.model.agent.record import AgentKind, AgentRecord, Doing
from parallel_tui.model.lifecycle.finding import Finding, Severity
from parallel_tui.model.text.words import plural
from parallel_tui.ports.agents import AgentCensus, Agents
from parallel_tui.ports.mux import Mux
from parallel_tui.record import dataclass

_TOPIC: Final = "agents"

_SAME: Final = {
    "busy": Doing.WORKING,
    "idle": Doing.RESTING,
    "shell": Doing.BACKGROUND,
    "waiting": Doing.WAITING,
}


@dataclass(frozen=True, slots=True)
class AgentLook:
    """Examines what is known of agents.

    Attributes:
        agents: What agents write down.
        census: What their program says.
    """

    agents: Agents
    census: AgentCensus

    def findings(self, mux: Mux, now: float) -> Iterator[Finding]:
        """What was passed over, and what is told otherwise than it is written down.

        Args:
            mux: Has the panes in which agents run; that it cannot be asked is told elsewhere.
            now: Epoch seconds.
        """
        if not self.agents.present():
            return
        try:
            windows = mux.listing().windows
        except MuxError:
            windows = ()
        found = self.agents.read([pane for window in windows for pane in window.panes], now)
        for why in found.ignored:
            yield Finding(Severity.PROBLEM, _TOPIC, why)
        ours = {
            each.agent.pid: each
            for each in found.records
            if each.agent.kind is AgentKind.CLAUDE and not each.crashed
        }
        told = self.census.statuses()
        if told is None:
            return
        # A status may change between the two looks: only who is there at all is a matter.
        for pid in sorted(told.keys() - ours.keys()):
            what = f"claude tells of the process {pid}, and its state file says nothing of it"
            yield Finding(Severity.PROBLEM, _TOPIC, what)
        for pid in sorted(ours.keys() - told.keys()):
            what = f"a state file tells of the process {pid}, and claude says nothing of it"
            yield Finding(Severity.NOTE, _TOPIC, what)
        both = sorted(told.keys() & ours.keys())
        strange = [pid for pid in both if told[pid] and told[pid] not in _SAME]
        for pid in strange:
            what = f"claude says of the process {pid} that it is {told[pid][:40]!r}: not known here"
            yield Finding(Severity.PROBLEM, _TOPIC, what)
        if both and not strange:
            alike = sum(_says(ours[pid]) is _SAME.get(told[pid]) for pid in both)
            what = f"{plural(len(both), 'agent')} known, {alike} told of as written down"
            yield Finding(Severity.GOOD, _TOPIC, what)


def _says(record: AgentRecord) -> Doing:
    return record.signs[0].doing
