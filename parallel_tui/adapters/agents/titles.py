"""What the titles of panes say of the agents in them."""

from __future__ import annotations

from parallel_tui.adapters.agents import antigravity, codex, opencode
from parallel_tui.model.agent.record import AgentKind, AgentSign, Doing, Strength

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.window.window import Pane

    Said = tuple[AgentKind, Doing, str]

_MODULES: Final = (
    (AgentKind.CODEX, codex),
    (AgentKind.ANTIGRAVITY, antigravity),
    (AgentKind.OPENCODE, opencode),
)


def said_by(pane: Pane) -> Said | None:
    """What a pane's title says; `None` for nothing."""
    if pane.dead or not pane.title:
        return None
    for kind, module in _MODULES:
        if pane.command in module.COMMANDS:
            found = module.doing(pane.command, pane.title)
            if found is not None:
                return (kind, *found)
    return None


class Titles:
    """Remembers since when each title says what it says."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Said, float]] = {}

    def read(self, panes: Sequence[Pane], now: float) -> dict[str, tuple[AgentKind, AgentSign]]:
        """What titles say, by pane.

        Args:
            panes: As they were just listed.
            now: Epoch seconds.
        """
        known, self._known = self._known, {}
        found = {}
        for pane in panes:
            said = said_by(pane)
            if said is None:
                continue
            before = known.get(pane.id)
            at = before[1] if before is not None and before[0] == said else now
            self._known[pane.id] = (said, at)
            kind, doing, detail = said
            sign = AgentSign(Strength.TITLE, "title", doing, detail, seen_at=at)
            found[pane.id] = (kind, sign)
        return found
