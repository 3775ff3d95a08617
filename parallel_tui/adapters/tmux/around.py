"""The environment of the terminal that shows the tmux pane we run in."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.adapters.process import leaders
from parallel_tui.adapters.tmux.command import Address, ask, socket_of
from parallel_tui.errors import MuxError


def environment_around(env: Mapping[str, str]) -> Mapping[str, str] | None:
    """What the client began with that shows us, of several the one used last; one process.

    Args:
        env: Our own environment.

    Returns:
        `None` where nobody shows us, or it cannot be told.
    """
    socket, pane = socket_of(env), env.get("TMUX_PANE", "")
    if not socket or not pane.startswith("%"):
        return None
    template = "#{client_activity} #{client_pid} #{client_control_mode}"
    try:
        here = ask(Address(path=socket), [["list-clients", "-t", pane, "-F", template]])
    except MuxError:
        return None
    clients = [line.split() for line in here.splitlines()]
    shown = [(int(each[0]), int(each[1])) for each in clients if each[2:] == ["0"]]
    return leaders.environment(max(shown)[1]) if shown else None
