"""Screen with the commands that would land a plan, for whoever wants to do it by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from parallel_tui.model.text.safe import safe
from parallel_tui.ui import reporting
from parallel_tui.ui.widgets.code import LONGEST, CodeLine
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine
from parallel_tui.ui.widgets.patch_view import PatchView


class ScriptScreen(Screen[None]):
    """The lines of a shell script.

    Args:
        lines: Them.
    """

    DEFAULT_CSS = """
    ScriptScreen { background: $background; }
    ScriptScreen #script-words { height: auto; padding: 0 1; color: $text-muted; }
    ScriptScreen #script-pane { height: 1fr; }
    """
    MAIN = "copy"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "Copy"),
        Binding("escape,q,ctrl+c", "dismiss", "Back", key_display="Esc"),
    ]
    AUTO_FOCUS = "PatchView"

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """What it is, and its lines."""
        yield Static(
            "A shell script that lands the plan as it is shown, and stops where anything turns out "
            "differently. Press y to copy it.",
            id="script-words",
        )
        pane = Vertical(PatchView(id="script"), id="script-pane", classes="pane")
        pane.border_title = Content("Landing by hand")
        yield pane
        yield NoticeLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show the lines."""
        shown = [CodeLine("context", ((safe(line, LONGEST), ""),)) for line in self._lines]
        self.query_one(PatchView).show_lines("script", shown)

    def action_copy(self) -> None:
        """Copy all lines, unchanged."""
        self.app.copy_to_clipboard("".join(f"{line}\n" for line in self._lines))
        reporting.tell(self.app, "Copied the script.")
