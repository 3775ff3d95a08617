"""Find running agents whose hooks do not report to pdev."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.model.lifecycle.finding import Finding, Severity
from parallel_tui.model.lifecycle.hook_settings import AGENT
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.repository import Repository
from parallel_tui.ports.disk import AgentSettings
from parallel_tui.ports.store import Store
from parallel_tui.ports.system import Holders
from parallel_tui.record import dataclass

_GRACE: Final = 60.0
"""Seconds in which an agent that just started need not have told anything yet."""

ADD: Final = Advice("`", Act.HOOKS, after="` lets every agent of this repository report and ask.")


@dataclass(frozen=True, slots=True)
class HookLook:
    """Examines the hooks of running agents.

    Attributes:
        store: What sessions told.
        env: Where the user's settings are.
        settings: The agents' own settings.
        holders: When a program began.
        repository: Whose main worktree has the local settings.
    """

    store: Store
    env: Mapping[str, str]
    settings: AgentSettings
    holders: Holders
    repository: Repository

    def findings(self, sessions: Iterable[Joined], now: float) -> Iterator[Finding]:
        """One finding for each agent whose hooks do not report.

        Args:
            sessions: All, with their windows.
            now: Epoch seconds.
        """
        running = [(each, began) for each in sessions if (began := self._began(each)) is not None]
        heard = self._heard() if running else {}
        told: set[str] = set()
        for session, began in running:
            tree = session.worktree
            if tree is None:
                continue
            settings = self.settings.read(tree.path, self.repository.main_path, self.env)
            for path, reason in settings.broken:
                if path not in told:
                    told.add(path)
                    what = f"the agent's settings cannot be read: {reason}"
                    yield Finding(Severity.PROBLEM, "hooks", what, path, "Correct the JSON there.")
            silent = heard.get(session.name, 0.0) < began and now - began > _GRACE
            if settings.disabled is not None:
                what = f"all hooks of the agent of {session.name} are turned off"
                mend = "Take disableAllHooks out of that file."
                yield Finding(Severity.NOTE, "hooks", what, settings.disabled, mend)
            elif not settings.calls and silent:
                what = (
                    f"no hook of the agent of {session.name} calls pdev: what it does is guessed "
                    "from its window"
                )
                yield Finding(Severity.NOTE, "hooks", what, tree.path, ADD)
            elif silent:
                since = time.strftime("%H:%M", time.localtime(began))
                what = (
                    f"the agent of {session.name} has hooks that call pdev, and nothing was heard "
                    f"of it since it started at {since}"
                )
                mend = (
                    "Type /hooks in it: hooks must be trusted, and are read when it starts; then "
                    "restart it."
                )
                yield Finding(Severity.PROBLEM, "hooks", what, settings.calls[0], mend)

    def _heard(self) -> Mapping[str, float]:
        """When each session last reported anything, in epoch seconds."""
        seen = self.store.read(events=None)
        found: dict[str, float] = {}
        told = [(record.name, record.last_update) for record in seen.sessions]
        told += [(event.session, event.timestamp) for event in seen.events]
        for name, when in told:
            found[name] = max(found.get(name, 0.0), when / 1000)
        for name, since in self.settings.heard(self.repository.coordination_root).items():
            found[name] = max(found.get(name, 0.0), since)
        return found

    def _began(self, session: Joined) -> float | None:
        """When the agent that runs in a session's windows started; `None` when none runs."""
        for window in session.windows:
            for pane in window.panes:
                if pane.command == AGENT and not pane.dead:
                    return self.holders.began(pane.pid, AGENT)
        return None
