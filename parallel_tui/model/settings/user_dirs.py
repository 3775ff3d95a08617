"""The user's own directories, after the XDG base directory specification."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

APP = "pdev"


def _base(env: Mapping[str, str], variable: str, fallback: str) -> Path:
    value = env.get(variable, "")
    # The specification: a relative path in these variables is to be ignored.
    if value.startswith("/"):
        return Path(value)
    home = env.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - no error without a home
    # A user without a home has no files: below this nothing can be read, and nothing written.
    return Path(home if home.startswith("/") else os.devnull) / fallback


def config_dir(env: Mapping[str, str]) -> Path:
    """Folder of the user's settings: `$XDG_CONFIG_HOME/pdev`, else `~/.config/pdev`."""
    return _base(env, "XDG_CONFIG_HOME", ".config") / APP


def state_dir(env: Mapping[str, str]) -> Path:
    """Folder of persistent state: `$XDG_STATE_HOME/pdev`, else `~/.local/state/pdev`."""
    return _base(env, "XDG_STATE_HOME", ".local/state") / APP


def cache_dir(env: Mapping[str, str]) -> Path:
    """Folder of the cache: `$XDG_CACHE_HOME/pdev`, else `~/.cache/pdev`."""
    return _base(env, "XDG_CACHE_HOME", ".cache") / APP
