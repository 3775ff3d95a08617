"""Numbers of sessions by need, for the status line of a multiplexer. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.session.session import Session

BEAT: Final = 10.0
"""Seconds after which a dashboard says again that its numbers are still right."""

FRESH: Final = 30.0
"""Seconds for which numbers count that nobody confirmed."""

_SHOWN: Final = (
    # What is counted, its glyph, its style.
    ("waiting", "◐", "fg=yellow,bold"),
    ("failed", "✖", "fg=red,bold"),
    ("limited", "◷", "fg=yellow"),
    ("done", "✔", "fg=green"),
    ("working", "●", "fg=cyan"),
)

_COUNTED_AS: Final = {
    **{name: name for name, _, _ in _SHOWN},
    "crashed": "failed",
    "starting": "working",
}


def counted(sessions: Iterable[Session]) -> dict[str, int]:
    """How many sessions are in each state that the status line shows."""
    counts: dict[str, int] = {}
    for session in sessions:
        name = _COUNTED_AS.get(session.state.value)
        if name is not None:
            counts[name] = counts.get(name, 0) + 1
    return counts


def written(counts: Mapping[str, int]) -> str:
    """Numbers as lines of a file."""
    return "".join(f"{name} {count}\n" for name, count in counts.items())


def parsed(text: str) -> dict[str, int]:
    """Read what `written` made; what is none of it is left out."""
    counts = {}
    for line in text.splitlines():
        name, _, count = line.partition(" ")
        if name in _COUNTED_AS and count.isdecimal() and len(count) < 7:
            counts[name] = int(count)
    return counts


def segment(counts: Mapping[str, int]) -> str:
    """Numbers for a status line of tmux, the most urgent first; empty when there is nothing."""
    return " ".join(
        f"#[{style}]{glyph}{counts[name]}#[default]"
        for name, glyph, style in _SHOWN
        if counts.get(name)
    )
