"""Open the windows of a session that is started."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.errors import RefusedError
from parallel_tui.model.layout.opening import windows_for
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from parallel_tui.model.settings.consent import ApprovedPane
    from parallel_tui.ports.mux import Arranging, Mux


def open_windows(
    mux: Mux,
    arranging: Callable[[], Arranging],
    layout: Layout,
    panes: Sequence[ApprovedPane],
    session: str,
    directory: str,
    own: Mapping[str, str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Open all windows of a layout for one session, all or none.

    Args:
        mux: Opens one window.
        arranging: Gives what opens several.
        layout: Which.
        panes: Its panes, their commands filled in.
        session: The session's name.
        directory: Its worktree.
        own: Variables that say what is the session's own.

    Returns:
        Their ids, and what could not be set, in words.

    Raises:
        RefusedError: When one is to start in a directory that is not there.
        MuxError: When one could not be opened.
    """
    env = {**agent_command.environment(session), **own}
    if layout == Layout.of(*layout.panes) and not any(map(_needs_more, panes)):
        window = mux.open_window(
            session=session, name=session, directory=directory, panes=panes, env=env
        )
        return (window,), ()
    windows = windows_for(layout, panes, session, directory, env)
    for each in windows:
        for place in (each.directory, *(pane.directory or directory for pane in each.panes)):
            if not Path(place).is_dir():
                raise RefusedError(
                    f"A window of the layout is to start in {place}, which is no directory.",
                    hint="Make it in the setup lines, or change the layout.",
                )
    return arranging().open(windows, layout.options)


def _needs_more(pane: ApprovedPane) -> bool:
    """Whether a pane needs more than a command and a place beside another."""
    return bool(pane.typed or pane.directory or pane.env or pane.focus)
