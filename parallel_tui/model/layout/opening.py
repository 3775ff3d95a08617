"""What opening a layout runs, with the origin of each line. Pure."""

from __future__ import annotations

import os

from parallel_tui.errors import UsageError
from parallel_tui.model.layout.windows import NewWindow
from parallel_tui.model.settings.consent import Wanted
from parallel_tui.model.settings.consent_question import ShellLine
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Final, TypeVar

    from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Origin
    from parallel_tui.model.settings.consent import ApprovedPane

    _Pane = TypeVar("_Pane")

CHECK: Final = "{check}"
"""Stands in a pane's command for the commands of `merge.check`."""


def wanted(
    name: str,
    layout: Layout,
    origin: Origin,
    agent: ShellLine,
    check: Sequence[ShellLine] = (),
    setup: Sequence[ShellLine] = (),
) -> Wanted:
    """Everything that opening a layout runs or sets.

    Args:
        name: Of the layout, for the question.
        layout: The windows to be opened, no others.
        origin: Where the layout came from.
        agent: What starts the agent.
        check: What `{check}` stands for.
        setup: Lines to run before those of the layout.
    """
    use = f"layout {name}"
    before = [ShellLine(text, origin, f"{use}, before it opens") for text in layout.before]
    return Wanted(
        setup=(*setup, *before),
        agent=agent,
        panes=tuple((pane, _line(pane, origin, use, check)) for pane in layout.panes),
        set_beside=tuple(_set_beside(layout, origin, use)),
    )


def _line(pane: LayoutPane, origin: Origin, use: str, check: Sequence[ShellLine]) -> ShellLine:
    if CHECK not in pane.command:
        return ShellLine(pane.command, origin, use)
    text = pane.command.replace(CHECK, " && ".join(each.text for each in check))
    foreign = next((each.origin for each in check if each.origin.asked_about), origin)
    return ShellLine(text, foreign, use)


def _set_beside(layout: Layout, origin: Origin, use: str) -> Iterator[ShellLine]:
    """Variables and options: both can make a program, or tmux itself, run something."""
    parts: tuple[Layout | LayoutWindow, ...] = (layout, *layout.windows)
    for part in parts:
        for key, value in part.env:
            yield ShellLine(f"{key}={value}", origin, f"{use}, variable")
        for key, value in part.options:
            yield ShellLine(f"{key} {value}", origin, f"{use}, option of tmux")


def by_window(
    windows: Sequence[LayoutWindow], panes: Sequence[_Pane]
) -> tuple[tuple[_Pane, ...], ...]:
    """Things that are one a pane, window by window."""
    found = []
    at = 0
    for window in windows:
        found.append(tuple(panes[at : at + len(window.panes)]))
        at += len(window.panes)
    return tuple(found)


def names_for(layout: Layout, session: str = "") -> tuple[str, ...]:
    """The name of each window, by which it is found again.

    Args:
        layout: Whose.
        session: The session that all of them are for; empty for the repository's.
    """
    names = []
    for at, window in enumerate(layout.windows):
        own = window.name or window.session
        if session:
            names.append(session if at == 0 else f"{session}/{own or at + 1}")
        else:
            names.append(own or f"window-{at + 1}")
    return tuple(names)


def layout_named(name: str, layouts: Mapping[str, Layout], more: str = "") -> Layout:
    """The layout of a name.

    Args:
        name: Which.
        layouts: All that there are.
        more: What else could be named, for the hint.

    Raises:
        UsageError: When there is none of that name.
    """
    found = layouts.get(name)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, layouts, n=1)
        raise UsageError(
            f"There is no layout named {name!r}.",
            hint=f"Did you mean {near[0]!r}?"
            if near
            else f"There are: {', '.join(layouts)}{more}.",
        )
    return found


def for_one(layout: Layout) -> bool:
    """Whether a layout can be opened for one session: it names none."""
    return not any(window.session for window in layout.windows)


def only(layout: Layout, positions: Sequence[int]) -> Layout:
    """The layout with some of its windows."""
    return replace(layout, windows=tuple(layout.windows[at] for at in positions))


def windows_for(
    layout: Layout,
    panes: Sequence[ApprovedPane],
    session: str,
    directory: str,
    env: Mapping[str, str],
) -> tuple[NewWindow, ...]:
    """The windows of a layout that is opened for one session.

    Args:
        layout: Its windows.
        panes: Their panes, all of them.
        session: The session's name.
        directory: Its worktree.
        env: Variables that tell programs so.
    """
    made = []
    names = names_for(layout, session)
    for name, window, own in zip(
        names, layout.windows, by_window(layout.windows, panes), strict=True
    ):
        start = beside(directory, layout.directory, window.directory)
        made.append(
            NewWindow(
                name=name,
                session=session,
                directory=start,
                panes=tuple(placed(start, pane) for pane in own),
                env={**env, **dict(layout.env), **dict(window.env)},
                arrangement=window.arrangement,
                options=window.options,
                focus=window.focus,
            )
        )
    return tuple(made)


def placed(start: str, pane: ApprovedPane) -> ApprovedPane:
    """A pane whose directory is absolute."""
    return replace(pane, directory=beside(start, pane.directory)) if pane.directory else pane


def beside(start: str, *parts: str) -> str:
    """A directory that is given in parts, each seen from the one before; `~` is the home."""
    for part in parts:
        start = os.path.normpath(os.path.join(start, os.path.expanduser(part)))  # noqa: PTH111, PTH118
    return start
