"""Show a notification by a program of the system: `notify-send`, or `osascript` on macOS."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.process import programs

_PATIENCE: Final = 5.0
"""Seconds a program may take."""

_SCRIPT: Final = (
    "on run words",
    "display notification (item 2 of words) with title (item 1 of words)",
    "end run",
)


def command(title: str, text: str, env: Mapping[str, str]) -> tuple[str, ...] | None:
    """The command that shows a notification; `None` where no program is known.

    Args:
        title: Its heading, sanitised.
        text: What it says, sanitised.
        env: Our environment.
    """
    path = env.get("PATH")
    found = shutil.which("notify-send", path=path)
    if found is not None:
        # It reads escapes such as \\n in the text.
        return (found, "--app-name=pdev", "--", title, text.replace("\\", "\\\\"))
    found = shutil.which("osascript", path=path)
    if found is not None:
        lines = (word for line in _SCRIPT for word in ("-e", line))
        return (found, *lines, "--", title, text)
    return None


def tell(title: str, text: str, env: Mapping[str, str]) -> bool:
    """Show a notification; whether the program said that it was shown.

    Args:
        title: As for `command`.
        text: As for `command`.
        env: Our environment.
    """
    argv = command(title, text, env)
    if argv is None:
        return False
    try:
        done = programs.run(argv, env=env, timeout=_PATIENCE)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
