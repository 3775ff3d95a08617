"""Write a layout down as `reading` reads it: plain values for YAML and JSON."""

from __future__ import annotations

from parallel_tui.model.settings.config import LayoutPane, Split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.settings.config import Layout, LayoutWindow


def written(layout: Layout) -> object:
    """A layout as a list of panes where that says everything, else as a mapping."""
    windows = [_window(each) for each in layout.windows]
    shared = _shared(layout)
    if layout.before:
        shared["before"] = list(layout.before)
    if len(windows) == 1 and set(windows[0]) == {"panes"} and not shared:
        return windows[0]["panes"]
    return {**shared, "windows": windows}


def _shared(part: Layout | LayoutWindow | LayoutPane) -> dict[str, object]:
    told: dict[str, object] = {}
    if part.directory:
        told["directory"] = part.directory
    if part.env:
        told["env"] = dict(part.env)
    if not isinstance(part, LayoutPane) and part.options:
        told["options"] = dict(part.options)
    return told


def _window(window: LayoutWindow) -> dict[str, object]:
    told: dict[str, object] = {}
    if window.name:
        told["name"] = window.name
    if window.session:
        told["session"] = window.session
    if window.arrangement:
        told["arrangement"] = window.arrangement
    told |= _shared(window)
    if window.focus:
        told["focus"] = True
    told["panes"] = [_pane(each) for each in window.panes]
    return told


def _pane(pane: LayoutPane) -> object:
    """A pane as just its command where that says everything, else as a mapping."""
    if pane in (LayoutPane(pane.command), LayoutPane(pane.command, Split.RIGHT)):
        return pane.command
    told: dict[str, object] = {}
    if pane.command or not pane.typed:
        told["command"] = pane.command
    if pane.typed:
        told["type"] = [each.text for each in pane.typed]
    if pane.split is not None and pane.split is not Split.RIGHT:
        told["split"] = pane.split.value
    if pane.size != 50:
        told["size"] = pane.size
    told |= _shared(pane)
    if pane.focus:
        told["focus"] = True
    return told
