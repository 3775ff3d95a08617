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

from functools import lru_cache

from parallel_tui.errors import UsageError
from parallel_tui.model.text.automaton import (
    ANY,
    NOT_SLASH,
    SLASH,
    AutomatonBuilder,
    CharSet,
    Pattern,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

_MAGIC: Final = frozenset("*?[")
_SPECIAL: Final = frozenset("*?[\\")
"""Characters at which git's literal beginning of a pattern ends."""


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
    builder = AutomatonBuilder()
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
            builder.read(NOT_SLASH)
            builder.star(ANY)
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
            builder.read(SLASH)
    final = components[-1]
    names_file = is_pattern(final) and final.strip("*") != "" and not folder_only
    return _finish(text, builder, folder_only=folder_only, names_file=names_file)


def _literal_states(path: str) -> AutomatonBuilder:
    builder = AutomatonBuilder()
    for char in path:
        builder.read(CharSet(frozenset(char)))
    return builder


def _finish(
    text: str, builder: AutomatonBuilder, *, folder_only: bool, names_file: bool
) -> Pattern:
    end = builder.here
    builder.read(SLASH)
    builder.read(NOT_SLASH)
    below = builder.here
    builder.edges[below].append((ANY, below))
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
            yield NOT_SLASH, True
        elif char == "?":
            yield NOT_SLASH, False
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
