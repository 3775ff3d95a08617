"""Puts together what tells the user something outside the dashboard."""

from __future__ import annotations

from parallel_tui.adapters.desktop import DesktopNotifications
from parallel_tui.adapters.tmux.passing import through
from parallel_tui.model.settings.notify import DesktopWay

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.telling import Desktop


def desktop(config: Config, env: Mapping[str, str]) -> Desktop:
    """Notifications on the desktop.

    Args:
        config: The settings.
        env: Our environment.
    """

    def passed_on(sequence: str, shown: bool) -> str:
        return through(sequence, env, shown)

    return DesktopNotifications(DesktopWay(config.notify_desktop), env, passed_on)
