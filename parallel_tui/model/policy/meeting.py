"""Whether two sessions own one path, by an exact search for the shortest such path. Pure."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from parallel_tui.model.text import glob_tables
from parallel_tui.model.text.automaton import ANY, meet
from parallel_tui.model.text.globs import compile_pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from parallel_tui.model.policy.boundaries import Territory
    from parallel_tui.model.text.automaton import Pattern

MOST_STEPS: Final = 20_000
"""States of a search beyond which lists of patterns are too intricate to be compared."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two entries that own one path.

    Attributes:
        one: Name of an entry.
        other: Name of the other.
        pattern: The line of the first that claims the path.
        other_pattern: The line of the second.
        witness: The path; `None` when the lists are too intricate to be told apart.
    """

    one: str
    other: str
    pattern: str
    other_pattern: str
    witness: str | None


def meetings(territories: Sequence[Territory], *, fold: bool = False) -> Iterator[Meeting]:
    """Every two entries that own one path, each pair once.

    Args:
        territories: The entries.
        fold: Whether the file system ignores case.
    """
    compiled = [_compiled(each.owns, fold) for each in territories]
    for number, one in enumerate(territories):
        for further in range(number + 1, len(territories)):
            found = _meeting(compiled[number], compiled[further])
            if found is not None:
                yield Meeting(one.name, territories[further].name, *found)


_Lines = list[tuple[bool, str, "Pattern"]]


def _compiled(lines: Sequence[str], fold: bool) -> _Lines:
    return [
        (
            text.startswith("!"),
            text,
            compile_pattern(text.removeprefix("!").lower() if fold else text.removeprefix("!")),
        )
        for text in lines
    ]


def _meeting(one: _Lines, other: _Lines) -> tuple[str, str, str | None] | None:
    for number, (negated, text, pattern) in enumerate(one):
        for further, (other_negated, other_text, other_pattern) in enumerate(other):
            if negated or other_negated or _apart(pattern.text, other_pattern.text):
                continue
            # A path is owned when the last line that matches it gives it: no later `!` does.
            without = [line[2] for line in (*one[number:], *other[further:]) if line[0]]
            try:
                witness = meet_outside(pattern, other_pattern, without)
            except OverflowError:
                return text, other_text, None
            if witness is not None:
                return text, other_text, witness
    return None


def _apart(one: str, other: str) -> bool:
    """Whether the literal beginnings of two patterns differ, which settles most pairs at once."""
    mine, theirs = _beginning(one), _beginning(other)
    shorter = min(len(mine), len(theirs))
    return mine[:shorter] != theirs[:shorter]


@lru_cache(maxsize=4096)
def _beginning(text: str) -> str:
    return str(glob_tables.table_of(text)[0])


def meet_outside(one: Pattern, other: Pattern, without: Sequence[Pattern]) -> str | None:
    """A shortest path that two patterns claim and none of some others matches.

    Raises:
        OverflowError: When `MOST_STEPS` do not answer it.
    """
    plain = meet(one, other)
    if plain is None or not any(each.matches(plain) for each in without):
        return plain
    patterns = (one, other, *without)
    letters = _letters(patterns)
    start = tuple(each.closure(frozenset((0,))) for each in patterns)
    seen = {(start, True)}
    queue = deque([(start, True, "")])
    while queue:
        states, fresh, path = queue.popleft()
        for char in letters:
            if char == "/" and fresh:
                continue
            reached = tuple(
                _step(each, state, char) for each, state in zip(patterns, states, strict=True)
            )
            step = (reached, char == "/")
            if not reached[0] or not reached[1] or step in seen:
                continue
            taken = list(zip(without, reached[2:], strict=True))
            if any(state & _sinks(each) for each, state in taken):
                continue
            claimed = reached[0] & one.claiming and reached[1] & other.claiming
            if claimed and char != "/" and not any(state & each.accepting for each, state in taken):
                return path + char
            seen.add(step)
            if len(seen) > MOST_STEPS:
                raise OverflowError
            queue.append((*step, path + char))
    return None


def _sinks(pattern: Pattern) -> frozenset[int]:
    """States from which everything matches."""
    return frozenset(each for each in pattern.accepting if (ANY, each) in pattern.edges[each])


def _step(pattern: Pattern, states: frozenset[int], char: str) -> frozenset[int]:
    reached = {to for state in states for chars, to in pattern.edges[state] if char in chars}
    return pattern.closure(frozenset(reached)) if reached else frozenset()


def _letters(patterns: Sequence[Pattern]) -> list[str]:
    """A character of each kind that these patterns tell apart, a plain one first."""
    named = {
        char
        for pattern in patterns
        for edges in pattern.edges
        for chars, _ in edges
        for char in chars.members
    }
    other = next(char for char in map(chr, range(0x61, 0x110000)) if char not in named)
    return [other, *sorted(named | {"/"})]
