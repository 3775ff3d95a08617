"""`pdev undo`, `pdev trash` and `pdev history`: what was removed, and bringing it back."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from parallel_tui.cli import ask, receipts
from parallel_tui.cli.look import core_for
from parallel_tui.cli.output import one_line
from parallel_tui.model import duration, words

if TYPE_CHECKING:
    from parallel_tui.cli.output import Output
    from parallel_tui.model.trash import TrashItem


def configure_undo(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev undo`."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", help="id or session; the one removed last without it"
    )
    parser.add_argument(
        "--as", metavar="NAME", dest="name", help="come back under another name and directory"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_undo)


def run_undo(parsed: argparse.Namespace, output: Output) -> int:
    """Bring a removed session back."""
    core = core_for(parsed, output)
    return receipts.show(core.restorer.restore(parsed.id, name=parsed.name), output)


def configure_trash(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev trash`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    verbs.add_parser("list", help="removed sessions, newest first").set_defaults(run=run_list)
    restore = verbs.add_parser("restore", help="bring one back")
    configure_undo(restore)
    empty = verbs.add_parser("empty", help="delete removed sessions for good")
    empty.add_argument("id", metavar="ID", nargs="*", help="only these")
    empty.add_argument("--older", metavar="AGE", default="0s", help="only older ones, such as 7d")
    empty.add_argument("--yes", "-y", action="store_true", help="answer the question beforehand")
    empty.set_defaults(run=run_empty)
    for made in (verbs.choices["list"], empty):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def _line(item: TrashItem, now: float) -> str:
    branch = f"  {item.branch}" if item.branch else ""
    age = words.age(now - item.removed)
    return one_line(f"{item.id}  {age}  {words.size(item.size)}{branch}  {item.path}")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """Show what can come back."""
    core = core_for(parsed, output)
    items = core.restorer.items()
    if output.json:
        output.data({"trash": [item.as_json() for item in items]})
        return 0
    for item in items:
        output.line(_line(item, core.clock()))
    if not items:
        output.talk("The trash is empty.")
    return 0


def run_empty(parsed: argparse.Namespace, output: Output) -> int:
    """Delete what was removed, for good."""
    age = duration.parse(parsed.older)
    core = core_for(parsed, output)
    chosen = [core.restorer.find(each).id for each in parsed.id]
    items = tuple(item for item in core.expiry.older_than(age) if not chosen or item.id in chosen)
    if not output.json:
        for item in items:
            output.talk(_line(item, core.clock()))
    if items and not parsed.yes:
        many = words.plural(len(items), "removed session")
        ask.confirm(output, f"Delete {many} for good?", option="--yes")
    return receipts.show(core.expiry.empty(items), output)


def configure_history(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev history`."""
    parser.add_argument("-n", type=int, metavar="N", default=30, dest="count", help="lines shown")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_history)


def run_history(parsed: argparse.Namespace, output: Output) -> int:
    """Show what was changed, newest first, with the command that undoes it."""
    entries = core_for(parsed, output).shared.store.journal.tail(max(parsed.count, 1))
    if output.json:
        output.data(
            {
                "history": [
                    {
                        "when": entry.when,
                        "who": entry.who,
                        "what": entry.what,
                        "about": dict(entry.about),
                        "undo": entry.undo,
                    }
                    for entry in entries
                ]
            }
        )
        return 0
    for entry in entries:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.when / 1000))
        about = " ".join(str(value) for value in entry.about.values() if value)
        undo = f"  (undo: {entry.undo})" if entry.undo else ""
        output.line(one_line(f"{when}  {entry.who}  {entry.what}  {about}{undo}"))
    if not entries:
        output.talk("Nothing was changed yet.")
    return 0
