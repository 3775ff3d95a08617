"""Report a crash of the dashboard: a short message, and a file with the details."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Mapping
from pathlib import Path

from parallel_tui import __version__
from parallel_tui.model.settings.user_dirs import state_dir

EXIT_CODE = 70
"""`EX_SOFTWARE` of sysexits.h."""


def record(error: BaseException, env: Mapping[str, str]) -> Path | None:
    """Write a traceback to the user's state folder.

    Returns:
        The file, or `None` when nothing can be written there.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    path = state_dir(env) / f"crash-{stamp}-{os.getpid()}.txt"
    text = f"pdev-tui {__version__}\n\n{''.join(traceback.format_exception(error))}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, errors="backslashreplace")
    except OSError:
        return None
    return path


def words(error: BaseException, path: Path | None) -> str:
    """The message about a crash, for the terminal."""
    what = f"pdev-tui stopped: {type(error).__name__}: {error}"
    if path is None:
        return what + "\n" + "".join(traceback.format_exception(error))
    return f"{what}\nYour sessions keep running. Details: {path}"
