"""`pdev tmux-conf` and `pdev screen-conf`: print recommended settings of a multiplexer."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.window.recommended import Recommended


def configure_tmux_conf(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev tmux-conf`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_tmux_conf)


def run_tmux_conf(parsed: argparse.Namespace, output: Output) -> int:
    """Print what is recommended for tmux, as a file that it can read; nothing is set."""
    from parallel_tui.bootstrap.windows.layouts import tmux_recommended
    from parallel_tui.cli.opening import core_for

    found = tmux_recommended(core_for(parsed, output))
    told = _compared(found)
    head = (
        "Recommended for tmux, to read and to take what you like. Nothing is set by this command:",
        "  pdev tmux-conf > ~/.tmux.pdev.conf; tmux source-file ~/.tmux.pdev.conf",
        "and for every start: echo 'source-file ~/.tmux.pdev.conf' >> ~/.tmux.conf",
    )
    return _print(found, (*head, told), output)


def _compared(found: Sequence[Recommended]) -> str:
    if any(each.now is None for each in found):
        return "No tmux server runs, so nothing is compared."
    held = sum(each.holds for each in found)
    return f"{held} of {len(found)} hold already."


def configure_screen_conf(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev screen-conf`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_screen_conf)


def run_screen_conf(parsed: argparse.Namespace, output: Output) -> int:
    """Print what is recommended for GNU screen, as a file that it can read."""
    from parallel_tui.bootstrap.windows.layouts import screen_recommended

    found, changes = screen_recommended()
    head = (
        "Recommended for GNU screen, versions 4 and 5. Nothing is set by this command:",
        "  pdev screen-conf >> ~/.screenrc",
        *changes,
    )
    return _print(found, head, output)


def _print(found: Sequence[Recommended], head: Sequence[str], output: Output) -> int:
    if output.json:
        told = [
            {
                "what": each.what,
                "lines": list(each.lines),
                "why": each.why,
                "now": each.now,
                "holds": each.holds if each.now is not None else None,
            }
            for each in found
        ]
        output.data({"recommended": told})
        return 0
    for line in head:
        output.line(f"# {line}")
    for each in found:
        output.line()
        output.line(one_line(f"# {each.why}"))
        if each.holds:
            output.line("# It holds already.")
        elif each.now:
            output.line(one_line(f"# Now, {each.what}: {each.now}"))
        for line in each.lines:
            output.line(line)
    return 0
