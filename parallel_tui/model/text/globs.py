"""Path patterns in the gitignore dialect: matching, and exact intersection with a witness.

A pattern becomes a small nondeterministic automaton over characters. Two patterns meet when the
product of their automata accepts something; the shortest accepted path is the proof that is shown
to a person (`src/*/x.py` and `src/api/*.py` meet at `src/api/x.py`). Matching one pattern against
the other as if it were a path, as is commonly done, misses such pairs.

Dialect (gitignore(5)): a slash at the start or in the middle anchors at the root, else the pattern
matches at any depth; `*` and `?` do not cross a slash, `**` as a whole component does; a trailing
slash matches folders only; what matches a folder matches everything in it. `glob_tables` compiles
it.
"""

from __future__ import annotations

from functools import lru_cache

from parallel_tui.errors import UsageError
from parallel_tui.model.text.automaton import ANY, NOT_SLASH, SLASH, CharSet, Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_MAGIC: Final = frozenset("*?[")


def is_pattern(text: str) -> bool:
    """Whether a text has characters that mean more than themselves."""
    return any(char in _MAGIC for char in text)


def literal(path: str) -> Pattern:
    """A pattern that matches one path, and what lies below it should it be a folder."""
    name = path.strip("/")
    end = len(name)
    edges = [((CharSet(frozenset(char)), at + 1),) for at, char in enumerate(name)]
    edges += [((SLASH, end + 1),), ((NOT_SLASH, end + 2),), ((ANY, end + 2),)]
    accepting = frozenset((end, end + 2))
    return Pattern(path, tuple(edges), ((),) * len(edges), accepting, accepting)


@lru_cache(maxsize=4096)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern of the gitignore dialect.

    Raises:
        UsageError: When it is empty, negated, ends in a lone backslash, or has an open bracket.
    """
    from parallel_tui.model.text import glob_tables  # most locks are of plain paths

    try:
        made = glob_tables.compiled(text)
    except glob_tables.PatternError as error:
        raise UsageError(error.message, hint=error.hint) from None
    return Pattern(
        text,
        tuple(
            tuple((CharSet(frozenset(chars), bool(negated)), to) for chars, negated, to in edges)
            for edges in made.edges
        ),
        tuple(tuple(jumps) for jumps in made.jumps),
        made.accepting,
        made.claiming,
    )
