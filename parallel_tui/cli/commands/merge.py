"""`pdev merge`: landing sessions on base."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.model.landing.plan import LandingPlan
    from parallel_tui.services.landing.checking import SessionChecker
    from parallel_tui.services.landing.plan import LandingPlanner


def configure_merge(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev merge`."""
    from parallel_tui.model.settings.config import MERGE_STRATEGIES

    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    plan = verbs.add_parser(
        "plan", help="who is ready to land, in which order most do, and what is in the way"
    )
    plan.set_defaults(run=run_plan)
    land = verbs.add_parser(
        "run", help="land what is ready on base, one session at a time, each as it was planned"
    )
    land.add_argument("--yes", "-y", action="store_true", help="do not ask")
    land.add_argument(
        "--push",
        action="store_true",
        help="then push exactly what has landed to base's remote branch, never by force",
    )
    land.add_argument(
        "--prove",
        action="store_true",
        help="first run merge.check on all of them landed together; if it fails, nothing lands",
    )
    land.add_argument(
        "--trust", action="store_true", help="allow the commands that the repository's file gives"
    )
    land.set_defaults(run=run_landings)
    for made in (plan, land):
        made.add_argument(
            "sessions", metavar="SESSION", nargs="*", help="the sessions (default: all of them)"
        )
        made.add_argument(
            "--strategy",
            choices=MERGE_STRATEGIES,
            help="how they are landed (default: merge.strategy)",
        )
        made.add_argument(
            "--unchecked",
            action="store_true",
            help="count those in as well of which nothing says that their tests pass",
        )
        made.add_argument(
            "--in-order",
            action="store_true",
            help="land the sessions in the order in which they are named, and no other",
        )
        made.add_argument(
            "--resolved",
            action="store_true",
            help="count those in as well whose every conflict git remembers how to resolve, and "
            "land them so",
        )
        made.add_argument(
            "--print",
            dest="script",
            action="store_true",
            help="print a shell script that lands them, and stops where anything comes out "
            "otherwise",
        )
    check = verbs.add_parser(
        "check", help="run the commands of merge.check in worktrees, and keep how they end"
    )
    check.add_argument(
        "sessions", metavar="SESSION", nargs="*", help="the sessions (default: the current one)"
    )
    check.add_argument(
        "--again", action="store_true", help="check also what was checked at this commit already"
    )
    check.add_argument(
        "--trust", action="store_true", help="allow the commands that the repository's file gives"
    )
    check.set_defaults(run=run_check)
    for made in (plan, land, check):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_plan(parsed: argparse.Namespace, output: Output) -> int:
    """Print what would land; nothing is changed."""
    from parallel_tui.bootstrap.landing.plans import planner
    from parallel_tui.bootstrap.landing.proving import known_marks
    from parallel_tui.cli.render.landing import plan as landing
    from parallel_tui.cli.render.moved import tell_moves

    core = core_for(parsed, output)
    tell_moves(core, output)
    found = _planned(parsed, planner(core))
    heads = {each.session: each.commit for each in found.order}
    known = known_marks(core, lambda: heads, found.base.oid)
    if parsed.script:
        _print(found, output)
    elif output.json:
        output.data(landing.plan_json(found, known))
    else:
        landing.show(found, output, known)
    return 0


def run_landings(parsed: argparse.Namespace, output: Output) -> int:
    """Show what would land, ask, and land it; 1 when not all of it did."""
    from parallel_tui.bootstrap.landing.plans import lander
    from parallel_tui.cli.render import ask
    from parallel_tui.cli.render.landing import plan as landing
    from parallel_tui.cli.render.landing import run as landing_run
    from parallel_tui.cli.render.moved import tell_moves
    from parallel_tui.cli.render.stopping import stoppable

    core = core_for(parsed, output, changes=not parsed.script)
    lands = lander(core)
    if parsed.script:
        _print(_planned(parsed, lands.planner), output)
        return 0
    core.tools.settle()
    tell_moves(core, output)
    found = _planned(parsed, lands.planner)
    if not output.json:
        landing.show(found, output)
    if parsed.prove and found.order:
        _prove(found, core, parsed, output)
    if found.order and not parsed.yes:
        many = plural(len(found.order), "session")
        more = " and push it" if parsed.push else ""
        ask.confirm(output, f"Land {many} on {found.base.name}{more}?", option="--yes")
    with stoppable(output, "landing") as stop:
        receipt = lands.run(
            found,
            push=parsed.push,
            told=lambda step: landing_run.tell(step, output),
            stopped=stop.is_set,
        )
    return landing_run.show(receipt, output)


def _prove(plan: LandingPlan, core: Core, parsed: argparse.Namespace, output: Output) -> None:
    """Prove what a plan comes to.

    Raises:
        RefusedError: When it breaks base, or was not proved as a whole.
    """
    from parallel_tui.bootstrap.landing.proving import prover
    from parallel_tui.cli.commands.prove import proved
    from parallel_tui.cli.render.joint import proofs

    wanted = [each.session for each in plan.order]
    proof = proved(
        prover(core), wanted, output, plan.strategy, trust=parsed.trust, resolved=plan.resolved
    )
    if proof.passed and not proof.out and proof.tree == plan.tree:
        output.talk(f"Proved together: {', '.join(wanted)}")
        return
    if not output.json:
        proofs.show(proof, output)
    if proof.passed and not proof.out:
        raise RefusedError(
            "What was proved has other files than what would land, so nothing was landed",
            hint="Try again: a session or base has moved meanwhile, or the order matters.",
        )
    raise RefusedError(
        "They are not proved together, so nothing was landed",
        hint="Leave out whoever breaks base, or fix it: `pdev prove` says who and which tests.",
    )


def _planned(parsed: argparse.Namespace, plans: LandingPlanner) -> LandingPlan:
    from parallel_tui.model.landing.plan import Strategy

    if parsed.script and parsed.json:
        raise UsageError("Either --print or --json, not both")
    if parsed.in_order and not parsed.sessions:
        raise UsageError("--in-order needs the sessions, in the order in which they are to land")
    return plans.plan(
        parsed.sessions,
        order=parsed.sessions if parsed.in_order else None,
        strategy=Strategy(parsed.strategy) if parsed.strategy else None,
        checked=not parsed.unchecked,
        resolved=parsed.resolved,
    )


def _print(plan: LandingPlan, output: Output) -> None:
    from parallel_tui.services.landing import script as landing_script

    for line in landing_script.lines(plan):
        output.line(line)


def run_check(parsed: argparse.Namespace, output: Output) -> int:
    """Check sessions one after the other; 1 when one does not pass."""
    from parallel_tui.bootstrap.landing.plans import checker
    from parallel_tui.cli.render.landing import plan as landing
    from parallel_tui.errors import ParallelError

    core = core_for(parsed, output)
    checks = checker(core)
    names = list(dict.fromkeys(parsed.sessions)) or [core.shared.identity.name()]
    found: list[tuple[str, CheckRecord]] = []
    for name in names:
        try:
            record = _checked(checks, name, parsed, output)
        except ParallelError as error:
            if not found:
                raise
            return output.error(error, checks=[landing.check_json(*each) for each in found])
        found.append((name, record))
        if not output.json:
            output.line(landing.check_line(name, record, output))
            output.out.flush()
    if output.json:
        output.data({"checks": [landing.check_json(*each) for each in found]})
    return 0 if all(record.passed for _, record in found) else 1


def _checked(
    checks: SessionChecker, name: str, parsed: argparse.Namespace, output: Output
) -> CheckRecord:
    from parallel_tui.cli.render import ask
    from parallel_tui.model.settings.consent import TrustNeededError

    def tell(printed: bytes) -> None:
        # As it comes, for people alone; a script reads the log that the result names.
        if not output.json and output.err.isatty():
            for text in printed.decode("utf-8", "replace").splitlines():
                output.talk(f"  {text}")

    try:
        return checks.check(name, tell, again=parsed.again)
    except TrustNeededError as error:
        ask.consent(output, error, trust=parsed.trust)
        checks.allow(error.question)
    return checks.check(name, tell, again=parsed.again)
