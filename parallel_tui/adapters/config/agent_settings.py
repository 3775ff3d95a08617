"""Read a coding agent's settings: whether its hooks report to pdev.

The files and their order are those of Claude Code: the user's, the project's, the project's local
ones; hooks of all of them run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from parallel_tui.adapters.config import hook_reports
from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.lifecycle.hook_settings import HookSettings

_LOCAL: Final = "settings.local.json"
_LARGEST: Final = 4 << 20
_OURS: Final = re.compile(r"\bpdev\b|parallel_tui")


def heard(root: str) -> Mapping[str, float]:
    """When the hook last reported anything of each session, in epoch seconds.

    Args:
        root: The coordination root.
    """
    told = sorted(hook_reports.reports(root), key=lambda each: each.when)
    return {each.session: each.when for each in told}


def read(worktree: str, main: str, env: Mapping[str, str]) -> HookSettings:
    """The settings in effect in a worktree.

    Args:
        worktree: Its directory.
        main: The main worktree, whose local settings hold in all of them.
        env: `CLAUDE_CONFIG_DIR` and `HOME` say where the user's settings are.
    """
    found = HookSettings()
    for path in dict.fromkeys((*_files(worktree, env), Path(main, ".claude", _LOCAL))):
        try:
            data = reading.read_json(path, limit=_LARGEST, follow=True)
        except UnusableFileError as error:
            found.broken.append((str(path), error.message))
            continue
        if data is None:
            continue
        if data.get("disableAllHooks") is True:
            found.disabled = str(path)
        if any(_OURS.search(command) for command in _commands(data.get("hooks"))):
            found.calls.append(str(path))
    return found


def _files(worktree: str, env: Mapping[str, str]) -> Iterator[Path]:
    own = env.get("CLAUDE_CONFIG_DIR") or (f"{env['HOME']}/.claude" if env.get("HOME") else "")
    if own:
        yield Path(own, "settings.json")
    yield Path(worktree, ".claude", "settings.json")
    yield Path(worktree, ".claude", _LOCAL)


def _commands(value: Any) -> Iterator[str]:
    """Every command line anywhere below the `hooks` key."""
    if isinstance(value, dict):
        command = value.get("command")
        if isinstance(command, str):
            yield command
        for each in value.values():
            yield from _commands(each)
    elif isinstance(value, list):
        for each in value:
            yield from _commands(each)
