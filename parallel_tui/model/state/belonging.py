"""Find out to which session each agent belongs. Pure."""

from __future__ import annotations

from parallel_tui.model.session.join import inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parallel_tui.model.agent.record import AgentRecord
    from parallel_tui.model.session.join import Joined


def of_sessions(
    records: Iterable[AgentRecord], joined: Sequence[Joined]
) -> Mapping[str, tuple[AgentRecord, ...]]:
    """Agents by the key of their session.

    An agent belongs to the session that has its pane; one in no pane of ours to the session that
    its hooks were told, else to the one in whose worktree it works. Whoever crashed has left a
    pane behind, or nothing.

    Args:
        records: The agents of this user; those that work elsewhere are left out.
        joined: The sessions.
    """
    by_pane = {
        pane.id: entry.key for entry in joined for window in entry.windows for pane in window.panes
    }
    found: dict[str, tuple[AgentRecord, ...]] = {}
    for record in records:
        if record.pane is not None:
            key = by_pane.get(record.pane)
        else:
            key = None if record.crashed else _home(record, joined)
        if key is not None:
            found[key] = (*found.get(key, ()), record)
    return found


def _home(record: AgentRecord, joined: Sequence[Joined]) -> str | None:
    trees = [(entry.worktree.path, entry) for entry in joined if entry.worktree is not None]
    homes = [pair for pair in trees if record.cwd and inside(record.cwd, pair[0])]
    if homes:
        return max(homes, key=lambda pair: len(pair[0]))[1].key
    named = (e.key for e in joined if record.session and e.name == record.session)
    return None if record.cwd else next(named, None)
