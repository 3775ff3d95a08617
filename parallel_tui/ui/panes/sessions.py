"""The list of sessions, those that need somebody first."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widgets import Static

from parallel_tui.model.coordination import Coordination
from parallel_tui.model.fact import PENDING, Fact, known
from parallel_tui.model.session import Session
from parallel_tui.model.window import Window
from parallel_tui.ui.cells import SESSION_COLUMNS, by_attention, matches, session_row
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class SessionsPane(Vertical):
    """One row a session."""

    sessions: var[tuple[Session, ...]] = var(())
    windows: var[tuple[Window, ...]] = var(())
    coordination: var[Fact[Coordination]] = var[Fact[Coordination]](PENDING)
    now: var[float] = var(0.0)
    filter_text: var[str] = var("")

    class Drawn(Message):
        """The rows on screen are those of the latest sessions."""

    def __init__(self) -> None:
        super().__init__(id="sessions", classes="pane")
        self.border_title = "Sessions"
        self._due = False
        self._said: str | None = None
        self.complete = False
        """Whether the first picture has all that decides the order of rows."""

    def compose(self) -> ComposeResult:
        """The table, and what to say when it has nothing to show."""
        yield KeyedTable(SESSION_COLUMNS, id="session-table")
        yield Static(id="session-hint", classes="hint")

    @property
    def table(self) -> KeyedTable:
        """The table of sessions."""
        return self.query_one(KeyedTable)

    @property
    def shown(self) -> list[Session]:
        """The sessions on screen, top to bottom."""
        return [s for s in by_attention(self.sessions) if matches(s, self.filter_text)]

    def on_mount(self) -> None:
        """Draw whatever is known by now."""
        self._soon()

    def watch_sessions(self) -> None:
        """Draw the new sessions."""
        self._soon()

    def watch_windows(self) -> None:
        """Draw what windows add to sessions."""
        self._soon()

    def watch_coordination(self) -> None:
        """Draw progress and unread events."""
        self._soon()

    def watch_now(self) -> None:
        """Draw the ages that read differently by now."""
        self._soon()

    def watch_filter_text(self) -> None:
        """Draw the sessions that match."""
        self._soon()

    def _soon(self) -> None:
        # One drawing for several reactives that change together.
        if self.is_mounted and not self._due:
            self._due = True
            self.call_next(self._sync)

    def _sync(self) -> None:
        self._due = False
        windows = {window.id: window for window in self.windows}
        shown = self.shown
        shared = known(self.coordination) or Coordination()
        tasks = {each.session: each for each in shared.tasks}
        unread = shared.unread()
        self.table.sync(
            session_row(
                session,
                number,
                windows,
                self.now,
                tasks.get(session.name),
                unread.get(session.name, 0),
            )
            for number, session in enumerate(shown, start=1)
        )
        self.table.unsettled &= not self.complete
        self.post_message(self.Drawn())
        total = len(self.sessions)
        self.border_subtitle = f"{len(shown)} of {total}" if self.filter_text else ""
        said = self._hint(shown)
        if said != self._said:  # an update lays the whole screen out anew
            self._said = said
            hint = self.query_one("#session-hint", Static)
            hint.update(Content(said))
            hint.display = bool(said)

    def _hint(self, shown: list[Session]) -> str:
        if self.filter_text and not shown:
            return "No session matches. Esc clears the filter."
        if not self.filter_text and all(_is_main(session) for session in self.sessions):
            return "No other worktree yet. Press n to start a session."
        return ""


def _is_main(session: Session) -> bool:
    return session.worktree is not None and session.worktree.is_main
