"""`pdev on`: run a command of `pdev` on another machine."""

from __future__ import annotations

import argparse

from parallel_tui.cli import elsewhere
from parallel_tui.cli.opening import core_for
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output

_OF_THIS_MACHINE = frozenset({"on", "mcp", "completion"})
"""Commands that mean nothing there."""


def configure_on(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev on`."""
    parser.add_argument("machine", metavar="MACHINE", help="the machine, as `pdev host list` says")
    parser.add_argument(
        "words",
        metavar="COMMAND",
        nargs=argparse.REMAINDER,
        help="a command of pdev with its options: spawn login --no-agent",
    )
    parser.set_defaults(run=run_on)


def run_on(parsed: argparse.Namespace, output: Output) -> int:
    """Run a command on another machine, in its clone of this repository."""
    words = parsed.words[1:] if parsed.words[:1] == ["--"] else parsed.words
    if not words:
        raise UsageError("No command is named", hint=f"As in: pdev on {parsed.machine} spawn login")
    if words[0] in _OF_THIS_MACHINE or words[0].startswith("-"):
        raise UsageError(
            f"{words[0]!r} is no command for another machine",
            hint="`pdev --help` lists the commands; options of a command stand behind it.",
        )
    return elsewhere.send(core_for(parsed, output), parsed.machine, words, output)
