"""`pdev resolve`: conflicts that were resolved once, as git's rerere remembers them."""

from __future__ import annotations

import time

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.landing.resolution import Resolution


def configure_resolve(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev resolve`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    listing = verbs.add_parser("list", help="every resolution that git remembers, the latest first")
    listing.set_defaults(run=run_list)
    show = verbs.add_parser("show", help="the conflict, and how it was resolved")
    show.add_argument("id", metavar="ID", help="from `pdev resolve list`, or the beginning of it")
    show.set_defaults(run=run_show)
    forget = verbs.add_parser("forget", help="forget resolutions, wrong ones for instance")
    forget.add_argument("ids", metavar="ID", nargs="+", help="from `pdev resolve list`")
    forget.add_argument("--yes", "-y", action="store_true", help="do not ask")
    forget.set_defaults(run=run_forget)
    for made in verbs.choices.values():
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List what is remembered."""
    from parallel_tui.bootstrap.landing.plans import resolved
    from parallel_tui.model.text.words import ago

    remembered = resolved(core_for(parsed, output)).remembered
    found, on = remembered.kept(), remembered.on()
    if output.json:
        output.data({"on": on, "resolutions": [_json(each) for each in found]})
        return 0
    now = time.time()
    for each in found:
        ours, theirs = (side.strip().split("\n")[0] or "nothing" for side in each.sides)
        output.line(one_line(f"{each.id[:10]}  {ago(each.when, now)}  {ours} | {theirs}"))
    if not found:
        output.talk("git remembers no resolution here.")
    if not on:
        output.talk("It remembers them once you say so: git config rerere.enabled true")
    return 0


def run_show(parsed: argparse.Namespace, output: Output) -> int:
    """Show one."""
    from parallel_tui.bootstrap.landing.plans import resolved
    from parallel_tui.model.landing.resolution import changed_lines

    found = resolved(core_for(parsed, output)).find(parsed.id)
    if output.json:
        output.data({**_json(found), "conflict": found.before, "resolved": found.after})
        return 0
    for line in changed_lines(found):
        output.line(one_line(line.replace("\t", "    ")))
    return 0


def run_forget(parsed: argparse.Namespace, output: Output) -> int:
    """Forget some, once that is agreed to."""
    from parallel_tui.bootstrap.landing.plans import resolved
    from parallel_tui.cli.render import ask, receipts

    service = resolved(core_for(parsed, output))
    chosen = list({each.id: each for each in map(service.find, parsed.ids)}.values())
    if not parsed.yes:
        for each in chosen:
            output.talk(one_line(f"{each.id[:10]}  {' | '.join(each.sides)}"))
        ask.confirm(output, "Forget how these were resolved?", option="--yes")
    return receipts.show(service.forget(chosen), output, forgotten=[each.id for each in chosen])


def _json(each: Resolution) -> Json:
    ours, theirs = each.sides
    return {"id": each.id, "when": each.when, "sides": [ours, theirs]}
