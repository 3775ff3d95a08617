"""Hooks that an agent's settings configure."""

from __future__ import annotations

from typing import Final

from parallel_tui.record import dataclass, field

AGENT: Final = "claude"
"""Program of the agent whose settings these are."""


@dataclass(slots=True)
class HookSettings:
    """Hooks that were found in the settings.

    Attributes:
        calls: Files whose hooks call pdev.
        disabled: File that turns all hooks off; `None` when none does.
        broken: Files that cannot be read, with the reason.
    """

    calls: list[str] = field(default_factory=list)
    disabled: str | None = None
    broken: list[tuple[str, str]] = field(default_factory=list)
