"""What starting a team would do, step by step. Pure.

What exists is left as it is: a step is there only for what is missing, so that a second run of a
team that is whole has no step.
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.errors import UsageError
from parallel_tui.model.policy.meeting import meetings
from parallel_tui.model.team.team import Team, TeamMember
from parallel_tui.model.team.together import circle_of, known_as
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Final

    from parallel_tui.model.policy.boundaries import Territory
    from parallel_tui.model.team.preflight import Expected


class StepKind(StrEnum):
    """What a step does."""

    BOUNDARIES = "boundaries"
    """Write down whose paths are whose."""
    START = "start"
    """Start a session."""
    WINDOW = "window"
    """Open a window for a session that has none."""
    TASKS = "tasks"
    """Give a session tasks."""
    AFTER = "after"
    """Say what a session lands after."""


@dataclass(frozen=True, slots=True)
class TeamStep:
    """One step.

    Attributes:
        kind: What it does.
        session: To which session; empty for all.
        words: In one line, for a person.
        detail: What it works with: branch and directory, tasks, names, patterns.
    """

    kind: StepKind
    session: str
    words: str
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingSession:
    """A session that exists.

    Attributes:
        name: Its name.
        branch: Its branch; `None` for a detached head; a window alone has none either.
        windows: How many windows it has.
        worktree: Whether it has a worktree that is there.
        gone: Whether it has one whose directory is gone.
    """

    name: str
    branch: str | None = None
    windows: int = 0
    worktree: bool = True
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Existing:
    """What exists before a team is started.

    Attributes:
        sessions: Every session.
        branches: Local branches.
        territories: Entries of the repository's `sessions:`.
        tasks: Texts of each session's tasks.
        after: What each session lands after.
    """

    sessions: tuple[StandingSession, ...] = ()
    branches: frozenset[str] = frozenset()
    territories: tuple[Territory, ...] = ()
    tasks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """What starting a team would do.

    Attributes:
        team: Its name.
        steps: In order; none when all of it is there.
        there: Names of sessions that exist already, by the team's names for them.
        notes: Facts worth knowing that stop nothing.
        problems: Why it cannot be started; none when it can.
        expected: Overlaps to be expected between its sessions.
    """

    team: str
    steps: tuple[TeamStep, ...] = ()
    there: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()

    @property
    def of_sessions(self) -> bool:
        """Whether it makes or changes anything but windows."""
        return any(step.kind is not StepKind.WINDOW for step in self.steps)

    @property
    def all_there(self) -> str:
        """In words, that there is nothing to do."""
        if self.team:
            return f"All of {self.team} is there already"
        return "Every worktree has a window already"

    def of(self, kind: StepKind) -> tuple[TeamStep, ...]:
        """The steps of one kind."""
        return tuple(step for step in self.steps if step.kind is kind)


_EXISTING: Final = "the branch that exists"


def here(member: TeamMember, found: Existing) -> StandingSession | None:
    """The session that a member is already: by its name, or by its branch."""
    for each in found.sessions:
        if each.name == member.slug:
            return each
    for each in found.sessions:
        if each.worktree and each.branch is not None and each.branch == member.branch:
            return each
    return None


def plan(team: Team, found: Existing) -> TeamPlan:
    """The steps that make of what exists what a team describes.

    Args:
        team: The team.
        found: What exists.
    """
    there = {m.slug: each.name for m in team.members if (each := here(m, found)) is not None}
    problems: list[str] = []
    notes = list(team.unknown)
    # Tasks first, so that agents find them; boundaries last, for they count once base has them, and
    # what stands in the main worktree is carried over to each session that is started after it.
    steps = list(_tasks(team, found, there))
    for member in team.members:
        standing = here(member, found)
        if standing is None:
            how = _EXISTING if member.branch in found.branches else member.base or "base"
            window = "a window" if member.window else "no window"
            steps.append(
                TeamStep(
                    StepKind.START,
                    member.slug,
                    f"start {member.slug} on {member.branch}, from {how}, with {window}",
                    (member.branch, how),
                )
            )
        elif standing.gone:
            problems.append(
                f"{member.slug}: its directory is gone; bring it back, or remove the session"
            )
        elif not standing.worktree:
            problems.append(
                f"{member.slug}: a window has this name, and no worktree; close it first"
            )
        elif member.window and not standing.windows:
            steps.append(
                TeamStep(StepKind.WINDOW, standing.name, f"open a window for {standing.name}")
            )
        if standing is not None and standing.name != member.slug:
            notes.append(f"{member.slug} is there as {standing.name}, on {standing.branch}")
    steps += _needs(team, found, there, problems)
    steps += _boundaries(team, found, notes)
    return TeamPlan(team.name, tuple(steps), there, tuple(dict.fromkeys(notes)), tuple(problems))


def _window(name: str) -> TeamStep:
    return TeamStep(StepKind.WINDOW, name, f"open a window for {name}")


def free_boundaries(
    team: Team, written: Sequence[Territory]
) -> tuple[tuple[Territory, ...], tuple[str, ...]]:
    """Entries of a team that the file lacks and that meet no other, and why others are left out.

    A file in which two meet counts for nothing.

    Args:
        team: The team.
        written: Entries of the file.
    """
    known = {name for each in written for name in each.names}
    taken, wanted, notes = list(written), [], []
    for entry in team.territories:
        if entry.name in known:
            continue
        clash = next((m for m in meetings((*taken, entry)) if m.other == entry.name), None)
        if clash is None:
            taken.append(entry)
            wanted.append(entry)
        else:
            notes.append(
                f"{entry.name} gets no boundaries: its {clash.other_pattern} meets "
                f"{clash.pattern} of {clash.one}"
            )
    return tuple(wanted), tuple(notes)


def _boundaries(team: Team, found: Existing, notes: list[str]) -> Iterator[TeamStep]:
    for each in team.territories:
        written = next((one for one in found.territories if each.name in one.names), None)
        if written is not None and set(written.owns) != set(each.owns):
            notes.append(f"the boundaries of {each.name} stay as the repository's file has them")
    wanted, left_out = free_boundaries(team, found.territories)
    notes += left_out
    if wanted:
        names = ", ".join(each.name for each in wanted)
        yield TeamStep(
            StepKind.BOUNDARIES,
            "",
            f"write down whose paths are whose: {names}",
            tuple(each.name for each in wanted),
        )


def _tasks(team: Team, found: Existing, there: Mapping[str, str]) -> Iterator[TeamStep]:
    for member in team.members:
        name = there.get(member.slug, member.slug)
        known = set(found.tasks.get(name, ()))
        new = tuple(text for text in member.tasks if text not in known)
        if new:
            many = "1 task" if len(new) == 1 else f"{len(new)} tasks"
            yield TeamStep(StepKind.TASKS, name, f"give {name} {many}", new)


def _needs(
    team: Team, found: Existing, there: Mapping[str, str], problems: list[str]
) -> Iterator[TeamStep]:
    known = {each.name for each in found.sessions} | {there.get(name, name) for name in team.names}
    told = dict(found.after)
    wanted: list[TeamStep] = []
    for member in team.members:
        if not member.after:
            continue
        name = there.get(member.slug, member.slug)
        earlier = tuple(there.get(each, each) for each in known_as(team, member.after))
        lost = [each for each in earlier if each not in known]
        if lost:
            problems.append(
                f"{member.slug} is to land after {', '.join(lost)}, and there is no such session"
            )
            continue
        if set(told.get(name, ())) >= set(earlier):
            continue
        told[name] = tuple(dict.fromkeys((*told.get(name, ()), *earlier)))
        wanted.append(
            TeamStep(StepKind.AFTER, name, f"land {name} after {', '.join(earlier)}", told[name])
        )
    circle = circle_of(told)
    if circle and wanted:
        problems.append(f"what lands after what would form a circle: {' after '.join(circle)}")
    yield from wanted


def windows_plan(found: Existing) -> TeamPlan:
    """The windows that are missing: one for each worktree without one."""
    steps = tuple(
        _window(each.name) for each in found.sessions if each.worktree and not each.windows
    )
    return TeamPlan("", steps)


def ends(team: Team, found: Existing) -> tuple[str, ...]:
    """Names of the sessions of a team that exist, those that land last first.

    Raises:
        UsageError: When none of it exists.
    """
    names = [each.name for m in team.members if (each := here(m, found)) is not None]
    if not names:
        raise UsageError(f"No session of {team.name} is there")
    return tuple(dict.fromkeys(reversed(names)))
