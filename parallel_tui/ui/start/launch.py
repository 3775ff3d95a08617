"""The entry point `pdev-tui`: arguments, first list of sessions, then the dashboard.

Until that list is on screen only the standard library is imported: Textual alone takes twenty
times as long as a bare interpreter, and the list is what most people came for.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from parallel_tui import __version__
from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.options import add_shared, settings_of
from parallel_tui.surroundings import refusal, standing, standing_in
from parallel_tui.terminable import terminable
from parallel_tui.terminal_size import forget_claims, size_of

if TYPE_CHECKING:
    from parallel_tui.first_list import FirstList
    from parallel_tui.places import RepositoryPlace
    from parallel_tui.ui.app import ParallelApp

ENTER = "\x1b[?1049h\x1b[H\x1b[2J\x1b[?25l"
LEAVE = "\x1b[?1049l\x1b[?25h"


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    made = argparse.ArgumentParser(
        prog="pdev-tui",
        description="One live dashboard for parallel coding sessions on one git repository.",
        epilog="In the dashboard ? shows all keys. `pdev` is the same as a command line.",
    )
    made.add_argument(
        "directories",
        metavar="DIR",
        nargs="*",
        help="repositories to show together, or a folder that holds some",
    )
    made.add_argument("--theme", metavar="NAME", help="theme, such as textual-light or ansi-dark")
    made.add_argument("--demo", action="store_true", help="open a throwaway repository with agents")
    made.add_argument("--version", action="version", version=f"pdev-tui {__version__}")
    add_shared(made)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run the dashboard; returns the exit status."""
    # Here, once and first: what is imported later reads them, what is started later inherits them.
    forget_claims(os.environ)
    options = parser().parse_args(argv)
    try:
        # A stream that the caller closed is None to Python.
        if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise UsageError(
                "pdev-tui needs a terminal",
                hint="`pdev list` and `pdev status` work without one.",
            )
        if options.demo and options.directories:
            raise UsageError("--demo shows a repository of its own", hint="Leave the names out.")
        if options.demo:
            return _demo(options)
        directory = standing(vars(options).get("directory"))
        if options.directories:
            return _run_several(directory, options)
        return _run(directory, settings_of(options), options.theme)
    except ParallelError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return 130
    except (OSError, MemoryError, RuntimeError) as error:
        said_no = refusal(error)
        if said_no is None or os.environ.get("PDEV_DEBUG"):
            raise
        return _complain(said_no)


def _demo(options: argparse.Namespace) -> int:
    from parallel_tui.demo.world import demo

    print("Building a repository with sessions to look at …", flush=True)
    with demo() as world:
        return _run(world.repository, world.settings, options.theme)


def _complain(error: ParallelError) -> int:
    from parallel_tui.command_lines import hint_of
    from parallel_tui.model.text.safe import safe

    print(f"pdev-tui: {safe(error.message, 2000)}", file=sys.stderr)
    if hint := hint_of(error):
        print(f"  {safe(hint, 2000)}", file=sys.stderr)
    return error.exit_code


def _run(directory: str, settings: Mapping[str, object], theme: str | None) -> int:
    """Show the first list, then the dashboard in its place; restore the terminal afterwards."""
    from parallel_tui.first_list import FirstList, locate
    from parallel_tui.ui.start.splash import splash

    try:
        located = locate(directory)
    except UsageError as error:
        raise _with_those_inside(error, directory) from error
    with terminable(), _left_in_order():
        sys.stdout.write(ENTER + splash(located, *size_of(sys.stdout.fileno())))
        sys.stdout.flush()
        first = FirstList(located)
        try:
            return _dashboard(first, directory, settings, theme)
        finally:
            first.stop()


def _with_those_inside(error: UsageError, directory: str) -> UsageError:
    """The same error, which names the way to show the repositories that a folder holds."""
    from parallel_tui.first_list import repositories_in

    if not repositories_in(directory):
        return error
    import shlex

    hint = f"To show the repositories in it together: pdev-tui {shlex.quote(directory)}"
    return UsageError(error.message, hint=hint)


def _run_several(directory: str, options: argparse.Namespace) -> int:
    """Show all repositories that are named, or that a named folder holds, in one dashboard."""
    from parallel_tui.places import places

    found = places([standing_in(directory, each) for each in options.directories])
    settings, theme = settings_of(options), options.theme
    if len(found) == 1 and not found[0].folder:  # a folder may hold more of them tomorrow
        return _run(found[0].directory, settings, theme)
    return _shown_together(found, settings, theme)


def _shown_together(
    found: Sequence[RepositoryPlace], settings: Mapping[str, object], theme: str | None
) -> int:
    """As `_run`, for several."""
    from parallel_tui.ui.start.several import Several, splash

    with terminable(), _left_in_order():
        sys.stdout.write(ENTER + splash(found, *size_of(sys.stdout.fileno())))
        sys.stdout.flush()
        several = Several(found, settings)
        try:
            gc.disable()
            return _shown(several.app(theme), several.stop)
        finally:
            several.stop()


@contextlib.contextmanager
def _left_in_order() -> Iterator[None]:
    """Leave the screen at the end: Textual does too, but whatever happened, the shell needs it."""
    try:
        yield
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(LEAVE)
            sys.stdout.flush()


def _dashboard(
    first: FirstList, directory: str, settings: Mapping[str, object], theme: str | None
) -> int:
    gc.disable()  # what is imported stays; on again after the first frame, when it is opened
    from parallel_tui.ui.app import ParallelApp
    from parallel_tui.ui.start.driver import TerminalDriver
    from parallel_tui.ui.start.opening import Opening

    opening = Opening(first, directory, settings)
    driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
    app = ParallelApp(
        opening.core,
        first=first.snapshot,
        later=opening.complete,
        theme_name=theme,
        driver=driver,
    )
    return _shown(app, opening.stop)


def _shown(app: ParallelApp, stop: Callable[[], None]) -> int:
    """Run the application to its end, and end what it watches with."""
    from parallel_tui.ui.start.driver import watch_terminal

    try:
        watch_terminal(app.hang_up, stop)
        app.run()
    finally:
        stop()
    if app.failure is not None:
        raise app.failure
    if app.crash is not None:
        sys.stdout.write(LEAVE)
        sys.stdout.flush()
        print(app.crash, file=sys.stderr)
    return app.return_code or 0
