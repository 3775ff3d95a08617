"""Draw the first list of sessions without Textual, while that is still being imported.

Names are those of the directories, without what all of a repository's have in common, unless a
session's own name is recorded: the dashboard that follows makes them unique and safe.
"""

# Nothing that imports dataclasses: that alone takes twice as long as asking git does.
# ruff: noqa: PTH119

from __future__ import annotations

import os
from collections.abc import Iterator

from parallel_tui.first_list import recorded_name
from parallel_tui.model.session.listing import ListedWorktree, Located
from parallel_tui.model.text.safe import safe

_NAME = 28


def splash(located: Located, columns: int, rows: int) -> str:
    """The lines that fit the screen, each ended as a raw terminal needs it."""
    return printed(lines(located, rows), columns)


def printed(shown: list[str], columns: int) -> str:
    """Lines that fit a width, each ended as a raw terminal needs it."""
    return "\r\n".join(line[: columns - 1] for line in shown) + "\r\n"


def lines(located: Located, rows: int) -> list[str]:
    """The repository's name, and below it its sessions as far as there is room."""
    main = os.path.basename(located.listed[0].path.rstrip("/"))
    shown = [f" {safe(main, 60)}"]
    for name, branch in list(_entries(located.listed, main))[: max(0, rows - 3)]:
        shown.append(f"   {safe(name):{_NAME}} {safe(branch)}")
    return shown


def _entries(listed: tuple[ListedWorktree, ...], main: str) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(listed):
        last = os.path.basename(entry.path.rstrip("/"))
        name = "main" if number == 0 else recorded_name(entry.path) or last.removeprefix(f"{main}-")
        at = "(bare)" if entry.bare else f"({(entry.head or '?')[:8]} detached)"
        yield name, entry.branch or at
