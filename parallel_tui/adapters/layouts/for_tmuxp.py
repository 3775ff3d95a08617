"""Write layouts as the program tmuxp reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow


def written(
    layout: Layout,
    name: str,
    start: str,
    homes: Mapping[str, str],
    words: Callable[[str], str],
) -> dict[str, object]:
    """A layout as tmuxp reads it.

    Args:
        layout: Which.
        name: Of the tmux session.
        start: Where windows start that are for no session.
        homes: Where those start that are for one, by its name.
        words: Fills placeholders such as `{agent}` into a command.
    """
    told: dict[str, object] = {"session_name": name, "start_directory": start}
    if layout.env:
        told["environment"] = dict(layout.env)
    if layout.options:
        told["options"] = dict(layout.options)
    if layout.before:
        told["before_script"] = " && ".join(layout.before)
    told["windows"] = [_window(each, homes, words) for each in layout.windows]
    return told


def _window(
    window: LayoutWindow, homes: Mapping[str, str], words: Callable[[str], str]
) -> dict[str, object]:
    told: dict[str, object] = {"window_name": window.name or window.session}
    place = os.path.join(homes.get(window.session, ""), window.directory)  # noqa: PTH118
    if place:
        told["start_directory"] = place.rstrip("/") or "/"
    if window.arrangement:
        told["layout"] = window.arrangement
    if window.env:
        told["environment"] = dict(window.env)
    if window.options:
        told["options"] = dict(window.options)
    if window.focus:
        told["focus"] = True
    told["panes"] = [_pane(each, words) for each in window.panes]
    return told


def _pane(pane: LayoutPane, words: Callable[[str], str]) -> object:
    command = words(pane.command)
    lines: list[object] = [command] if command else []
    lines += [
        each.text if each.enter else {"cmd": each.text, "enter": False} for each in pane.typed
    ]
    told: dict[str, object] = {"shell_command": lines} if lines else {}
    if pane.directory:
        told["start_directory"] = pane.directory
    if pane.env:
        told["environment"] = dict(pane.env)
    if pane.focus:
        told["focus"] = True
    return told or "blank"
