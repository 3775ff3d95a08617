"""`pdev event`: send, list and clear messages between sessions."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError
from parallel_tui.model.text import duration, strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_event(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev event`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    emit = verbs.add_parser("emit", help="send an event")
    emit.add_argument("type", metavar="TYPE", help="task_complete, conflict, sync_request, note, …")
    emit.add_argument(
        "--to", action="append", default=[], metavar="SESSION", help="send only to this session"
    )
    emit.add_argument("--payload", default="null", metavar="JSON", help="any JSON value")
    emit.set_defaults(run=run_emit)
    listing = verbs.add_parser("list", help="events, newest first")
    listing.add_argument("--unread", action="store_true", help="only unread events of the session")
    listing.add_argument("--ids", action="store_true", help="put each event's id first, for `ack`")
    listing.set_defaults(run=run_list)
    ack = verbs.add_parser("ack", help="mark events as seen by the session")
    ack.add_argument(
        "ids", metavar="ID", nargs="*", help="ids of the events, from `pdev event list --ids`"
    )
    ack.add_argument("--all", action="store_true", help="all unread events")
    ack.set_defaults(run=run_ack)
    clean = verbs.add_parser("clean", help="delete old events that all have seen")
    clean.add_argument("--older", default="1h", metavar="TIME", help="age: 1h (the default), 2d")
    clean.add_argument(
        "--unread-too", action="store_true", help="also delete events that not all have seen"
    )
    clean.add_argument("--dry-run", action="store_true", help="only show how many")
    clean.set_defaults(run=run_clean)
    for made in verbs.choices.values():
        made.add_argument("--session", metavar="SESSION", help="the session that sends or reads")
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_emit(parsed: argparse.Namespace, output: Output) -> int:
    """Send an event."""
    receipt = core_for(parsed, output, brief=True).shared.events.emit(
        parsed.type, session=parsed.session, to=parsed.to, payload=parsed.payload
    )
    return receipts.show(receipt, output)


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List events."""
    core = core_for(parsed, output, brief=True)
    reader = core.shared.identity.name(parsed.session) if parsed.unread or parsed.session else None
    found = core.shared.events.all(unread_by=reader)
    from parallel_tui.model.sharing.sentences import event_sentence

    if output.json:
        output.data(
            {
                "events": [
                    {
                        "id": event.id,
                        "type": event.type,
                        "session": event.session,
                        "sentence": event_sentence(event),
                        "payload": strict_json.parse(event.payload),
                        "timestamp": event.timestamp,
                        "acknowledged": list(event.acknowledged),
                        "recipients": list(event.recipients),
                        "problem": event.problem,
                    }
                    for event in found
                ]
            }
        )
        return 0
    from parallel_tui.model.sharing.told_once import told_once
    from parallel_tui.model.text import words

    now = core.shared.store.now()
    # Ids are for acknowledging, and a session acknowledges what it was told itself.
    for event in found if parsed.ids or reader else told_once(found):
        age = words.age_of(event.timestamp / 1000 or None, now)
        shown = f"{age:>4}  {event_sentence(event)}"
        output.line(one_line(f"{event.id}  {shown}" if parsed.ids else shown))
    if not found:
        output.talk("No events.")
    return 0


def run_ack(parsed: argparse.Namespace, output: Output) -> int:
    """Acknowledge events."""
    if not parsed.ids and not parsed.all:
        raise UsageError("No event was named", hint="Name ids, or use --all.")
    receipt = core_for(parsed, output, brief=True).shared.events.acknowledge(
        parsed.ids, session=parsed.session, everything=parsed.all
    )
    return receipts.show(receipt, output)


def run_clean(parsed: argparse.Namespace, output: Output) -> int:
    """Delete old events."""
    receipt = core_for(parsed, output, brief=True).shared.events.clean(
        older_ms=int(duration.parse(parsed.older) * 1000),
        unread_too=parsed.unread_too,
        dry_run=parsed.dry_run,
    )
    return receipts.show(receipt, output)
