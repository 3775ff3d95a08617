"""Port for coding agents: what each writes down of what it is doing.

Nothing is started and nobody is asked: agents leave files, and show titles.
"""

from __future__ import annotations

from typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.agent.asked import PermissionAsk
    from parallel_tui.model.agent.record import AgentsFound
    from parallel_tui.model.window.window import Pane


class Agents(Protocol):
    """The agents of this user on this machine."""

    def folders(self) -> tuple[str, ...]:
        """Folders that are there and whose entries tell of a change.

        Where one is still to come, it is the folder in which that will be made.
        """
        ...

    def is_news(self, path: str) -> bool:
        """Whether the change of a path in one of the folders may change what `read` finds."""
        ...

    def present(self) -> bool:
        """Whether there is anything to read. Cheap: nothing is opened."""
        ...

    def titled(self, panes: Sequence[Pane]) -> object:
        """Says by `==` whether panes changed in a way that may change what `read` finds."""
        ...

    def read(self, panes: Sequence[Pane], now: float) -> AgentsFound:
        """All agents that are known; a file that has not changed is not read again.

        Args:
            panes: Panes in which they may run.
            now: Epoch seconds.
        """
        ...

    def last_conversation(self, directory: str) -> str:
        """Id of the newest conversation that an agent had in a directory; empty for none.

        Only those that can be opened again count.
        """
        ...


class Looked(Protocol):
    """When somebody last looked at a session, kept beyond the end of a program."""

    def read(self) -> Mapping[str, float]:
        """Epoch seconds by key of the session; what cannot be read counts as never."""
        ...

    def mark(self, times: Mapping[str, float]) -> None:
        """Keep that sessions were looked at; a disk that refuses is no error."""
        ...


class AgentCensus(Protocol):
    """What an agent's program itself tells of its processes; costly, for the doctor alone."""

    def statuses(self) -> Mapping[int, str] | None:
        """The status of each living process; `None` where the program is not installed.

        Raises:
            CouldNotLookError: When it gave no answer.
        """
        ...


class Asks(Protocol):
    """Permissions that agents ask for, where their hooks wait for an answer."""

    def pending(self, session: str, now: float) -> tuple[PermissionAsk, ...]:
        """What a session's agents ask permission for now, the longest waiting first.

        Args:
            session: Its name.
            now: Epoch seconds.
        """
        ...

    def answer(self, ask: PermissionAsk, *, allow: bool, reason: str = "") -> bool:
        """Answer one of them.

        Args:
            ask: Exactly what was shown to the person who answers.
            allow: Yes or no.
            reason: What the agent is told with a no.

        Returns:
            Whether it was still waiting, and nobody else had answered.

        Raises:
            RefusedError: When the answer cannot be written.
        """
        ...
