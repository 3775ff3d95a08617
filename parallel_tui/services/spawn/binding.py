"""Bind an agent that is started: hooks, name and conversation, and no file of the repository."""

from __future__ import annotations

import uuid
from pathlib import Path

from parallel_tui.errors import ParallelError
from parallel_tui.model.agent import claude_line
from parallel_tui.model.settings.consent import Ready
from parallel_tui.ports.disk import Disk
from parallel_tui.ports.hooks import HookFiles
from parallel_tui.record import dataclass, replace
from parallel_tui.services.sharing.sharing import Shared

_SETTINGS = "pdev/claude-settings.json"


@dataclass(frozen=True, slots=True)
class AgentBinder:
    """Adds to the agent's command line what makes it report and ask.

    Attributes:
        disk: Where our settings are written.
        hooks: Knows where the hook stands.
        root: The coordination root, below which our settings are.
        shared: Remembers the conversation.
        free: Command lines that it may run without asking.
        wanted: Whether agents get hooks at all.
    """

    disk: Disk
    hooks: HookFiles
    root: str
    shared: Shared
    free: tuple[str, ...]
    wanted: bool = True

    def bind(
        self, ready: Ready, name: str, *, conversation: str | None = None
    ) -> tuple[Ready, str | None, tuple[str, ...]]:
        """The commands of a session, its agent bound where we know how.

        Args:
            ready: The approved commands.
            name: The session's name.
            conversation: Id of the one that goes on; `None` to begin one.

        Returns:
            The commands, the id of the conversation that begins or goes on, and what went wrong:
            an agent that cannot be bound is started as it was configured.
        """
        if not ready.agents or not (self.wanted or conversation):
            return ready, None, ()
        again = conversation is not None
        if conversation is None and ready.agents == 1:
            conversation = str(uuid.uuid4())
        path = f"{self.root}/{_SETTINGS}"
        found = claude_line.binding(
            ready.agent.text, settings=path, name=name, conversation=conversation, again=again
        )
        if found is None:
            return ready, None, ()
        try:
            self._write(Path(path))
        except (ParallelError, OSError) as error:
            return ready, None, (f"the agent has no hooks: {error}",)
        agent = ready.agent.with_words(found.at, found.words)
        return replace(ready, agent=agent), found.conversation, ()

    def _write(self, path: Path) -> None:
        wanted = claude_line.settings_text(self.hooks.here(), self.free)
        if self.disk.read(path) != wanted:  # those who run reload what changes
            self.disk.write(path, wanted)

    def remember(self, name: str, conversation: str | None) -> tuple[str, ...]:
        """Write down the conversation of a session that was started.

        Returns:
            Why it was not.
        """
        if conversation is None:
            return ()
        try:
            return self.shared.registry.converse(name, "claude", conversation)
        except (ParallelError, OSError) as error:
            return (f"its conversation was not written down: {error}",)
