"""Footer with the active keys, which releases its former contents."""

from __future__ import annotations

from typing import Any, Final

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Footer, Input, TextArea
from textual.widgets._footer import FooterKey

Shown = tuple[str, str, str, str, bool, str]

_LAST: Final = 2
"""Keys at the end that are kept however little room there is."""

_HELP: Final = "Show the keys of this screen."
_QUIT: Final = ("ctrl+q", "^q", "Quit", "app.quit", True, "Quit; sessions keep running.")


class KeyFooter(Footer):
    """Textual's footer without its caches, redrawn only when it differs.

    The screen's main key stands first, so that the narrowest footer has it: a screen with keys of
    its own names the action of that one, as `MAIN`.

    Textual binds each key it draws to an attribute of the footer. Such a binding is dropped when
    that attribute changes, which it never does, so that every widget of every footer ever drawn
    stays in memory (https://github.com/Textualize/textual/issues/6666). Here a key is told once.
    """

    def __init__(self, *, pins: bool = True) -> None:
        """Make one.

        Args:
            pins: Whether Help and Quit are added where nothing is typed; the dashboard has commands
                of its own for them.
        """
        super().__init__(show_command_palette=False)
        self._pins = pins
        self._drawn: tuple[Shown, ...] | None = None

    def compose(self) -> ComposeResult:
        """One widget per shown key."""
        if not self._bindings_ready:
            return
        self._drawn = self._wanted()
        for key, display, description, action, enabled, tooltip in self._drawn:
            made = FooterKey(
                key, display, description, action, disabled=not enabled, tooltip=tooltip
            )
            made.set_reactive(FooterKey.compact, self.compact)
            yield made

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Redraw when the keys differ; moving the focus mostly changes none."""
        self._bindings_ready = True
        if not self.is_attached or screen is not self.screen:
            return
        if not screen.app.app_focus and self._drawn is not None:
            return  # without the focus nothing has it, and the keys of what had it stay true
        if self._wanted() != self._drawn:
            self.call_after_refresh(self.recompose)

    def on_resize(self) -> None:
        """Show as many keys as fit."""
        if self._drawn is not None and self._wanted() != self._drawn:
            self.call_after_refresh(self.recompose)

    def _wanted(self) -> tuple[Shown, ...]:
        """The keys to show, as many as fit; for several keys of one action the first."""
        firsts: dict[str, Shown] = {}
        for _, binding, enabled, tooltip in self.screen.active_bindings.values():
            if binding.show:
                display = self.app.get_key_display(binding)
                firsts.setdefault(
                    binding.action,
                    (binding.key, display, binding.description, binding.action, enabled, tooltip),
                )
        main = main_action(self.screen)
        shown = sorted(firsts.values(), key=lambda each: each[3] != main)
        typing = isinstance(self.screen.focused, Input | TextArea)
        if typing:  # a key of one character is text then, the dashboard's own included
            shown = [each for each in shown if cell_len(each[1]) > 1]
        if self._pins or typing:
            key, name = ("f1", "F1") if typing else ("question_mark", "?")
            shown += [(key, name, "Help", "app.screen_keys", True, _HELP), _QUIT]
        return _fitting(shown, self.size.width)


def main_action(screen: Screen[Any]) -> str:
    """What a screen is mostly opened for; empty where it has no such key."""
    main: str = getattr(screen, "MAIN", "")
    return main


def _fitting(keys: list[Shown], room: int) -> tuple[Shown, ...]:
    """The keys that fit into a width; the last two, help and quit, are always among them.

    Args:
        keys: What there is to show, in order.
        room: Cells; 0 before the footer was laid out, when everything is kept.
    """
    while room and len(keys) > _LAST and sum(map(_width, keys)) > room:
        del keys[-_LAST - 1]
    return tuple(keys)


def _width(key: Shown) -> int:
    """Cells of a key: its name, its description, and three blanks."""
    return cell_len(key[1]) + cell_len(key[2]) + 3
