"""`pdev handoff`: pass work from one session to another."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_handoff(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev handoff`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    send = verbs.add_parser("send", help="hand a task to a session")
    send.add_argument("to", metavar="TO", help="the session that should take it")
    send.add_argument("--task", required=True, metavar="TEXT", help="what to do")
    send.add_argument(
        "--context", default="", metavar="TEXT", help="context: what the receiver should know"
    )
    send.add_argument(
        "--file", action="append", default=[], metavar="PATH", help="a file that it is about"
    )
    send.add_argument("--anyway", action="store_true", help="send even if there is no such session")
    send.set_defaults(run=run_send)
    listing = verbs.add_parser("list", help="open handoffs")
    listing.add_argument("--all", action="store_true", help="closed ones too")
    listing.add_argument("--to", metavar="SESSION", help="only those for this session")
    listing.set_defaults(run=run_list)
    for verb, words in (
        ("accept", "take it on"),
        ("decline", "give it back"),
        ("done", "close it"),
    ):
        made = verbs.add_parser(verb, help=words)
        made.add_argument("id", metavar="ID", help="id of the handoff, from `pdev handoff list`")
        if verb == "decline":
            made.add_argument(
                "--why", required=True, metavar="TEXT", help="the reason, sent to its sender"
            )
        made.set_defaults(run=run_answer)
    for made in verbs.choices.values():
        made.add_argument("--session", metavar="SESSION", help="the session that acts")
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_send(parsed: argparse.Namespace, output: Output) -> int:
    """Send a handoff."""
    receipt = core_for(parsed, output, brief=True).shared.handoffs.send(
        parsed.to,
        task=parsed.task,
        context=parsed.context,
        files=parsed.file,
        session=parsed.session,
        anyway=parsed.anyway,
    )
    return receipts.show(receipt, output)


def run_answer(parsed: argparse.Namespace, output: Output) -> int:
    """Accept, decline or close a handoff."""
    handoffs = core_for(parsed, output, brief=True).shared.handoffs
    if parsed.verb == "accept":
        receipt = handoffs.accept(parsed.id, parsed.session)
    elif parsed.verb == "decline":
        receipt = handoffs.decline(parsed.id, parsed.why, parsed.session)
    else:
        receipt = handoffs.done(parsed.id, parsed.session)
    return receipts.show(receipt, output)


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List handoffs, the longest waiting first."""
    from parallel_tui.model.sharing.sentences import handoff_sentence
    from parallel_tui.model.text import words
    from parallel_tui.record import asdict

    core = core_for(parsed, output, brief=True)
    found = [
        handoff
        for handoff in core.shared.handoffs.all()
        if (parsed.all or handoff.open) and parsed.to in (None, handoff.receiver)
    ]
    if output.json:
        output.data({"handoffs": [asdict(handoff) for handoff in found]})
        return 0
    now = core.shared.store.now()
    for handoff in found:
        age = words.age_of(handoff.timestamp / 1000 or None, now)
        state = handoff.state.value
        output.line(one_line(f"{handoff.id}  {age:>4}  {state:<8}  {handoff_sentence(handoff)}"))
    if not found:
        output.talk("No handoffs.")
    return 0
