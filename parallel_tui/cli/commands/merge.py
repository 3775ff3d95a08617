"""`pdev merge`: landing sessions on base."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.services.landing.checking import SessionChecker


def configure_merge(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev merge`."""
    from parallel_tui.model.settings.config import MERGE_STRATEGIES

    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    plan = verbs.add_parser(
        "plan", help="who is ready to land, in which order most do, and what is in the way"
    )
    plan.add_argument(
        "sessions", metavar="SESSION", nargs="*", help="the sessions (default: all of them)"
    )
    plan.add_argument(
        "--strategy",
        choices=MERGE_STRATEGIES,
        help="how they are landed (default: merge.strategy)",
    )
    plan.add_argument(
        "--unchecked",
        action="store_true",
        help="count those in as well of which nothing says that their tests pass",
    )
    plan.add_argument(
        "--in-order",
        action="store_true",
        help="land the sessions in the order in which they are named, and say what comes of it",
    )
    plan.add_argument(
        "--print",
        dest="script",
        action="store_true",
        help="print a shell script that lands them, and stops where anything comes out otherwise",
    )
    plan.set_defaults(run=run_plan)
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
    for made in (plan, check):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_plan(parsed: argparse.Namespace, output: Output) -> int:
    """Print what would land; nothing is changed."""
    from parallel_tui.bootstrap.landing import planner
    from parallel_tui.cli.render import landing
    from parallel_tui.model.landing.plan import Strategy

    if parsed.script and parsed.json:
        raise UsageError("Either --print or --json, not both")
    if parsed.in_order and not parsed.sessions:
        raise UsageError("--in-order needs the sessions, in the order in which they are to land")
    core = core_for(parsed, output)
    found = planner(core).plan(
        parsed.sessions,
        order=parsed.sessions if parsed.in_order else None,
        strategy=Strategy(parsed.strategy) if parsed.strategy else None,
        checked=not parsed.unchecked,
    )
    if parsed.script:
        from parallel_tui.cli.render import landing_script

        for line in landing_script.lines(found):
            output.line(line)
    elif output.json:
        output.data(landing.plan_json(found))
    else:
        landing.show(found, output)
    return 0


def run_check(parsed: argparse.Namespace, output: Output) -> int:
    """Check sessions one after the other; 1 when one does not pass."""
    from parallel_tui.bootstrap.landing import checker
    from parallel_tui.cli.render import landing
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
        for line in error.question.shown.split("\n"):
            output.whole(f"  | {line}")
        if not parsed.trust:
            if not ask.can_ask(output):
                error.hint = "`--trust` allows exactly these, now and later."
                raise
            output.talk(f"{error.title}: {error.message}")
            ask.confirm(output, "Run exactly these, now and later?", option="--trust")
        checks.allow(error.question)
    return checks.check(name, tell, again=parsed.again)
