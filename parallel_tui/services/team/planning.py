"""Plan the start of a team on what exists. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.machine.load import reason
from parallel_tui.model.session.join import Joined
from parallel_tui.model.settings.config import Config, Origin
from parallel_tui.model.team.preflight import Expected, expected
from parallel_tui.model.team.steps import (
    Existing,
    StandingSession,
    StepKind,
    TeamPlan,
    TeamStep,
    plan,
    windows_plan,
)
from parallel_tui.model.team.team import Team, TeamMember
from parallel_tui.model.text.words import plural
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.store import Store
from parallel_tui.ports.team.descriptions import BoundaryFile
from parallel_tui.ports.team.records import History
from parallel_tui.record import dataclass, field, replace
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.spawn.plan import Planner, Prepared

_HISTORY: Final = 500
"""Commits looked at to see what was changed together."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """A plan with everything that is needed to carry it out.

    Attributes:
        plan: What is shown.
        team: The team; `None` where only windows are opened.
        prepared: Planned sessions, by name.
    """

    plan: TeamPlan
    team: Team | None = None
    prepared: Mapping[str, Prepared] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TeamPlanner:
    """Plans teams.

    Attributes:
        git: Questions to git.
        sessions: Look-up of what exists.
        store: Tasks, and what lands after what.
        config: Effective settings.
        boundaries: The repository's file; `None` where there is no main worktree for it.
        history: What was changed together.
        planner: Plans one session; asks git the same thing once only.
        on_tasks: Says of a session how its agent finds and ticks its tasks.
    """

    git: GitReader
    sessions: Sessions
    store: Store
    config: Config
    boundaries: BoundaryFile | None
    history: History
    planner: Planner
    on_tasks: Callable[[str], str]

    def prospect(self, team: Team, *, window: bool = True) -> Prospect:
        """What starting a team would do.

        Args:
            team: The team.
            window: Whether windows are opened at all.

        Raises:
            GitError: When git gave no answer.
            MuxError: When windows are there and cannot be listed.
            ConfigError: When the repository's boundaries cannot be read.
            CouldNotLookError: When what sessions share cannot be read.
        """
        if not window:
            members = tuple(replace(member, window=False) for member in team.members)
            team = replace(team, members=members)
        found = self.found(team)
        made = plan(team, found)
        if self.boundaries is None and made.of(StepKind.BOUNDARIES):
            kept = tuple(each for each in made.steps if each.kind is not StepKind.BOUNDARIES)
            note = "no boundaries are written: a bare repository has no place for their file"
            made = replace(made, steps=kept, notes=(*made.notes, note))
        prepared: dict[str, Prepared] = {}
        steps: list[TeamStep] = []
        notes, problems = list(made.notes), list(made.problems)
        by_name = {member.slug: member for member in team.members}
        for step in made.steps:
            if step.kind is not StepKind.START:
                steps.append(step)
                continue
            try:
                one = self.planner.prepare(self.request(team, by_name[step.session], found))
            except ParallelError as error:
                problems.append(f"{step.session}: {error.message.rstrip('.')}")
                steps.append(step)
                continue
            prepared[step.session] = one
            steps.append(_told(step, one))
            notes += [each for each in one.plan.warnings if "max_sessions" not in each]
            notes += [f"{step.session}: {each}" for each in one.plan.changes]
        limit = self._limit(found, len(prepared))
        boundaries = any(step.kind is StepKind.BOUNDARIES for step in steps)
        if boundaries and self.boundaries is not None:
            notes.append(
                "boundaries count once base has them: commit .claude/parallel-config.yml there"
            )
        whole = replace(
            made,
            steps=tuple(steps),
            notes=tuple(dict.fromkeys((*limit, *notes))),
            problems=tuple(problems),
            expected=self._expected(team, notes) if made.of(StepKind.START) else (),
        )
        return Prospect(whole, team, prepared)

    def windows(self) -> Prospect:
        """The windows that are missing: one for each worktree without one.

        Raises:
            GitError: When git gave no answer.
            MuxError: When windows are there and cannot be listed.
        """
        return Prospect(windows_plan(Existing(self._standing())))

    def found(self, team: Team) -> Existing:
        """What exists of a team.

        Raises:
            GitError: When git gave no answer.
            MuxError: When windows are there and cannot be listed.
            ConfigError: When the repository's boundaries cannot be read.
            CouldNotLookError: When what sessions share cannot be read.
        """
        _, territories = self.boundaries.read() if self.boundaries is not None else (None, ())
        shared = self.store.read(events=0)
        standing = self._standing()
        alive = {each.name for each in standing}
        return Existing(
            standing,
            frozenset(each.name for each in self.git.branches() if each.remote is None),
            territories,
            {
                each.session: tuple(task.text for task in each.tasks)
                for each in shared.demand("tasks").tasks
            },
            {
                each.name: each.after
                for each in shared.demand("sessions").sessions
                if each.after and each.name in alive
            },
        )

    def _standing(self) -> tuple[StandingSession, ...]:
        return tuple(_standing(each) for each in self.sessions.all(windows_matter=True))

    def request(self, team: Team, member: TeamMember, found: Existing) -> SpawnRequest:
        """What is asked for to start a member."""
        exists = member.branch in found.branches
        origin = team.origin if team.origin is Origin.REPOSITORY else Origin.TYPED
        return SpawnRequest(
            name=member.slug,
            base=None if exists else member.base,
            source=BranchSource.EXISTING if exists else BranchSource.NEW,
            branch=member.branch,
            agent=member.agent,
            agent_origin=origin,
            prompt=team.prompt_of(member, self.on_tasks),
            layout=member.layout,
            inline=member.inline,
            layout_origin=origin,
            window=member.window,
        )

    def _limit(self, found: Existing, new: int) -> tuple[str, ...]:
        there = sum(each.worktree and each.name != "main" for each in found.sessions)
        if not new or there + new <= self.config.max_sessions:
            return ()
        return (
            f"{plural(there + new, 'session')} beside the main worktree is more than "
            f"{self.config.max_sessions}, the limit set by max_sessions; nothing stops you"
            f"{reason(self.planner.machine())}",
        )

    def _expected(self, team: Team, notes: list[str]) -> tuple[Expected, ...]:
        try:
            base = self.git.base(self.config.base)
            tracked = self.history.tracked(base.oid)
            return expected(team, tracked, self.history.latest(base.oid, most=_HISTORY))
        except ParallelError as error:
            notes.append(f"expected overlaps are not known: {error.message}")
            return ()


def _standing(session: Joined) -> StandingSession:
    tree = session.worktree
    return StandingSession(
        session.name,
        tree.own_branch if tree is not None else None,
        len(session.windows),
        worktree=tree is not None and not tree.missing and not tree.bare,
        gone=tree is not None and tree.missing,
    )


def _told(step: TeamStep, prepared: Prepared) -> TeamStep:
    """A step with what its plan says."""
    made = prepared.plan
    start = f", from {made.start}" if made.start != "existing branch" else ", which exists"
    window = "" if made.window is not None else ", without a window"
    words = f"start {made.name} on {made.branch}{start}, in {made.directory}{window}"
    return replace(step, words=words, detail=(made.branch, made.directory, made.window or ""))
