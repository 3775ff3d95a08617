"""`pdev slots` and `pdev ports`: how the machine is shared out among sessions."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.machine.ports import PortGrant
    from parallel_tui.model.machine.slots import Line, Ticket
    from parallel_tui.model.session.worktree import Worktree


def configure_slots(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev slots`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_slots)


def run_slots(parsed: argparse.Namespace, output: Output) -> int:
    """List every slot with those who run in it and those who wait."""
    core = core_for(parsed, output, brief=True)
    found = core.machine.slots.all()
    if output.json:
        output.data({"slots": [_line_json(each) for each in found]})
        return 0
    now = core.clock()
    for line in found:
        at_once = f"{line.limit} at once" if line.limit is not None else "not set"
        output.line(one_line(f"{line.slot}  {at_once}{'' if line.tickets else '  free'}"))
        for place, ticket in enumerate((*line.running, *line.waiting), 1 - len(line.running)):
            output.line(one_line(f"  {_ticket(ticket, place, now)}"))
    if not found:
        output.talk("No slots are set or used.")
    return 0


def _ticket(ticket: Ticket, place: int, now: float) -> str:
    from parallel_tui.model.text.words import lasting

    since = ticket.asked if ticket.begun is None else ticket.begun
    doing = f"waits, place {place}" if ticket.begun is None else "runs"
    owner = ticket.session or "no session"
    return "  ".join((doing, lasting(since, now), owner, ticket.command, f"pid {ticket.pid}"))


def _line_json(line: Line) -> dict[str, object]:
    return {
        "slot": line.slot,
        "limit": line.limit,
        "running": [_ticket_json(each) for each in line.running],
        "waiting": [_ticket_json(each) for each in line.waiting],
    }


def _ticket_json(ticket: Ticket) -> dict[str, object]:
    return {
        "session": ticket.session or None,
        "command": ticket.command,
        "directory": ticket.directory,
        "pid": ticket.pid,
        "limit": ticket.limit,
        "asked": ticket.asked,
        "begun": ticket.begun,
    }


def configure_ports(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev ports`."""
    parser.add_argument(
        "session",
        metavar="SESSION",
        nargs="?",
        help="give this session what it lacks, and show it (default: show what all have)",
    )
    parser.add_argument(
        "--free", action="store_true", help="take back what the session has, and its .env.pdev"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_ports)


def run_ports(parsed: argparse.Namespace, output: Output) -> int:
    """Show what sessions have for themselves; give it to one that is named."""
    from parallel_tui.errors import UsageError

    core = core_for(parsed, output, brief=True)
    if parsed.session is None:
        if parsed.free:
            raise UsageError("Name the session whose ports are to be free")
        return _list(core, output)
    session = core.sessions.find(parsed.session)
    tree = session.worktree
    if tree is None or tree.missing or tree.bare:
        raise RefusedError(f"{session.name} has no directory, and so no ports of its own.")
    if parsed.free:
        return _free(core, output, session.name, tree)
    given = core.machine.ports.give(session.name, tree)
    for warning in given.warnings:
        output.talk(f"pdev: note: {warning}")
    if output.json:
        output.data({**_grant_json(given.grant, session.name), "given_now": given.new})
        return 0
    from parallel_tui.model.machine.ports import environment

    for name, value in environment(given.grant).items():
        output.line(one_line(f"{name}={value}"))
    if not core.machine.ports.ranges:
        output.talk("No ports are set: write ports: {web: 3000} to .claude/parallel-config.yml")
    return 0


def _list(core: Core, output: Output) -> int:
    found = core.machine.ports.all()
    if output.json:
        shown = [_grant_json(each, each.session) for each in found]
        output.data({"sessions": shown})
        return 0
    from parallel_tui.model.machine.ports import words

    for each in found:
        line = f"{each.session}  {words(each)}  compose {each.compose}  database {each.database}"
        output.line(one_line(line))
    if not found:
        output.talk("No session has ports of its own. `pdev ports SESSION` gives it some.")
    return 0


def _free(core: Core, output: Output, name: str, tree: Worktree) -> int:
    had = core.machine.ports.free(tree)
    if output.json:
        output.data({"session": name, "freed": None if had is None else dict(had.ports)})
    else:
        words = "had no ports of its own" if had is None else "has no ports of its own any more"
        output.line(one_line(f"{name} {words}"))
    return 0


def _grant_json(grant: PortGrant, name: str) -> dict[str, object]:
    from parallel_tui.model.machine.ports import environment

    return {
        "session": name,
        "ports": dict(grant.ports),
        "compose_project": grant.compose,
        "database": grant.database,
        "environment": environment(grant),
    }
