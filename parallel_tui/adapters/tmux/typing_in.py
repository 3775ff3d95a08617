"""Type a text into a pane, as a person who pastes it and presses Enter."""

from __future__ import annotations

import time
from typing import Final

from parallel_tui.adapters.tmux.command import Address, TmuxError, ask
from parallel_tui.adapters.tmux.listing import new_mark
from parallel_tui.adapters.tmux.names import PANE_ID
from parallel_tui.model.window.pane_input import PaneInput

_FACTS: Final = "#{pane_pid} #{pane_in_mode} #{cursor_x} #{cursor_y} #{pane_dead}"
_CLIENTS: Final = "#{pane_id} #{client_activity} #{client_control_mode}"
_SETTLE: Final = 0.15
"""Seconds between a paste and its Enter: some programs take an Enter that comes with the text for
one more line of it."""


def pane_input(address: Address, pane: str) -> PaneInput:
    """Where what is typed into a pane goes; one process.

    Args:
        address: The server.
        pane: The pane's id.

    Raises:
        MuxError: When there is no such pane, or tmux cannot be asked.
    """
    mark = new_mark()
    text = ask(
        address,
        [
            ["display-message", "-p", "-t", _checked(pane), f"{_FACTS}{mark}"],
            ["list-clients", "-F", _CLIENTS],
            ["display-message", "-p", mark],
            ["capture-pane", "-p", "-e", "-N", "-t", pane],
        ],
    )
    facts, clients, screen = text.split(mark, 2)
    pid, taken, column, row, dead = facts.split(" ")
    if dead == "1":
        raise TmuxError(f"The program in pane {pane} has ended")
    keys = [
        float(line.split(" ")[1])
        for line in clients.splitlines()
        if line.startswith(f"{pane} ") and not line.endswith(" 1")
    ]
    at = (int(column), int(row))
    return PaneInput(int(pid), taken != "0", at, screen.removeprefix("\n"), max(keys, default=None))


def type_into(address: Address, pane: str, pid: int, text: str) -> bool:
    """Paste a text into a pane and press Enter.

    Pasted as such (bracketed) where the program asks for that, so that a line end in it is none to
    the program. The server itself checks, in the same moment, that the pane is the same one and
    that its user does not scroll.

    Args:
        address: The server.
        pane: The pane's id.
        pid: Its first process, as `pane_input` told it.
        text: Without control characters but line ends and tabs.

    Returns:
        Whether it was typed; if not, nothing was.

    Raises:
        MuxError: When tmux cannot be asked.
    """
    buffer = f"pdev-{new_mark()}"
    here = f"#{{&&:#{{==:#{{pane_pid}},{pid}}},#{{==:#{{pane_in_mode}},0}}}}"
    paste = f"paste-buffer -d -p -r -b {buffer} -t {_checked(pane)} ; display-message -p typed"
    said = ask(
        address,
        [
            ["load-buffer", "-b", buffer, "-"],
            ["if-shell", "-F", "-t", pane, here, paste, f"delete-buffer -b {buffer}"],
        ],
        feed=text.encode("utf-8", "replace"),
    )
    if said.strip() != "typed":
        return False
    time.sleep(_SETTLE)
    ask(address, [["if-shell", "-F", "-t", pane, here, f"send-keys -t {pane} Enter"]])
    return True


def _checked(pane: str) -> str:
    if not PANE_ID.fullmatch(pane):
        raise TmuxError(f"{pane!r} is not the id of a tmux pane")
    return pane
