"""Send a control sequence through the tmux we run in to the terminal that shows it.

Whether tmux passes one on is the user's decision (`allow-passthrough`): asked, never changed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux.command import socket_of
from parallel_tui.model.inheritance import outside_windows

_PATIENCE: Final = 2.0
"""Seconds tmux may take."""


def through(sequence: str, env: Mapping[str, str], shown: bool) -> str:
    """What to print so that a sequence reaches the terminal; empty where none would.

    Inside tmux that takes one process.

    Args:
        sequence: For the terminal.
        env: Our environment.
        shown: Whether our window is on the screen of a client.
    """
    if not env.get("TMUX"):
        return "" if env.get("STY") else sequence  # GNU screen passes nothing on unasked
    if not _passes(env, shown):
        return ""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def _passes(env: Mapping[str, str], shown: bool) -> bool:
    socket, pane = socket_of(env), env.get("TMUX_PANE")
    if not socket or not pane:
        return False
    argv = ("tmux", "-S", socket, "show-options", "-Apqv", "-t", pane, "allow-passthrough")
    try:
        done = programs.run(argv, env=outside_windows(env), timeout=_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return False
    said = done.stdout.decode(errors="replace").strip()
    if done.returncode:
        return False
    # Before tmux 3.3 there was no such option, and everything was passed on.
    return said == "all" or (said in ("on", "") and shown)
