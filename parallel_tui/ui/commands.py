"""Table of all commands of the dashboard.

One entry gives the key, the footer, the palette, the help screen and the id under which `keys:` in
the configuration remaps it. The commands stand with their handlers in `controllers`; here they are
put in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from textual.binding import Binding

from parallel_tui.ui.command import Command
from parallel_tui.ui.controllers import (
    boundaries,
    lifecycle,
    overlaps,
    reaching,
    sessions,
    sharing,
    tasks,
    telling,
    view,
)
from parallel_tui.ui.controllers.landing import aftermath, plan
from parallel_tui.ui.controllers.machine import showing
from parallel_tui.ui.controllers.starts import teams
from parallel_tui.ui.panes import lower
from parallel_tui.ui.panes.detail import TABS

_PLACES: Final = (*lower.IDS, *TABS)


def _by_place(command: Command[Any]) -> int:
    """Global commands first, then those of single panes in the order of the panes."""
    return 1 + _PLACES.index(command.places[0]) if command.places else 0


_LAST: Final = 3
"""Commands that stand at the very end: palette, help, quit."""

COMMANDS: Final[tuple[Command[Any], ...]] = (
    *sorted(
        (
            *sessions.COMMANDS,
            *teams.COMMANDS,
            *plan.COMMANDS,
            *lifecycle.COMMANDS,
            *aftermath.COMMANDS,
            *sharing.COMMANDS,
            *tasks.COMMANDS,
            *reaching.COMMANDS,
            *overlaps.COMMANDS,
            *boundaries.COMMANDS,
            *showing.COMMANDS,
        ),
        key=_by_place,
    ),
    *view.COMMANDS[:-_LAST],
    *telling.COMMANDS,
    *view.COMMANDS[-_LAST:],
)

BY_ID: Final[Mapping[str, Command[Any]]] = {command.id: command for command in COMMANDS}


def meant(command: Command[Any], pane: str) -> bool:
    """Whether a command's keys invoke it while a pane has the focus.

    A key that means something of its own in a pane means nothing else there.
    """
    if command.places:
        return pane in command.places
    return command.id not in _hidden(pane)


@cache
def _hidden(pane: str) -> frozenset[str]:
    """Commands whose keys invoke something else in a pane."""
    own = {key for one in COMMANDS if pane in one.places for key in one.keys.split(",")}
    return frozenset(
        one.id for one in COMMANDS if not one.places and own & set(one.keys.split(","))
    )


def bindings() -> list[Binding]:
    """The commands as bindings of the dashboard, remappable by id."""
    return [
        Binding(
            command.keys,
            f"command('{command.id}')",
            command.title,
            show=command.footer,
            id=command.id,
            tooltip=command.help,
            key_display=_SHOWN.get(command.keys),
        )
        for command in COMMANDS
    ]


_SHOWN: Final = {"enter": "Enter", "space,enter": "Enter", "tab": "Tab", "escape": "Esc"}
"""Keys that read better than Textual's names for them."""
