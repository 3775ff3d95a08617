"""What the model says, and when: a script by markers in the prompt."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MARKER = re.compile(r"\[\[([\w-]+)\]\]")
"""How a prompt says which script it asks for: `please look [[look]]`."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Say:
    """Text of the model.

    Attributes:
        text: What it says; sent in pieces of a few words.
        thinking: Thoughts before it.
    """

    text: str
    thinking: str = ""


@dataclass(frozen=True)
class Use:
    """A call of a tool.

    Attributes:
        tool: Its name.
        given: Its input.
        say: Text before the call.
    """

    tool: str
    given: Mapping[str, object]
    say: str = ""


@dataclass(frozen=True)
class Fail:
    """An answer of the service that is no message.

    Attributes:
        status: Of HTTP: 429 is a limit, 529 an overload, 500 a fault of the service.
        kind: The error's type, as published.
        message: For a reader.
        headers: Beside the usual ones, such as `retry-after`.
    """

    status: int
    kind: str
    message: str = "said by the script"
    headers: Mapping[str, str] = field(default_factory=dict)


LIMITED = Fail(429, "rate_limit_error", headers={"retry-after": "1"})
OVERLOADED = Fail(529, "overloaded_error")
BROKEN = Fail(500, "api_error")

Step = Say | Use | Fail

OVER = Say("That was all.")
"""The answer when a script has ended, and to requests that ask for no script."""


class Model:
    """The model behind the service: knows scripts by their markers.

    Which step comes next is read from the conversation itself, so that a conversation that is
    resumed, asked twice or answered after a failure goes on where it stands.
    """

    def __init__(self) -> None:
        self._scripts: dict[str, tuple[Step, ...]] = {}
        self._gates: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def script(self, marker: str, *steps: Step, held: bool = False) -> None:
        """Say what a prompt with `[[marker]]` leads to, one step for each answer.

        Args:
            marker: Letters, digits, `-` and `_`.
            steps: Each is one whole answer; after the last one the model says that this was all.
            held: Whether every answer waits for `let`: so long the agent works.
        """
        with self._lock:
            self._scripts[marker] = steps
            if held:
                self._gates[marker] = threading.Event()

    def let(self, marker: str) -> None:
        """Give the answers that were held back."""
        self._gates[marker].set()

    def let_all(self) -> None:
        """Hold nothing back any more."""
        with self._lock:
            for gate in self._gates.values():
                gate.set()

    def answer(self, body: Json) -> tuple[Step, threading.Event | None]:
        """The next step of a conversation, and what to wait for before it is said.

        Args:
            body: Of a request for a message, as published.
        """
        if not body.get("tools"):  # a title or a summary, asked for on the side
            return OVER, None
        messages = body.get("messages", [])
        with self._lock:
            for index in range(len(messages) - 1, -1, -1):
                marker = self._marker(messages[index])
                if marker:
                    said = sum(each["role"] == "assistant" for each in messages[index:])
                    steps = self._scripts[marker]
                    step = steps[said] if said < len(steps) else OVER
                    return step, self._gates.get(marker)
        return OVER, None

    def _marker(self, message: Json) -> str:
        if message["role"] != "user":
            return ""
        known = [each for each in MARKER.findall(words(message)) if each in self._scripts]
        return known[-1] if known else ""


def words(message: Json) -> str:
    """The text of one message of a conversation, without the results of tools."""
    return _text(message, ("text",))


def results(message: Json) -> str:
    """What tools answered in one message of a conversation."""
    return _text(message, ("tool_result",))


def _text(message: Json, kinds: Sequence[str]) -> str:
    content = message["content"]
    if isinstance(content, str):
        return content if "text" in kinds else ""
    found = []
    for block in content:
        if block["type"] not in kinds:
            continue
        if block["type"] == "text":
            found.append(block["text"])
        elif isinstance(block.get("content"), str):
            found.append(block["content"])
        else:
            found += [each.get("text", "") for each in block.get("content", [])]
    return "\n".join(each for each in found if each)
