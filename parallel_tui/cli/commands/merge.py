"""`pdev merge`: landing sessions on base."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


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
    plan.add_argument("--json", action="store_true", help="print one JSON object")
    plan.set_defaults(run=run_plan)


def run_plan(parsed: argparse.Namespace, output: Output) -> int:
    """Print what would land; nothing is changed."""
    from parallel_tui.bootstrap.landing import planner
    from parallel_tui.cli.render import landing
    from parallel_tui.model.landing.plan import Strategy

    core = core_for(parsed, output)
    found = planner(core).plan(
        parsed.sessions,
        strategy=Strategy(parsed.strategy) if parsed.strategy else None,
        checked=not parsed.unchecked,
    )
    if output.json:
        output.data(landing.plan_json(found))
    else:
        landing.show(found, output)
    return 0
