"""Messages to a session's agent, which wait in a queue until it can take them."""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

MAX_TEXT: Final = 64 * 1024
"""Bytes of one message; longer texts belong in a file that the message names."""

OUTBOX: Final = "pdev/outbox"
"""Where messages wait, a folder a session; below the coordination root."""

_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")


class MessageKind(StrEnum):
    """What a message is."""

    PROMPT = "prompt"
    """What a person, or a session for them, wants the agent to do next."""
    HANDOFF = "handoff"
    """Work that another session passes on."""
    EVENT = "event"
    """Something that another session tells."""
    SYNC = "sync"
    """Not for the agent: its session is brought up to date with base once the agent rests."""


TURNS: Final = frozenset({MessageKind.PROMPT, MessageKind.HANDOFF})
"""What begins a turn of an agent at rest; events are told beside its next one."""


class Outcome(StrEnum):
    """How a message left the queue."""

    DELIVERED = "delivered"
    REVOKED = "revoked"
    FAILED = "failed"
    """It was typed, and the agent did not begin to work on it: it is not typed again."""


@dataclass(frozen=True, slots=True)
class Message:
    """One text for the agent of a session.

    Attributes:
        id: Sorts by time within a session; never used twice.
        session: Who it is for.
        kind: What it is.
        sender: Session or person it comes from.
        text: What is said, as it was given.
        at: When it was sent, in epoch seconds.
    """

    id: str
    session: str
    kind: MessageKind
    sender: str
    text: str
    at: float


def checked_text(text: str) -> str:
    """A text that can be sent: without the line ends around it, and without control characters.

    A control character would be a key to the program it is typed into.

    Raises:
        UsageError: When nothing is left of it, or it is longer than `MAX_TEXT`.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    clean = "".join(char if _harmless(char) else " " for char in lines)
    if not clean.strip():
        raise UsageError("The message is empty.", hint="Say what the agent is to do.")
    if len(clean.encode("utf-8", "surrogateescape")) > MAX_TEXT:
        raise UsageError(
            f"The message is longer than {MAX_TEXT // 1024} KiB.",
            hint="Put it into a file and send the agent its path.",
        )
    return clean


def _harmless(char: str) -> bool:
    if char in "\n\t":
        return True
    code = ord(char)
    return code >= 32 and not 0x7F <= code <= 0x9F and not 0xD800 <= code <= 0xDFFF


def folder_of(session: str) -> str:
    """Name of the folder of a session's queue: its own name, with other characters as `%XX`."""
    quoted = "".join(
        char
        if char in _PLAIN
        else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "replace"))
        for char in session
    )
    return "%2E" + quoted[1:] if quoted.startswith(".") else quoted


def session_of(folder: str) -> str:
    """The session that a folder of queues belongs to; undoes `folder_of`."""
    first, *rest = folder.split("%")
    raw = bytearray(first.encode("utf-8", "replace"))
    for piece in rest:
        try:
            raw.append(int(piece[:2], 16))
        except ValueError:
            raw += b"%" + piece[:2].encode("utf-8", "replace")
        raw += piece[2:].encode("utf-8", "replace")
    return raw.decode("utf-8", "replace")
