"""Input fields that strip control sequences from typed and pasted text."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from parallel_tui.model.text.safe import safe


class LineField(Input):
    """One line of text. Control characters in pasted text are replaced."""

    def on_paste(self, event: events.Paste) -> None:
        """Sanitise pasted text, which Textual inserts and draws unchanged."""
        event.text = harmless(event.text)


class FilterField(LineField):
    """What a list is filtered by, as it is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Done", key_display="Enter"),
        Binding("escape", "screen.command('clear-filter')", "Clear", key_display="Esc"),
    ]


class AreaField(TextArea):
    """Several lines of text. Control characters in pasted text are replaced."""

    def on_paste(self, event: events.Paste) -> None:
        """Sanitise pasted text."""
        event.text = harmless(event.text)


def harmless(text: str) -> str:
    """Sanitise text of any length, keeping line breaks; a tab becomes spaces."""
    lines = text.expandtabs(4).splitlines()
    return "\n".join(safe(line, len(line)) for line in lines)


def labelled(label: str, widget: Widget) -> Horizontal:
    """A field with its label in front."""
    return Horizontal(
        Static(label, classes="label"), widget, classes="field", id=f"field-{widget.id}"
    )


def suggest(names: list[str]) -> SuggestFromList:
    """Complete from real names; a name that cannot be shown as it is, is left out."""
    return SuggestFromList([name for name in names if safe(name) == name], case_sensitive=True)
