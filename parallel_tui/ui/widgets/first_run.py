"""Card for whoever opens the dashboard on a repository without sessions."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from parallel_tui.model.text.safe import safe
from parallel_tui.record import dataclass

_LABEL: Final = 11


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a first session would be.

    Attributes:
        directory: Where its worktree would go, with NAME for its name.
        agent: Command of its agent; empty for a plain shell.
        mux: The multiplexer's name.
        mux_missing: Why no window can be opened; empty when it can.
        no_commit: Whether there is nothing to start from.
    """

    directory: str
    agent: str
    mux: str
    mux_missing: str = ""
    no_commit: bool = False


class FirstRun(Widget):
    """Says what a session is and how to start one; shown while there is none."""

    DEFAULT_CSS = """
    FirstRun {
        layer: card;
        position: absolute;
        display: none;
        width: 66;
        height: auto;
        border: round $border;
        border-title-style: bold;
        background: $surface;
        padding: 0 1;
    }
    """
    told: reactive[Content] = reactive(Content(), layout=True)

    def __init__(self) -> None:
        super().__init__(id="first-run")
        self.border_title = "Start here"
        self._over: Widget | None = None

    def render(self) -> Content:
        """The card's text."""
        return self.told

    def on_resize(self) -> None:
        """Stay in the middle."""
        if self._over is not None:
            self.place(self._over)

    def place(self, over: Widget) -> None:
        """Put the card in the middle of a widget, or of the screen where that is too small.

        Args:
            over: What it covers.
        """
        self._over = over
        room, own = over.region, self.outer_size
        if own.width > room.width or own.height > room.height:
            room = self.screen.region
        self.styles.offset = (
            max(0, room.x + (room.width - own.width) // 2),
            max(0, room.y + (room.height - own.height) // 2),
        )


def words(first: Beginning, start: str, help: str) -> Content:
    """The card's text.

    Args:
        first: What a first session would be.
        start: Key that starts a session; empty when it has none.
        help: Key that shows all keys; empty when it has none.
    """
    rows = [("Worktrees", f"go to {first.directory}")]
    rows.append(("Agent", first.agent or "none is set, so a session gets a plain shell"))
    missing = f"{first.mux_missing}; until then a session has no window"
    rows.append((first.mux, missing if first.mux_missing else "starts by itself"))
    lines = [
        Content(
            "A session is one line of work: a branch with a worktree of its own, and a window in "
            "which an agent or you work on it."
        ),
        Content(""),
        *(Content.assemble((f"{name:<{_LABEL}}", "dim"), safe(text, 300)) for name, text in rows),
        Content(""),
    ]
    if first.no_commit:
        lines.append(Content("There is no commit to start from yet. Make one first:"))
        lines.append(Content("  git commit --allow-empty -m 'first commit'"))
    elif start:
        lines.append(Content.assemble((start, "bold"), " starts a session"))
    if help:
        lines.append(Content.assemble((help, "bold"), " shows all keys"))
    return Content("\n").join(lines)
