"""Start a team: what is missing of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import HalfMadeError, ParallelError, RefusedError
from parallel_tui.model.scope import COORDINATION, MUX, TOPOLOGY
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.team.steps import StepKind, TeamStep, free_boundaries
from parallel_tui.model.team.team import Team
from parallel_tui.model.text.words import plural
from parallel_tui.ports.team.descriptions import BoundaryFile
from parallel_tui.ports.team.records import TeamRecords
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import TeamStarted
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.session.windows import Attacher
from parallel_tui.services.spawn.spawner import Spawner
from parallel_tui.services.team.planning import Prospect, TeamPlanner
from parallel_tui.services.trash.toolbox import Tools

Tell = Callable[[int, int, str], None]
"""Told each step as it begins: its number, how many there are, and it in words."""


def _nobody(number: int, total: int, words: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class TeamStarter:
    """Starts teams.

    Attributes:
        planning: Makes a planner, which asks git and the multiplexer each thing once.
        spawner: Makes one for a run: starts sessions.
        attacher: Opens windows of sessions that are there.
        tools: The way in, and the journal.
        records: What was done so far.
        boundaries: The repository's file; `None` without a main worktree.
        sessions: Look-up of what exists.
    """

    planning: Callable[[], TeamPlanner]
    spawner: Callable[[], Spawner]
    attacher: Attacher
    tools: Tools
    records: TeamRecords
    boundaries: BoundaryFile | None
    sessions: Sessions

    def look(self, team: Team | None, *, window: bool = True) -> Prospect:
        """What starting a team would do. Changes nothing.

        Args:
            team: The team; `None` for the windows that are missing.
            window: Whether windows are opened at all.

        Raises:
            GitError: When git gave no answer.
            MuxError: When windows are there and cannot be listed.
            ConfigError: When the repository's boundaries cannot be read.
        """
        planner = self.planning()
        return planner.windows() if team is None else planner.prospect(team, window=window)

    def demand_possible(self, prospect: Prospect) -> None:
        """Make sure that a plan can be carried out as a whole.

        Raises:
            RefusedError: When something of it cannot; all of that is named.
            TrustNeededError: When commands of the repository would run that were not allowed.
        """
        problems = prospect.plan.problems
        if problems:
            raise RefusedError(
                f"{prospect.plan.team} was not started: {'; '.join(problems)}",
                hint="Nothing was changed. Change the team, or what is in its way.",
            )
        spawner = self.spawner()
        for prepared in prospect.prepared.values():
            spawner.demand_trust(prepared)

    def start(
        self,
        prospect: Prospect,
        tell: Tell = _nobody,
        stopped: Callable[[], bool] = lambda: False,
    ) -> TeamStarted:
        """Carry out a plan. What was made stays when a later step fails, and a second run goes on.

        Args:
            prospect: As shown.
            tell: Told each step.
            stopped: Asked before each step whether to stop.

        Raises:
            RefusedError: When some of it was not made; the sentence names it.
            TrustNeededError: Before anything is made.
        """
        self.demand_possible(prospect)
        steps = prospect.plan.steps
        name = prospect.plan.team or "windows"
        if not steps:
            return TeamStarted(
                prospect.plan.all_there,
                steps=(),
                sessions=(),
                id="",
            )
        run = _Run(self, prospect, self._begin(name), tell)
        run.carry_out(stopped)
        return run.receipt()

    def _begin(self, name: str) -> str:
        with self.tools.guarded():
            return self.records.begin(name, self.tools.clock())


class _Run:
    """One run of a plan."""

    def __init__(self, starter: TeamStarter, prospect: Prospect, id: str, tell: Tell) -> None:
        self._starter, self._prospect, self._id, self._tell = starter, prospect, id, tell
        self._spawner = starter.spawner()
        self.done: list[TeamStep] = []
        self.made: list[str] = []
        self.opened: list[str] = []
        self.failed: list[tuple[TeamStep, str, str]] = []
        self.warnings: list[str] = []
        self.stopped: int | None = None

    def carry_out(self, stopped: Callable[[], bool]) -> None:
        """Carry out each step in order; one that fails keeps no other from it."""
        steps = self._prospect.plan.steps
        for number, step in enumerate(steps, start=1):
            if stopped():
                self.stopped = number
                return
            self._tell(number, len(steps), step.words)
            try:
                self._one(step)
            except ParallelError as error:
                ours = isinstance(error, HalfMadeError)  # what stands there is what we left
                if step.kind is StepKind.START and not ours and self._there(step.session):
                    self.warnings.append(f"{step.session} was started by somebody else meanwhile")
                    continue
                self.failed.append((step, error.message.rstrip("."), error.hint))
            except OSError as error:
                self.failed.append((step, error.strerror or str(error), ""))
            else:
                self.done.append(step)

    def _there(self, name: str) -> bool:
        try:
            return any(each.name == name and each.worktree for each in self._starter.sessions.all())
        except ParallelError:
            return False

    def _one(self, step: TeamStep) -> None:
        match step.kind:
            case StepKind.BOUNDARIES:
                self._boundaries(step)
            case StepKind.TASKS:
                self._add("tasks", session=step.session, texts=list(step.detail))
                given = {step.session: step.detail}
                self.warnings += self._starter.tools.shared.tasks.give(given).warnings
            case StepKind.START:
                self._start(step)
            case StepKind.WINDOW:
                window = self._starter.attacher.open_window(step.session)
                self._add("window", session=step.session, window=window)
                self.made.append(step.session)
                self.opened.append(step.session)
            case StepKind.AFTER:
                registry = self._starter.tools.shared.registry
                self.warnings += registry.after(step.session, step.detail).warnings

    def _add(self, what: str, **more: object) -> None:
        self._starter.records.add(self._id, {"what": what, **more})  # type: ignore[dict-item]

    def _boundaries(self, step: TeamStep) -> None:
        file, team = self._starter.boundaries, self._prospect.team
        if file is None or team is None:
            return
        with self._starter.tools.guarded():
            # As it is now: another team may have been started meanwhile.
            before, written = file.read()
            free, left_out = free_boundaries(team, written)
            self.warnings += [each for each in left_out if each not in self._prospect.plan.notes]
            entries = [each for each in free if each.name in step.detail]
            if not entries:
                return
            after = file.with_entries(before, entries)
            self._add("boundaries", path=file.path, before=before, after=after)
            file.write(after)

    def _start(self, step: TeamStep) -> None:
        prepared = self._prospect.prepared[step.session]
        plan = prepared.plan

        def record() -> None:
            self._add(
                "session",
                name=plan.name,
                branch=plan.branch,
                directory=plan.directory,
                tip=prepared.tip,
                creates_branch=prepared.creates_branch,
            )

        receipt = self._spawner.make(prepared, before=record)
        told = [each for each in receipt.warnings if each not in plan.warnings]
        self.warnings += [f"{plan.name}: {each}" for each in told]
        self.made.append(plan.name)

    def _unfinished(self) -> str:
        """What was not done, and why."""
        steps = self._prospect.plan.steps
        told = []
        if self.failed:
            words = "; ".join(f"{step.words}: {why}" for step, why, _ in self.failed)
            told.append(f"{len(self.failed)} of {plural(len(steps), 'step')} failed: {words}.")
        if self.stopped is not None:
            next_one = steps[self.stopped - 1].words
            told.append(f"Stopped before step {self.stopped} of {len(steps)}: {next_one}.")
        return " ".join(told)

    def _words(self) -> str:
        """What was started and what was opened, by name."""
        name = self._prospect.plan.team
        started = [each for each in self.made if each not in self.opened]
        sessions = f"{plural(len(started), 'session')} ({', '.join(started)})"
        windows = f"{plural(len(self.opened), 'window')} ({', '.join(self.opened)})"
        if started:
            also = f"; opened {windows}" if self.opened else ""
            return f"Started {name}: {sessions}{also}"
        if self.opened:
            return f"Opened {windows}"
        return f"Completed {name}"

    def receipt(self) -> TeamStarted:
        """What was done.

        Raises:
            RefusedError: When some of it was not.
        """
        name = self._prospect.plan.team
        made = plural(len(self.made), "session")
        if self.failed or self.stopped is not None:
            hints = [*(hint for _, _, hint in self.failed if hint), *self.warnings]
            ready = f"{made} ready, and left as it is." if self.made else "No session is ready."
            raise RefusedError(
                f"{self._unfinished()} {ready}",
                hint="\n".join(dict.fromkeys((*hints, "The same again makes what is missing."))),
                advice=(Advice("What was made is taken back by: ", Act.UNDO, (self._id,)),)
                if self.done
                else (),
            )
        self._add("end", when=self._starter.tools.clock())
        about = {"id": self._id, "team": name, "sessions": list(self.made)}
        undo = UndoAction(UndoKind.TEAM, self._id)
        self.warnings += self._starter.tools.record("up", about, undo)  # type: ignore[arg-type]
        return TeamStarted(
            self._words(),
            scopes=(TOPOLOGY, MUX, COORDINATION),
            warnings=tuple(dict.fromkeys(self.warnings)),
            session=self.made[0] if self.made else None,
            undo=(undo,),
            steps=tuple(step.words for step in self.done),
            sessions=tuple(self.made),
            id=self._id,
        )
