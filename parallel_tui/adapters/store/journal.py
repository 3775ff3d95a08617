"""`.claude/pdev/journal.jsonl`: one line for everything that was changed, and by whom."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.store.documents import Json
from parallel_tui.adapters.store.folder import Folder

NAME: Final = "journal.jsonl"
_TAIL: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One mutation.

    Attributes:
        when: Epoch milliseconds.
        who: Session, or user.
        what: The verb, such as `lock`.
        about: What it was done to, by name of the fact.
        undo: Command line that undoes it; empty where nothing can.
    """

    when: int
    who: str
    what: str
    about: Mapping[str, Json]
    undo: str = ""

    @property
    def minute(self) -> str:
        """When, in local time to the minute; `?` for a number that is no time."""
        try:
            return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.when / 1000))
        except (OverflowError, ValueError, OSError):
            return "?"


@dataclass(frozen=True, slots=True)
class Journal:
    """Append-only record.

    Attributes:
        folder: `.claude/pdev`.
    """

    folder: Folder

    def write(self, entry: JournalEntry) -> None:
        """Append one line."""
        line = json.dumps(
            {
                "when": entry.when,
                "who": entry.who,
                "what": entry.what,
                "about": dict(entry.about),
                "undo": entry.undo,
            },
            separators=(",", ":"),
        )
        self.folder.append(NAME, line.encode("ascii") + b"\n")

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries, newest first; lines torn by a crash are passed over."""
        raw = self.folder.read_tail(NAME, _TAIL) or b""
        found: list[JournalEntry] = []
        for line in reversed(raw.splitlines()):
            try:
                data = json.loads(line)
                found.append(
                    JournalEntry(
                        int(data["when"]),
                        str(data["who"]),
                        str(data["what"]),
                        dict(data["about"]),
                        str(data.get("undo", "")),
                    )
                )
            except (ValueError, KeyError, TypeError):
                continue
            if len(found) == count:
                break
        return tuple(found)
