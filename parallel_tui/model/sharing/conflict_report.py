"""Record of reported conflicts between sessions, by base and pair.

One report for each base that somebody measures against: two dashboards with different bases see
different conflicts, both true. A report is changed by those alone who look at its base; another's
is dropped once the process that wrote it last is proved dead, for nobody keeps it true then.
"""

from __future__ import annotations

from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.model.sharing.lock import Holder


@dataclass(frozen=True, slots=True)
class PairReport:
    """What was reported of one pair of sessions, or of one session against base.

    Attributes:
        line: The sentence that stands; `None` while there is nothing to report.
        proofs: Marks of what was told already, oldest first.
    """

    line: str | None = None
    proofs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BaseReport:
    """What is reported against one base.

    Attributes:
        pairs: Reports by pair, as `pair_key` names it.
        by: The process that wrote it last, if it is known.
    """

    pairs: Mapping[str, PairReport] = field(default_factory=dict)
    by: Holder | None = None


def pair_key(*names: str) -> str:
    """The name of a pair of sessions, or of one session against base, whatever their order."""
    return strict_json.line(sorted(names))


def names_in(pair: str) -> tuple[str, ...]:
    """The sessions that a pair's name is about; none where it is no such name."""
    try:
        found = strict_json.parse(pair)
    except strict_json.NotJsonError:
        return ()
    return tuple(map(str, found)) if isinstance(found, list) else ()


def lines_of(reports: Mapping[str, BaseReport]) -> tuple[str, ...]:
    """The sentences that stand; with the base they hold for where there are several."""
    standing = {
        base: [each.line for each in report.pairs.values() if each.line is not None]
        for base, report in sorted(reports.items())
    }
    several = sum(map(bool, standing.values())) > 1
    return tuple(
        f"{line} (on {base})" if several else line
        for base, lines in standing.items()
        for line in lines
    )


def with_base(
    reports: Mapping[str, BaseReport],
    base: str,
    pairs: Mapping[str, PairReport],
    *,
    by: Holder | None,
    alive: Callable[[str], bool],
    dead: Callable[[Holder | None], bool],
) -> dict[str, BaseReport]:
    """Reports after somebody looked at one base.

    Args:
        reports: As they stood.
        base: Name of the base that was looked at.
        pairs: What there is to say of it now.
        by: The process that looked.
        alive: Whether the sessions of a pair are still there.
        dead: Whether a process is proved dead.
    """
    after = {
        name: BaseReport({pair: each for pair, each in one.pairs.items() if alive(pair)}, one.by)
        for name, one in reports.items()
        if name != base and not dead(one.by)
    }
    before = reports.get(base, BaseReport())
    # Whoever only repeats what a living process wrote leaves its name there: nothing changes then.
    same = pairs == before.pairs and before.by is not None and not dead(before.by)
    after[base] = before if same else BaseReport(pairs, by)
    return {name: report for name, report in after.items() if report.pairs}
