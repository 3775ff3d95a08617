"""`pdev resume`: open a session again with the conversation that its agent had."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.model.settings.consent import TrustNeededError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_resume(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev resume`."""
    parser.add_argument("name", metavar="SESSION", help="the session")
    parser.add_argument(
        "--new", action="store_true", help="begin another conversation in a new window"
    )
    parser.add_argument(
        "--trust", action="store_true", help="allow the agent's command, if the repository names it"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_resume)


def run_resume(parsed: argparse.Namespace, output: Output) -> int:
    """Open a window in which the agent goes on."""
    resumer = core_for(parsed, output).reaching.resumer
    try:
        receipt = resumer.resume(parsed.name, anew=parsed.new)
    except TrustNeededError as needed:
        ask.consent(output, needed, trust=parsed.trust)
        resumer.allow(needed.question)
        receipt = resumer.resume(parsed.name, anew=parsed.new)
    facts = {name: getattr(receipt, name) for name in ("name", "conversation", "window")}
    return receipts.show(receipt, output, **facts)
