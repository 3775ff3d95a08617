"""Open one dashboard of several repositories."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from parallel_tui.first_list import FirstList, locate, reading_all, repositories_in
from parallel_tui.model.text.safe import safe
from parallel_tui.places import MOST, RepositoryPlace, is_gone, labels, look_at
from parallel_tui.ui.start.splash import lines, printed

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.bootstrap.together import Together
    from parallel_tui.engine.watching.shared.folders import RepositoryFolders
    from parallel_tui.ui.app import ParallelApp
    from parallel_tui.ui.several.group import Group
    from parallel_tui.ui.start.opening import Opening

_LAST_LOOK: Final = 2.0
"""Seconds that a look at folders may take to end."""


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
        self._settings = settings
        self._places = list(places)
        there = [place.located for place in places if place.located is not None]
        # One for all: more would take the time of the core that imports.
        early = reading_all(there)
        self._firsts = [
            FirstList(place.located, early) if place.located is not None else None
            for place in places
        ]
        self._numbers = itertools.count()
        self._openings: list[Opening] = []
        self._shared: Together | None = None
        self._app: ParallelApp | None = None
        self._folders: RepositoryFolders | None = None
        self._left_out: set[str] = set()
        self._lock = threading.Lock()
        self._ended = False

    def app(self, theme: str | None) -> ParallelApp:
        """The dashboard, not yet run.

        Args:
            theme: Theme asked for on the command line.
        """
        from parallel_tui.ui.several.app import SeveralApp
        from parallel_tui.ui.start.driver import TerminalDriver

        driver = None if os.environ.get("TEXTUAL_DRIVER") else TerminalDriver
        groups = [
            self._group(place, label, first)
            for place, label, first in zip(
                self._places,
                labels([(place.name, place.directory) for place in self._places]),
                self._firsts,
                strict=True,
            )
        ]
        self._app = SeveralApp(groups, later=self._complete, theme_name=theme, driver=driver)
        return self._app

    def stop(self) -> None:
        """End the live views; safe to call twice, and when they never began."""
        with self._lock:
            self._ended = True
        if self._folders is not None:
            self._folders.stop()
        for first in self._firsts:
            if first is not None:
                first.stop()
        for opening in tuple(self._openings):
            opening.stop()
        if self._folders is not None:
            self._folders.join(_LAST_LOOK)

    def _group(
        self, place: RepositoryPlace, label: str, first: FirstList | None, *, later: bool = False
    ) -> Group:
        from parallel_tui.ui.several.group import Group

        made = self._opening(place, first) if first is not None else None
        group = Group(
            str(next(self._numbers)),
            label,
            place.directory,
            self._late(place) if made is None else made.core,
            first.snapshot if first is not None else None,
            place.problem,
        )
        if made is not None:
            group.end = partial(self._close, made)
            group.complete = made.complete if later else None
        return group

    def _opening(self, place: RepositoryPlace, first: FirstList) -> Opening:
        from parallel_tui.ui.start.opening import Opening

        opening = Opening(first, place.directory, self._settings, self._together())
        self._openings.append(opening)
        return opening

    def _close(self, opening: Opening) -> None:
        """End what one repository has."""
        opening.stop()
        with self._lock:
            if opening in self._openings:
                self._openings.remove(opening)

    def _together(self) -> Together:
        from parallel_tui.bootstrap.together import Together

        self._shared = self._shared or Together()
        return self._shared

    def _late(self, place: RepositoryPlace) -> Callable[[], Core]:
        """Opens a repository that could not be found at first."""

        def load() -> Core:
            located = locate(place.directory)
            core = self._opening(place, FirstList(located)).core()
            place.located = located
            return core

        return load

    def _complete(self, undisturbing: Callable[[], None]) -> None:
        self._watch_folders()
        for opening in tuple(self._openings):
            opening.complete(undisturbing)

    # Folders whose repositories come and go

    def _watch_folders(self) -> None:
        folders = list(dict.fromkeys(place.folder for place in self._places if place.folder))
        with self._lock:
            if not folders or self._ended:
                return
            self._folders = self._together().folders(folders, repositories_in, self._look)
            with suppress(RuntimeError):  # no thread is left: what is there is shown
                self._folders.start()

    def _look(self, folder: str, there: Sequence[str]) -> bool:
        """Tell the dashboard what came to a folder and what is gone; whether to look again soon."""
        mine = [place for place in self._places if place.folder == folder]
        broken = [place for place in mine if place.located is None]
        shown = {place.directory for place in self._places if place not in broken}
        found = look_at([each for each in there if each not in shown], folder)
        well = {place.directory for place in found if place.located is not None}
        gone = [each for each in mine if is_gone(each.directory)]
        gone += [each for each in broken if each.directory in well]  # another stands there now
        kept = [place for place in self._places if place not in gone]
        known = {place.identity for place in kept}
        new: list[RepositoryPlace] = []
        more = ""
        for place in found:
            if place.located is None or place.identity in known:
                continue
            if len(kept) + len(new) >= MOST:
                if place.directory not in self._left_out:
                    more = f"{place.name} is not shown: {MOST} repositories are shown at most."
                self._left_out.add(place.directory)
                continue
            known.add(place.identity)
            new.append(place)
        if new or gone or more:
            self._tell(there, kept, new, [place.directory for place in gone], more)
        seen = {place.directory for place in broken}
        return any(each.located is None and each.directory not in seen for each in found)

    def _tell(
        self,
        order: Sequence[str],
        kept: list[RepositoryPlace],
        new: list[RepositoryPlace],
        gone: Sequence[str],
        more: str,
    ) -> None:
        from parallel_tui.ui.several.coming import FolderChanged

        self._places = [*kept, *new]
        names = {place.name for place in kept}
        came = []
        for place in new:
            label = f"{place.name} ({place.directory})" if place.name in names else place.name
            names.add(place.name)
            came.append(partial(self._come, place, label))
        with suppress(RuntimeError):  # the loop has ended
            if self._app is not None:
                self._app.post_message(FolderChanged(order, came, gone, more))

    def _come(self, place: RepositoryPlace, label: str) -> Group:
        """The group of a repository that appeared; for the event loop."""
        first = FirstList(place.located) if place.located is not None else None
        return self._group(place, label, first, later=True)
