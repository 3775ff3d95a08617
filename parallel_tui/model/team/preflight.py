"""Expect overlaps between sessions before they start, by their words and the history. Pure.

A hint, with its evidence, and never more: a file that a session is told of, whose name its words
have, or that commits with such words changed; and files that were mostly changed together.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations

from parallel_tui.model.text.globs import compile_pattern
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.team.team import Team
    from parallel_tui.model.text.automaton import Pattern

MOST_FILES: Final = 40
"""Files of a commit beyond which it says nothing about what belongs together."""

_TOGETHER: Final = 3
"""Commits that changed two files before these are said to be changed together."""

_SHARE: Final = 0.4
"""Share of the rarer file's commits in which the other one was changed too."""

_SHOWN: Final = 3
"""Pieces of evidence shown of a pair of sessions."""

_WORD: Final = re.compile(r"[a-z][a-z0-9]{2,}")
_PATH: Final = re.compile(r"[\w.@-]+(?:/[\w.@-]+)+|\b[\w-]+\.[a-z]{1,5}\b")
_COMMON: Final = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "all",
        "your",
        "you",
        "this",
        "that",
        "from",
        "into",
        "are",
        "was",
        "each",
        "not",
        "its",
        "has",
        "have",
        "will",
        "out",
        "new",
        "add",
        "use",
        "set",
        "get",
        "let",
        "one",
        "two",
        "start",
        "session",
        "sessions",
        "build",
        "built",
        "work",
        "first",
        "what",
        "when",
        "make",
        "made",
        "made",
        "file",
        "files",
        "code",
        "test",
        "tests",
        "bug",
        "fix",
        "fixed",
        "find",
        "cause",
        "show",
        "src",
        "lib",
        "app",
        "index",
        "main",
        "init",
        "own",
        "owns",
        "owned",
        "other",
        "others",
        "them",
        "they",
        "before",
        "after",
        "while",
        "then",
        "which",
        "who",
        "whole",
        "data",
        "user",
        "users",
        "feature",
        "features",
        "handling",
        "structure",
        "management",
        "ready",
        "change",
        "changes",
        "http",
        "https",
        "com",
        "org",
        "api",
        "docs",
        "readme",
        "service",
        "services",
        "parallel",
        "branch",
        "branches",
        "tell",
    ]
)
"""Words that say nothing about which files are meant."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the history.

    Attributes:
        subject: Its first line.
        files: Paths that it changed.
    """

    subject: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """An overlap to be expected.

    Attributes:
        one: A session.
        other: Another.
        evidence: Why, the strongest first, each in one line.
    """

    one: str
    other: str
    evidence: tuple[str, ...]


def words_of(text: str) -> Mapping[str, str]:
    """Words of a text that may say which files are meant, as written, by their plain form."""
    split = re.sub(r"([a-z])([A-Z])", r"\1 \2", text).lower()
    found: dict[str, str] = {}
    for word in _WORD.findall(split):
        if word not in _COMMON:
            found.setdefault(_stem(word), word)
    return found


def _stem(word: str) -> str:
    for end in ("ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e"):
        if word.endswith(end) and len(word) - len(end) >= 4:
            return word[: -len(end)]
    return word


@dataclass(frozen=True, slots=True)
class _Reason:
    """Why a session may change a file: how much that says, as words of one and of two sessions."""

    weight: int
    words: str
    of_both: str


_TOLD: Final = _Reason(4, "is told of it", "are told of it")
_OWNS: Final = _Reason(3, "owns it", "own it")


def expected(team: Team, tracked: Sequence[str], commits: Sequence[Commit]) -> tuple[Expected, ...]:
    """Overlaps to be expected between the sessions of a team, the likeliest first.

    Args:
        team: The team.
        tracked: Paths that base has.
        commits: The latest commits, merges left out.
    """
    guesses = {
        member.slug: _guess(
            " ".join((member.name, member.prompt, *member.tasks)), member.owns, tracked, commits
        )
        for member in team.members
    }
    together = _changed_together(commits, {path for each in guesses.values() for path in each})
    found = []
    for one, other in combinations(team.names, 2):
        reasons = sorted(
            {
                words: (weight, words) for weight, words in _reasons(one, other, guesses, together)
            }.values(),
            key=lambda each: (-each[0], each[1]),
        )
        if reasons:
            lines = tuple(words for _, words in reasons[:_SHOWN])
            more = len(reasons) - len(lines)
            if more > 0:
                lines = (*lines[:-1], f"{lines[-1]}; and {more} more")
            found.append((sum(weight for weight, _ in reasons), Expected(one, other, lines)))
    return tuple(each for _, each in sorted(found, key=lambda pair: -pair[0]))


def _guess(
    text: str, owns: Sequence[str], tracked: Sequence[str], commits: Sequence[Commit]
) -> dict[str, _Reason]:
    """Files that a session will probably change, each with the reason."""
    found: dict[str, _Reason] = {}
    named = {each.strip("./") for each in _PATH.findall(text)}
    words = words_of(text)
    for path in tracked:
        if path in named or path.rpartition("/")[2] in named:
            found[path] = _TOLD
            continue
        has = words.keys() & words_of(path).keys()
        if len(has) >= 2 or (has and words.keys() & words_of(path.rpartition("/")[2]).keys()):
            found[path] = _with_words([words[each] for each in has])
    alive = set(tracked)
    meant: Counter[str] = Counter()
    for commit in commits:
        if (
            len(words.keys() & words_of(commit.subject).keys()) >= 2
            and len(commit.files) <= MOST_FILES
        ):
            meant.update(path for path in commit.files if path in alive)
    for path, times in meant.most_common(20):
        which = f"words with {plural(times, 'commit')} that changed it"
        found.setdefault(path, _Reason(1, f"shares {which}", f"share {which}"))
    if owns:
        lines = [(not t.startswith("!"), compile_pattern(t.removeprefix("!"))) for t in owns]
        found |= {path: _OWNS for path in tracked if path not in found and _owned(path, lines)}
    return found


def _owned(path: str, owns: Sequence[tuple[bool, Pattern]]) -> bool:
    owned = False
    for takes, pattern in owns:
        if takes is not owned and pattern.matches(path):
            owned = takes
    return owned


def _with_words(words: Iterable[str]) -> _Reason:
    all_of_them = sorted(words)
    shown = " and ".join(f"'{word}'" for word in all_of_them[:2])
    which = f"the {'word' if len(all_of_them) == 1 else 'words'} {shown}"
    return _Reason(1 + len(all_of_them), f"has {which}", f"have {which}")


def _changed_together(
    commits: Sequence[Commit], paths: set[str]
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Pairs of files that were mostly changed together: how often, and how often the rarer was."""
    alone: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for commit in commits:
        if len(commit.files) > MOST_FILES:
            continue
        mine = sorted(paths.intersection(commit.files))
        alone.update(mine)
        both.update(combinations(mine, 2))
    return {
        pair: (times, rarer)
        for pair, times in both.items()
        if times >= _TOGETHER and times >= _SHARE * (rarer := min(alone[pair[0]], alone[pair[1]]))
    }


def _reasons(
    one: str,
    other: str,
    guesses: Mapping[str, Mapping[str, _Reason]],
    together: Mapping[tuple[str, str], tuple[int, int]],
) -> Iterator[tuple[int, str]]:
    mine, theirs = guesses[one], guesses[other]
    for path in mine.keys() & theirs.keys():
        a, b = mine[path], theirs[path]
        if a is b is _OWNS:
            continue  # what both own was refused
        both = f"both {a.of_both}"
        why = both if a.words == b.words else f"{one} {a.words}, {other} {b.words}"
        yield a.weight + b.weight, f"{path}: {why}"
    for (first, second), (times, rarer) in together.items():
        for left, right in ((first, second), (second, first)):
            if left in mine and right in theirs and left not in theirs and right not in mine:
                yield (
                    times,
                    f"{left} ({one}) and {right} ({other}) were changed together in {times} of "
                    f"{plural(rarer, 'commit')}",
                )
