"""Help screen, derived from the tables of commands and panes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from parallel_tui.model.landing.standing import Lands, LandState, standing_words
from parallel_tui.model.overlap.words import LETTERS, MEANING, WORDS
from parallel_tui.model.text.words import GLYPHS
from parallel_tui.record import replace
from parallel_tui.ui.command import Command
from parallel_tui.ui.panes.spec import PaneSpec
from parallel_tui.ui.present.sessions import TONES
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine

_MOVES = (("↑ ↓  j k", "Move the cursor."), ("g  G", "Go to the first or last row."))

_MEANING = {
    "waiting": "waits for you: a permission, a question, a bell",
    "failed": "its agent gave up, for example because its server is down",
    "crashed": "its agent's process died without ending",
    "done": "its agent finished, and nobody has looked since",
    "limited": "its agent has reached a usage limit",
    "exited": "its program has ended, and nobody has looked since",
    "starting": "its agent has started, and not reported yet",
    "working": "its agent works, or its program prints",
    "quiet": "runs, but has said nothing for a while",
    "idle": "an agent or a shell at its prompt",
    "no window": "a worktree without a window",
    "missing": "its directory is gone",
    "unknown": "could not be read",
}

_TONE = {
    "waiting": "bold $text-warning",
    "good": "$text-success",
    "accent": "$text-success",
    "note": "$text-accent",
    "dim": "dim",
    "bad": "bold $text-error",
    "": "",
}

_LANDS: Final = {
    LandState.READY: "Clean, ahead of base, at rest, and its tests pass.",
    LandState.UNTESTED: "The same, but it is not known whether its tests pass.",
    LandState.FAILING: "The same, but its tests fail.",
    LandState.OUTSIDE: "The same, but it changed paths of others.",
    LandState.MERGED: "Base has all of its work.",
    LandState.BEHIND: "Base has commits that it does not have.",
    LandState.CONFLICT: "It conflicts with others or base; the detail pane names them.",
}
_NUMBER: Final = dict.fromkeys(LandState, 0) | {LandState.BEHIND: 3, LandState.CONFLICT: 2}


class HelpScreen(ModalScreen[None]):
    """Keys by group, the panes, and the meaning of glyphs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "Close", key_display="Esc"),
        Binding("down,j", "scroll('down')", show=False),
        Binding("up,k", "scroll('up')", show=False),
    ]

    def __init__(
        self,
        commands: Sequence[Command[Any]],
        panes: Sequence[PaneSpec],
        bindings: Sequence[Binding],
        display: Callable[[Binding], str],
        active: Mapping[str, ActiveBinding],
        *,
        ids: bool = True,
    ) -> None:
        super().__init__()
        self._commands = commands
        self._panes = panes
        self._defaults = bindings
        self._ids = ids
        self._display = display
        self._keys: dict[str, list[str]] = {}
        for binding in (one.binding for one in active.values()):
            if binding.id is not None:
                self._keys.setdefault(binding.id, []).append(display(binding))

    def compose(self) -> ComposeResult:
        """The text, which scrolls."""
        self._add_keys_of_other_panes()
        box = VerticalScroll(Static(self._text(), id="help-text"), id="help")
        box.border_title = "Keys"
        box.border_subtitle = "Esc closes"
        yield box
        yield NoticeLine(over=True)
        yield KeyFooter()

    def action_scroll(self, way: str) -> None:
        """Scroll the text by a line."""
        box = self.query_one("#help", VerticalScroll)
        box.scroll_relative(y=1 if way == "down" else -1, animate=False)

    def _add_keys_of_other_panes(self) -> None:
        """Name the keys of commands that the pane with the focus does not have."""
        local = {command.id for command in self._commands if command.places}
        for binding in self._defaults:
            name = binding.id or ""
            if name in self._keys or name not in local:
                continue
            own = self.app._keymap.get(name)
            if own is not None:
                binding = replace(binding, key=own, key_display=None)
            if binding.key:
                self._keys[name] = [self._display(binding)]

    def _text(self) -> Content:
        lines: list[Content] = []
        for group in dict.fromkeys(command.group for command in self._commands):
            head = Content.styled(group.ljust(15), "bold $text-accent")
            lines.append(
                Content.assemble(head, Content.styled("id for `keys:`" if self._ids else "", "dim"))
            )
            if group == "Move":
                lines += [self._line(keys, text) for keys, text in _MOVES]
            for command in self._commands:
                if command.group == group and not command.id.startswith("jump-"):
                    lines.append(self._command(command))
            if group == "Move":
                lines.append(self._line("1 … 9", "Select that session of the list."))
            lines.append(Content(""))
        lines += self._lower_panes()
        lines.append(Content.styled("States", "bold $text-accent"))
        for state, glyph in GLYPHS.items():
            mark = Content.styled(
                f"{glyph} {state.value}".ljust(28 if self._ids else 13), _TONE[TONES[state]]
            )
            lines.append(Content.assemble("  ", mark, _MEANING[state.value]))
        lines.append(Content(""))
        lines.append(Content.styled("Work", "bold $text-accent"))
        lines.append(self._line("↑3 ↓1", "Commits ahead of base and behind it."))
        lines.append(self._line("!1 +2 ~3 ?4", "Unmerged, staged, modified, untracked paths."))
        lines.append(self._line("…  ?", "Not read yet; could not be read (hover to see why)."))
        lines.append(Content(""))
        lines.append(Content.styled("Overlaps", "bold $text-accent"))
        for level, letter in LETTERS.items():
            lines.append(self._line(f"{letter} {WORDS[level]}", f"{MEANING[level].capitalize()}."))
        lines.append(self._line("~", "Out of date, being worked out again."))
        lines.append(Content(""))
        lines.append(Content.styled("Lands", "bold $text-accent"))
        for stands, text in _LANDS.items():
            lines.append(self._line(standing_words(Lands(stands, _NUMBER[stands])), text))
        return Content("\n").join(lines)

    def _lower_panes(self) -> list[Content]:
        """Each lower pane with what it lists, and the keys that mean something else in it."""
        lines = [Content.styled("Panes", "bold $text-accent")]
        for pane in self._panes:
            lines.append(self._line(pane.title, pane.help))
            lines += [
                self._line("", f"{self._keys_of(command)}: {command.help}")
                for command in self._commands
                if pane.id in command.places
            ]
        return [*lines, Content("")]

    def _keys_of(self, command: Command[Any]) -> str:
        return "  ".join(self._keys.get(command.id, ["–"]))

    def _command(self, command: Command[Any]) -> Content:
        return self._line(self._keys_of(command), command.help, command.id)

    def _line(self, keys: str, text: str, name: str = "") -> Content:
        shown = Content.styled(keys.ljust(13), "bold")
        named = Content.styled(name.ljust(15) if self._ids else "", "dim")
        return Content.assemble("  ", shown, named, text)
