"""The user's own directories, after the XDG base directory specification."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APP = "pdev"


def _base(env: Mapping[str, str], variable: str, fallback: str) -> str:
    value = env.get(variable, "")
    # The specification: a relative path in these variables is to be ignored.
    if value.startswith("/"):
        return f"{value}/{APP}"
    home = env.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 - no error without a home
    # A user without a home has no files: below this nothing can be read, and nothing written.
    return f"{home if home.startswith('/') else os.devnull}/{fallback}/{APP}"


def _path(text: str) -> Path:
    from pathlib import Path  # not on the way of a command that opens no file there

    return Path(text)


def config_home(env: Mapping[str, str]) -> str:
    """The same as `config_dir`, as text."""
    return _base(env, "XDG_CONFIG_HOME", ".config")


def config_dir(env: Mapping[str, str]) -> Path:
    """The user's settings: `$XDG_CONFIG_HOME/pdev`, else `~/.config/pdev`."""
    return _path(config_home(env))


def state_dir(env: Mapping[str, str]) -> Path:
    """What the program remembers: `$XDG_STATE_HOME/pdev`, else `~/.local/state/pdev`."""
    return _path(state_home(env))


def state_home(env: Mapping[str, str]) -> str:
    """The same as `state_dir`, as text."""
    return _base(env, "XDG_STATE_HOME", ".local/state")


def cache_dir(env: Mapping[str, str]) -> Path:
    """What can be made again: `$XDG_CACHE_HOME/pdev`, else `~/.cache/pdev`."""
    return _path(_base(env, "XDG_CACHE_HOME", ".cache"))
