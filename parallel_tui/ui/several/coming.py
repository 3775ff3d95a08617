"""Take repositories into a dashboard that runs, and let others go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from parallel_tui.errors import UsageError
from parallel_tui.ui.several.naming import name_of
from parallel_tui.ui.tasks import ask

if TYPE_CHECKING:
    from parallel_tui.ui.several.app import SeveralApp
    from parallel_tui.ui.several.group import Group


class FolderChanged(Message, bubble=False):
    """Repositories appeared in a folder that is watched, or are gone from it.

    Attributes:
        order: Directories of the repositories there, as they are to be shown.
        came: Makes the group of each new one.
        gone: Directories of those that are gone.
        said: What is told beside; empty for nothing.
    """

    def __init__(
        self,
        order: Sequence[str],
        came: Sequence[Callable[[], Group]],
        gone: Sequence[str],
        said: str = "",
    ) -> None:
        super().__init__()
        self.order, self.came, self.gone, self.said = order, came, gone, said


class Coming:
    """Adds groups and takes them away. For the event loop only.

    Args:
        app: The dashboard.
    """

    def __init__(self, app: SeveralApp) -> None:
        self._app = app
        self._going: dict[Group, None] = {}
        self._ended: set[Group] = set()

    def take(self, changed: FolderChanged) -> None:
        """Show what came, and let go what is gone."""
        gone = [group for group in self._app.groups if group.directory in changed.gone]
        self._going.update(dict.fromkeys(gone))
        came = [make() for make in changed.came]
        for group in came:
            self._app.groups = _placed(self._app.groups, group, changed.order)
            self._app.welcome(group)
        if came:
            self._show()
        self.part()
        if changed.said:
            self._app.several.tell(changed.said, severity="warning")

    def part(self) -> None:
        """Let go those that are gone, but for what is still at work or asked about."""
        app = self._app
        subjects = {name_of(screen) for screen in app.screen_stack}
        for group in tuple(self._going):
            if group.busy or group.label in subjects:
                continue  # asked again at the end of that
            others = [each for each in app.groups if each is not group]
            self._end(group)
            if not others:  # a dashboard is of one at least; this one goes when another comes
                words = f"{group.directory} is not there any more"
                group.fail(UsageError(words, hint="Whatever appears in the folder is shown."))
                self._show()
                return
            del self._going[group]
            self._ended.discard(group)
            place = app.groups.index(group)
            app.groups = tuple(others)
            if app.several.current is group:
                app.several.switch(others[min(place, len(others) - 1)])
            self._show()
            if group.followed.is_attached:
                group.followed.remove()

    def _show(self) -> None:
        self._app.several.regroup(self._app.groups)

    def _end(self, group: Group) -> None:
        if group in self._ended:
            return
        self._ended.add(group)
        keeper, group.segment = group.segment, None
        group.engine, group.ready = None, False

        async def end() -> None:
            if keeper is not None:
                await ask(keeper.end)
            if group.end is not None:
                await ask(group.end)

        self._app.run_worker(end(), group=f"end {group.key}", exit_on_error=False)


def _placed(groups: tuple[Group, ...], new: Group, order: Sequence[str]) -> tuple[Group, ...]:
    """Groups with a new one where a folder's order has it, at the end where that tells nothing."""
    place = {directory: number for number, directory in enumerate(order)}
    mine = place[new.directory]
    before = [n for n, each in enumerate(groups) if place.get(each.directory, mine) < mine]
    after = [n for n, each in enumerate(groups) if place.get(each.directory, mine) > mine]
    at = before[-1] + 1 if before else after[0] if after else len(groups)
    return (*groups[:at], new, *groups[at:])
