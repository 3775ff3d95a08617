"""Where what is typed into a pane would go, as the multiplexer tells at one moment."""

from __future__ import annotations

from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class PaneInput:
    """Input of one pane.

    Attributes:
        pid: Process id of the pane's first process.
        taken: Whether the multiplexer itself takes what is typed, as while its user scrolls back.
        cursor: Column and row of the cursor, from 0.
        screen: The visible contents, one line a row, with SGR colour sequences.
        last_key: When somebody who has this pane before them last pressed a key, in epoch seconds;
            `None` while nobody has.
    """

    pid: int
    taken: bool
    cursor: tuple[int, int]
    screen: str
    last_key: float | None
