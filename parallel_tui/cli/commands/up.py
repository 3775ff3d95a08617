"""`pdev up` and `pdev down`: start and end teams of sessions."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import RefusedError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.lifecycle.removal import RemovalPlan
    from parallel_tui.model.team.steps import TeamPlan
    from parallel_tui.model.team.team import Team
    from parallel_tui.services.receipt import TeamStarted
    from parallel_tui.services.team.planning import Prospect

_TEAM = "a preset (`pdev preset list`), or a file that describes sessions"


def configure_up(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev up`."""
    parser.add_argument(
        "team",
        metavar="PRESET|FILE",
        nargs="?",
        help=f"{_TEAM}; without one, a window opens for each worktree that has none",
    )
    _bugs(parser)
    parser.add_argument("--dry-run", action="store_true", help="only show what would be made")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.add_argument("--no-window", action="store_true", help="open no windows")
    parser.add_argument("--attach", action="store_true", help="show the first window afterwards")
    parser.add_argument(
        "--trust", action="store_true", help="allow the commands that the repository's file gives"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_up)


def _bugs(parser: argparse.ArgumentParser) -> None:
    help = "for bug-blitz: a file with one bug a line"
    parser.add_argument("bugs", metavar="FILE", nargs="?", help=help)
    help = "for bug-blitz: one bug"
    parser.add_argument("--bug", metavar="TEXT", action="append", default=[], help=help)


def run_up(parsed: argparse.Namespace, output: Output) -> int:
    """Start what is missing of a team, after showing every step."""
    if parsed.attach and parsed.no_window:
        raise UsageError("--attach needs a window, and --no-window opens none")
    if parsed.attach:
        ask.demand_attachable(output, "goes there")
    if parsed.team is None and parsed.no_window:
        raise UsageError("Without a team only windows are opened, and --no-window opens none")
    if parsed.team is None and parsed.bug:
        raise UsageError("--bug is for a team", hint="pdev up bug-blitz --bug 'What is wrong'")
    core = core_for(parsed, output, changes=not parsed.dry_run)
    if not parsed.dry_run:
        core.tools.settle()
    choice, given = core.teams.choice, parsed.team is not None
    team = choice.find(parsed.team, parsed.bugs, parsed.bug) if given else None
    prospect = core.teams.starter.look(team, window=not parsed.no_window)
    if parsed.dry_run:
        _show(prospect.plan, output)
        return 1 if prospect.plan.problems else 0
    if not output.json and prospect.plan.steps:
        for line in lines_of(prospect.plan):
            output.talk(line)
    _demand(core, prospect, output, trust=parsed.trust)
    if prospect.plan.of_sessions and team is not None and not parsed.yes:
        ask.confirm(output, one_line(f"Start {team.name}?"), option="--yes")
    receipt = _start(core, prospect, output)
    status = receipts.show(receipt, output)
    if parsed.attach:
        return _attach(core, prospect, team, receipt, output)
    return status


def _start(core: Core, prospect: Prospect, output: Output) -> TeamStarted:
    def tell(number: int, total: int, words: str) -> None:
        if output.err.isatty():
            output.talk(one_line(f"  [{number}/{total}] {words}"))

    return core.teams.starter.start(prospect, tell)


def _demand(core: Core, prospect: Prospect, output: Output, *, trust: bool) -> None:
    """Make sure that all can be started, asking about commands of the repository where needed."""
    ask.allowed(
        output,
        lambda: core.teams.starter.demand_possible(prospect),
        core.spawner.allow,
        trust=trust,
    )


def _attach(
    core: Core, prospect: Prospect, team: Team | None, receipt: TeamStarted, output: Output
) -> int:
    from parallel_tui.cli.commands.windows import go

    there = prospect.plan.there
    names = [there.get(name, name) for name in team.names] if team is not None else []
    first = next(iter((*names, *receipt.sessions)), core.sessions.all()[0].name)
    return go(core.attacher.attach(first), output)


def lines_of(plan: TeamPlan) -> Sequence[str]:
    """A plan, one step a line, with what is worth knowing below."""
    lines = [f"{number:>3}. {step.words}" for number, step in enumerate(plan.steps, start=1)]
    lines += [f"note: {each}" for each in plan.notes]
    for each in plan.expected:
        lines.append(f"may overlap: {each.one} and {each.other}")
        lines += [f"       {line}" for line in each.evidence]
    lines += [f"in the way: {each}" for each in plan.problems]
    return [one_line(line) for line in lines]


def _show(plan: TeamPlan, output: Output) -> None:
    if output.json:
        output.data({"dry_run": True, **plan_json(plan)})
        return
    for line in lines_of(plan):
        output.line(line)
    if not plan.steps and not plan.problems:
        output.line(one_line(f"{plan.all_there}."))


def plan_json(plan: TeamPlan) -> dict[str, object]:
    """A plan for programs."""
    return {
        "team": plan.team or None,
        "steps": [
            {"kind": step.kind.value, "session": step.session or None, "words": step.words}
            for step in plan.steps
        ],
        "there": dict(plan.there),
        "notes": list(plan.notes),
        "problems": list(plan.problems),
        "expected_overlaps": [
            {"sessions": [each.one, each.other], "evidence": list(each.evidence)}
            for each in plan.expected
        ],
    }


def configure_down(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev down`."""
    from parallel_tui.cli.commands.remove import configure_discard

    parser.add_argument("team", metavar="PRESET|FILE", nargs="?", help=_TEAM)
    _bugs(parser)
    parser.add_argument("--all", action="store_true", help="every session beside the main worktree")
    parser.add_argument(
        "--keep-worktrees", action="store_true", help="only close windows, and what runs in them"
    )
    configure_discard(parser)
    parser.add_argument(
        "--delete-branch",
        action="store_true",
        help="delete their branches too; they stay otherwise",
    )
    parser.add_argument("--dry-run", action="store_true", help="only show what would be lost")
    parser.add_argument(
        "--yes", "-y", action="store_true", help="do not ask; this consents to no loss"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_down)


def run_down(parsed: argparse.Namespace, output: Output) -> int:
    """End a team's sessions, after showing everything that would be lost."""
    from parallel_tui.cli.commands.remove import consents_of

    consents = consents_of(parsed.discard)
    if parsed.all and (parsed.team is not None or parsed.bug):
        raise UsageError("--all names all already")
    if parsed.team is None and not parsed.all:
        raise UsageError("Name a preset or a file, or say --all")
    if parsed.keep_worktrees and (consents or parsed.delete_branch):
        raise UsageError("With --keep-worktrees nothing is discarded and no branch deleted")
    core = core_for(parsed, output, changes=not parsed.dry_run)
    choice, given = core.teams.choice, parsed.team is not None
    team = choice.find(parsed.team, parsed.bugs, parsed.bug, done=True) if given else None
    ender = core.teams.ender()
    names = ender.names(team)
    if parsed.keep_worktrees:
        return _close(core, names, parsed, output)
    plans = ender.plans(names, settle=not parsed.dry_run)
    if parsed.dry_run:
        _show_losses(plans, consents, output, branch=parsed.delete_branch)
        return 0
    refused = [f"{plan.name}: {plan.refusal}" for plan in plans if plan.refusal is not None]
    if refused:
        raise RefusedError("; ".join(refused), hint="Nothing was removed.")
    if not output.json:
        _show_losses(plans, consents, output, branch=parsed.delete_branch, talk=True)
    consents |= _consented(plans, consents, output)
    if not parsed.yes:
        many = f"{len(plans)} sessions" if len(plans) > 1 else plans[0].name
        ask.confirm(output, one_line(f"Remove {many}?"), option="--yes")
    done = ender.remove(plans, consents, delete_branches=parsed.delete_branch)
    return receipts.show(done, output)


def _close(core: Core, names: Sequence[str], parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.services.team.ending import running

    ender = core.teams.ender()
    windows = ender.windows(names)
    ends = running(windows)
    if parsed.dry_run:
        if output.json:
            closed = [{"session": name, "window": window.id} for name, window in windows]
            output.data({"dry_run": True, "windows": closed, "running": list(ends)})
        for name, window in () if output.json else windows:
            output.line(one_line(f"close the window {window.name} of {name}"))
        return 0
    if ends and not parsed.yes:
        for each in ends:
            output.talk(one_line(f"  ends {each}"))
        ask.confirm(output, f"End what runs in {len(ends)} of the windows?", option="--yes")
    return receipts.show(ender.close(windows), output)


def _show_losses(
    plans: Sequence[RemovalPlan],
    consents: frozenset[str],
    output: Output,
    *,
    branch: bool,
    talk: bool = False,
) -> None:
    from parallel_tui.cli.commands.remove import checklist
    from parallel_tui.cli.render.plans import plan_json as removal_json

    if output.json:
        output.data({"dry_run": True, "sessions": [removal_json(plan) for plan in plans]})
        return
    for plan in plans:
        for line in checklist(plan, consents, delete_branch=branch):
            (output.talk if talk else output.line)(line)


def _consented(
    plans: Sequence[RemovalPlan], consents: frozenset[str], output: Output
) -> frozenset[str]:
    """Further losses that may go: asked about where `pdev undo` brings them back.

    Raises:
        LossError: When something would be lost that nobody consented to.
    """
    from parallel_tui.cli.render.plans import LossError
    from parallel_tui.model.lifecycle.removal import ALL, RESTORABLE

    missing = {plan.name: plan.unconsented(consents) for plan in plans}
    kinds = frozenset(loss.kind for losses in missing.values() for loss in losses)
    if not kinds:
        return frozenset()
    if ask.can_ask(output) and kinds <= RESTORABLE:
        question = "Move them to the trash with all of this? `pdev undo` brings it back."
        ask.confirm(output, question, option="--discard")
        return frozenset(kind.value for kind in kinds)
    words = sorted({kind.value for kind in kinds} | (consents - {ALL}))
    first = next(plan for plan in plans if missing[plan.name])
    raise LossError(
        "Something would be lost that you did not consent to: "
        + "; ".join(
            f"{name}: {', '.join(loss.summary for loss in losses)}"
            for name, losses in missing.items()
            if losses
        ),
        hint=f"To let it go (`pdev undo` brings files and commits back): "
        f"--discard {','.join(words)}",
        plan=first,
    )
