"""What the user wants to be told, and where news arrives. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.notify import (
    DesktopWay,
    Happening,
    QuietHours,
    Switch,
    quiet_hours,
)
from parallel_tui.record import dataclass, field


class Channel(StrEnum):
    """A way to tell."""

    TOAST = "toast"
    BELL = "bell"
    DESKTOP = "desktop"


class Held(StrEnum):
    """Why news is told by no channel; it stands in the list of notices all the same."""

    QUIET = "quiet hours"
    MUTED = "muted"
    OFF = "switched off"
    IN_VIEW = "its window was in view"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to be told, and how.

    Attributes:
        switches: By kind; a kind that is not there is on.
        toast: Whether news is shown in the dashboard.
        bell: Whether the terminal's bell rings.
        desktop: Whether the desktop shows it.
        quiet: Hours without news.
    """

    switches: Mapping[Happening, Switch] = field(default_factory=dict)
    toast: bool = True
    bell: bool = False
    desktop: bool = True
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where news arrives.

    Attributes:
        at: Seconds of a clock that is never set back.
        minute: Minute of the day by the local clock, counted from midnight.
        muted: Whether the user wants to hear nothing.
        watched: Whether the dashboard itself is what the user looks at.
        rings: Whether a bell in our own terminal could not be taken for somebody else's.
        first_look: Whether overlaps are told for the first time, so that they stood before.
    """

    at: float
    minute: int = 12 * 60
    muted: bool = False
    watched: bool = False
    rings: bool = True
    first_look: bool = False


def wishes_of(config: Config) -> Wishes:
    """What the settings say about telling."""
    given = {kind: Switch(getattr(config, f"notify_{kind.value}")) for kind in Happening}
    return Wishes(
        MappingProxyType(given),
        toast=config.notify_toast,
        bell=config.notify_bell,
        desktop=config.notify_desktop != DesktopWay.OFF,
        quiet=quiet_hours(config.notify_quiet_hours) if config.notify_quiet_hours else None,
    )


def hush(wishes: Wishes, moment: Moment) -> Held | None:
    """Why nothing is told at present, but what always is; `None` when news is told."""
    if moment.muted:
        return Held.MUTED
    quiet = wishes.quiet is not None and wishes.quiet.contain(moment.minute)
    return Held.QUIET if quiet else None
