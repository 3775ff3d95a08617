"""What the sessions of a team may not have in common: names, branches, paths. Pure."""

from __future__ import annotations

from parallel_tui.model.policy.meeting import meetings
from parallel_tui.model.session import naming
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.team.team import Team, TeamMember

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


def demand_together(team: Team) -> None:
    """Refuse what two sessions cannot both have.

    Raises:
        WrongValueError: With the place.
    """
    for attribute, what in (("slug", "name"), ("branch", "branch")):
        first: dict[str, TeamMember] = {}
        for member in team.members:
            value = str(getattr(member, attribute))
            other = first.setdefault(value, member)
            if other is not member:
                raise WrongValueError(
                    value,
                    f"another {what} than that of {other.name!r}",
                    ("sessions", member.name, *(("branch",) if attribute == "branch" else ())),
                )
    branches = [member.branch for member in team.members]
    for member in team.members:
        other_branch = naming.overlapping_branch(member.branch, branches)
        if other_branch is not None:
            raise WrongValueError(
                member.branch,
                f"a branch that is no folder of {other_branch!r}, nor the other way round",
                ("sessions", member.name, "branch"),
            )
    for meeting in meetings(team.territories):
        witness = f" ({meeting.witness})" if meeting.witness else ""
        raise WrongValueError(
            meeting.other_pattern,
            f"paths that {meeting.one} does not own by {meeting.pattern!r}{witness}",
            ("sessions", meeting.other, "owns"),
        )
    circle = circle_of({each.slug: known_as(team, each.after) for each in team.members})
    if circle:
        raise WrongValueError(
            list(circle),
            "without a circle: " + " after ".join(circle),
            ("sessions", circle[0], "after"),
        )


def known_as(team: Team, names: Collection[str]) -> tuple[str, ...]:
    """Names of sessions as they are called: those of the team by its words, others as they are."""
    ours = {member.name: member.slug for member in team.members}
    return tuple(dict.fromkeys(ours.get(name, name) for name in names))


def circle_of(after: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A circle in what comes after what, beginning and ending with the same; empty for none."""
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if name in way:
            return (*way[way.index(name) :], name)
        if name in done:
            return ()
        for other in after.get(name, ()):
            found = visit(other, (*way, name))
            if found:
                return found
        done.add(name)
        return ()

    return next((found for name in after if (found := visit(name, ()))), ())
