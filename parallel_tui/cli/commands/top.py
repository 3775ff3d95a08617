"""`pdev top`: what sessions use of the machine, and the processes of one of them."""

from __future__ import annotations

import time

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import RefusedError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.machine.load import Machine
    from parallel_tui.model.machine.usage import ProcessUse
    from parallel_tui.model.session.join import Joined

_SHOWN: Final = 15
"""Processes that are shown to people; `--json` has all."""


def configure_top(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev top`."""
    parser.add_argument(
        "session",
        metavar="SESSION",
        nargs="?",
        help="show the biggest processes of this one (default: all sessions, one a line)",
    )
    parser.add_argument(
        "--for", dest="span", default="1s", metavar="TIME", help="measure for so long (default: 1s)"
    )
    parser.add_argument(
        "--stop", metavar="PID", help="end this process of the session, after a question"
    )
    parser.add_argument(
        "--kill", action="store_true", help="with --stop: end it without asking it to end"
    )
    parser.add_argument("--yes", action="store_true", help="end it without a question")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_top)


def run_top(parsed: argparse.Namespace, output: Output) -> int:
    """Show what is used, or end a process."""
    if (parsed.kill or parsed.yes) and parsed.stop is None:
        raise UsageError("Say which process is to end", hint="pdev top SESSION --stop PID")
    if parsed.stop is not None and parsed.session is None:
        raise UsageError("Say whose process is to end", hint="pdev top SESSION --stop PID")
    from parallel_tui.model.text import duration

    span = min(duration.parse(parsed.span), 3600.0)
    core = core_for(parsed, output, brief=True)
    if parsed.stop is not None:
        return _stop(core, parsed, output)
    if parsed.session is None:
        sessions: Sequence[Joined] = core.sessions.all(windows_matter=True)
    else:
        sessions = [core.sessions.find(parsed.session, windows_matter=True)]
    stopper = core.machine.stopper
    windows = [window for each in sessions for window in each.windows]
    stopper.uses(windows)
    time.sleep(span)
    uses = stopper.uses(windows)
    of = {window.id: each.name for each in sessions for window in each.windows}
    if output.json:
        output.data(_json(stopper.machine(), sessions, uses, of))
    elif parsed.session is None:
        _sessions(core, output, stopper.machine(), sessions, uses, of)
    else:
        _processes(output, uses)
    return 0


def _sessions(
    core: Core,
    output: Output,
    machine: Machine | None,
    sessions: Sequence[Joined],
    uses: Sequence[ProcessUse],
    of: dict[str, str],
) -> None:
    """Print the machine, and a line a session."""
    from parallel_tui.cli.render.table import GAP, columns
    from parallel_tui.model.machine.load import words
    from parallel_tui.model.text.words import plural, size

    linked = sum(bool(each.worktree and not each.worktree.is_main) for each in sessions)
    limit = core.loaded.config.max_sessions
    count = f"{plural(linked, 'session')} beside the main worktree, of {limit} set to be enough"
    output.line(one_line(", ".join((*([words(machine)] if machine else []), count))))
    rows = [["SESSION", "CPU", "MEMORY", "DISK/S", "PROCESSES", "BIGGEST"]]
    for each in sessions:
        own = [use for use in uses if of[use.window] == each.name]
        if not own:
            rows.append([one_line(each.name), "-", "-", "-", "-", ""])
            continue
        rows.append(
            [
                one_line(each.name),
                f"{sum(use.cpu for use in own)}%",
                size(sum(use.memory for use in own)),
                size(sum(use.disk for use in own)),
                str(len(own)),
                one_line(own[0].command[:60]),
            ]
        )
    for cells in columns(rows):
        output.line(GAP.join(cells).rstrip())


def _processes(output: Output, uses: Sequence[ProcessUse]) -> None:
    """Print the biggest processes of a session."""
    from parallel_tui.cli.render.table import GAP, columns
    from parallel_tui.model.text.words import size

    if not uses:
        output.talk("Nothing runs: the session has no window.")
        return
    rows = [["PID", "CPU", "MEMORY", "DISK/S", "COMMAND"]]
    rows += [
        [str(each.pid), f"{each.cpu}%", size(each.memory), size(each.disk), one_line(each.command)]
        for each in uses[:_SHOWN]
    ]
    for cells in columns(rows):
        output.line(GAP.join(cells).rstrip())
    if len(uses) > _SHOWN:
        output.line(f"and {len(uses) - _SHOWN} more")


def _json(
    machine: Machine | None,
    sessions: Sequence[Joined],
    uses: Sequence[ProcessUse],
    of: dict[str, str],
) -> dict[str, object]:
    told = None
    if machine is not None:
        told = {
            "cores": machine.cores,
            "load": machine.load,
            "memory": machine.memory or None,
            "memory_free": machine.free if machine.memory else None,
        }
    shown = []
    for each in sessions:
        own = [use for use in uses if of[use.window] == each.name]
        shown.append(
            {
                "name": each.name,
                "cpu": sum(use.cpu for use in own),
                "memory": sum(use.memory for use in own),
                "disk": sum(use.disk for use in own),
                "processes": [_use_json(use) for use in own],
            }
        )
    return {"machine": told, "sessions": shown}


def _use_json(use: ProcessUse) -> dict[str, object]:
    return {
        "pid": use.pid,
        "started": use.started,
        "command": use.command,
        "cpu": use.cpu,
        "memory": use.memory,
        "disk": use.disk,
        "window": use.window,
    }


def _stop(core: Core, parsed: argparse.Namespace, output: Output) -> int:
    """End one process of a session."""
    from parallel_tui.cli.render.ask import confirm

    word = parsed.stop
    if not word.isascii() or not word.isdigit() or not 0 < int(word[:12]) < 1 << 31:
        raise UsageError(f"{word!r} is no process id", hint="`pdev top SESSION` shows them.")
    session = core.sessions.find(parsed.session, windows_matter=True)
    stopper = core.machine.stopper
    use = stopper.find(session.windows, int(word))
    if not parsed.yes:
        first = " Its window closes with it." if use.first else ""
        question = f"End process {use.pid} of {session.name}: {use.command[:200]}?{first}"
        confirm(output, one_line(question), option="--yes")
    if not stopper.stop(use, kill=parsed.kill):
        raise RefusedError(
            f"Process {use.pid} was told to end and still runs.",
            hint="Wait for it, or end it without asking it: --kill",
        )
    if output.json:
        output.data({"session": session.name, "ended": _use_json(use)})
    else:
        output.line(one_line(f"Process {use.pid} of {session.name} ended: {use.command[:200]}"))
    return 0
