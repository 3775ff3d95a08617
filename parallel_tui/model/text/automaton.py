"""Automatons over the characters of a path: what they match, and where two of them meet.

The shortest path that two automatons accept is the proof that their patterns meet.
"""

from __future__ import annotations

from collections import deque

from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


@dataclass(frozen=True, slots=True)
class CharSet:
    """A set of characters, given by its members or by what is missing from it.

    Attributes:
        members: The characters named.
        negated: Whether the set is everything but those.
    """

    members: frozenset[str]
    negated: bool = False

    def __contains__(self, char: str) -> bool:
        return (char in self.members) != self.negated

    def meet(self, other: CharSet) -> CharSet:
        """The characters in both sets."""
        if self.negated and other.negated:
            return CharSet(self.members | other.members, negated=True)
        if self.negated:
            return CharSet(other.members - self.members)
        if other.negated:
            return CharSet(self.members - other.members)
        return CharSet(self.members & other.members)

    def pick(self) -> str | None:
        """One character of the set, a plain letter where there is a choice; `None` if empty."""
        if not self.negated:
            return min(self.members, default=None)
        for code in (*range(ord("x"), ord("z") + 1), *range(ord("a"), ord("x"))):
            if chr(code) not in self.members:
                return chr(code)
        code = 0x30
        while chr(code) in self.members or chr(code) == "/":
            code += 1
        return chr(code)


SLASH: Final = CharSet(frozenset("/"))

NOT_SLASH: Final = CharSet(frozenset("/"), negated=True)

ANY: Final = CharSet(frozenset(), negated=True)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    Attributes:
        text: As written.
        edges: For each state the characters that lead to further states.
        jumps: For each state the states reached without reading.
        accepting: The states in which a path read to its end matches.
        claiming: The same for `meet`, which takes a last component such as `*.py` for the name
            of a file: that a folder `x.py/` could hold a `y.md` makes no two owners meet.
    """

    text: str
    edges: tuple[tuple[tuple[CharSet, int], ...], ...] = field(repr=False)
    jumps: tuple[tuple[int, ...], ...] = field(repr=False)
    accepting: frozenset[int] = field(repr=False)
    claiming: frozenset[int] = field(repr=False)

    def closure(self, states: frozenset[int]) -> frozenset[int]:
        """All states reachable without reading."""
        seen = set(states)
        todo = list(states)
        while todo:
            for state in self.jumps[todo.pop()]:
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
        return frozenset(seen)

    def matches(self, path: str) -> bool:
        """Whether a path, relative to the root and without trailing slash, matches."""
        states = self.closure(frozenset((0,)))
        for char in path:
            reached = {to for state in states for chars, to in self.edges[state] if char in chars}
            if not reached:
                return False
            states = self.closure(frozenset(reached))
        return bool(states & self.accepting)


def meet(one: Pattern, other: Pattern) -> str | None:
    """A shortest path that both patterns claim, or `None` when there is none.

    The witness is a proper relative path: no empty component, no slash at either end.
    """
    # A third automaton of two states keeps slashes apart: at the start of a component, or in it.
    start = (0, 0, True)
    seen = {start}
    queue: deque[tuple[tuple[int, int, bool], str]] = deque([(start, "")])
    while queue:
        (left, right, fresh), path = queue.popleft()
        if left in one.claiming and right in other.claiming and not fresh:
            return path
        steps: list[tuple[tuple[int, int, bool], str]] = [
            ((state, right, fresh), path) for state in one.jumps[left]
        ]
        steps += [((left, state, fresh), path) for state in other.jumps[right]]
        for step in steps:
            if step[0] not in seen:
                seen.add(step[0])
                queue.appendleft(step)
        for mine, to in one.edges[left]:
            for theirs, to_other in other.edges[right]:
                both = mine.meet(theirs)
                plain = both.meet(NOT_SLASH).pick()
                if plain is not None:
                    _push((to, to_other, False), path + plain, seen, queue)
                if not fresh and "/" in both:
                    _push((to, to_other, True), path + "/", seen, queue)
    return None


def _push(
    state: tuple[int, int, bool],
    path: str,
    seen: set[tuple[int, int, bool]],
    queue: deque[tuple[tuple[int, int, bool], str]],
) -> None:
    if state not in seen:
        seen.add(state)
        queue.append((state, path))
