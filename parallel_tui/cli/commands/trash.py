"""`pdev undo` and `pdev trash`: restore what was removed or rewritten."""

from __future__ import annotations

import argparse

from parallel_tui.cli.commands import sync
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.model.text import duration, words
from parallel_tui.record import asdict, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.lifecycle.trash import SyncBackup, TrashItem


def configure_undo(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev undo`."""
    parser.add_argument(
        "id",
        metavar="ID",
        nargs="?",
        help="an id of `pdev history`, or a session (default: the last change)",
    )
    _add_name(parser)
    parser.set_defaults(run=run_undo)


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as", metavar="NAME", dest="name", help="restore under another name and directory"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_undo(parsed: argparse.Namespace, output: Output) -> int:
    """Undo the last change, or a named one, after describing it."""
    core = core_for(parsed, output, changes=True)
    step = core.undoer.find(parsed.id)
    if not output.json and not step.already:
        done = words.ago(step.when, core.clock())
        output.talk(one_line(f"Undoing the {step.what}, {done}"))
    back, branches = core.undoer.undo(step, name=parsed.name)
    if step.sync:
        return sync.show_undone(branches, output, id=step.id)
    if len(back) == 1:
        return receipts.show(back[0], output, undone=step.id)
    for receipt in back:
        if not output.json:
            receipts.show(receipt, output)
    if output.json:
        output.data(
            {
                "undone": step.id,
                "done": receipts.together(back),
                "sessions": [receipts.facts(receipt) for receipt in back],
                "warnings": [line for receipt in back for line in receipt.warnings],
            }
        )
    return 0


def run_restore(parsed: argparse.Namespace, output: Output) -> int:
    """Restore a removed session."""
    core = core_for(parsed, output, changes=True)
    core.tools.settle()
    return receipts.show(core.restorer.restore(parsed.id, name=parsed.name), output)


def configure_trash(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev trash`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    verbs.add_parser("list", help="removed sessions, newest first").set_defaults(run=run_list)
    restore = verbs.add_parser("restore", help="restore a session")
    restore.add_argument(
        "id", metavar="ID", nargs="?", help="id or session (default: the one removed last)"
    )
    _add_name(restore)
    restore.set_defaults(run=run_restore)
    empty = verbs.add_parser("empty", help="delete removed sessions and backups of syncs for good")
    empty.add_argument("id", metavar="ID", nargs="*", help="only these sessions, or syncs by name")
    empty.add_argument("--older", metavar="AGE", default="0s", help="only older ones, such as 7d")
    empty.add_argument("--yes", "-y", action="store_true", help="do not ask")
    empty.set_defaults(run=run_empty)
    for made in (verbs.choices["list"], empty):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def _line(item: TrashItem, now: float) -> str:
    branch = f"  {item.branch}" if item.branch else ""
    age = words.age(now - item.removed)
    return one_line(f"{item.id}  {age}  {words.size(item.size)}{branch}  {item.path}")


def _sync_line(backup: SyncBackup, now: float) -> str:
    of = f"sync of {', '.join(backup.sessions)}" if backup.sessions else "sync, undone"
    refs = words.plural(len(backup.refs), "backup")
    return one_line(f"{backup.time}  {words.age(now - backup.when)}  {of}, {refs}")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """Show what can be restored."""
    core = core_for(parsed, output)
    items, syncs = core.restorer.items(), core.syncer.expiry.all()
    if output.json:
        output.data(
            {
                "trash": [item.as_json() for item in items],
                "syncs": [asdict(each) for each in syncs],
            }
        )
        return 0
    for item in items:
        output.line(_line(item, core.clock()))
    for each in syncs:
        output.line(_sync_line(each, core.clock()))
    if not items:
        output.talk("The trash is empty." if not syncs else "No removed session is in the trash.")
    return 0


def run_empty(parsed: argparse.Namespace, output: Output) -> int:
    """Delete removed sessions and backups of syncs for good."""
    age = duration.parse(parsed.older)
    core = core_for(parsed, output, changes=True)
    core.tools.settle()
    now = core.clock()
    known = {each.time for each in core.syncer.expiry.all()}
    chosen = {each if each in known else core.restorer.find(each).id for each in parsed.id}
    items = tuple(i for i in core.expiry.older_than(age) if not chosen or i.id in chosen)
    syncs = tuple(
        each
        for each in core.syncer.expiry.all()
        if now - each.when >= age and (not chosen or each.time in chosen)
    )
    if not output.json:
        for item in items:
            output.talk(_line(item, now))
        for each in syncs:
            output.talk(_sync_line(each, now))
    if (items or syncs) and not parsed.yes:
        many = [words.plural(len(items), "removed session")] if items else []
        many += [f"what is kept of {words.plural(len(syncs), 'sync')}"] if syncs else []
        ask.confirm(output, f"Delete {' and '.join(many)} for good?", option="--yes")
    done = core.expiry.empty(items)
    if syncs:
        forgotten = core.syncer.expiry.empty(syncs)
        done = replace(
            done,
            message=f"{done.message}; {forgotten.message[0].lower()}{forgotten.message[1:]}",
            warnings=(*done.warnings, *forgotten.warnings),
            syncs=forgotten.syncs,
        )
    return receipts.show(done, output)
