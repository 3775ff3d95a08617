"""What a conversation with Claude Code has used, from the end of its own record.

A record grows with every word and is never read whole: its last lines have the last request's
tokens, and its cost where the program has written that down.
"""

from __future__ import annotations

import os
import re

from parallel_tui.adapters.agents.mechanics import values
from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.small_file import perhaps_there
from parallel_tui.model.agent.record import Use
from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

TAIL: Final = 256 * 1024
"""Bytes that are read from the end."""

ROOMS: Final = {"claude-opus-5-5": 1_000_000}
"""Tokens that fit into a model's context, as its status line told; of others that is not known."""

_LARGE: Final = "[1m]"
"""How the name of a model ends that has a million."""

_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
"""Name of a conversation of its own; those of its helpers are called otherwise."""

_NOT_IN_NAMES: Final = re.compile(r"[^0-9A-Za-z]", re.ASCII)

_MOST: Final = 1e12
"""Tokens or dollars beyond which a count is none."""

_COUNTS: Final = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


class Conversations:
    """Reads records of conversations; one that has not changed is not read again.

    Args:
        home: Claude Code's configuration directory; empty for none.
    """

    def __init__(self, home: str) -> None:
        self._projects = f"{home}/projects" if home else ""
        self._paths: dict[str, str] = {}
        self._known: dict[str, tuple[tuple[int, int, int], Use | None]] = {}
        self.reads = 0
        """How often a record was opened."""

    def use(self, conversation: str, cwd: str) -> Use | None:
        """What a conversation has used; `None` where nothing is known of it.

        Args:
            conversation: Its id.
            cwd: Where its agent works.
        """
        path = self._path(conversation, cwd)
        try:
            seen = os.stat(path, follow_symlinks=False) if path else None  # noqa: PTH116
        except (OSError, ValueError):
            seen = None
        if seen is None:
            self._paths.pop(conversation, None)
            return None
        stamp = (seen.st_ino, seen.st_mtime_ns, seen.st_size)
        known = self._known.get(conversation)
        if known is not None and known[0] == stamp:
            return known[1]
        use = self._read(path, known[1] if known is not None else None)
        self._known[conversation] = (stamp, use)
        return use

    def newest(self, cwd: str) -> str:
        """Id of the conversation in a directory whose record was written last; empty for none."""
        if not self._projects:
            return ""
        found: list[tuple[float, str]] = []
        try:
            with os.scandir(f"{self._projects}/{_NOT_IN_NAMES.sub('-', cwd)}") as entries:
                for entry in entries:
                    stem, dot, _ = entry.name.rpartition(".jsonl")
                    if dot and _UUID.fullmatch(stem) and entry.is_file(follow_symlinks=False):
                        found.append((entry.stat(follow_symlinks=False).st_mtime, stem))
        except OSError:
            return ""
        return max(found, default=(0.0, ""))[1]

    def keep(self, conversations: Iterable[str]) -> None:
        """Forget all conversations but these."""
        wanted = set(conversations)
        for kept in (self._known, self._paths):
            for gone in kept.keys() - wanted:
                del kept[gone]

    def _path(self, conversation: str, cwd: str) -> str:
        if not self._projects or not _ID.fullmatch(conversation):
            return ""
        if conversation not in self._paths:
            name = f"{conversation}.jsonl"
            likely = f"{self._projects}/{_NOT_IN_NAMES.sub('-', cwd)}/{name}"
            found = likely if perhaps_there(likely) else self._anywhere(name)
            if not found:
                return ""
            self._paths[conversation] = found
        return self._paths[conversation]

    def _anywhere(self, name: str) -> str:
        """An agent may have changed its directory since its conversation began."""
        try:
            with os.scandir(self._projects) as entries:
                places = [f"{entry.path}/{name}" for entry in entries]
        except OSError:
            return ""
        return next((path for path in places if perhaps_there(path)), "")

    def _read(self, path: str, before: Use | None) -> Use | None:
        self.reads += 1
        try:
            with reading.opened(path) as stream:
                if stream is None:
                    return before
                size = os.fstat(stream.fileno()).st_size
                if size > TAIL:
                    stream.seek(size - TAIL)
                    stream.readline()
                lines = stream.read(TAIL).split(b"\n")
        except (reading.UnusableFileError, OSError):
            return before
        return _use_of(lines, before)


def _use_of(lines: list[bytes], before: Use | None) -> Use | None:
    reply: Mapping[str, Json] | None = None
    cost: float | None = before.cost if before is not None else None
    costed = False
    for line in reversed(lines):
        if reply is None and b'"assistant"' in line:
            found = _object(line)
            if found.get("type") == "assistant" and found.get("isSidechain") is not True:
                reply = found
        elif not costed and b'"cost-state"' in line:
            found = _object(line)
            total = values.number(found.get("totalCostUSD"), _MOST)
            if found.get("type") == "cost-state" and total is not None:
                cost, costed = total, True
        if reply is not None and costed:
            break
    if reply is None:
        return Use(cost=cost) if cost is not None and before is None else before
    message = reply.get("message")
    message = message if isinstance(message, dict) else {}
    usage = message.get("usage")
    return Use(_tokens(usage), _room(message.get("model")), cost, _moment(reply.get("timestamp")))


def _object(line: bytes) -> Mapping[str, Json]:
    try:
        found = strict_json.parse(line)
    except strict_json.NotJsonError:
        return {}
    return found if isinstance(found, dict) else {}


def _tokens(usage: Json) -> int | None:
    if not isinstance(usage, dict):
        return None
    counts = [values.number(usage.get(name, 0), _MOST) for name in _COUNTS]
    known = [int(count) for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _room(model: Json) -> int | None:
    if not isinstance(model, str):
        return None
    return 1_000_000 if model.endswith(_LARGE) else ROOMS.get(model)


def _moment(text: Json) -> float | None:
    from datetime import datetime

    try:
        return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else None
    except (ValueError, OverflowError):
        return None
