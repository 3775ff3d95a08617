"""Words of the tmux commands that open windows and panes, and take them back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.panes.script import pane_script
from parallel_tui.adapters.tmux.listing import EXIT_OPTION
from parallel_tui.model.settings.consent import ApprovedPane

OPENED_OPTION: Final = "@pdev_opened"
"""Window option: which call opened it, so that one that fails closes what it opened."""

PANE_SCRIPT: Final = pane_script(
    f'tmux set-option -p -t "$TMUX_PANE" {EXIT_OPTION} "$ended $(date +%s)" 2>/dev/null'
)
"""How a command ended, and when, is left in an option of the pane, where each listing finds it."""


def environment(env: Mapping[str, str]) -> list[str]:
    """Options that set variables in a pane."""
    return [word for key, value in env.items() for word in ("-e", f"{key}={value}")]


def program(pane: ApprovedPane) -> list[str]:
    """Several words, so that tmux runs them directly and not through the user's shell."""
    return ["--", "sh", "-c", PANE_SCRIPT, "pdev", pane.command.text]


def closing(own: str, token: str) -> list[str]:
    """The command that closes the window with a token, whatever it is called; else it fails."""
    # without its sign, so that none is found where no window has the token
    number = "#{s/^@//:window_id}"
    found = f"#{{W:#{{?#{{==:#{{{OPENED_OPTION}}},{token}}},{number},}}}}"
    return ["run-shell", "-C", "-t", f"{own}:", f"kill-window -t @{found}"]
