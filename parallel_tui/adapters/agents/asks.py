"""Permissions that agents ask for: `pdev/asks` in the git directory, a file a question.

The hook of an agent waits there for an answer while the agent's own dialog is open; whoever answers
first decides. They stand in the git directory, private to their user and beyond what an agent may
edit without being asked: an agent must not answer itself.
"""

# ruff: noqa: PTH108

from __future__ import annotations

import os
from contextlib import suppress

from parallel_tui.adapters.agents.mechanics import ancestry, values
from parallel_tui.adapters.agents.mechanics.watched_folder import NotUnderstoodError, WatchedFolder
from parallel_tui.errors import RefusedError
from parallel_tui.model.agent.asked import MAX_REASON, PermissionAsk
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

SCHEMA: Final = 1
SUFFIX: Final = ".ask.json"
ANSWER: Final = ".answer.json"


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A question with the hook that waits for its answer.

    Attributes:
        ask: The question.
        hook: The hook's process.
        start: When that started, as the kernel prints it.
    """

    ask: PermissionAsk
    hook: int
    start: str


class PermissionAsks:
    """Reads and answers questions; see `ports.agents.Asks`.

    Args:
        runtime: Our folder in the git directory.
    """

    def __init__(self, runtime: str) -> None:
        self._path = f"{runtime}/asks"
        self._files = WatchedFolder(self._path, lambda name: name.endswith(SUFFIX), _parse)

    def pending(self, session: str, now: float) -> tuple[PermissionAsk, ...]:
        """See `Asks.pending`."""
        found, _ = self._files.read(now)
        living = [each.ask for each in found.values() if _waits(each)]
        return tuple(
            sorted((each for each in living if each.session == session), key=lambda each: each.at)
        )

    def answer(self, ask: PermissionAsk, *, allow: bool, reason: str = "") -> bool:
        """See `Asks.answer`."""
        found, _ = self._files.read(ask.at)
        waiting = next((each for each in found.values() if each.ask == ask), None)
        if waiting is None or not _waits(waiting):
            return False
        said: dict[str, Json] = {"schema": SCHEMA, "behavior": "allow" if allow else "deny"}
        if not allow:
            said["message"] = reason[:MAX_REASON] or "The user said no."
        text = strict_json.compact(said).encode()
        draft = f"{self._path}/.{os.getpid()}.draft"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(draft, flags, 0o600)
            try:
                os.write(descriptor, text)
            finally:
                os.close(descriptor)
            try:
                os.link(draft, f"{self._path}/{ask.id}{ANSWER}")
            finally:
                with suppress(OSError):
                    os.unlink(draft)
        except FileExistsError:
            return False
        except OSError as error:
            raise RefusedError(
                f"The answer cannot be written: {error.strerror}",
                hint="Answer in the agent's own window.",
            ) from error
        return True


def _parse(name: str, data: Mapping[str, Json], changed: float) -> _Waiting:
    pid, hook = values.process(data.get("pid")), values.process(data.get("hook"))
    given = data.get("given")
    if data.get("schema") != SCHEMA or pid is None or hook is None or not isinstance(given, str):
        raise NotUnderstoodError("it is no question of a hook of ours")
    ask = PermissionAsk(
        id=name.removesuffix(SUFFIX),
        session=values.text(data, "session"),
        pid=pid,
        tool=values.text(data, "tool"),
        given=given,
        at=changed,
    )
    return _Waiting(ask, hook, values.token(data.get("start")))


def _waits(waiting: _Waiting) -> bool:
    """Whether the hook is still there: an agent ends it when its own dialog was answered."""
    found = ancestry.alive(waiting.hook)
    return found is not None and (not found.start or found.start == waiting.start)
