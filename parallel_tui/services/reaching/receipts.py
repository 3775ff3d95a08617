"""Receipts of what was sent to agents."""

from __future__ import annotations

from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted(Receipt):
    """A message was sent to agents.

    Attributes:
        ids: Ids of the messages, one a session.
        delivered: Sessions whose agents took it up.
        queued: Sessions for which it waits.
    """

    ids: tuple[str, ...]
    delivered: tuple[str, ...]
    queued: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoked(Receipt):
    """Messages that waited were taken back.

    Attributes:
        revoked: Their ids.
    """

    revoked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(Receipt):
    """A window was opened in which an agent goes on.

    Attributes:
        name: The session.
        conversation: Id of the conversation; `None` where it is not known.
        window: Id of the window.
    """

    name: str
    conversation: str | None
    window: str
