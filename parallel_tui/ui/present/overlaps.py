"""Format overlaps as table rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap import joint
from parallel_tui.model.overlap.joint import GLYPHS, Mark
from parallel_tui.model.overlap.pairs import Overlap, Pair
from parallel_tui.model.overlap.verdict import Level, PathOverlap, Verdict
from parallel_tui.model.overlap.words import (
    LETTERS,
    MEANING,
    letter,
    pair_words,
    path_words,
    remarks,
    word,
)
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age_of
from parallel_tui.ui.widgets.columns import Cell, Column, Row

OVERLAP_COLUMNS: Final = (
    Column("mark", "", 2, 2, always=False),
    Column("pair", "Between", 9, 44, keep=99),
    Column("level", "Level", 8, 9, keep=74),
    Column("count", "N", 1, 4, keep=72, right=True, always=False),
    Column("path", "Worst", 6, 70, keep=73),
    Column("age", "Age", 3, 3, keep=90, right=True),
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
    mark, level = (BREAKS, "breaks") if tests else (letter(overlap) + stale, word(overlap))
    tone = "bad" if tests else tone
    cells: dict[str, Cell] = {
        "mark": ((mark, tone),),
        "pair": ((safe(pair_words(overlap, names), 200), "name" if mine else ""),),
        "level": ((level, tone),),
        "age": ((age_of(overlap.since, now), "dim"),),
    }
    tip = "Being worked out anew; this is the verdict before." if overlap.stale else ""
    if isinstance(verdict, Verdict):
        cells["count"] = ((str(len(verdict.paths)), "dim"),) if verdict.paths else ()
        cells["path"] = ((safe(path_words(verdict.paths[0])), ""),) if verdict.paths else ()
        tip = "\n".join(
            each
            for each in (f"{MEANING[verdict.level]}.", tip, *map(safe, remarks(overlap, names)))
            if each
        )
    elif isinstance(verdict, Unknown):
        cells["path"] = ((safe(verdict.reason), "dim"),)
        tip = f"Could not look: {safe(verdict.reason)}"
    if tests and overlap.proof is not None:
        cells["count"] = ((str(len(overlap.proof.tests)), "dim"),)
        cells["path"] = ((safe(joint.some(overlap.proof.tests, 1)), ""),)
    tips = {"mark": tip, "level": tip, "path": _paths_tip(verdict)}
    return Row(key_of(overlap.pair), cells, tips)


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
    Column("path", "Path", 20, 100, keep=99),
    Column("kind", "Kind", 4, 14, keep=95, always=False),
    Column("text", "git says", 10, 200, keep=50, always=False),
)


def _paths_tip(verdict: object) -> str:
    if not isinstance(verdict, Verdict):
        return ""
    return "\n".join(safe(path.path) for path in verdict.paths[:12])
