"""File in which the dashboard keeps how somebody likes to see it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parallel_tui.adapters.disk import files, reading
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.settings import user_dirs
from parallel_tui.model.text import strict_json
from parallel_tui.model.view.habits import Habits
from parallel_tui.record import dataclass, field

_FORMAT = 1
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class HabitsFile:
    """`view.json` in the user's state directory, never in the repository.

    Attributes:
        env: Environment that tells where the state directory is.
    """

    env: Mapping[str, str] = field(repr=False)

    @property
    def path(self) -> Path:
        """Path of the file, which need not exist."""
        return user_dirs.state_dir(self.env) / "view.json"

    def read(self) -> Habits:
        """What was kept last; nothing where there is none, or it cannot be read."""
        try:
            found = reading.read_json(self.path, follow=True) or {}
        except CouldNotLookError:
            return Habits()

        def text(name: str) -> str:
            value = found.get(name)
            return value if isinstance(value, str) and len(value) <= _LONGEST else ""

        return Habits(text("theme"), text("zoom"), text("tab"), text("order"))

    def keep(self, habits: Habits) -> None:
        """Keep habits.

        Raises:
            OSError: When they cannot be written.
        """
        text = strict_json.document(
            {
                "format": _FORMAT,
                "theme": habits.theme,
                "zoom": habits.zoom,
                "tab": habits.tab,
                "order": habits.order,
            }
        )
        files.write_atomically(self.path, text, mode=0o600)
