"""Port for messages that wait for a session's agent."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from parallel_tui.model.sharing.message import Message, MessageKind, Outcome


class Outbox(Protocol):
    """Queues of messages, one a session.

    No transaction: each call is one step that happens or does not, also beside the agents' hooks,
    which take messages by themselves. Whoever takes a message has it alone.
    """

    def queued(self, session: str | None = None) -> tuple[Message, ...]:
        """Messages that still wait, oldest first; of one session, or of all.

        What cannot be read is left out, and left where it is.
        """
        ...

    def add(
        self, session: str, kind: MessageKind, sender: str, text: str, *, mark: str = ""
    ) -> Message:
        """Queue a message.

        Args:
            session: Who it is for.
            kind: What it is.
            sender: Session or person it comes from.
            text: What is said.
            mark: Ends the id, so that the sender knows the message again; random by default.

        Raises:
            RefusedError: When it cannot be written.
        """
        ...

    def take(self, message: Message, outcome: Outcome) -> bool:
        """Take a message out of its queue, for good.

        Returns:
            Whether it was still there: of all who try, one gets it.

        Raises:
            RefusedError: When the queue cannot be changed; the message is then still there.
        """
        ...

    def give_back(self, message: Message, outcome: Outcome) -> None:
        """Queue a message again that was taken and not delivered, in its old place.

        Raises:
            RefusedError: When the queue cannot be changed.
        """
        ...

    def settle(self, message: Message, outcome: Outcome) -> None:
        """Note another end of a message that was taken for delivery.

        Raises:
            RefusedError: When the queue cannot be changed.
        """
        ...

    def alone(self, session: str) -> AbstractContextManager[bool]:
        """Be the only one who types into a session's agent, of all processes, while it is held.

        Returns:
            Whether nobody else is; who is not alone types nothing.

        Raises:
            RefusedError: When it cannot be told.
        """
        ...

    def tidy(self, before: float) -> int:
        """Forget messages that were taken, or sent and never taken, before a time.

        Args:
            before: Epoch seconds.

        Returns:
            How many were forgotten.
        """
        ...
