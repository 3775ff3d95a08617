"""Keep written down what each session's agent is to know of the others' changes of its files.

`hook.py` tells it the agent at an edit. Nothing is predicted here: who meets whom, where and how
badly is what the live view shows, and only the other's lines are read in addition.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from parallel_tui.errors import CouldNotLookError, GitError, UsageError
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.telling import LEVELS, PathPatch, excerpt
from parallel_tui.model.overlap.verdict import Level, PathOverlap, Span, Verdict
from parallel_tui.model.overlap.words import names_of, settled
from parallel_tui.model.session.naming import slugify
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ports.store.briefs import BriefFiles, Told
from parallel_tui.record import dataclass, field

MOST_PATHS: Final = 200
"""Paths a session; those that conflict first."""

Ask = Callable[[str, Collection[str]], Mapping[str, PathPatch]]
"""What the session with a key changes in some paths; `Engine.overlap_patches`."""

Way = tuple[str, str]
"""Keys of the session that is told and of the one that it is told about."""

_MadeOf = tuple[str, PathPatch, Level, tuple[Span, ...]]

Words = dict[tuple[Way, str], tuple[_MadeOf, Told]]
"""What is said of a path, and of what it was made."""


@dataclass(slots=True)
class Briefs:
    """Keeps the files. Not thread-safe.

    Attributes:
        files: Where they stand.
    """

    files: BriefFiles
    _told: dict[Way, dict[str, Told]] = field(default_factory=dict, repr=False)
    """What stands, for when it cannot be looked again."""
    _words: Words = field(default_factory=dict, repr=False)
    """What stands, with all that it was made of."""

    def keep(self, snapshot: Snapshot, ask: Ask) -> bool:
        """Bring the files up to date with what a live view shows.

        Does nothing while predictions are incomplete. What cannot be looked at stays as it was.

        Args:
            snapshot: What is shown.
            ask: Reads a session's change of some paths.

        Returns:
            Whether all could be looked at; if not, it is worth another try.

        Raises:
            ParallelError: When the files cannot be written.
        """
        overlaps = known(snapshot.overlaps)
        if overlaps is None or not settled(overlaps):
            return True
        names = names_of(snapshot.sessions)
        between = [each for each in overlaps if each.b in names and each.a in names]
        meeting = _meeting(between)
        patches = _Patches(ask)
        for (_, other), paths in meeting.items():
            patches.want(other, paths)
        told: dict[Way, dict[str, Told]] = {}
        words: Words = {}
        for way in _ways(between):
            seen = patches.of(way[1]) if way in meeting else {}
            if seen is None:
                told[way] = self._told.get(way, {})
                continue
            for path, met in meeting.get(way, {}).items():
                if path in seen:
                    words[way, path] = self._worded((way, path), (names[way[1]], seen[path], *met))
            told[way] = {path: words[way, path][1] for path in meeting.get(way, {}) if path in seen}
        for way in _unknown(between):
            told[way] = self._told.get(way, {})
        self._words = words
        self._told = {way: entries for way, entries in told.items() if entries}
        self.files.keep(_by_file(self._told, names))
        return not patches.failed

    def _worded(self, about: tuple[Way, str], made_of: _MadeOf) -> tuple[_MadeOf, Told]:
        stands = self._words.get(about)
        return stands if stands and stands[0] == made_of else (made_of, _entry(*made_of))


class _Patches:
    """What sessions change, asked for once a session."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._wanted: dict[str, set[str]] = {}
        self._found: dict[str, Mapping[str, PathPatch] | None] = {}
        self.failed = False

    def want(self, key: str, paths: Collection[str]) -> None:
        """Note paths of a session that are going to be asked for."""
        self._wanted.setdefault(key, set()).update(paths)

    def of(self, key: str) -> Mapping[str, PathPatch] | None:
        """What a session changes in the noted paths; `None` when it cannot be told."""
        if key not in self._found:
            try:
                self._found[key] = self._ask(key, self._wanted.get(key, set()))
            except (CouldNotLookError, GitError):
                self._found[key] = None
                self.failed = True
        return self._found[key]


Met = dict[str, tuple[Level, tuple[Span, ...]]]
"""The level of each path that two sessions meet in, and the lines of the one that is told."""


def _ways(overlaps: Collection[Overlap]) -> list[Way]:
    known_ones = [each for each in overlaps if isinstance(each.verdict, Verdict)]
    return [way for each in known_ones for way in _both(each)]


def _unknown(overlaps: Collection[Overlap]) -> list[Way]:
    doubtful = [each for each in overlaps if not isinstance(each.verdict, Verdict)]
    return [way for each in doubtful for way in _both(each)]


def _both(overlap: Overlap) -> tuple[Way, ...]:
    a, b = overlap.pair
    return () if b is None else ((a, b), (b, a))


def _meeting(overlaps: Collection[Overlap]) -> dict[Way, Met]:
    """Where sessions meet: of each session the worst paths, as many as it is told of."""
    found: dict[str, list[tuple[PathOverlap, Way, tuple[Span, ...]]]] = {}
    for each in overlaps:
        for path in each.verdict.paths if isinstance(each.verdict, Verdict) else ():
            for way, mine in zip(_both(each), (path.ours, path.theirs), strict=False):
                if path.level in LEVELS:
                    found.setdefault(way[0], []).append((path, way, mine))
    meeting: dict[Way, Met] = {}
    for met in found.values():
        most = {path.path for path, _, _ in met}
        if len(most) > MOST_PATHS:
            met.sort(key=lambda each: (-each[0].level, each[0].path))
            most = set(list(dict.fromkeys(path.path for path, _, _ in met))[:MOST_PATHS])
        for path, way, mine in met:
            if path.path in most:
                meeting.setdefault(way, {})[path.path] = (path.level, mine)
    return meeting


def _entry(other: str, patch: PathPatch, level: Level, mine: tuple[Span, ...]) -> Told:
    return {"session": _text(other), "level": LEVELS[level], "hunk": excerpt(patch, mine)}


def _text(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _by_file(
    told: Mapping[Way, Mapping[str, Told]], names: Mapping[str, str]
) -> dict[str, dict[str, list[Told]]]:
    """What each file has to say, the worst first; none for sessions that share a file name."""
    files = {key: _file_name(name) for key, name in names.items()}
    shared = list(files.values())
    found: dict[str, dict[str, list[Told]]] = {}
    for (key, _), entries in sorted(told.items()):
        if shared.count(files[key]) == 1:
            paths = found.setdefault(files[key], {})
            for path, entry in entries.items():
                paths.setdefault(path, []).append(entry)
    order = ("conflict", "near", "same")
    for name, paths in found.items():
        for each in paths.values():
            each.sort(key=lambda entry: (order.index(entry["level"]), entry["session"]))
        worst = sorted(paths, key=lambda path: (order.index(paths[path][0]["level"]), path))
        found[name] = {path: paths[path] for path in worst}
    return found


def _file_name(session: str) -> str:
    """A session's name as `hook.py` makes it one for files."""
    try:
        return slugify(session).value
    except UsageError:
        return "session"
