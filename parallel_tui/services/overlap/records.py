"""What has been reported of conflicts, as it stands in the state file.

One entry for each base that somebody measures against: two dashboards with different bases see
different conflicts, both true. An entry is changed by those alone who look at its base; another's
is dropped once the process that wrote it last is proved dead, for nobody keeps it true then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Final

from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.store.files.documents import Json
from parallel_tui.model.sharing.lock import Holder, Liveness
from parallel_tui.model.text import strict_json

KEY: Final = "pdev_conflicts"
"""Our own part of the state file."""

Record = dict[str, Json]
"""Of one pair: `line`, the sentence that stands, and `proofs`, what was told."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is reported against one base.

    Attributes:
        pairs: Records by pair.
        by: The process that wrote it last, if it is known.
    """

    pairs: dict[str, Record] = field(default_factory=dict)
    by: Holder | None = None

    @property
    def dead(self) -> bool:
        """Whether it is proved that nobody keeps this true."""
        return liveness.liveness(self.by, None) is Liveness.DEAD


def entries_of(data: Mapping[str, Json]) -> dict[str, Entry]:
    """Entries by base as they stand; what has another shape than we gave it counts for nothing."""
    found = data.get(KEY)
    entries: dict[str, Entry] = {}
    for base, each in found.items() if isinstance(found, dict) else ():
        pairs = each.get("pairs") if isinstance(each, dict) else None
        if isinstance(each, dict) and isinstance(pairs, dict):
            records = {
                pair: dict(one)
                for pair, one in pairs.items()
                if isinstance(one, dict) and names_in(pair)
            }
            entries[base] = Entry(records, _holder(each.get("by")))
    return entries


def names_in(pair: str) -> tuple[str, ...]:
    """The sessions that a record is about; none where it is no record of ours."""
    try:
        found = strict_json.parse(pair)
    except strict_json.NotJsonError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def lines_before(data: Mapping[str, Json]) -> list[str]:
    """All sentences of ours that stand in a state file, also those without a base of its own."""
    found = data.get(KEY)
    old = (
        [each.get("line") for each in found.values() if isinstance(each, dict)]
        if isinstance(found, dict)
        else []
    )
    return [*lines_of(entries_of(data)), *(line for line in old if isinstance(line, str))]


def as_json(entries: Mapping[str, Entry]) -> dict[str, Json]:
    """Entries as the state file holds them."""
    return {
        base: {"pairs": {**entry.pairs}, "by": asdict(entry.by) if entry.by else None}
        for base, entry in sorted(entries.items())
        if entry.pairs
    }


def lines_of(entries: Mapping[str, Entry]) -> list[str]:
    """The sentences that stand; with the base they hold for where there are several."""
    several = sum(
        any("line" in each for each in entry.pairs.values()) for entry in entries.values()
    )
    return [
        f"{line} (on {base})" if several > 1 else line
        for base, entry in sorted(entries.items())
        for each in entry.pairs.values()
        if isinstance(line := each.get("line"), str)
    ]


def with_base(
    entries: Mapping[str, Entry],
    base: str,
    pairs: dict[str, Record],
    alive: Callable[[str], bool],
) -> dict[str, Entry]:
    """Entries after a look at one base.

    Args:
        entries: As they stood.
        base: Name of the base that was looked at.
        pairs: What there is to say of it now.
        alive: Whether the sessions of a pair are still there.
    """
    after = {
        name: Entry({pair: each for pair, each in entry.pairs.items() if alive(pair)}, entry.by)
        for name, entry in entries.items()
        if name != base and not entry.dead
    }
    before = entries.get(base, Entry())
    # Who only repeats what a living process wrote leaves its name there: nothing changes then.
    same = pairs == before.pairs and before.by is not None and not before.dead
    after[base] = before if same else Entry(pairs, _me())
    return {name: entry for name, entry in after.items() if entry.pairs}


def _me() -> Holder | None:
    return liveness.holder_of(os.getpid())


def _holder(data: Json) -> Holder | None:
    if not isinstance(data, dict):
        return None
    host, boot, pid, start = (data.get(name) for name in ("host", "boot", "pid", "start"))
    if not (isinstance(host, str) and isinstance(boot, str) and isinstance(start, str)):
        return None
    return Holder(host, boot, pid, start) if isinstance(pid, int) else None
