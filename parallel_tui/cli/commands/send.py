"""`pdev send` and `pdev queue`: messages to the agents of sessions."""

from __future__ import annotations

import sys
import time

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.reaching.receipts import Posted


def configure_send(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev send`."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="SESSION… TEXT",
        help="the sessions, then what to say; TEXT may have several lines",
    )
    parser.add_argument("--all", action="store_true", help="to every other session with a window")
    parser.add_argument(
        "--file", metavar="PATH", help="read the text from a file, or from `-`: standard input"
    )
    parser.add_argument(
        "--later", action="store_true", help="queue it, also where the agent is at rest"
    )
    parser.add_argument("--session", metavar="SESSION", help="the session that sends")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_send)
    parser.intermixed = True  # type: ignore[attr-defined]


def run_send(parsed: argparse.Namespace, output: Output) -> int:
    """Send a message: at once to an agent at rest, else it waits."""
    names = list(parsed.words)
    if parsed.file is not None:
        text = _text_of(parsed.file)
    elif not names:
        raise UsageError(
            "Nothing to send.",
            hint='Name sessions, then the text: pdev send perf "Run the tests again"',
        )
    else:
        text = names.pop()
    core = core_for(parsed, output)
    receipt = core.reaching.post.send(
        names, text, everyone=parsed.all, sender=parsed.session, later=parsed.later
    )
    return _show(receipt, output)


def configure_queue(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev queue`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    listing = verbs.add_parser("list", help="messages that wait")
    listing.add_argument("--to", metavar="SESSION", help="only those for this session")
    listing.set_defaults(run=run_list)
    revoke = verbs.add_parser("revoke", help="take messages back that still wait")
    revoke.add_argument("ids", nargs="*", metavar="ID", help="ids, from `pdev queue list`")
    revoke.add_argument("--to", metavar="SESSION", help="all that wait for this session")
    revoke.set_defaults(run=run_revoke)
    deliver = verbs.add_parser("deliver", help="deliver what waits to an agent that is at rest now")
    deliver.add_argument("to", metavar="SESSION", help="the session")
    deliver.set_defaults(run=run_deliver)
    for made in verbs.choices.values():
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List messages that wait, the oldest first."""
    from parallel_tui.model.text import words
    from parallel_tui.record import asdict

    found = core_for(parsed, output, brief=True).reaching.post.queued(parsed.to)
    if output.json:
        output.data({"messages": [asdict(message) for message in found]})
        return 0
    now = time.time()
    for each in found:
        who = f"{each.sender} → {each.session}"
        cells = (each.id, who, each.kind.value, words.age(now - each.at), each.text)
        output.line(one_line("  ".join(cells)))
    if not found:
        output.talk("No message waits.")
    return 0


def run_revoke(parsed: argparse.Namespace, output: Output) -> int:
    """Take messages back that still wait."""
    receipt = core_for(parsed, output).reaching.post.revoke(parsed.ids, session=parsed.to)
    return receipts.show(receipt, output, revoked=list(receipt.revoked))


def run_deliver(parsed: argparse.Namespace, output: Output) -> int:
    """Deliver the oldest message of a session, or carry out its sync, if its agent is at rest."""
    reaching = core_for(parsed, output).reaching
    waiting = reaching.post.queued(parsed.to)
    if waiting and all(each.kind.value == "sync" for each in waiting):
        from parallel_tui.cli.commands.sync import show_at_rest

        return show_at_rest(reaching.resting_sync.attempt(parsed.to), output)
    return _show(reaching.post.deliver(parsed.to), output)


def _show(receipt: Posted, output: Output) -> int:
    """Print what became of messages; the status is 1 where one was typed and not taken up."""
    facts = {name: list(getattr(receipt, name)) for name in ("ids", "delivered", "queued")}
    receipts.show(receipt, output, **facts)
    return int(len(receipt.ids) > len(receipt.delivered) + len(receipt.queued))


def _text_of(path: str) -> str:
    """The text of a file that the user names.

    Raises:
        UsageError: When it cannot be read, or is no text.
    """
    try:
        if path == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib costs every command
            return file.read().decode("utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not text in UTF-8") from error
