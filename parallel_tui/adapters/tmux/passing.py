"""Whether the tmux we run in passes control sequences on to the terminal that shows it.

That is the user's decision (`allow-passthrough`), and is asked, never changed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux.command import socket_of

_PATIENCE: Final = 2.0
"""Seconds tmux may take."""


def passes(env: Mapping[str, str], shown: bool) -> bool:
    """Whether a sequence that our pane prints reaches the terminal; one process.

    Args:
        env: Our environment.
        shown: Whether our window is on the screen of a client.
    """
    socket, pane = socket_of(env), env.get("TMUX_PANE")
    if not socket or not pane:
        return False
    argv = ("tmux", "-S", socket, "show-options", "-Apqv", "-t", pane, "allow-passthrough")
    try:
        done = programs.run(argv, env=env, timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode:
        return False
    # Before tmux 3.3 there was no such option, and everything was passed on.
    return said == "all" or (said in ("on", "") and shown)
