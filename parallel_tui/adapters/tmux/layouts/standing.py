"""Read how the windows of one tmux session stand: names, arrangements, programs, options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parallel_tui.adapters.panes.names import decode
from parallel_tui.adapters.process.in_front import command_line
from parallel_tui.adapters.tmux.command import Address, TmuxError, ask
from parallel_tui.adapters.tmux.listing import EXIT_OPTION, OWNER_OPTION, new_mark, record_of
from parallel_tui.model.layout.windows import (
    SHELLS,
    StandingPane,
    StandingWindow,
    StandingWindows,
)
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import replace

NAME_OPTION: Final = "@pdev_window"
"""Window option: the name by which a layout finds its window again, encoded."""

COMMAND_OPTION: Final = "@pdev_command"
"""Pane option: the command of the layout that a pane was opened with, encoded."""

_FIELDS: Final = (
    *("session_name", "window_id", "window_name", "window_layout", "window_active", "pane_active"),
    *("pane_pid", "pane_current_command", "pane_current_path"),
    *(NAME_OPTION, OWNER_OPTION, COMMAND_OPTION, EXIT_OPTION),
)

_OURS: Final = frozenset({"automatic-rename", "allow-rename", "destroy-unattached", "default-size"})
"""Options that are set on every window and session that we make."""

_ESCAPED: Final = pattern(r"\\(.)")


def read(address: Address, session: str, *, options: bool) -> StandingWindows:
    """The windows of a session.

    Args:
        address: Its server.
        session: Its id.
        options: Whether to read what is set on it and its windows too.

    Raises:
        MuxError: When tmux gave no usable answer.
    """
    mark = new_mark()
    template = record_of(mark, "<", _FIELDS) + f"{mark}>"
    text = ask(address, [["list-panes", "-s", "-t", f"{session}:", "-F", template]])
    found: dict[str, StandingWindow] = {}
    name = ""
    for record in text.split(f"{mark}<")[1:]:
        fields = record.removesuffix("\n").removesuffix(f"{mark}>").split(f"{mark}|")
        if len(fields) != len(_FIELDS):
            raise TmuxError("tmux printed another number of fields than it was asked for")
        name = fields[0]
        window = _window(fields)
        before = found.get(window.id)
        if before is not None:
            window = replace(before, panes=(*before.panes, *window.panes))
        found[window.id] = window
    windows = tuple(found.values())
    if not options:
        return StandingWindows(name, windows)
    own, each = _options(address, session, [window.id for window in windows])
    windows = tuple(replace(w, options=set_) for w, set_ in zip(windows, each, strict=True))
    return StandingWindows(name, windows, own)


def _window(fields: Sequence[str]) -> StandingWindow:
    _, window_id, shown, arrangement, active, front, pid, program, path = fields[:9]
    name, owner, command, ended = fields[9:]
    return StandingWindow(
        id=window_id,
        name=decode(name) if name else shown,
        session=decode(owner) if owner else "",
        arrangement=arrangement,
        active=active == "1",
        options=(),
        panes=(
            StandingPane(
                decode(command) if command and not ended else _running(pid, program),
                path.removesuffix(" (deleted)"),
                front == "1",
            ),
        ),
    )


def _running(pid: str, program: str) -> str:
    """The command line of what has a pane's terminal; empty for a shell."""
    if program.lstrip("-") in SHELLS:
        return ""
    told = command_line(int(pid)) if pid.isdecimal() else None
    return program if told is None else told


def _options(
    address: Address, session: str, windows: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], list[tuple[tuple[str, str], ...]]]:
    mark = new_mark().removeprefix("|")
    chain = [["show-options", "-t", f"{session}:"]]
    for window in windows:
        chain += [["display-message", "-p", mark], ["show-options", "-w", "-t", window]]
    own, *each = ask(address, chain).split(f"{mark}\n")
    return _pairs(own), [_pairs(text) for text in each]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if name in _OURS or name.startswith("@pdev"):
            continue
        if value[:1] == value[-1:] and value[:1] in ('"', "'") and len(value) > 1:
            value = value[1:-1]
        pairs.append((name, _ESCAPED.sub(r"\1", value)))
    return tuple(pairs)
