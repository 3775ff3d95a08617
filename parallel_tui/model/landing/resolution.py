"""Conflicts that were resolved once, as git's rerere remembers them. Pure values."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Final

KNOWN: Final = "resolved before"
"""What is said of a conflict whose resolution git remembers."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """One conflict and how it was resolved.

    Attributes:
        id: As git calls it; the number of a further one of the same shape behind a dot.
        before: The file with the conflict in it, as git compares it.
        after: The file as it was resolved.
        when: When that was, in epoch seconds.
    """

    id: str
    before: str
    after: str
    when: float

    @property
    def sides(self) -> tuple[str, str]:
        """The lines of both sides of its first conflict."""
        found: tuple[list[str], list[str]] = ([], [])
        side = -1
        for line in self.before.splitlines():
            if line.startswith("<<<<<<<"):
                side = 0
            elif line.startswith("=======") and side == 0:
                side = 1
            elif line.startswith(">>>>>>>") and side == 1:
                break
            elif side >= 0:
                found[side].append(line)
        return "\n".join(found[0]), "\n".join(found[1])


def known_note(paths: Collection[str]) -> str:
    """That a resolution is known, in words.

    Args:
        paths: What it is known for.
    """
    return f"{KNOWN}: git remembers a resolution for {_some(paths)}"


def resolved_note(paths: Collection[str]) -> str:
    """That conflicts are resolved as they were before, in words; empty where there are none.

    Args:
        paths: What conflicts.
    """
    return f"conflicts in {_some(paths)}, resolved as before" if paths else ""


def _some(paths: Collection[str]) -> str:
    some = sorted(paths)
    return ", ".join(some[:3]) + (f" and {len(some) - 3} more" if len(some) > 3 else "")


def changed_lines(resolution: Resolution) -> Iterator[str]:
    """How the conflict became the resolved file, as lines of a unified diff."""
    from difflib import unified_diff

    before, after = resolution.before.splitlines(), resolution.after.splitlines()
    yield from unified_diff(before, after, "conflict", "resolved", n=2, lineterm="")
