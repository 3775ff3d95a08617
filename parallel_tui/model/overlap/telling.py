"""Words for an agent about what another session changed in a file. Pure."""

from __future__ import annotations

from parallel_tui.model.overlap.verdict import Level, distance
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.overlap.pairs import Hunk
    from parallel_tui.model.overlap.verdict import Span

MOST_BYTES: Final = 2048
"""Of a patch, told at once."""

CUT: Final = "… (there is more)"

LEVELS: Final = {
    Level.SAME_FILE: "same",
    Level.NEAR: "near",
    Level.CONFLICT: "conflict",
    Level.REBASE: "conflict",
}
"""How `hook.py` names the levels of a path."""


@dataclass(frozen=True, slots=True)
class PathPatch:
    """One session's change to one path, as a patch tells it.

    Attributes:
        about: git's lines on the file as a whole, as `deleted file mode 100644`; may be empty.
        hunks: Its hunks, each with its `@@` line; none for a binary file.
    """

    about: tuple[str, ...] = ()
    hunks: tuple[Hunk, ...] = ()


def excerpt(patch: PathPatch, mine: Sequence[Span], most: int = MOST_BYTES) -> str:
    """As much of a patch as fits, the hunks that are nearest to one's own lines first.

    Args:
        patch: The other's change.
        mine: Lines that one changes oneself; without any, hunks stand in their order.
        most: Bytes, as UTF-8. What is not UTF-8 in it is replaced.
    """
    near = sorted(patch.hunks, key=lambda hunk: distance((hunk.at,), mine) or 0)
    lines = [*patch.about, *(line for hunk in near for line in hunk.text.split("\n"))]
    whole = "\n".join(map(_clean, lines))
    if len(whole.encode()) <= most:
        return whole
    room = most - len(f"\n{CUT}".encode())
    kept = whole.encode()[:room].decode("utf-8", "ignore")
    return f"{kept.rpartition(chr(10))[0] or kept}\n{CUT}"


def _clean(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
