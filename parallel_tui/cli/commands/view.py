"""`pdev list` and `pdev status`: print what the dashboard shows."""

from __future__ import annotations

import os
import time

from parallel_tui import bootstrap
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.view_once import Look
from parallel_tui.errors import CouldNotLookError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def seconds(text: str) -> float:
    """A positive number of seconds, for `argparse`."""
    value = float(text)
    if not 0 < value <= 86_400:
        raise ValueError(text)
    return value


def _add_look(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="do not wait for slow values (uncommitted work, ahead and behind, use)",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=30.0,
        metavar="SECONDS",
        help="how long to wait for slow answers (default: 30)",
    )


def _begin(parsed: argparse.Namespace, output: Output) -> Look:
    """Find the repository and begin to look; both are to be over in the time given."""
    until = time.monotonic() + parsed.timeout
    core = core_for(parsed, output, brief=True)
    return Look(core, output, parsed.timeout, until, quick=parsed.quick)


def configure_list(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev list`."""
    _add_look(parser)
    parser.set_defaults(run=run_list)


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """Print all sessions."""
    look = _begin(parsed, output)
    # What words are made of is imported while git answers.
    if parsed.json:
        from parallel_tui.cli.render import schema

        output.data(schema.snapshot_json(look.snapshot()))
        return 0
    from parallel_tui.cli.render import people

    for line in people.table(look.snapshot(), output, look.core.clock()):
        output.line(line)
    return 0


def configure_status(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev status`."""
    parser.add_argument("name", nargs="?", metavar="SESSION", help="a session (default: all)")
    parser.add_argument(
        "--tmux",
        action="store_true",
        help="print numbers of sessions by need for tmux's status line: #(pdev status --tmux)",
    )
    _add_look(parser)
    parser.set_defaults(run=run_status)


def run_status(parsed: argparse.Namespace, output: Output) -> int:
    """Print an overview, or all facts about one session."""
    if parsed.tmux:
        return _run_segment(parsed, output)
    look = _begin(parsed, output)
    from parallel_tui.cli.render import people, schema
    from parallel_tui.cli.render.output import one_line

    core = look.core
    key = core.sessions.find(parsed.name).key if parsed.name is not None else None
    snapshot = look.snapshot()
    session = snapshot.session(key) if key is not None else None
    if parsed.name is not None and session is None:
        core.sessions.find(parsed.name)  # tells that it is gone by now, if it is
        raise CouldNotLookError(f"Nothing is known of {parsed.name!r} yet")
    if parsed.json:
        whole = schema.snapshot_json(snapshot)
        if session is not None:
            own = set(session.windows)
            whole = {
                "repository": whole["repository"],
                "session": schema.session_json(session),
                "considered": [schema.considered_json(item) for item in session.considered],
                "windows": [
                    schema.window_json(window, session.name)
                    for window in snapshot.windows
                    if window.id in own
                ],
                "health": whole["health"],
            }
        output.data(whole)
        return 0
    if session is not None:
        for line in people.full(session, snapshot, core.clock()):
            output.line(line)
        return 0
    output.line(people.header(snapshot))
    for health in snapshot.health:
        output.line(one_line(f"{health.source.words}: {health.message}"))
    output.line()
    for line in people.table(snapshot, output, core.clock()):
        output.line(line)
    for line in people.pages(snapshot):
        output.line(line)
    return 0


def _run_segment(parsed: argparse.Namespace, output: Output) -> int:
    """Print numbers by need: those that a dashboard keeps, else what a quick look finds."""
    if parsed.name is not None or parsed.json:
        raise UsageError(
            "--tmux prints numbers of all sessions, as text",
            hint="Leave out NAME and --json, or leave out --tmux.",
        )
    from parallel_tui.model.view import segment

    counts = None
    if "tmux_socket" not in vars(parsed):
        counts = bootstrap.kept_numbers(vars(parsed).get("directory"), os.environ)
    if counts is None:
        parsed.quick = True
        counts = segment.counted(_begin(parsed, output).snapshot().sessions)
    if line := segment.segment(counts):
        output.line(line)
    return 0
