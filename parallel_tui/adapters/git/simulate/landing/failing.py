"""What is told of landings that conflict, or that cannot be simulated."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.errors import CouldNotLookError, disk_hint, disk_words
from parallel_tui.model.landing.simulation import Clash
from parallel_tui.model.overlap.verdict import Conflict


def unsimulated(error: OSError) -> CouldNotLookError:
    """What is told where no temporary objects can be made."""
    return CouldNotLookError(
        f"Landings cannot be simulated: {disk_words(error)}", hint=disk_hint(error)
    )


def clash(conflicts: Sequence[Conflict], marked: str) -> Clash:
    """A landing that conflicts, by the paths that git names."""
    paths = tuple(dict.fromkeys(each.path for each in conflicts)) or ("?",)
    return Clash(paths, marked=marked)
