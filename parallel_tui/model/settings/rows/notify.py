"""The rows of the settings table that say what the user is told: `notify.…`."""

from __future__ import annotations

from parallel_tui.model.settings import values
from parallel_tui.model.settings.notify import DesktopWay, Happening, Switch, quiet_hours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final


def switch(value: object) -> Switch:
    """On, off or always; YAML reads an unquoted `on` as true."""
    if isinstance(value, bool):
        return Switch.ON if value else Switch.OFF
    if isinstance(value, str) and value in tuple(Switch):
        return Switch(value)
    raise values.WrongValueError(value, f"one of {', '.join(Switch)}")


def desktop_way(value: object) -> DesktopWay:
    """Who shows a notification; YAML reads an unquoted `off` as false."""
    if isinstance(value, bool):
        return DesktopWay.AUTO if value else DesktopWay.OFF
    if isinstance(value, str) and value in tuple(DesktopWay):
        return DesktopWay(value)
    raise values.WrongValueError(value, f"one of {', '.join(DesktopWay)}")


def hours(value: object) -> str:
    """A part of each day, in one form."""
    found = quiet_hours(value) if isinstance(value, str) else None
    if found is None:
        raise values.WrongValueError(value, "hours such as '22:00-07:00', with two different times")
    return str(found)


_WHEN: Final = {
    Happening.WAITING: "an agent waits for you",
    Happening.FAILED: "an agent gave up",
    Happening.CRASHED: "an agent's process died",
    Happening.LIMITED: "an agent has reached a usage limit",
    Happening.DONE: "an agent is done",
    Happening.CONFLICT: "the work of two sessions comes to conflict",
    Happening.HANDOFF: "a session hands work to another",
}

_NAME: Final = "notify.{}"

ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    *(
        (
            _NAME.format(kind),
            f"notify_{kind}",
            switch,
            f"whether you are told when {_WHEN[kind]}: {', '.join(Switch)} (in quiet hours too)",
        )
        for kind in Happening
    ),
    ("notify.toast", "notify_toast", values.yes_or_no, "whether news is shown in the dashboard"),
    ("notify.bell", "notify_bell", values.yes_or_no, "whether the terminal's bell rings for news"),
    (
        "notify.desktop",
        "notify_desktop",
        desktop_way,
        f"who shows news on the desktop while you look elsewhere: {', '.join(DesktopWay)}",
    ),
    (
        "notify.quiet_hours",
        "notify_quiet_hours",
        values.optional(hours),
        "hours of the day without news, by the local clock, such as '22:00-07:00'",
    ),
)
"""Name, field, check and help of each row."""
