"""The first list of sessions, drawn without Textual while that is still being imported.

Names are those of the directories, without what all of a repository's have in common, unless a
session's own name is recorded: the dashboard that follows makes them unique and safe.
"""

# Nothing that imports dataclasses: that alone takes twice as long as asking git does.
# ruff: noqa: PTH118, PTH119

from __future__ import annotations

import os
from collections.abc import Iterator

from parallel_tui.adapters.disk import small_file
from parallel_tui.adapters.git.repo.locate import Listed, Located
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.model.session.session_file import SESSION_FILE
from parallel_tui.model.text.safe import safe

_NAME = 28


def splash(located: Located, columns: int, rows: int) -> str:
    """The lines that fit, each ended as a raw terminal needs it."""
    main = os.path.basename(located.listed[0].path.rstrip("/"))
    lines = [f" {safe(main, 60)}"]
    for name, branch in list(_entries(located.listed, main))[: max(0, rows - 3)]:
        lines.append(f"   {safe(name):{_NAME}} {safe(branch)}")
    return "\r\n".join(line[: columns - 1] for line in lines) + "\r\n"


def _entries(listed: tuple[Listed, ...], main: str) -> Iterator[tuple[str, str]]:
    for number, entry in enumerate(listed):
        last = os.path.basename(entry.path.rstrip("/"))
        name = "main" if number == 0 else _recorded(entry.path) or last.removeprefix(f"{main}-")
        at = "(bare)" if entry.bare else f"({(entry.head or '?')[:8]} detached)"
        yield name, entry.branch or at


def _recorded(path: str) -> str:
    """Name that a session was made with; empty when it was not made by us."""
    try:
        pointer = text(small_file.read(f"{path}/.git", 4096)).removeprefix("gitdir:").strip()
        first = small_file.read(os.path.join(path, pointer, SESSION_FILE), 200)
        return text(first.partition(b"\n")[0]).strip()
    except (OSError, ValueError):
        return ""
