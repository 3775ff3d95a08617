"""Tab with the current content of a session's terminal."""

from __future__ import annotations

import os

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.window import Pane, Screen, Window
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.widgets.terminal_view import TerminalView
from parallel_tui.ui.widgets.words import say


class PreviewPane(Vertical, can_focus=True):
    """The contents of a terminal, or why there are none."""

    DEFAULT_CSS = """
    PreviewPane { height: 1fr; }
    PreviewPane > Static { height: auto; padding: 1 2; color: $text-muted; }
    PreviewPane > #preview-dead { padding: 0 1; color: $text-warning; text-style: bold; }
    """

    def compose(self) -> ComposeResult:
        """The terminal, and the text for when there is none."""
        yield Static(id="preview-hint")
        yield Static(id="preview-dead")
        yield TerminalView(id="terminal")

    def show(self, session: Session | None, pane: Pane | None, screen: Screen | None) -> None:
        """Show a pane's contents; those of any other pane are ignored."""
        terminal = self.query_one(TerminalView)
        hint, dead = (
            self.query_one("#preview-hint", Static),
            self.query_one("#preview-dead", Static),
        )
        fits = (
            screen if pane is not None and screen is not None and screen.pane == pane.id else None
        )
        comes = fits is None and pane is not None and not is_ours(pane)
        if comes:
            terminal.wait()
        else:
            terminal.show(fits)
        terminal.display = comes or fits is not None
        hint.display = not terminal.display
        if hint.display:
            say(hint, keyed(_why(session, pane), keys_of(self.app)))
        dead.display = pane is not None and pane.dead
        if pane is not None and pane.dead:
            say(
                dead,
                f"{safe(pane.command) or 'The program'} has ended; this is the last of its output.",
            )


def _why(session: Session | None, pane: Pane | None) -> str:
    if session is None:
        return "Select a session to see its terminal here."
    if pane is not None:
        return "This dashboard runs in it."
    if session.worktree is not None and session.worktree.missing:
        return "No window, and its directory is gone."
    if session.worktree is not None and session.worktree.bare:
        return "A bare repository has no window."
    if session.state is SessionState.UNKNOWN:
        return f"Its window cannot be seen: {_plain(session.evidence.detail)}"
    return "No window: {attach} opens one."


def _plain(words: str) -> str:
    """Words from outside, in a text in which `{command}` stands for a key."""
    return safe(words, 400).replace("{", "(").replace("}", ")")


def is_ours(pane: Pane) -> bool:
    """Whether this very dashboard runs in the pane: its preview would contain itself.

    A pane's first process leads the session (setsid(2)) of all that run in its terminal.
    """
    return pane.pid == os.getsid(0)


def panes_of(session: Session | None, windows: tuple[Window, ...]) -> list[tuple[Window, Pane]]:
    """All panes of a session: its own window first, in each window the active pane first.

    The pane that this program runs in comes last, for there is nothing to see in it.
    """
    if session is None:
        return []
    by_id = {window.id: window for window in windows}
    found = [by_id[window_id] for window_id in session.windows if window_id in by_id]
    panes = [
        (window, pane)
        for window in found
        for pane in sorted(window.panes, key=lambda pane: pane.id != window.active_pane.id)
    ]
    return sorted(panes, key=lambda each: is_ours(each[1]))
