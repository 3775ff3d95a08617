"""Screen with the overlaps of all sessions, with each other and with base, as a grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.overlap.joint import Mark
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.verdict import Level, Verdict
from parallel_tui.model.overlap.words import (
    LETTERS,
    PENDING_LETTER,
    UNKNOWN_LETTER,
    conflicting,
    limits,
    names_of,
    pair_words,
    paths_words,
    proof_words,
    settled,
    word,
)
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import lasting, plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.matrix_view import Grid, MatrixView
from parallel_tui.ui.widgets.notice_line import NoticeLine

_SHORT = {
    Level.SAME_FILE: "same file",
    Level.NEAR: "near",
    Level.CONFLICT: "conflict",
    Level.REBASE: "rebase fails",
}


_PROOFS = (
    (Mark.PROVED, "proved"),
    (Mark.BREAKS, "breaks tests"),
    (Mark.RUNNING, "running"),
    (Mark.UNKNOWN, "not yet"),
)


class MatrixScreen(Screen[None]):
    """The overlaps as a grid of sessions by sessions, base included.

    Args:
        cockpit: Whose snapshot is shown, as it changes.
        open_pair: Shows one pair.
        start: Pair that the cursor begins on.
    """

    DEFAULT_CSS = """
    MatrixScreen { background: $background; }
    MatrixScreen #matrix-pane { height: 1fr; }
    MatrixScreen #matrix-words { height: 2; padding: 0 1; }
    MatrixScreen #matrix-legend { height: auto; padding: 0 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,o", "dismiss", "Back", key_display="Esc"),
        Binding("question_mark", "app.screen_keys", "Help", show=False),
    ]

    def __init__(
        self,
        cockpit: Cockpit,
        open_pair: Callable[[Overlap], None],
        start: Pair | None = None,
    ) -> None:
        super().__init__()
        self._start = start
        self._cockpit = cockpit
        self._open_pair = open_pair

    def compose(self) -> ComposeResult:
        """The grid, the selected pair in words, and a legend."""
        pane = Vertical(MatrixView(id="matrix"), id="matrix-pane", classes="pane")
        pane.border_title = "Overlaps"
        yield pane
        yield Static(id="matrix-words")
        yield Static(_legend(proofs=False), id="matrix-legend")
        yield NoticeLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Subscribe to the dashboard's snapshots."""
        self._cockpit.follow(self, self._show)
        view = self.query_one(MatrixView)
        view.focus()
        if self._start is not None:
            view.choose(*self._start)

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        found = known(snapshot.overlaps) or ()
        about = {key for each in found for key in each.pair}
        shown = {s.key: s.name for s in snapshot.sessions if s.key in about}
        if snapshot.hosts is not None:
            shown |= {each.key: each.key for each in snapshot.hosts.sessions if each.key in about}
        view = self.query_one(MatrixView)
        view.show(Grid.of([*shown], [safe(name, 60) for name in shown.values()], found))
        pane = self.query_one("#matrix-pane")
        count = len(conflicting(found))
        state = "" if settled(found) and found else " · being worked out …"
        if isinstance(snapshot.overlaps, Unknown):
            state = f" · could not look: {safe(snapshot.overlaps.reason, 100)}"
        told = f" · {plural(count, 'conflict')}" if count else ""
        pane.border_title = Content(f"Overlaps{told}{state}")
        pane.border_subtitle = Content(safe(limits(found), 60))
        proofs = any(each.proof is not None for each in found)
        self.query_one("#matrix-legend", Static).update(_legend(proofs=proofs))
        self._tell()

    @on(MatrixView.Moved)
    def _moved(self, event: MatrixView.Moved) -> None:
        event.stop()
        self._tell()

    def _tell(self) -> None:
        snapshot, overlap = self._cockpit.situation.snapshot, self.query_one(MatrixView).chosen
        words = Content("")
        if snapshot is not None and overlap is not None:
            words = _words(overlap, snapshot, self._cockpit.now)
        self.query_one("#matrix-words", Static).update(words)

    @on(MatrixView.Opened)
    def _opened(self, event: MatrixView.Opened) -> None:
        event.stop()
        self._open_pair(event.overlap)


def _words(overlap: Overlap, snapshot: Snapshot, now: float) -> Content:
    names = names_of(snapshot.sessions)
    verdict = overlap.verdict
    parts = [word(overlap)]
    if isinstance(verdict, Verdict):
        if verdict.paths:
            parts.append(plural(len(verdict.paths), "path"))
        if overlap.since is not None:
            parts.append(lasting(overlap.since, now))
        if overlap.stale:
            parts.append("being worked out again")
        below = paths_words(verdict, 3)
        if proved := proof_words(overlap):
            parts.append("proved together" if not overlap.breaks else "breaks tests")
            below = proved if overlap.breaks else below
    else:
        below = verdict.reason if isinstance(verdict, Unknown) else "not worked out yet"
    head = Content.styled(safe(pair_words(overlap, names), 200), "bold")
    line = Content.assemble(head, "  ", " · ".join(parts))
    return Content("\n").join([line, Content.styled(safe(below, 300), "dim")])


def _legend(*, proofs: bool) -> Content:
    parts = [f"{LETTERS[level]} {name}" for level, name in _SHORT.items()]
    parts = [f"{LETTERS[Level.CLEAR]} clear", *parts, f"{UNKNOWN_LETTER} unknown"]
    parts += [f"{PENDING_LETTER} pending", "~ out of date"]
    if proofs:
        parts += ["│ landed together:", *(f"{each.glyph} {name}" for each, name in _PROOFS)]
    return Content("  ".join(parts))
