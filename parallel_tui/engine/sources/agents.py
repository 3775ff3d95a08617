"""Read what agents write down of themselves, when one of their files changed."""

from __future__ import annotations

from parallel_tui.model.scope import Look
from parallel_tui.model.state.belonging import of_sessions
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.window.window import Pane
    from parallel_tui.ports.agents import Agents, Looked

RECONCILE: Final = 60.0
"""Seconds after which files are read unasked: every event is only a hint."""

SOON: Final = 0.15
"""The same while something is just being written."""


class AgentSource:
    """Keeps `Facts.agents` and `Facts.looked` up to date.

    Args:
        agents: Who is asked.
        looked: Keeps when somebody looked at a session; `None` to keep nothing.
        facts: Where answers go.
        changed: Called after an answer that differs is in.
        answered: Called after every answer.
        keeps: Whether to note that somebody looks; not for a single look, which changes nothing.
    """

    name: Final = "agents"
    looks: Final[frozenset[Look]] = frozenset({Look.AGENTS})

    def __init__(
        self,
        agents: Agents,
        looked: Looked | None,
        facts: Facts,
        changed: Callable[[], None],
        answered: Callable[[], None],
        *,
        keeps: bool = True,
    ) -> None:
        self._agents = agents
        self._looked = looked
        self._facts = facts
        self._changed = changed
        self._answered = answered
        self._keeps = keeps
        self._seen: object = None
        self._remembered = False
        self._wished: dict[str, float] = {}

    def listed(self, _: str | None) -> bool:
        """Note that windows were listed; returns whether agents have to be read again."""
        before = self._seen
        self._seen = (self._agents.titled(self._panes()), self._agents.present())
        return before != self._seen or bool(self._before_somebody())

    def read(self) -> float:
        """Read what has changed; returns seconds to the next read."""
        if not self._remembered and self._looked is not None:
            self._remembered = True
            self._facts.put(looked={**self._looked.read(), **self._facts.looked})
        found = self._agents.read(self._panes(), self._facts.clock())
        if found.ignored:
            more = f" (and {len(found.ignored) - 1} more)" if len(found.ignored) > 1 else ""
            told = f"{found.ignored[0]}{more}"
            self._facts.trouble(Source.AGENTS, told, level=Level.NOTE)
        else:
            self._facts.well(Source.AGENTS)
        if self._facts.put(agents=found.records) or found.ignored:
            self._changed()
        if self._keeps:
            self._note_looks()
        self._answered()
        return SOON if found.unsettled else RECONCILE * self._facts.pace

    def look_at(self, key: str) -> None:
        """Note at the next read that somebody looks at a session now."""
        self._wished[key] = self._facts.clock()

    def _panes(self) -> tuple[Pane, ...]:
        windows = self._facts.listing.windows if self._facts.listing else ()
        return tuple(pane for window in windows for pane in window.panes)

    def _before_somebody(self) -> list[str]:
        """Sessions whose window somebody has before them, where that is to be noted."""
        facts = self._facts
        joined = facts.joined()
        agents = of_sessions(facts.agents, joined)
        found = []
        for entry in joined:
            signs = [sign for each in agents.get(entry.key, ()) for sign in each.signs]
            ends = [p.ended.at for w in entry.windows for p in w.panes if p.ended is not None]
            last = max([*(sign.since or 0.0 for sign in signs), *ends], default=0.0)
            seen = any(window.active and window.attached for window in entry.windows)
            if seen and last > facts.looked.get(entry.key, 0.0):
                found.append(entry.key)
        return found

    def _note_looks(self) -> None:
        facts = self._facts
        news = dict.fromkeys(self._before_somebody(), facts.clock())
        while self._wished:
            key, at = self._wished.popitem()
            news[key] = max(at, news.get(key, 0.0))
        if not news:
            return
        with facts.lock:
            there = {entry.key for entry in facts.joined()}
            kept = {key: at for key, at in facts.looked.items() if key in there or not there}
            facts.put(looked={**kept, **news})
        if self._looked is not None:
            self._looked.mark(facts.looked)
        self._changed()
