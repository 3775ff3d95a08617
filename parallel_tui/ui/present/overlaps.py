"""Format overlaps as table rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap import joint
from parallel_tui.model.overlap.joint import GLYPHS, Mark
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.verdict import BASE_KEY, Level, PathOverlap, Verdict
from parallel_tui.model.overlap.words import (
    LETTERS,
    MEANING,
    letter,
    path_words,
    remarks,
)
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of
from parallel_tui.ui.widgets.columns import Cell, Column, Row

OVERLAP_COLUMNS: Final = (
    Column("mark", "", 2, 2),
    Column("one", "Session", 7, 18, usual=12, right=True, middle=True),
    Column("times", "", 1, 1),
    Column("other", "and", 7, 18, usual=12, middle=True),
    Column("path", "Worst file", 11, 70, usual=19),
    Column("age", "Age", 3, 3, keep=80, right=True),
)

BREAKS: Final = GLYPHS[Mark.BREAKS]

TONES: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.CLEAR: "dim",
        Level.SAME_FILE: "note",
        Level.NEAR: "waiting",
        Level.CONFLICT: "bad",
        Level.REBASE: "bad",
    }
)


def key_of(pair: Pair) -> str:
    """A row key for a pair; keys of sessions are paths and ids, which contain no NUL."""
    return f"{pair[0]}\0{pair[1] or ''}"


def tone_of(overlap: Overlap) -> str:
    """The tone for a pair's prediction; faded when stale."""
    if overlap.stale:
        return "dim"
    return TONES[overlap.level] if overlap.level is not None else "note"


def overlap_row(
    overlap: Overlap, names: Mapping[str, str], now: float, session: str | None = None
) -> Row:
    """A pair as a row.

    Args:
        overlap: Which.
        names: Session names by key.
        now: Epoch seconds.
        session: Key of the selected session, whose pairs stand out.
    """
    tone, verdict = tone_of(overlap), overlap.verdict
    mine = session is not None and session in overlap.pair
    stale = "~" if overlap.stale else ""
    # Tests that fail are told where the texts do not conflict: that is bad enough by itself.
    tests = overlap.breaks and (overlap.level or 0) < Level.CONFLICT
    mark = BREAKS if tests else letter(overlap) + stale
    tone = "bad" if tests else tone
    named = "name" if mine else ""
    other = BASE_KEY if overlap.b is None else names.get(overlap.b, overlap.b)
    cells: dict[str, Cell] = {
        "mark": ((mark, tone),),
        "one": ((safe(names.get(overlap.a, overlap.a), 60), named),),
        "times": (("×", "dim"),),
        "other": ((safe(other, 60), named),),
        "age": ((age_of(overlap.since, now), "dim"),),
    }
    tip = "Being worked out again; this is the result from before." if overlap.stale else ""
    if isinstance(verdict, Verdict):
        cells["path"] = _worst(verdict)
        tip = "\n".join(
            each
            for each in (f"{MEANING[verdict.level]}.", tip, *map(safe, remarks(overlap, names)))
            if each
        )
    elif isinstance(verdict, Unknown):
        cells["path"] = ((safe(verdict.reason), "dim"),)
        tip = f"Could not look: {safe(verdict.reason)}"
    if tests and overlap.proof is not None:
        cells["path"] = ((safe(joint.some(overlap.proof.tests, 1)), ""),)
    return Row(key_of(overlap.pair), cells, {"mark": tip, "path": _paths_tip(verdict)})


def _worst(verdict: Verdict) -> Cell:
    """The worst file and how many more there are; its folder last, where a cut does least harm."""
    if not verdict.paths:
        return ()
    folder, _, file = verdict.paths[0].path.rpartition("/")
    more = f" +{len(verdict.paths) - 1}" if len(verdict.paths) > 1 else ""
    return (
        (safe(file, 200), ""),
        (more, "dim"),
        (f"  {safe(folder, 200)}" if folder else "", "dim"),
    )


def path_row(path: PathOverlap) -> Row:
    """One path of a pair as a row."""
    what = path.kind.value if path.kind is not None else ""
    cells: dict[str, Cell] = {
        "mark": ((LETTERS[path.level], TONES[path.level]),),
        "path": ((safe(path.path, 1000), "name" if path.level >= Level.CONFLICT else ""),),
        "kind": ((what, TONES[path.level]),) if what else (),
        "text": ((safe(path.text), "dim"),) if path.text else (),
    }
    return Row(path.path, cells, {"text": safe(path.text), "mark": MEANING[path.level]})


PATH_COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("path", "Path", 20, 60, keep=102, usual=30),
    Column("kind", "Kind", 4, 14, keep=95, always=False, usual=10),
    Column("text", "Details", 10, 200, keep=50, always=False, usual=30),
)


def _paths_tip(verdict: object) -> str:
    if not isinstance(verdict, Verdict):
        return ""
    return "\n".join(safe(path_words(path)) for path in verdict.paths[:12])
