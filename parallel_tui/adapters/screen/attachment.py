"""Show a window: select it where we run in its session, else attach a display."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.screen import quoting
from parallel_tui.adapters.screen.command import NAME, surroundings
from parallel_tui.adapters.screen.escape import escape_key
from parallel_tui.adapters.screen.looking import ScreenWindow
from parallel_tui.adapters.screen.typing_in import number_of
from parallel_tui.model.inheritance import INSIDE_WINDOWS
from parallel_tui.model.window.attachment import Attachment

_ATTACH: Final = (
    '[ -z "$3" ] || { sleep 1; exec screen -S "$1" -X echo "$3"; } >/dev/null 2>&1 & '
    'exec screen -x "$1" -p "$2"'
)
"""Attaches a display, beside others, and has it say how to come back once it is there."""


def attachment(found: ScreenWindow, env: Mapping[str, str]) -> Attachment:
    """Decide how to show a window.

    Args:
        found: Which.
        env: The environment we run in.

    Raises:
        ScreenError: When its number is not known.
    """
    number = number_of(found)
    key = escape_key(env)
    server = found.server
    outside = surroundings(env, server.folder)
    if env.get("STY", "").partition(".")[0] == str(server.pid):
        back = f"come back with {key} {key}"
        said = quoting.line(("echo", f"To the dashboard: {back}"))
        # With our window in its environment, it is our display that changes its window.
        inside = {**outside, "STY": server.sty, "WINDOW": env.get("WINDOW", "")}
        select = quoting.line(("select", str(number)))
        return Attachment(
            argv=server.argv(None, "-X", "eval", select),
            env=inside,
            takes_terminal=False,
            way_back=back,
            telling=(said,),
        )
    back = f"detach with {key} d"
    if env.get("STY"):
        back = f"detach with {key} a d"
    return Attachment(
        argv=("sh", "-c", _ATTACH, NAME, server.sty, str(number)),
        env=outside,
        takes_terminal=True,
        way_back=back,
        telling=(quoting.word(f"To the dashboard: {back}"),),
    )


def command_elsewhere(found: ScreenWindow) -> tuple[str, ...]:
    """A command that shows a window in another terminal, whatever environment it inherits.

    Raises:
        ScreenError: When its number is not known.
    """
    unset = [word for name in INSIDE_WINDOWS for word in ("-u", name)]
    server, number = found.server, number_of(found)
    place = f"SCREENDIR={server.folder}"
    return ("env", *unset, place, "screen", "-x", server.sty, "-p", str(number))
