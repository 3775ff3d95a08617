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
_LONGEST = 4096
_MOST = 500


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

        def names(name: str) -> tuple[str, ...]:
            value = found.get(name)
            listed = value[:_MOST] if isinstance(value, list) else []
            there = (each for each in listed if isinstance(each, str) and len(each) <= _LONGEST)
            return tuple(dict.fromkeys(there))

        def directories(name: str) -> tuple[str, ...]:
            return tuple(each for each in names(name) if each.startswith("/"))

        return Habits(
            theme=text("theme"),
            zoom=text("zoom"),
            tab=text("tab"),
            order=text("order"),
            machines=text("machines"),
            folded_machines=names("folded_machines"),
            repository=text("repository"),
            session=text("session"),
            folded=directories("folded"),
            repositories=directories("repositories"),
        )

    def keep(self, habits: Habits) -> None:
        """Keep habits. Repositories that others opened meanwhile stay, those that are gone do not.

        Raises:
            OSError: When they cannot be written.
        """
        every = dict.fromkeys((*habits.repositories, *self.read().repositories))
        there: list[strict_json.Json] = [each for each in every if Path(each).is_dir()]
        folded: list[strict_json.Json] = [*habits.folded]
        text = strict_json.document(
            {
                "format": _FORMAT,
                "theme": habits.theme,
                "zoom": habits.zoom,
                "tab": habits.tab,
                "order": habits.order,
                "machines": habits.machines,
                "folded_machines": [*habits.folded_machines],
                "repository": habits.repository,
                "session": habits.session,
                "folded": folded,
                "repositories": there[:_MOST],
            }
        )
        files.write_atomically(self.path, text, mode=0o600)
