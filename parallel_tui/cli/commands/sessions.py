"""`pdev session` and `pdev repair`: register sessions, and set unreadable files aside."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_session(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev session`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    for verb, words in (
        ("register", "enter the session, or say what it does"),
        ("set", "say what the session does"),
        ("end", "mark it as ended: its locks go free"),
        ("show", "the register"),
    ):
        made = verbs.add_parser(verb, help=words)
        made.add_argument("--session", metavar="SESSION", help="the session")
        made.add_argument("--json", action="store_true", help="print one JSON object")
        if verb in ("register", "set"):
            made.add_argument("--status", default="active", help="active, idle or blocked")
            made.add_argument("--task", metavar="TEXT", help="its current task; empty for none")
        made.set_defaults(run=run_session)
    after = verbs.add_parser("after", help="say after which others a session lands")
    after.add_argument("name", metavar="SESSION", help="the session")
    after.add_argument("earlier", metavar="SESSION", nargs="*", help="the others; none for nothing")
    after.add_argument("--json", action="store_true", help="print one JSON object")
    after.set_defaults(run=run_after)


def run_session(parsed: argparse.Namespace, output: Output) -> int:
    """Change or list registered sessions."""
    core = core_for(parsed, output, brief=True)
    if parsed.verb == "end":
        return receipts.show(core.shared.registry.end(parsed.session), output)
    if parsed.verb != "show":
        receipt = core.shared.registry.register(
            parsed.session, status=parsed.status, task=parsed.task
        )
        return receipts.show(receipt, output)
    from parallel_tui.record import asdict

    records = [r for r in core.shared.registry.all() if parsed.session in (None, r.name)]
    if output.json:
        output.data({"sessions": [asdict(record) for record in records]})
        return 0
    for record in records:
        status = "ended" if record.ended else record.status
        cells = (record.name, status, record.current_task or "")
        output.line(one_line("  ".join(filter(None, cells))))
    if not records:
        output.talk("No session is registered.")
    return 0


def run_after(parsed: argparse.Namespace, output: Output) -> int:
    """Say what a session lands after."""
    core = core_for(parsed, output)
    return receipts.show(core.needs.say(parsed.name, parsed.earlier), output)


def configure_repair(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev repair`."""
    parser.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="below .claude, as the report names it: parallel-state.json",
    )
    parser.add_argument(
        "--split-brain",
        metavar="PATH",
        help="set that worktree's own locks, events and state aside, and share its events",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_repair)


def run_repair(parsed: argparse.Namespace, output: Output) -> int:
    """Set an unreadable file aside, so that work can go on."""
    from parallel_tui.services.receipt import SetAside

    if (parsed.file is None) == (parsed.split_brain is None):
        raise UsageError("Name one file, or a worktree with --split-brain")
    core = core_for(parsed, output, brief=True)
    if parsed.split_brain is not None:
        return receipts.show(core.mender.mend(parsed.split_brain), output)
    kept = core.mender.repair(parsed.file)
    receipt = SetAside(f"{parsed.file} was set aside as {kept}", kept=kept)
    return receipts.show(receipt, output)
