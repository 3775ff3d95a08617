"""What loading a layout has done."""

from __future__ import annotations

from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded(Receipt):
    """A layout was loaded.

    Attributes:
        layout: Its name.
        opened: Names of the windows that were opened.
        windows: Their ids.
        there: Names of those that were there already.
        left_out: Names of those that could not be, each with the reason.
        front: Id of the window to show: the layout's own choice, else the first that was opened;
            `None` where none was.
    """

    layout: str
    opened: tuple[str, ...]
    windows: tuple[str, ...]
    there: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    front: str | None
