"""`.claude/pdev/journal.jsonl`: one line for each change, with its author."""

from __future__ import annotations

from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.model.sharing.journal import JournalEntry, action_from, action_of
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.adapters.store.files.mechanics.folder import Folder
    from parallel_tui.model.sharing.journal import UndoAction

NAME: Final = "journal.jsonl"
_TAIL: Final = 256 * 1024
_NEEDED: Final = ("when", "who", "what")
_KINDS: Final = {
    "who": json_document.TEXT,
    "what": json_document.TEXT,
    "undo": json_document.TEXT,
}


@dataclass(frozen=True, slots=True)
class Journal:
    """Append-only record.

    Attributes:
        folder: `.claude/pdev`.
    """

    folder: Folder

    def write(self, entry: JournalEntry) -> None:
        """Append one line."""
        self.folder.append(NAME, line_of(entry).encode("ascii") + b"\n")

    def tail(self, count: int) -> tuple[JournalEntry, ...]:
        """The newest entries, newest first; lines torn by a crash are skipped."""
        raw = self.folder.read_tail(NAME, _TAIL) or b""
        found: list[JournalEntry] = []
        for line in reversed(raw.split(b"\n")):
            entry = parse(line)
            if entry is None:
                continue
            found.append(entry)
            if len(found) == count:
                break
        return tuple(found)


def line_of(entry: JournalEntry) -> str:
    """An entry as JSON on one line, in ASCII."""
    return strict_json.compact(
        {
            "when": entry.when,
            "who": entry.who,
            "what": entry.what,
            "about": dict(entry.about),
            "undo": _undo_words(entry.undo),
            "action": entry.undo.as_json() if entry.undo else None,
        }
    )


def parse(line: bytes) -> JournalEntry | None:
    """Parse one line of the journal; `None` when it is torn or not ours."""
    try:
        data = strict_json.parse(line)
    except strict_json.NotJsonError:
        return None
    if not isinstance(data, dict) or json_document.odd(data, _KINDS) is not None:
        return None
    about, when = data.get("about"), data.get("when")
    # A number that is no time is shown as such: what was done is still worth knowing.
    if isinstance(when, bool) or not isinstance(when, int | float):
        return None
    if not isinstance(about, dict) or any(data.get(name) is None for name in _NEEDED):
        return None
    who, what = json_document.text(data["who"]), json_document.text(data["what"])
    action = action_from(data.get("action"))
    if action is None and data.get("undo"):
        action = action_of(who, what, about)
    return JournalEntry(int(when), who, what, about, action)


def _undo_words(action: UndoAction | None) -> str:
    if action is None:
        return ""
    from parallel_tui.command_lines import undo_line  # which most entries do without

    return undo_line(action)
