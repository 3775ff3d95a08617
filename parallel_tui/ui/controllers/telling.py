"""Commands about what is told: read it again, and mute it."""

from __future__ import annotations

from typing import Any, Final

from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.command import PROGRAM, Command
from parallel_tui.ui.telling.app import TellingApp


class TellingCommands:
    """Shows what was told, and mutes what will be.

    Args:
        cockpit: The dashboard.
        teller: Tells.
    """

    def __init__(self, cockpit: Cockpit, teller: TellingApp) -> None:
        self._cockpit = cockpit
        self._teller = teller

    def notices(self) -> None:
        """Show the latest notices."""
        from parallel_tui.ui.screens.notices import NoticesScreen

        self._cockpit.push(NoticesScreen(self._teller.notices))

    def mute(self) -> None:
        """Mute news, or tell it again."""
        muted = self._teller.toggle_mute()
        key = self._cockpit.key_of("notices")
        where = f"; {key} lists them" if key else ""
        told = f"Notices are muted{where}." if muted else "Notices are shown again."
        self._cockpit.tell(told)


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "notices",
        "exclamation_mark",
        "Notices",
        "List the latest notices.",
        PROGRAM,
        TellingCommands,
        lambda here, _: here.notices(),
    ),
    Command(
        "mute",
        "M",
        "Mute/unmute",
        "Show no notices until you press it again; they are listed all the same.",
        PROGRAM,
        TellingCommands,
        lambda here, _: here.mute(),
    ),
)
