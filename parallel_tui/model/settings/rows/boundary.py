"""The rows of the settings table that say what a change leads to: `boundaries.…`."""

from __future__ import annotations

from parallel_tui.model.settings import values
from parallel_tui.model.settings.config import BOUNDARY_ACTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

_ACTION: Final = values.one_of(*BOUNDARY_ACTIONS)

ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    (
        "boundaries.level",
        "boundaries_level",
        _ACTION,
        "what a change of another session's path leads to: observe, warn, ask, deny; "
        "the repository's value counts as committed to base",
    ),
    (
        "boundaries.unowned",
        "boundaries_unowned",
        _ACTION,
        "the same for a path that belongs to no session, where there are boundaries",
    ),
    (
        "boundaries.locks",
        "boundaries_locks",
        _ACTION,
        "the same for a path that another session has locked",
    ),
)
"""Name, field, check and help of each; all can come from the repository, as base has them."""
