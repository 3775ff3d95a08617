"""Ask Claude Code itself which of its processes live. It costs half a second of a processor."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.agents.mechanics import values
from parallel_tui.adapters.process import programs
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.text import strict_json

_PROGRAM: Final = "claude"
_PATIENCE: Final = 20.0


class AskedClaude:
    """Asks `claude agents --json`; see `ports.agents.AgentCensus`.

    Args:
        env: Says where the program is, and where it keeps its files.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env

    def statuses(self) -> Mapping[int, str] | None:
        """See `AgentCensus.statuses`."""
        program = shutil.which(_PROGRAM, path=self._env.get("PATH"))
        if program is None:
            return None
        asked = f"{_PROGRAM} agents --json"
        try:
            status, out, _ = programs.ask(
                [program, "agents", "--json"], env=self._env, more={}, timeout=_PATIENCE
            )
            found = strict_json.parse(out)
        except (OSError, TimeoutError, strict_json.NotJsonError) as error:
            why = str(error) or f"it took longer than {_PATIENCE:g} s"
            raise CouldNotLookError(f"`{asked}` gave no answer: {why}") from error
        if status or not isinstance(found, list):
            raise CouldNotLookError(f"`{asked}` ended with status {status}")
        told = {}
        for each in found:
            pid = values.process(each.get("pid")) if isinstance(each, dict) else None
            if pid is not None and isinstance(each, dict):
                told[pid] = values.text(each, "status")
        return told
