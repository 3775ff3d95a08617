"""Open one dashboard of several repositories."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from parallel_tui.first_list import FirstList, locate
from parallel_tui.model.text.safe import safe
from parallel_tui.places import RepositoryPlace, labels
from parallel_tui.ui.start.splash import lines, printed

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.bootstrap.together import Together
    from parallel_tui.ui.app import ParallelApp
    from parallel_tui.ui.several.group import Group
    from parallel_tui.ui.start.opening import Opening


def splash(places: Sequence[RepositoryPlace], columns: int, rows: int) -> str:
    """The names of all sessions below those of their repositories, as far as there is room."""
    shown: list[str] = []
    for place in places:
        if place.located is not None:
            shown += lines(place.located, rows)
        else:
            shown.append(f" ✕ {safe(place.name, 60)}")
    return printed(shown[: max(0, rows - 2)], columns)


class Several:
    """First lists, and what is put together of each repository once they are on the screen.

    Args:
        places: The repositories.
        settings: What the command line says.
    """

    def __init__(self, places: Sequence[RepositoryPlace], settings: Mapping[str, object]) -> None:
        self._places, self._settings = places, settings
        self._firsts = [
            FirstList(place.located) if place.located is not None else None for place in places
        ]
        self._openings: list[Opening] = []
        self._shared: Together | None = None

    def app(self, theme: str | None) -> ParallelApp:
        """The dashboard, not yet run.

        Args:
            theme: Theme asked for on the command line.
        """
        from parallel_tui.ui.several.app import SeveralApp
        from parallel_tui.ui.start.driver import TerminalDriver

        driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
        return SeveralApp(self._groups(), later=self._complete, theme_name=theme, driver=driver)

    def stop(self) -> None:
        """End the live views; safe to call twice, and when they never began."""
        for first in self._firsts:
            if first is not None:
                first.stop()
        for opening in tuple(self._openings):
            opening.stop()

    def _groups(self) -> tuple[Group, ...]:
        from parallel_tui.ui.several.group import Group

        names = labels([(place.name, place.directory) for place in self._places])
        made = []
        for number, (place, first) in enumerate(zip(self._places, self._firsts, strict=True)):
            load = self._late(place) if first is None else self._opening(place, first).core
            group = Group(
                str(number),
                names[number],
                place.directory,
                load,
                first.snapshot if first is not None else None,
                place.problem,
            )
            made.append(group)
        return tuple(made)

    def _opening(self, place: RepositoryPlace, first: FirstList) -> Opening:
        from parallel_tui.ui.start.opening import Opening

        opening = Opening(first, place.directory, self._settings, self._together())
        self._openings.append(opening)
        return opening

    def _together(self) -> Together:
        from parallel_tui.bootstrap.together import Together

        self._shared = self._shared or Together()
        return self._shared

    def _late(self, place: RepositoryPlace) -> Callable[[], Core]:
        """Opens a repository that could not be found at first."""

        def load() -> Core:
            return self._opening(place, FirstList(locate(place.directory))).core()

        return load

    def _complete(self, undisturbing: Callable[[], None]) -> None:
        for opening in tuple(self._openings):
            opening.complete(undisturbing)
