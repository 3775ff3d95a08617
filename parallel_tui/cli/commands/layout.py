"""`pdev layout`: open windows as a layout has them, and write down how they stand."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError
from parallel_tui.model.settings.consent import TrustNeededError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.layout.plan import NamedLayout
    from parallel_tui.services.layout.receipts import Loaded


def configure_layout(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev layout`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    listed = verbs.add_parser("list", help="all layouts, with their windows")
    listed.set_defaults(run=run_list)
    show = verbs.add_parser("show", help="a layout as it is written in the settings")
    show.set_defaults(run=run_show)
    load = verbs.add_parser("load", help="open what of a layout is missing")
    load.set_defaults(run=run_load)
    for made in (show, load):
        made.add_argument(
            "layout", metavar="NAME|FILE", help="a layout by name, or a file, also one of tmuxp"
        )
    load.add_argument(
        "--session", metavar="SESSION", help="open all of it for one session, in its worktree"
    )
    load.add_argument("--attach", action="store_true", help="show it afterwards")
    load.add_argument("--dry-run", action="store_true", help="only show what would be opened")
    load.add_argument(
        "--trust",
        action="store_true",
        help="allow the commands that a file, or the repository, has",
    )
    freeze = verbs.add_parser("freeze", help="write down how the windows stand")
    freeze.add_argument(
        "--output", metavar="FILE", help="write a file; JSON if its name ends with .json, else YAML"
    )
    freeze.add_argument("--force", action="store_true", help="replace the file if it is there")
    freeze.add_argument("--tmuxp", action="store_true", help="write it as tmuxp reads it")
    freeze.set_defaults(run=run_freeze)
    for made in (listed, show, load, freeze):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List the layouts of the settings, and those that everybody has."""
    from parallel_tui.cli.render.table import GAP, columns
    from parallel_tui.model.layout.opening import names_for
    from parallel_tui.model.text.words import plural

    core = core_for(parsed, output)
    loaded = core.loaded
    rows = []
    for name, layout in loaded.config.layouts.items():
        source = loaded.sources.get(f"layouts.{name}", "default")
        several = len(layout.windows) > 1
        windows = names_for(layout) if several else ()
        rows.append((name, source, windows, len(layout.panes)))
    if output.json:
        told = [
            {"name": name, "source": source, "windows": list(windows), "panes": panes}
            for name, source, windows, panes in rows
        ]
        output.data({"layouts": told})
        return 0
    cells = [
        [name, ", ".join(windows) or "one window", plural(panes, "pane"), source]
        for name, source, windows, panes in rows
    ]
    for row in columns([[one_line(cell) for cell in each] for each in cells]):
        output.line(GAP.join(row))
    return 0


def run_show(parsed: argparse.Namespace, output: Output) -> int:
    """Print a layout as it would stand in the settings."""
    from parallel_tui.model.settings.layouts.writing import written

    core = core_for(parsed, output)
    named = core.layouts.found(parsed.layout)
    if output.json:
        output.data(
            {
                "name": named.name,
                "layout": written(named.layout),
                "origin": named.origin.value,
                "notes": list(named.notes),
            }
        )
        return 0
    for note in named.notes:
        output.talk(f"pdev: note: {note}")
    for line in core.layouts.shown(named.layout).splitlines():
        output.line(one_line(line))
    return 0


def run_load(parsed: argparse.Namespace, output: Output) -> int:
    """Open a layout, or show what would be opened."""
    if parsed.attach:
        ask.demand_attachable(output, "goes to a session")
    session = "" if parsed.session is None else parsed.session
    if parsed.session is not None and not session.strip():  # not all of the repository
        raise UsageError(f"There is no session named {session!r}")
    core = core_for(parsed, output, changes=not parsed.dry_run)
    named = core.layouts.found(parsed.layout)
    if parsed.dry_run:
        return _show_plan(core, named, session, output)
    receipt = _load(core, named, session, output, trust=parsed.trust)
    status = receipts.show(
        receipt,
        output,
        layout=receipt.layout,
        opened=list(receipt.opened),
        windows=list(receipt.windows),
        there=list(receipt.there),
        left_out=[{"name": name, "why": why} for name, why in receipt.left_out],
    )
    if parsed.attach:
        from parallel_tui.cli.commands.windows import go

        front = receipt.front or core.layouts.loader.any_window()
        return go(core.attacher.attach_window(front), output)
    return status


def _load(core: Core, named: NamedLayout, session: str, output: Output, *, trust: bool) -> Loaded:
    loader = core.layouts.loader
    try:
        return loader.load(named, session)
    except TrustNeededError as error:
        if not trust:  # nobody sees the receipt when the answer is no; otherwise it has them
            for note in named.notes:
                output.talk(f"pdev: note: {note}")
        ask.consent(output, error, trust=trust)
        loader.allow(error.question)
    return loader.load(named, session)


def _show_plan(core: Core, named: NamedLayout, session: str, output: Output) -> int:
    plan = core.layouts.loader.plan(named, session)
    if output.json:
        windows = [
            {
                "name": each.name,
                "fate": each.fate.value,
                "session": each.session or None,
                "directory": each.directory or None,
                "why": each.why or None,
            }
            for each in plan
        ]
        output.data(
            {
                "dry_run": True,
                "layout": named.name,
                "windows": windows,
                "notes": list(named.notes),
            }
        )
        return 0
    from parallel_tui.cli.render.table import GAP, columns

    for note in named.notes:
        output.talk(f"pdev: note: {note}")
    cells = [[each.fate.value, each.name, each.why or each.directory] for each in plan]
    for row in columns([[one_line(cell) for cell in each] for each in cells]):
        output.line(GAP.join(row))
    return 0


def run_freeze(parsed: argparse.Namespace, output: Output) -> int:
    """Print how the windows stand as a layout, or write that to a file."""
    from parallel_tui.model.settings.layouts.writing import written
    from parallel_tui.model.text.words import plural

    core = core_for(parsed, output)
    frozen = core.layouts.freezer.freeze()
    if parsed.output is None:
        if output.json:
            output.data({"name": frozen.name, "layout": written(frozen.layout)})
        else:
            text = core.layouts.text(frozen, tmuxp=parsed.tmuxp, json=False)
            output.raw(text.encode("utf-8", "surrogateescape"))
        return 0
    text = core.layouts.text(frozen, tmuxp=parsed.tmuxp, json=parsed.output.endswith(".json"))
    core.layouts.write(parsed.output, text, over=parsed.force)
    count = plural(len(frozen.layout.windows), "window")
    if output.json:
        output.data({"name": frozen.name, "file": parsed.output})
    else:
        output.line(one_line(f"Wrote {count} to {parsed.output}"))
    return 0
