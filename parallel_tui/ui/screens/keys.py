"""Keys of the dialog or screen that is in front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine


class KeysScreen(ModalScreen[None]):
    """Lists keys with what they do.

    Args:
        active: The bindings of the screen below.
        display: Names a key as the footer does.
    """

    DEFAULT_CSS = """
    KeysScreen { align: center middle; }
    KeysScreen > VerticalScroll {
        width: 60;
        max-width: 96%;
        height: auto;
        max-height: 94%;
        border: round $border;
        background: $surface;
        padding: 0 1;
    }
    KeysScreen Static { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "dismiss", "Close", key_display="Esc"),
    ]

    def __init__(
        self, active: Mapping[str, ActiveBinding], display: Callable[[Binding], str]
    ) -> None:
        super().__init__()
        keys: dict[str, tuple[list[str], str]] = {}
        # Those that the footer names first: the others are what every field and list knows.
        for _, binding, enabled, tooltip in sorted(
            active.values(), key=lambda each: not each.binding.show
        ):
            words = tooltip or binding.description
            if words and enabled:
                names, _ = keys.setdefault(binding.action, ([], words))
                if (name := display(binding)) not in names:
                    names.append(name)
        self._lines = [("  ".join(names), words) for names, words in keys.values()]

    def compose(self) -> ComposeResult:
        """One line a key."""
        room = max((len(keys) for keys, _ in self._lines), default=0) + 2
        lines = [Content.assemble((keys.ljust(room), "bold"), words) for keys, words in self._lines]
        box = VerticalScroll(Static(Content("\n").join(lines)))
        box.border_title, box.border_subtitle = "Keys here", "Esc closes"
        yield box
        yield NoticeLine(over=True)
        yield KeyFooter()
