"""Path patterns in the gitignore dialect: matching, and exact intersection with a witness.

A pattern becomes a small nondeterministic automaton over characters. Two patterns meet when the
product of their automata accepts something; the shortest accepted path is the proof that is shown
to a person (`src/*/x.py` and `src/api/*.py` meet at `src/api/x.py`). Matching one pattern against
the other as if it were a path, as is commonly done, misses such pairs.

Dialect (gitignore(5)): a slash at the start or in the middle anchors at the root, else the pattern
matches at any depth; `*` and `?` do not cross a slash, `**` as a whole component does; a trailing
slash matches folders only; what matches a folder matches everything in it.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from parallel_tui.errors import UsageError
from parallel_tui.model.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_MAGIC: Final = frozenset("*?[")
_SPECIAL: Final = frozenset("*?[\\")
"""Characters at which git's literal beginning of a pattern ends."""


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


_SLASH: Final = CharSet(frozenset("/"))
_NOT_SLASH: Final = CharSet(frozenset("/"), negated=True)
_ANY: Final = CharSet(frozenset(), negated=True)


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


class _Builder:
    """Grows an automaton from left to right; the last state is always the current one."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[CharSet, int]]] = [[]]
        self.jumps: list[list[int]] = [[]]

    @property
    def here(self) -> int:
        return len(self.edges) - 1

    def state(self) -> int:
        self.edges.append([])
        self.jumps.append([])
        return self.here

    def read(self, chars: CharSet) -> None:
        source = self.here
        self.edges[source].append((chars, self.state()))

    def star(self, chars: CharSet) -> None:
        self.edges[self.here].append((chars, self.here))
        source = self.here
        self.jumps[source].append(self.state())

    def folders(self) -> None:
        """Any number of whole components, each with its slash."""
        start = self.here
        body = self.state()
        self.jumps[start].append(body)
        self.edges[body].append((_NOT_SLASH, body + 1))
        inner = self.state()
        self.edges[inner].append((_NOT_SLASH, inner))
        self.edges[inner].append((_SLASH, body))
        self.jumps[body].append(self.state())

    def rest_and_folders(self) -> None:
        """The rest of a component and further whole ones up to a slash, or nothing."""
        start = self.here
        name = self.state()
        self.jumps[start].append(name)
        self.edges[name].append((_NOT_SLASH, name))
        slash = self.state()
        self.edges[name].append((_SLASH, slash))
        inner = self.state()
        self.edges[slash].append((_NOT_SLASH, inner))
        self.edges[inner].append((_NOT_SLASH, inner))
        self.edges[inner].append((_SLASH, slash))
        end = self.state()
        self.jumps[slash].append(end)
        self.jumps[start].append(end)


def is_pattern(text: str) -> bool:
    """Whether a text has characters that mean more than themselves."""
    return any(char in _MAGIC for char in text)


def literal(path: str) -> Pattern:
    """A pattern that matches one path, and what lies below it should it be a folder."""
    return _finish(path, _literal_states(path.strip("/")), folder_only=False, names_file=False)


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern of the gitignore dialect.

    Raises:
        UsageError: When it is empty, negated, ends in a lone backslash, or has an open bracket.
    """
    body = text
    if not body.strip("/"):
        raise UsageError(
            f"The pattern {text!r} is empty", hint="Name a path such as src/api/** or *.sql."
        )
    if body.startswith("!"):
        raise UsageError(
            f"The pattern {text!r} is a negation, which cannot stand alone",
            hint="Write \\! for a name that begins with an exclamation mark.",
        )
    folder_only = body.endswith("/")
    body = body.rstrip("/") if folder_only else body
    anchored = "/" in body
    body = body.lstrip("/")
    builder = _Builder()
    if not anchored:
        builder.folders()
    components = body.split("/")
    # git takes a literal beginning off before it looks at the rest, so that in `a**/b` the stars
    # begin what is left and cross slashes, as a component `**` does (dir.c, match_pathname).
    start = body.find("**")
    literal_start = anchored and not _SPECIAL & set(body[: max(start, 0)])
    glued = body.count("/", 0, start) if start > 0 and literal_start else -1
    for number, component in enumerate(components):
        last = number == len(components) - 1
        if len(component) > 1 and not component.strip("*"):
            if not last:
                builder.folders()
                continue
            builder.read(_NOT_SLASH)
            builder.star(_ANY)
            continue
        head = component.rstrip("*")
        if number == glued and not last and not _SPECIAL & set(head):
            for char in head:
                builder.read(CharSet(frozenset(char)))
            builder.rest_and_folders()
            continue
        for chars, repeated in _tokens(component, text):
            if repeated:
                builder.star(chars)
            else:
                builder.read(chars)
        if not last:
            builder.read(_SLASH)
    final = components[-1]
    names_file = is_pattern(final) and final.strip("*") != "" and not folder_only
    return _finish(text, builder, folder_only=folder_only, names_file=names_file)


def _literal_states(path: str) -> _Builder:
    builder = _Builder()
    for char in path:
        builder.read(CharSet(frozenset(char)))
    return builder


def _finish(text: str, builder: _Builder, *, folder_only: bool, names_file: bool) -> Pattern:
    end = builder.here
    builder.read(_SLASH)
    builder.read(_NOT_SLASH)
    below = builder.here
    builder.edges[below].append((_ANY, below))
    accepting = frozenset((below,)) if folder_only else frozenset((end, below))
    return Pattern(
        text,
        tuple(tuple(edges) for edges in builder.edges),
        tuple(tuple(jumps) for jumps in builder.jumps),
        accepting,
        frozenset((end,)) if names_file else accepting,
    )


def _tokens(component: str, text: str) -> Iterator[tuple[CharSet, bool]]:
    position = 0
    while position < len(component):
        char = component[position]
        position += 1
        if char == "*":
            while position < len(component) and component[position] == "*":
                position += 1
            yield _NOT_SLASH, True
        elif char == "?":
            yield _NOT_SLASH, False
        elif char == "[":
            chars, position = _bracket(component, position, text)
            yield chars, False
        elif char == "\\":
            if position == len(component):
                raise UsageError(
                    f"The pattern {text!r} ends in a backslash", hint="Write \\\\ for a backslash."
                )
            yield CharSet(frozenset(component[position])), False
            position += 1
        else:
            yield CharSet(frozenset(char)), False


def _bracket(component: str, position: int, text: str) -> tuple[CharSet, int]:
    negated = position < len(component) and component[position] in "!^"
    position += negated
    members: set[str] = set()
    first = True
    while True:
        if position >= len(component):
            raise UsageError(
                f"The pattern {text!r} has a [ without its ]", hint="Write \\[ for a bracket."
            )
        char = component[position]
        if char == "]" and not first:
            break
        first = False
        if char == "\\" and position + 1 < len(component):
            position += 1
            char = component[position]
        position += 1
        if (
            position + 1 < len(component)
            and component[position] == "-"
            and component[position + 1] != "]"
        ):
            upper = component[position + 1]
            position += 2
            members.update(chr(code) for code in range(ord(char), ord(upper) + 1))
        else:
            members.add(char)
    if negated:
        return CharSet(frozenset(members | {"/"}), negated=True), position + 1
    return CharSet(frozenset(members - {"/"})), position + 1


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
                plain = both.meet(_NOT_SLASH).pick()
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
