"""`pdev host connect|about|answer`: how machines reach each other, and what one answers."""

from __future__ import annotations

import argparse

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import ParallelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.hosts.reach import MachineAbout

_CHANGES = frozenset({"cleanup", "down", "merge", "remove", "spawn", "sync", "undo", "up"})
"""Commands after which others are to see what became of the sessions here."""


def run_connect(parsed: argparse.Namespace, output: Output) -> int:
    """Try to reach a machine, and keep how; or forget it."""
    others = core_for(parsed, output).hosts.others
    if parsed.forget:
        gone = others.forget(parsed.machine)
        if output.json:
            output.data({"machine": parsed.machine, "forgotten": gone})
        else:
            told = "Forgot" if gone else "Nothing was kept of"
            output.line(one_line(f"{told} how {parsed.machine} is reached"))
        return 0
    place, about = others.connect(parsed.machine, parsed.ssh, parsed.program)
    if output.json:
        output.data({"machine": place.host, "ssh": place.ssh, **_about_json(about)})
        return 0
    output.line(one_line(f"Reached {place.host} as {place.ssh}: {_about_line(about)}"))
    return 0


def run_about(parsed: argparse.Namespace, output: Output) -> int:
    """Say what this machine is; in no repository in particular."""
    import os

    from parallel_tui.bootstrap import answering

    about = answering.about(os.environ)
    if output.json:
        output.data(_about_json(about))
    else:
        output.line(one_line(_about_line(about)))
    return 0


def run_answer(parsed: argparse.Namespace, output: Output) -> int:
    """Run a command that another machine has sent, in the clone that it means."""
    import os

    from parallel_tui.bootstrap import answering
    from parallel_tui.model.hosts import marks, reach

    request = reach.request_of(parsed.request)
    output.json = "--json" in request.arguments
    if request.mark:
        output.raw(marks.opening(request.mark))
    if request.arguments[:2] != ("host", "about"):
        os.chdir(answering.directory_of(request, os.environ))
    run: Callable[[Sequence[str]], int] = parsed.answer
    status = run(request.arguments)
    if request.mark:
        output.raw(marks.closing(request.mark))
    if request.arguments[0] in _CHANGES and not {"--dry-run", "-n"} & set(request.arguments):
        from contextlib import suppress

        with suppress(ParallelError):  # whoever asked has its answer; a dashboard tries again
            core_for(parsed, output).hosts.service.again()
    return status


def _about_json(about: MachineAbout) -> dict[str, object]:
    return {
        "pdev": about.pdev,
        "git": about.git,
        "windows": about.windows,
        "python": about.python,
        "store_schema": about.schema,
        "now": about.now,
    }


def _about_line(about: MachineAbout) -> str:
    parts = (f"pdev {about.pdev}", f"git {about.git}", about.windows, f"Python {about.python}")
    store = f"store tables {about.schema}" if about.schema else "no PostgreSQL driver"
    return ", ".join((*(part for part in parts if part), store))
