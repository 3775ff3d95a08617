"""`pdev train`: base with all ready sessions landed, as a reference and a directory."""

from __future__ import annotations

import os

from parallel_tui.cli.opening import core_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.landing.plan import Strategy


def configure_train(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev train`."""
    from parallel_tui.model.settings.config import MERGE_STRATEGIES

    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    show = verbs.add_parser("show", help="who is aboard, who is not and why; changes nothing")
    show.set_defaults(run=run_show)
    update = verbs.add_parser("update", help="move refs/pdev/train to where it belongs now")
    update.set_defaults(run=run_update)
    for made in (show, update):
        made.add_argument(
            "--strategy",
            choices=MERGE_STRATEGIES,
            help="how sessions are landed (default: merge.strategy)",
        )
        made.add_argument(
            "--unchecked",
            action="store_true",
            help="count those in as well of which nothing says that their tests pass",
        )
    preview = verbs.add_parser(
        "preview", help="check the train out in a directory of its own, which is no session"
    )
    preview.add_argument(
        "place",
        metavar="PATH",
        nargs="?",
        help="where (default: where it is already, else beside the main worktree)",
    )
    preview.add_argument("--remove", action="store_true", help="delete the directory")
    preview.set_defaults(run=run_preview)
    drop = verbs.add_parser("drop", help="delete refs/pdev/train")
    drop.set_defaults(run=run_drop)
    for made in (show, update, preview, drop):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_show(parsed: argparse.Namespace, output: Output) -> int:
    """Print who would be aboard; 1 when the reference is not there."""
    return _train(parsed, output, update=False)


def run_update(parsed: argparse.Namespace, output: Output) -> int:
    """Move the reference."""
    return _train(parsed, output, update=True)


def _train(parsed: argparse.Namespace, output: Output, *, update: bool) -> int:
    from parallel_tui.bootstrap.landing.proving import trains
    from parallel_tui.cli.render.joint import train

    service = trains(core_for(parsed, output))
    way = service.update if update else service.show
    found = way(strategy=_strategy(parsed), checked=not parsed.unchecked)
    if output.json:
        output.data({"train": train.train_json(found)})
    else:
        train.show_train(found, output)
    return 0 if found.current else 1


def _strategy(parsed: argparse.Namespace) -> Strategy | None:
    from parallel_tui.model.landing.plan import Strategy

    return Strategy(parsed.strategy) if parsed.strategy else None


def run_preview(parsed: argparse.Namespace, output: Output) -> int:
    """Make, move or delete the directory, and print where it is."""
    from parallel_tui.bootstrap.landing.proving import trains

    service = trains(core_for(parsed, output))
    if parsed.remove:
        return _said(output, "removed", service.previews.remove(), "There is no preview")
    place = os.path.abspath(parsed.place) if parsed.place else None  # noqa: PTH100
    return _said(output, "directory", service.preview(place), "")


def run_drop(parsed: argparse.Namespace, output: Output) -> int:
    """Delete the reference."""
    from parallel_tui.bootstrap.landing.proving import trains

    gone = trains(core_for(parsed, output)).drop()
    return _said(output, "dropped", gone, "There is no train")


def _said(output: Output, key: str, value: str | None, nothing: str) -> int:
    from parallel_tui.cli.render.output import one_line

    if output.json:
        output.data({key: value or ""})
    elif value:
        output.line(one_line(value))
    else:
        output.talk(nothing)
    return 0
