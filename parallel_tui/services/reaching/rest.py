"""Prove that an agent is at rest: by what it writes down of itself, read anew; never by silence."""

from __future__ import annotations

from parallel_tui.model.agent.record import Doing, Strength
from parallel_tui.model.agent.rest import Resting
from parallel_tui.model.state.decision import decide
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.agent.record import AgentRecord, AgentSign
    from parallel_tui.model.session.join import Joined
    from parallel_tui.model.window.window import Pane
    from parallel_tui.ports.agents import Agents
    from parallel_tui.ports.system import Clock

_AT_REST: Final = frozenset({Doing.RESTING, Doing.DONE, Doing.BACKGROUND})


@dataclass(frozen=True, slots=True)
class Rest:
    """Reads what agents write down.

    Attributes:
        agents: What each writes down.
        clock: Epoch seconds.
    """

    agents: Agents
    clock: Clock

    def proved(self, session: Joined) -> Resting | str:
        """The agent of a session that waits for its next prompt now.

        Returns:
            Where it is, or why none is proved at rest, in words that follow "because".
        """
        panes = [pane for window in session.windows for pane in window.panes]
        if not panes:
            return "it has no window"
        found = [each for each in self._read(panes) if not each.crashed]
        if not found:
            return "no agent in its window says what it does"
        why = ""
        for record in found:
            sign = _own(record)
            if sign is None:
                why = why or f"{record.agent.kind.value} does not tell what it does"
            elif sign.doing in _AT_REST:
                return self._resting(record, sign)
            else:
                why = f"its agent is {sign.doing.value}"
        return why

    def _resting(self, record: AgentRecord, sign: AgentSign) -> Resting:
        """An agent at rest; its own file does not tell that a limit made it rest, its hook does."""
        believed = decide(record.signs, self.clock()).sign
        limited = believed.doing is Doing.LIMITED
        return Resting(
            agent=record.agent.kind.value,
            pane=record.pane or "",
            pid=record.agent.pid,
            stamp=sign.since or 0.0,
            conversation=record.agent.conversation,
            limited=limited,
            until=believed.until if limited else None,
        )

    def went_on(self, resting: Resting, session: Joined) -> bool:
        """Whether an agent that was at rest has begun to work since."""
        panes = [pane for window in session.windows for pane in window.panes]
        for record in self._read(panes):
            if record.agent.pid == resting.pid:
                sign = _own(record)
                return sign is not None and (
                    sign.doing not in _AT_REST or (sign.since or 0.0) != resting.stamp
                )
        return False

    def _read(self, panes: Sequence[Pane]) -> list[AgentRecord]:
        ids = {pane.id for pane in panes}
        return [each for each in self.agents.read(panes, self.clock()).records if each.pane in ids]


def _own(record: AgentRecord) -> AgentSign | None:
    """What the agent writes down of itself; `None` where it writes nothing."""
    return next((sign for sign in record.signs if sign.strength is Strength.OWN_FILE), None)
