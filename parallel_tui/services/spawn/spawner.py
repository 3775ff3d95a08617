"""Start a session: branch, worktree, files, context, window, agent, as one operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import HalfMadeError, ParallelError, RefusedError, UsageError, disk_refused
from parallel_tui.model.layout.opening import for_one
from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest
from parallel_tui.model.machine.load import Machine
from parallel_tui.model.session import naming
from parallel_tui.model.session.branch import Branch
from parallel_tui.model.settings.config import Config, Kind, Origin
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.consent_question import Question, ShellLine
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.ports.disk import Disk
from parallel_tui.ports.git import GitReader, GitWriter
from parallel_tui.ports.mux import Arranging, Mux
from parallel_tui.ports.system import Clock
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass, replace
from parallel_tui.services.consent import Gate
from parallel_tui.services.landing.needs import LandingNeeds
from parallel_tui.services.receipt import Spawned
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.spawn.binding import AgentBinder
from parallel_tui.services.spawn.plan import Planner, Prepared
from parallel_tui.services.spawn.rollback import InTrash, Undo
from parallel_tui.services.spawn.steps import Furnishing, Progress, SpawnSteps
from parallel_tui.services.spawn.way_back import FailedStart, to_trash
from parallel_tui.services.trash.toolbox import Tools

__all__ = ["Progress", "SpawnChoices", "Spawner", "TrustNeededError"]


@dataclass(frozen=True, slots=True)
class SpawnChoices:
    """Choices that the spawn form offers.

    Attributes:
        bases: Branches to start from, the repository's base first.
        branches: Local and remote branches that are checked out nowhere.
        layouts: Names of layouts, the default first.
        agent: The agent command that would run; empty for a plain shell.
        names: Names already taken.
        agent_origin: Where it came from; `without_agent` says what runs where none is named.
    """

    bases: tuple[str, ...]
    branches: tuple[Branch, ...]
    layouts: tuple[str, ...]
    agent: str
    names: frozenset[str]
    agent_origin: Origin = Origin.DEFAULT
    without_agent: str = "empty: a plain shell"


@dataclass(frozen=True, slots=True)
class Spawner:
    """Starts sessions.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where the window opens.
        arranging: Gives what opens several of them.
        sessions: Look-up of what exists.
        config: Effective settings.
        gate: What every command passes before it runs.
        clock: For the context file.
        tools: For the note of what is being made, and the journal.
        outside: Files of a new worktree, and its setup commands.
        binder: Makes the agent report and ask.
        needs: Knows what lands after what.
        machine: Tells how busy the machine is.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    arranging: Callable[[], Arranging]
    sessions: Sessions
    config: Config
    gate: Gate
    clock: Clock
    tools: Tools
    outside: Furnishing
    binder: AgentBinder
    needs: LandingNeeds
    machine: Callable[[], Machine | None]

    @property
    def _planner(self) -> Planner:
        return Planner(
            self.git, self.mux, self.sessions, self.config, self.gate, self.needs, self.machine
        )

    def choices_at_once(self) -> SpawnChoices:
        """The choices that the settings give, without asking git: a form can open with them."""
        layouts = [
            name
            for name, layout in self.config.layouts.items()
            if name != self.config.layout and for_one(layout)
        ]
        if self.config.layout in self.config.layouts:
            layouts.insert(0, self.config.layout)
        agent = self._planner.agent()
        return SpawnChoices((), (), tuple(layouts), agent.text, frozenset(), agent.origin)

    def example(self) -> str:
        """Where the worktree of a session called NAME would go; the setting, if that is wrong."""
        repository = self.git.repository
        try:
            return naming.directory_for(
                self.config.directory,
                main_path=repository.main_path,
                repo=repository.name,
                slug="NAME",
                kind=Kind.FEATURE,
            )
        except UsageError:
            return self.config.directory

    def choices(self) -> SpawnChoices:
        """Read the choices of the spawn form. A repository without a commit offers no base."""
        branches = self.git.branches()
        existing = self.sessions.all()
        held = {s.worktree.own_branch for s in existing if s.worktree}
        bases = [branch.name for branch in branches]
        try:
            first = self.git.base(self.config.base).name
        except UsageError:
            pass  # planning says what is wrong with it
        else:
            bases = [first, *(name for name in bases if name != first)]
        return replace(
            self.choices_at_once(),
            bases=tuple(bases),
            branches=tuple(
                branch
                for branch in branches
                if branch.worktree is None and (branch.remote or branch.name not in held)
            ),
            names=frozenset(session.name for session in existing),
        )

    def agent(self) -> ShellLine:
        """The agent command that is started where none is asked for; empty for a plain shell."""
        return self._planner.agent()

    def plan(self, request: SpawnRequest) -> SpawnPlan:
        """Plan exactly what a request would make, or refuse it. Changes nothing.

        Raises:
            UsageError: When the request itself is wrong (name, base, branch, layout).
            RefusedError: When something is in the way, or no window can be opened.
        """
        return self._planner.prepare(request).plan

    def spawn(self, request: SpawnRequest, progress: Progress = lambda step: None) -> Spawned:
        """Start the session. A failure after any step undoes the finished ones.

        Raises:
            TrustNeededError: Before anything is made, when untrusted commands would run.
            UsageError: As for `plan`.
            RefusedError: As for `plan`, or when a step failed; it names what could not be undone.
        """
        return self._made(lambda: self._planner.prepare(request), progress)

    def prepare(self, request: SpawnRequest) -> Prepared:
        """Plan as `plan` does, with everything that `make` needs. Changes nothing.

        Raises:
            UsageError: As for `plan`.
            RefusedError: As for `plan`.
        """
        return self._planner.prepare(request)

    def demand_trust(self, prepared: Prepared) -> None:
        """Make sure that all commands of a session may run.

        Raises:
            TrustNeededError: When somebody has to be asked before.
        """
        self.gate.ready(prepared.wanted, prepared.tip)

    def make(
        self,
        prepared: Prepared,
        progress: Progress = lambda step: None,
        before: Callable[[], None] = lambda: None,
    ) -> Spawned:
        """Start a session that was planned before; git is not asked for all of it again.

        Whoever took its branch or its directory meanwhile makes git refuse.

        Args:
            prepared: As planned.
            progress: Told each step.
            before: Called under the guard, immediately before anything is made.

        Raises:
            TrustNeededError: As for `spawn`.
            RefusedError: As for `spawn`.
        """
        return self._made(lambda: prepared, progress, before)

    def _made(
        self,
        plan_it: Callable[[], Prepared],
        progress: Progress,
        before: Callable[[], None] = lambda: None,
    ) -> Spawned:
        undo = Undo()
        back = FailedStart(self.git, self.writer, self.outside.carrying, to_trash(self.tools))
        steps = SpawnSteps(
            self.git,
            self.writer,
            self.mux,
            self.arranging,
            self.outside,
            self.config,
            self.clock,
            undo,
            back,
            progress,
        )
        intent: OpenIntent | None = None
        try:
            # Of two spawns at once the second plans when the first has its name, branch and place.
            with self.tools.guarded():
                prepared = plan_it()
                ready = self.gate.ready(prepared.wanted, prepared.tip)
                before()
                intent = self.tools.intents.begin("spawn", _about(prepared, self.outside.disk))
                steps = replace(steps, finished=intent.finished)
                worktree = steps.worktree(prepared)
            plan = prepared.plan
            ready, conversation, unbound = self.binder.bind(ready, plan.name)
            receipt = steps.furnish(prepared, worktree, ready)
            journal = {"session": plan.name, "path": plan.directory, "branch": plan.branch}
            told = self.tools.record("spawn", journal, UndoAction(UndoKind.REMOVE, plan.name))
            told = (*told, *unbound, *self.binder.remember(plan.name, conversation))
            told += self.needs.keep(plan.name, plan.after) + self.tools.shared.status.renew()
            intent.close()
            return replace(receipt, warnings=(*told, *receipt.warnings))
        except BaseException as error:
            left = undo.unwind()
            if intent is not None:
                intent.close()
            kept = "".join(f" Kept: {each.what}." for each in undo.kept)
            ways = [_comes_back(each) for each in undo.kept]
            advice = (*(error.advice if isinstance(error, ParallelError) else ()), *ways)
            reason = error.message if isinstance(error, ParallelError) else str(error)
            if left:
                raise HalfMadeError(
                    f"The session was not started ({reason or 'interrupted'}), and not all of it "
                    f"was taken back. Left behind: {'; '.join(left)}.{kept}",
                    advice=(
                        Advice("`", Act.LIST, after="` shows what is there; remove it by hand."),
                        *advice,
                    ),
                ) from error
            if kept:
                raise RefusedError(
                    f"The session was not started: {reason or 'interrupted'}.{kept}",
                    hint=error.hint if isinstance(error, ParallelError) else "",
                    advice=advice,
                ) from error
            if isinstance(error, OSError):
                raise disk_refused("The session was not started", error) from error
            raise

    def allow(self, question: Question) -> None:
        """Record that the user was shown all these commands of this repository and said yes.

        Raises:
            RefusedError: When they cannot be shown whole, or the answer cannot be recorded.
        """
        self.gate.allow(question)


def _comes_back(kept: InTrash) -> Advice:
    return Advice(f"{kept.what} comes back with: ", Act.UNDO, (kept.id,))


def _about(prepared: Prepared, disk: Disk) -> Mapping[str, object]:
    """What recovery needs to know to undo a start that a crash interrupted."""
    plan = prepared.plan
    return {
        "name": plan.name,
        "branch": plan.branch,
        "directory": plan.directory,
        "creates_branch": prepared.creates_branch,
        "tip": prepared.tip,
        "folders": [str(folder) for folder in disk.missing_parents(Path(plan.directory))],
    }
