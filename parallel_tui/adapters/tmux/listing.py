"""List all windows, panes and some screens in one answer of tmux.

tmux prints a pane's directory and command as they are: either may hold tabs, newlines or anything
else. So fields and records are told apart by a mark that is drawn anew for each call and that
nothing in the output can know.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import Final

from parallel_tui.adapters.panes.names import decode, encode
from parallel_tui.adapters.tmux.command import TmuxError
from parallel_tui.adapters.tmux.screens import independent_lines
from parallel_tui.model.window.window import MuxListing, Pane, PaneEnd, Screen, Window
from parallel_tui.record import dataclass

OWNER_OPTION: Final = "@pdev_session"
"""Window option: the pdev session a window was made for, encoded."""

REPOSITORY_OPTION: Final = "@pdev_repo"
"""Session option: the common git directory a tmux session was made for, encoded."""

EXIT_OPTION: Final = "@pdev_exit"
"""Pane option: the status with which the command of a pane ended, and when, in epoch seconds."""

_FIELDS: Final = (
    "pane_id",
    "window_id",
    "session_id",
    "window_index",
    "window_active",
    "session_attached",
    "window_activity",
    "window_bell_flag",
    "pane_active",
    "pane_dead",
    "pane_pid",
    "pane_width",
    "pane_height",
    "pid",
    OWNER_OPTION,
    REPOSITORY_OPTION,
    EXIT_OPTION,
    "session_name",
    "window_name",
    "pane_current_command",
    "pane_title",
    "pane_current_path",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One pane in one session; a pane of a linked window has several.

    Attributes:
        pane: The pane.
        window_id: Its window.
        session_id: The session this row is about.
        session_name: That session's name.
        index: The window's place there.
        name: The window's name.
        window_active: Whether the window is that session's current one.
        attached: Clients of that session.
        activity: Last output, epoch seconds.
        bell: Whether a bell rang in it unseen.
        owner: pdev session it was made for.
        repository: Encoded repository that the tmux session was made for; empty for none.
        server: Process id of the server.
    """

    pane: Pane
    window_id: str
    session_id: str
    session_name: str
    index: int
    name: str
    window_active: bool
    attached: int
    activity: int
    bell: bool
    owner: str | None
    repository: str
    server: int


def new_mark() -> str:
    """A separator that no name, path or screen contains.

    Followed by `<` it begins a record, by `|` a field, by `>` it ends a record, by `=` it begins a
    screen, by `!` a client: told apart by what follows, or a field that begins with `=` would be
    taken for a screen.
    """
    return f"|{os.urandom(8).hex()}"


def record_of(mark: str, kind: str, fields: Sequence[str]) -> str:
    """The format that makes tmux print one record."""
    return f"{mark}{kind}" + f"{mark}|".join(f"#{{{name}}}" for name in fields)


def commands(mark: str, screens: Collection[str]) -> list[list[str]]:
    """The tmux commands of one read.

    Args:
        mark: A fresh mark.
        screens: Ids of panes to capture too. One that is gone is passed over: a command that
            fails would end the chain, so each capture is behind a test that cannot fail.
    """
    template = record_of(mark, "<", _FIELDS) + f"{mark}>"
    chained = [["list-panes", "-a", "-F", template]]
    for pane in screens:
        if pane[:1] != "%" or not (pane[1:].isascii() and pane[1:].isdigit()):
            continue
        capture = (
            # strftime reads this text first: no percent sign may stand in it
            f"display-message -p -t {pane} '{mark}=#{{pane_id}} #{{pane_width}}' ; "
            f"capture-pane -p -e -N -t {pane}"
        )
        chained.append(["if-shell", "-F", "-t", pane, f"#{{==:#{{pane_id}},{pane}}}", capture])
    return chained


def parse_rows(mark: str, text: str) -> tuple[list[Row], list[Screen]]:
    """Parse the output of the commands.

    Raises:
        MuxError: When it is not what was asked for.
    """
    listed, *captured = text.split(f"{mark}=")
    rows = [_row(record, mark) for record in listed.split(f"{mark}<")[1:]]
    return rows, [screen for part in captured if (screen := _screen(part))]


def _row(record: str, mark: str) -> Row:
    fields = record.removesuffix("\n").removesuffix(f"{mark}>").split(f"{mark}|")
    if len(fields) != len(_FIELDS):
        raise TmuxError(
            f"tmux printed a line of {len(fields)} fields where {len(_FIELDS)} were asked for",
            hint="Its version may be too new or too old for this program.",
        )
    pane_id, window_id, session_id, *numbers = fields[:14]
    owner, repository, ended, session_name, name, command, title, path = fields[14:]
    index, active, attached, activity, bell, in_front, dead, pid, width, height, server = (
        int(number) if number.isascii() and number.isdigit() else 0 for number in numbers
    )
    return Row(
        pane=Pane(
            id=pane_id,
            pid=pid,
            command=command,
            path=path,
            active=bool(in_front),
            dead=bool(dead),
            width=width,
            height=height,
            title=title,
            ended=_end(ended),
        ),
        window_id=window_id,
        session_id=session_id,
        session_name=session_name,
        index=index,
        name=name,
        window_active=bool(active),
        attached=attached,
        activity=activity,
        bell=bool(bell),
        owner=decode(owner) if owner else None,
        repository=repository,
        server=server,
    )


def _end(text: str) -> PaneEnd | None:
    status, _, at = text.partition(" ")
    if not all(each.isascii() and each.isdigit() and len(each) < 12 for each in (status, at)):
        return None
    return PaneEnd(int(status), int(at))


def _screen(part: str) -> Screen | None:
    head, found, body = part.partition("\n")
    pane, _, width = head.partition(" ")
    if not found or not width.isdigit():
        return None
    return Screen(pane, independent_lines(body.removesuffix("\n").split("\n")), int(width))


def windows_of(rows: Sequence[Row], common_dir: str) -> tuple[Window, ...]:
    """Group panes into windows, each once.

    Args:
        rows: All rows, in tmux's order.
        common_dir: The repository's common git directory; says which session is ours.

    Returns:
        Windows by session and index. One that is linked into several sessions is listed in ours,
        else in one that somebody looks at, else in the oldest.
    """
    mine = encode(common_dir)
    places: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        places.setdefault(row.window_id, {}).setdefault(row.session_id, []).append(row)
    chosen = [
        min(by_session.values(), key=lambda found: _preference(found[0], mine))
        for by_session in places.values()
    ]
    chosen.sort(key=lambda found: (found[0].session_name, found[0].session_id, found[0].index))
    return tuple(_window(found, mine) for found in chosen)


def _preference(row: Row, mine: str) -> tuple[bool, bool, int]:
    return (row.repository != mine, not row.attached, int(row.session_id[1:] or 0))


def _window(rows: Sequence[Row], mine: str) -> Window:
    first = rows[0]
    return Window(
        id=first.window_id,
        session_id=first.session_id,
        session_name=first.session_name,
        index=first.index,
        name=first.name,
        panes=tuple({row.pane.id: row.pane for row in rows}.values()),
        active=first.window_active,
        attached=first.attached,
        activity=first.activity,
        bell=first.bell,
        owner=first.owner,
        ours=first.repository == mine,
    )


def listing_of(mark: str, text: str, common_dir: str) -> MuxListing:
    """Parse the whole answer of a running server."""
    rows, screens = parse_rows(mark, text)
    server = rows[0].server if rows else None
    return MuxListing(True, windows_of(rows, common_dir), tuple(screens), server)
