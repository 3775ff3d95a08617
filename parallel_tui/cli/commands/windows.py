"""`pdev attach`, `pdev open` and `pdev close`: show and close windows."""

from __future__ import annotations

import argparse
import sys

from parallel_tui import bootstrap
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.errors import MuxError, RefusedError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.window.attachment import Attachment


def configure_attach(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev attach`."""
    parser.add_argument(
        "name", metavar="SESSION", help="the session; a window is opened if it has none"
    )
    parser.set_defaults(run=run_attach)


def run_attach(parsed: argparse.Namespace, output: Output) -> int:
    """Replace this process by the command that shows the session's window."""
    core = core_for(parsed, output)
    if not ask.can_attach(output):
        core.sessions.find(parsed.name)  # a wrong name is the better thing to tell
        raise _no_terminal(parsed.name)
    attachment = core.attacher.attach(parsed.name)
    # What its agent has finished is seen by whoever goes there, dashboard or not.
    key = core.sessions.find(parsed.name).key
    core.looked.mark({**core.looked.read(), key: core.clock()})
    return go(attachment, output)


def _no_terminal(name: str) -> RefusedError:
    return RefusedError(
        "Attaching needs a terminal, and this is none",
        hint=f"`pdev open {name}` shows it in a new terminal.",
    )


def go(attachment: Attachment, output: Output) -> int:
    """Replace this process by the command that shows a window; returns only on failure.

    Raises:
        RefusedError: When it needs a terminal and there is none.
        MuxError: When the command cannot be run.
    """
    if attachment.takes_terminal and not ask.has_terminal(output):
        raise _no_terminal("NAME")
    if attachment.way_back:
        output.talk(f"pdev: {attachment.way_back}")
    output.out.flush()
    sys.stderr.flush()
    try:
        bootstrap.foreground().become(attachment.argv, env=attachment.env)
    except OSError as error:
        raise MuxError(f"{attachment.argv[0]} cannot be run: {error.strerror}") from error


def configure_open(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev open`."""
    parser.add_argument("name", metavar="SESSION", help="the session")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_open)


def run_open(parsed: argparse.Namespace, output: Output) -> int:
    """Show a session's window in a new terminal."""
    return receipts.show(core_for(parsed, output).attacher.open_terminal(parsed.name), output)


def configure_close(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev close`."""
    parser.add_argument(
        "window", metavar="WINDOW|SESSION", help="a window's id, such as @3, or a session"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_close)


def run_close(parsed: argparse.Namespace, output: Output) -> int:
    """Close one window and what runs in it; the worktree stays."""
    core = core_for(parsed, output)
    return receipts.show(core.attacher.close_window(window_of(core, parsed.window)), output)


def window_of(core: Core, wanted: str) -> str:
    """The id of the window to close: one of this repository's, by id or by session.

    Raises:
        UsageError: When there is no such window or session here.
        RefusedError: When the session has no window, or several of which none is its own.
        MuxError: When the multiplexer cannot be read.
    """
    windows = core.mux.listing().windows  # asked first: `sessions` answers without windows
    sessions = core.sessions.all()
    if core.mux.is_window_id(wanted):
        if any(window.id == wanted for session in sessions for window in session.windows):
            return wanted
        where = "elsewhere" if any(window.id == wanted for window in windows) else "nowhere"
        raise UsageError(
            f"Window {wanted} belongs to no session of this repository (it is {where})",
            hint="`pdev list --json` names the windows that do.",
        )
    session = core.sessions.find(wanted)
    if not session.windows:
        raise RefusedError(f"{session.name} has no window")
    own = session.windows[0]
    if len(session.windows) > 1 and own.owner != session.name:
        ids = ", ".join(window.id for window in session.windows)
        raise RefusedError(
            f"{session.name} has several windows, none of them made for it",
            hint=f"Name the one to close: {ids}.",
        )
    return own.id
