"""Show a window: switch the tmux client that shows us, or attach a new one."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.adapters.panes.names import window_name
from parallel_tui.adapters.tmux.command import Address, TmuxError, ask, socket_of
from parallel_tui.adapters.tmux.listing import (
    Row,
    commands,
    new_mark,
    parse_rows,
    record_of,
    windows_of,
)
from parallel_tui.adapters.tmux.names import PANE_ID, argument, key_name, literal
from parallel_tui.model.inheritance import outside_windows
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.window import Window
from parallel_tui.record import dataclass

_TOLD_FOR: Final = 6000
"""Milliseconds for which a window says how to come back, unless a key is pressed."""


@dataclass(frozen=True, slots=True)
class Client:
    """A terminal attached to the server.

    Attributes:
        tty: Its name for `-c`.
        session_id: What it shows.
        window_id: What it shows.
        activity: When it was last used, epoch seconds.
    """

    tty: str
    session_id: str
    window_id: str
    activity: int


def attachment(
    address: Address, common_dir: str, window_id: str, env: Mapping[str, str]
) -> Attachment:
    """Decide how to show a window, from who is attached where at this moment.

    Args:
        address: The server of the window.
        common_dir: The repository's common git directory.
        window_id: Which.
        env: The environment we run in.

    Raises:
        MuxError: When the window is gone or tmux cannot be asked.
    """
    mark = new_mark()
    fields = ("client_tty", "session_id", "window_id", "client_activity", "client_control_mode")
    template = record_of(mark, "!", fields)
    text = ask(address, [*commands(mark, ()), ["list-clients", "-F", template]])
    listed, *attached = text.split(f"{mark}!")
    rows, _ = parse_rows(mark, listed)
    window = next((w for w in windows_of(rows, common_dir) if w.id == window_id), None)
    if window is None:
        raise TmuxError(
            f"tmux has no window {window_id} any more", hint="It was closed in the meantime."
        )
    at = f"{window.session_id}:"
    answer = ask(address, [["display-message", "-p", "-t", at, "#{prefix} #{socket_path}"]])
    prefix, _, socket = answer.removesuffix("\n").partition(" ")
    # The path, for another terminal may have another TMUX_TMPDIR.
    tmux = ("tmux", "-S", socket)
    # A target with a window makes that window current on the way, in one command.
    target = f"{window.session_id}:{window.id}"
    outside = outside_windows(env)
    if same_server(socket_of(env), socket):
        clients = [client for record in attached if (client := _client(record, mark))]
        showing = client_showing(env.get("TMUX_PANE", ""), rows, clients)
        if showing is not None:
            back = _way_back_by_switching(prefix, showing, window)
            return Attachment(
                argv=(*tmux, "switch-client", "-c", showing.tty, "-t", target),
                env=outside,
                takes_terminal=False,
                way_back=back,
                telling=_telling(back, "-c", showing.tty),
            )
    nested = socket_of(env) is not None
    back = _way_back_by_detaching(prefix, nested)
    return Attachment(
        argv=(*tmux, "attach-session", "-t", target),
        env=outside,
        takes_terminal=True,
        way_back=back,
        telling=_telling(back),
    )


_CLOSING: Final = '"$@" || { printf "\\n%s" "Press Enter to close this window."; read -r _; }'
"""What failed can be read before the window closes."""


def beside(name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
    """A program in a window of its own behind the one we run in; see `Mux.beside`."""
    socket, pane = socket_of(env), env.get("TMUX_PANE", "")
    if socket is None or not PANE_ID.fullmatch(pane):
        return None
    ours = ["display-message", "-p", "-t", pane, "#{session_id}:#{window_id}"]
    here = ask(Address(path=socket), [ours]).removesuffix("\n")
    agent = env.get("SSH_AUTH_SOCK", "")
    given = ("-e", f"SSH_AUTH_SOCK={agent}") if agent else ()
    shown = literal(window_name(name))
    return Attachment(
        # -S: a window of that name is shown again. "/" belongs to no session.
        argv=(
            *("tmux", "-S", socket, "new-window", "-S", "-a", "-t", here, "-c", "/", "-n", shown),
            *(*given, "--", "sh", "-c", _CLOSING, "pdev", *map(argument, argv)),
        ),
        env=outside_windows(env),
        takes_terminal=False,
        way_back="detach there, and its window closes",
    )


def _telling(way_back: str, *client: str) -> tuple[str, ...]:
    """A command after another one, which shows how to come back in the window's status line."""
    words = f"To the dashboard: {way_back}".replace("#", "##")
    return (";", "display-message", *client, "-d", str(_TOLD_FOR), words)


def _client(record: str, mark: str) -> Client | None:
    tty, session_id, window_id, activity, control = record.removesuffix("\n").split(f"{mark}|")
    if not tty or control == "1":
        return None  # a program listening, with no screen to switch
    return Client(tty, session_id, window_id, int(activity) if activity.isdigit() else 0)


def same_server(ours: str | None, theirs: str) -> bool:
    """Whether two socket paths are one socket; links and `..` do not matter."""
    if not ours:
        return False
    try:
        return os.path.samefile(ours, theirs)  # noqa: PTH121 - raw paths from outside
    except OSError:
        return False


def same_socket(one: str, other: str) -> bool:
    """Whether two paths mean one socket, even when there is none at the moment."""
    return same_server(one, other) or os.path.realpath(one) == os.path.realpath(other)


def client_showing(pane: str, rows: Sequence[Row], clients: Sequence[Client]) -> Client | None:
    """The client that shows a pane.

    Args:
        pane: Our own pane, from `TMUX_PANE`.
        rows: All panes in all sessions.
        clients: All terminals.

    Returns:
        One that shows the pane's window, else one on a session that has it; of several the most
        recently used. `None` when nobody shows it: the variable was inherited by a terminal of
        its own.
    """
    homes = [row for row in rows if row.pane.id == pane]
    windows = {row.window_id for row in homes}
    sessions = {row.session_id for row in homes}
    near = [client for client in clients if client.session_id in sessions]
    return max(
        near, key=lambda client: (client.window_id in windows, client.activity), default=None
    )


def _way_back_by_switching(prefix: str, client: Client, window: Window) -> str:
    last = "l" if client.session_id == window.session_id else "L"
    command = "last-window" if last == "l" else "switch-client -l"
    if prefix in ("", "None"):
        return f"come back with `tmux {command}`"
    return f"come back with {key_name(prefix)} {last}"


def _way_back_by_detaching(prefix: str, nested: bool) -> str:
    if prefix in ("", "None"):
        return "detach with `tmux detach-client`"
    key = key_name(prefix)
    if nested:
        return f"detach with {key} d ({key} {key} d where the outer tmux has the same prefix)"
    return f"detach with {key} d"
