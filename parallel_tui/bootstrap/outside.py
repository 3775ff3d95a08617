"""Puts together what tells the user something outside the dashboard."""

from __future__ import annotations

from parallel_tui.adapters.desktop import DesktopNotifications
from parallel_tui.adapters.disk.habits import HabitsFile
from parallel_tui.adapters.disk.segment import SegmentFile
from parallel_tui.adapters.tmux.passing import through
from parallel_tui.model.settings.notify import DesktopWay
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.session.repository import Repository
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.telling import Desktop, KeptHabits, Segment


@dataclass(frozen=True, slots=True)
class Outside:
    """Ways out of the dashboard.

    Attributes:
        desktop: Notifications on the desktop.
        segment: The numbers for status lines that a dashboard keeps.
        habits: How somebody likes to see it.
    """

    desktop: Desktop
    segment: Segment
    habits: KeptHabits


def outside(repository: Repository, config: Config, env: Mapping[str, str]) -> Outside:
    """The ways out.

    Args:
        repository: Which.
        config: The settings.
        env: Our environment.
    """

    def passed_on(sequence: str, shown: bool) -> str:
        return through(sequence, env, shown)

    way = DesktopWay(config.notify_desktop)
    desktop = DesktopNotifications(way, env, passed_on)
    return Outside(desktop, SegmentFile(repository.common_dir), HabitsFile(env))
