"""Compile boundaries into what the evaluator reads, with all that is wrong with them. Pure."""

from __future__ import annotations

from difflib import get_close_matches

from parallel_tui.model.policy import core
from parallel_tui.model.policy.boundaries import KEYS, LEVELS, SOURCE, Boundaries
from parallel_tui.model.policy.meeting import meetings
from parallel_tui.model.text import glob_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from parallel_tui.model.policy.boundaries import Territory
    from parallel_tui.model.policy.formats import CompiledPolicy, CompiledSession, Line
    from parallel_tui.model.session.repository import Base


def levels_of(own: Mapping[str, str], from_base: Mapping[str, str]) -> dict[str, str]:
    """What happens at which verdict.

    Args:
        own: What the person's own configuration sets, by key under `boundaries:`.
        from_base: What base's file sets there.
    """
    given = {**from_base, **own}
    level = given.get("level", core.LEVELS["foreign"])
    return {
        "foreign": level,
        "readable": level,
        "shared": min(level, core.LEVELS["shared"], key=core.ACTIONS.index),
        "unowned": given.get("unowned", core.LEVELS["unowned"]),
        "locks": given.get("locks", core.LEVELS["locks"]),
    }


def compiled_policy(
    base: Base,
    blob: str | None,
    boundaries: Boundaries,
    *,
    own_levels: Mapping[str, str],
    fold: bool,
    now: float,
    settings: Sequence[Sequence[object]] = (),
    problem: str | None = None,
) -> CompiledPolicy:
    """What `policy.json` holds.

    Args:
        base: Where the boundaries were read.
        blob: Object id of their file; `None` when base has none.
        boundaries: What it says.
        own_levels: What the person's own configuration sets under `boundaries:`.
        fold: Whether the file system ignores case.
        now: Epoch seconds.
        settings: Path, time of change and size of the files that `own_levels` is from.
        problem: Why the file cannot be used.
    """
    territories = boundaries.territories
    problems = [problem] if problem else list(_problems(territories, fold))
    return {
        "schema": core.SCHEMA,
        "at": now,
        "base": {"name": base.name, "ref": base.ref, "commit": base.oid, "blob": blob},
        "source": SOURCE,
        "levels": levels_of(own_levels, boundaries.levels),
        "fold": fold,
        "sessions": [] if problems else [_session(each, fold) for each in territories],
        "problems": problems,
        "warnings": [_unknown(place) for place in boundaries.unknown],
        "settings": [list(each) for each in settings],
    }


def _problems(territories: Sequence[Territory], fold: bool) -> Iterator[str]:
    homes: dict[str, str] = {}
    for each in territories:
        for name in each.names:
            other = homes.setdefault(name, each.name)
            if other != each.name:
                yield f"{SOURCE}: {other!r} and {each.name!r} name one session, {name}"
    for met in meetings(territories, fold=fold):
        lines = f"({met.pattern} and {met.other_pattern})"
        who = f"{SOURCE}: {core.shown(met.one)} and {core.shown(met.other)}"
        if met.witness is None:
            yield f"{who} own paths that cannot be told apart {lines}"
        else:
            yield f"{who} both own {core.shown(met.witness)} {lines}"


def _unknown(place: Sequence[str]) -> str:
    """What to say about a key that means nothing."""
    known = LEVELS if place[0] == "boundaries" else KEYS
    near = get_close_matches(place[-1], known, n=1)
    advice = f"; did you mean {near[0]}?" if near else ""
    return f"{SOURCE}: unknown key {core.shown('.'.join(place))} is ignored{advice}"


def _session(territory: Territory, fold: bool) -> CompiledSession:
    return {
        "name": territory.name,
        "names": list(territory.names),
        "shared": territory.shared,
        "note": territory.note,
        "owns": [_line(text, fold) for text in territory.owns],
        "can_read": [_line(text, fold) for text in territory.can_read],
    }


def _line(text: str, fold: bool) -> Line:
    pattern = text.removeprefix("!")
    return [int(text.startswith("!")), text, glob_tables.table_of(pattern, fold=fold)]
