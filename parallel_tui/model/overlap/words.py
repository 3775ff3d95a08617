"""Wording of overlaps, shared by screen, messages and shared files. Pure.

Colour is never the only sign of a level: each has a letter and a word of its own.
"""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import BASE_KEY, Level, Verdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.overlap.pairs import Overlap, OverlapWarning
    from parallel_tui.model.overlap.verdict import PathOverlap
    from parallel_tui.model.session.session import Session

LETTERS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.CLEAR: "·",
        Level.SAME_FILE: "f",
        Level.NEAR: "n",
        Level.CONFLICT: "C",
        Level.REBASE: "R",
    }
)
WORDS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.CLEAR: "clear",
        Level.SAME_FILE: "same file",
        Level.NEAR: "near",
        Level.CONFLICT: "conflict",
        Level.REBASE: "rebase",
    }
)
OPTION_WORDS: Final[Mapping[Level, str]] = MappingProxyType(
    {level: word.replace(" ", "-") for level, word in WORDS.items()}
)
"""The same words as one, for options, scripts and JSON."""
MEANING: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.CLEAR: "nothing in common",
        Level.SAME_FILE: "both change a file, far apart",
        Level.NEAR: "edits within three lines of each other",
        Level.CONFLICT: "merging one after the other fails",
        Level.REBASE: "merges cleanly, but does not rebase",
    }
)
UNKNOWN_LETTER: Final = "?"
PENDING_LETTER: Final = "…"

_SAID: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.CLEAR: "do not overlap",
        Level.SAME_FILE: "change the same file",
        Level.NEAR: "change neighbouring lines",
        Level.CONFLICT: "conflict",
        Level.REBASE: "merge, but do not rebase",
    }
)


def letter(overlap: Overlap) -> str:
    """One character for the prediction of a pair."""
    if overlap.level is not None:
        return LETTERS[overlap.level]
    return UNKNOWN_LETTER if isinstance(overlap.verdict, Unknown) else PENDING_LETTER


def word(overlap: Overlap) -> str:
    """A word or two for the prediction of a pair."""
    if overlap.level is not None:
        return WORDS[overlap.level]
    return "unknown" if isinstance(overlap.verdict, Unknown) else "pending"


def option_word(overlap: Overlap) -> str:
    """The prediction as one word, for options and JSON: `same-file`, `unknown`."""
    return word(overlap).replace(" ", "-")


def path_words(path: PathOverlap) -> str:
    """A path with its kind, where that is known: `app.py (content)`."""
    return f"{path.path} ({path.kind.value})" if path.kind is not None else path.path


def paths_words(verdict: Verdict, most: int = 1) -> str:
    """The worst paths with their kinds, and how many more there are; empty without any."""
    shown = [path_words(path) for path in verdict.paths[:most]]
    more = len(verdict.paths) - len(shown)
    return ", ".join(shown) + (f" +{more}" if more > 0 else "")


def names_of(sessions: Iterable[Session]) -> dict[str, str]:
    """Session names by key."""
    return {session.key: session.name for session in sessions}


def pair_words(overlap: Overlap, names: Mapping[str, str]) -> str:
    """`auth × api`, or `auth × base`."""
    other = BASE_KEY if overlap.b is None else names.get(overlap.b, overlap.b)
    return f"{names.get(overlap.a, overlap.a)} × {other}"


def remarks(overlap: Overlap, names: Mapping[str, str]) -> tuple[str, ...]:
    """Remarks on a verdict besides its paths, as sentences; none if unknown.

    Args:
        overlap: The pair.
        names: Session names by key.
    """
    verdict = overlap.verdict
    told = [proved] if (proved := proof_words(overlap)) else []
    if not isinstance(verdict, Verdict):
        return tuple(told)
    told += [verdict.limited] if verdict.limited else []
    if order := landing_order(overlap, names):
        told.append(f"both land only if {order[0]} lands before {order[1]}")
    if verdict.raw:
        told.append("one side does not merge with base")
    return (*told, *notes(overlap, names))


def proof_words(overlap: Overlap) -> str:
    """What is known of how a pair works together; empty for nothing."""
    if overlap.proof is None:
        return ""
    from parallel_tui.model.overlap import joint  # most commands know of no proof

    return joint.words(overlap.proof)


def notes(overlap: Overlap, names: Mapping[str, str]) -> tuple[str, ...]:
    """What no other part of a verdict shows, such as that base contains a session's work."""
    verdict = overlap.verdict
    if not isinstance(verdict, Verdict):
        return ()
    sides = {"a": names.get(overlap.a, overlap.a)}
    if overlap.b is not None:
        sides["b"] = names.get(overlap.b, overlap.b)
    landed = verdict.landed if overlap.b is not None else ""
    return (
        *(f"{BASE_KEY} has all of {sides[each]} already" for each in landed if each in sides),
        *verdict.notes,
    )


def landing_order(overlap: Overlap, names: Mapping[str, str]) -> tuple[str, ...]:
    """Both names in the only order in which they land; empty when either order works."""
    verdict = overlap.verdict
    if not isinstance(verdict, Verdict) or not verdict.first or overlap.b is None:
        return ()
    pair = (names.get(overlap.a, overlap.a), names.get(overlap.b, overlap.b))
    return pair if verdict.first == "a" else pair[::-1]


def warning_words(warning: OverlapWarning, names: Mapping[str, str]) -> str:
    """A warning as a sentence."""
    overlap = warning.overlap
    verdict, level = overlap.verdict, overlap.level
    if not isinstance(verdict, Verdict) or level is None:
        return f"{pair_words(overlap, names)}: {word(overlap)}"
    told = f"{pair_words(overlap, names)} {_SAID[level]}"
    if paths := paths_words(verdict, 2):
        told += f": {paths}"
    return told + (f" (was: {WORDS[warning.before]})" if warning.before is not None else "")


def conflicting(overlaps: Iterable[Overlap]) -> tuple[Overlap, ...]:
    """Pairs known to conflict, stale ones included."""
    return tuple(each for each in overlaps if each.breaks or (each.concern or 0) >= Level.CONFLICT)


def worst_first(overlaps: Iterable[Overlap]) -> tuple[Overlap, ...]:
    """Pairs with the highest level first, then by number of paths; then unknown, then pending."""

    def rank(overlap: Overlap) -> tuple[int, int, bool, str, str]:
        verdict = overlap.verdict
        if isinstance(verdict, Verdict):
            level = max(verdict.level, Level.CONFLICT) if overlap.breaks else verdict.level
            return (-level, -len(verdict.paths), overlap.b is None, *_keys(overlap))
        return (1 if isinstance(verdict, Unknown) else 2, 0, overlap.b is None, *_keys(overlap))

    return tuple(sorted(overlaps, key=rank))


def _keys(overlap: Overlap) -> tuple[str, str]:
    return overlap.a, overlap.b or ""


def rivals(overlaps: Iterable[Overlap], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Names of the sessions that each session conflicts with, the worst first; by session key."""
    found: dict[str, list[str]] = {}
    for overlap in worst_first(conflicting(overlaps)):
        other = BASE_KEY if overlap.b is None else names.get(overlap.b, overlap.b)
        found.setdefault(overlap.a, []).append(other)
        if overlap.b is not None:
            found.setdefault(overlap.b, []).append(names.get(overlap.a, overlap.a))
    return {key: tuple(each) for key, each in found.items()}


def worth_showing(overlaps: Iterable[Overlap]) -> tuple[Overlap, ...]:
    """Pairs for a list, the worst first: overlaps, and pairs that could not be predicted.

    A session that cannot be looked at at all is one entry, its pair with base, not one a session.
    """
    every = tuple(overlaps)
    blind = {
        each.a: each.verdict.reason
        for each in every
        if each.b is None and isinstance(each.verdict, Unknown)
    }

    def folded(each: Overlap) -> bool:
        if each.b is None or not isinstance(each.verdict, Unknown):
            return False
        return each.verdict.reason in (blind.get(each.a), blind.get(each.b))

    return worst_first(
        each
        for each in every
        if each.breaks or ((each.level or isinstance(each.verdict, Unknown)) and not folded(each))
    )


def settled(overlaps: Iterable[Overlap]) -> bool:
    """Whether no prediction is pending or stale."""
    return all(not each.stale and isinstance(each.verdict, Verdict | Unknown) for each in overlaps)


def limits(overlaps: Iterable[Overlap]) -> str:
    """Why verdicts are only lower bounds; empty when any of them is proved."""
    limited = {each.verdict.limited for each in overlaps if isinstance(each.verdict, Verdict)}
    return limited.pop() if len(limited) == 1 else ""
