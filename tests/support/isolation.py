"""Keeps every test away from the developer's own home, git settings and tmux server."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

SAFE_TMUX_DIRS: set[str] = set()
"""Directories in which tests may have tmux sockets."""


def environment(home: Path, tmux_dir: Path) -> dict[str, str]:
    """A complete environment for a program under test.

    Args:
        home: An empty directory to live in.
        tmux_dir: A directory with a short path for tmux sockets (a socket's path has at most
            107 bytes).
    """
    kept = {key: os.environ[key] for key in ("PATH", "VIRTUAL_ENV") if key in os.environ}
    return {
        **kept,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_RUNTIME_DIR": str(home / ".run"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@example.invalid",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@example.invalid",
        "GIT_TERMINAL_PROMPT": "0",
        "TMUX_TMPDIR": str(tmux_dir),
        "SCREENDIR": str(tmux_dir / "screens"),
        "SHELL": "/bin/sh",
        "ENV": "/dev/null",
        "PS1": "$ ",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "TEXTUAL_ANIMATIONS": "none",
    }


def _refuse_foreign_tmux(event: str, args: tuple[object, ...]) -> None:
    if event != "subprocess.Popen":
        return
    argv, env = args[1], args[3]
    words = [os.fsdecode(word) for word in argv] if isinstance(argv, list | tuple) else [str(argv)]
    name = Path(words[0]).name if words else ""
    where: Mapping[str, str] = env if isinstance(env, Mapping) else os.environ
    if name == "screen":
        folder = where.get("SCREENDIR", "")
        if where.get("STY") or not any(folder.startswith(safe) for safe in SAFE_TMUX_DIRS):
            raise RuntimeError(f"a test would touch screen sessions that are not its own: {words}")
    if name != "tmux":
        return
    if "-S" in words[:4]:
        folder = str(Path(words[words.index("-S") + 1]).parent)
    else:
        folder = where.get("TMUX_TMPDIR", "")
    if where.get("TMUX") or not any(folder.startswith(safe) for safe in SAFE_TMUX_DIRS):
        raise RuntimeError(f"a test would touch a tmux server that is not its own: {words}")


def install_guard() -> None:
    """Make any tmux started from this process outside a test's own socket folder an error."""
    sys.addaudithook(_refuse_foreign_tmux)
