"""`pdev history`: list changes, and which of them can be undone."""

from __future__ import annotations

import argparse

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import undo_line
from parallel_tui.model.sharing.sentences import journal_sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.sharing.journal import JournalEntry


def configure_history(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev history`."""
    parser.add_argument("-n", type=int, metavar="N", default=30, dest="count", help="lines shown")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_history)


def run_history(parsed: argparse.Namespace, output: Output) -> int:
    """Show changes, newest first, with the command that undoes each while one can."""
    core = core_for(parsed, output)
    entries = core.shared.store.journal(max(parsed.count, 1))
    known = core.undoer.all()
    can = [core.undoer.can_undo(entry, known) for entry in entries]
    if output.json:
        rows = [
            {
                "id": _id(entry) or None,
                "when": entry.when,
                "who": entry.who,
                "what": entry.what,
                "about": dict(entry.about),
                "undo": undo_line(entry.undo),
                "undoable": undoable,
            }
            for entry, undoable in zip(entries, can, strict=True)
        ]
        output.data({"history": rows})
        return 0
    for entry, undoable in zip(entries, can, strict=True):
        undo = (
            f"  (undo: {undo_line(entry.undo)})"
            if undoable
            else "  (cannot be undone any more)"
            if entry.undo
            else ""
        )
        output.line(one_line(f"{entry.minute}  {journal_sentence(entry)}{undo}"))
    if not entries:
        output.talk("Nothing has been changed yet.")
    return 0


def _id(entry: JournalEntry) -> str:
    return str(entry.about.get("id") or entry.about.get("time") or "")
