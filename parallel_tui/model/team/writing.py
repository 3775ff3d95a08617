"""A team as plain values, which reading makes the same team of. Pure."""

from __future__ import annotations

from parallel_tui.model.policy.boundaries import SHARED
from parallel_tui.model.settings.config import PREFIXES, Kind
from parallel_tui.model.settings.layouts.writing import written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.team.team import Team, TeamMember


def top_of(team: Team) -> dict[str, object]:
    """The top of a team's file; what is as by default is left out."""
    made: dict[str, object] = {}
    if team.summary:
        made["summary"] = team.summary
    if team.context:
        made["context"] = team.context
    sessions: dict[str, object] = {each.name: _member(each) for each in team.members}
    if team.shared is not None:
        sessions[SHARED] = team.shared.entry()
    made["sessions"] = sessions
    return made


def _member(member: TeamMember) -> dict[str, object]:
    made: dict[str, object] = {}
    if member.branch != PREFIXES[Kind.FEATURE] + member.slug:
        made["branch"] = member.branch
    if member.base is not None:
        made["base"] = member.base
    if member.after:
        made["after"] = list(member.after)
    made |= member.territory.entry()
    if member.agent is not None:
        made["agent"] = member.agent
    if member.layout is not None:
        made["layout"] = member.layout
    elif member.inline is not None:
        made["layout"] = written(member.inline)
    if not member.window:
        made["window"] = False
    if member.prompt:
        made["prompt"] = member.prompt
    if member.tasks:
        made["tasks"] = list(member.tasks)
    return made
