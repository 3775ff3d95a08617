"""What the repository may not set, or not to any value, each with the reason."""

from __future__ import annotations

import os
from pathlib import PurePosixPath


def user_only(value: object) -> str:
    """Nothing: it is for the person to decide."""
    return "only your own configuration may set it"


def socket_name_only(value: object) -> str | None:
    """A socket's name, but no path to one."""
    # A tmux client does what its server says, commands included: a path could lead to any server.
    if "/" in str(value):
        return "the repository may name a socket, but not give the path of one"
    return None


def beside_only(value: object) -> str | None:
    """A place beside or inside the main worktree."""
    # Its files are the repository's: below `~/.vim/pack` or `~/.config` programs would run them.
    place = PurePosixPath(os.path.normpath(f"/above/main/{value}"))
    if str(value).startswith(("/", "~")) or place.parts[:2] != ("/", "above"):
        return "the repository may name a place beside or inside the main worktree, no other"
    return None


def anything(value: object) -> None:
    """Every value."""
    return None
