"""Starting a session: branch, worktree, files, context, window, agent, as one operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from parallel_tui.adapters.files import missing_parents
from parallel_tui.adapters.intents import Intent
from parallel_tui.adapters.ports import Branch, Clock, GitReader, GitWriter, Mux, Trust
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.config import Config
from parallel_tui.model.spawn import SpawnPlan, SpawnRequest
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sessions import Sessions
from parallel_tui.services.spawn_make import Maker, Progress
from parallel_tui.services.spawn_plan import Planner, Prepared
from parallel_tui.services.tools import Tools
from parallel_tui.services.undo import Undo

__all__ = ["Progress", "SpawnChoices", "Spawner", "TrustNeededError"]


class TrustNeededError(RefusedError):
    """Commands that come from the repository would run and were never trusted in this wording.

    Attributes:
        content: The exact commands, to be shown and, on consent, passed to `Spawner.trust`.
    """

    title = "These commands come from the repository"

    def __init__(self, message: str, *, hint: str = "", content: str) -> None:
        super().__init__(message, hint=hint)
        self.content = content


@dataclass(frozen=True, slots=True)
class SpawnChoices:
    """What a form offers.

    Attributes:
        bases: Branches to start from, the repository's base first.
        branches: Local and remote branches that are checked out nowhere.
        layouts: Names of layouts, the default first.
        agent: The agent command that would run; empty for a plain shell.
        names: Names already taken.
    """

    bases: tuple[str, ...]
    branches: tuple[Branch, ...]
    layouts: tuple[str, ...]
    agent: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Spawner:
    """Starts sessions.

    Attributes:
        git: Questions to git.
        writer: Commands to git.
        mux: Where the window opens.
        sessions: Look-up of what exists.
        config: Effective settings.
        from_repository: Names of settings whose value the repository gave (they need trust).
        trusted: What the user trusted.
        clock: For the context file.
        tools: For the note of what is being made, and the journal.
    """

    git: GitReader
    writer: GitWriter
    mux: Mux
    sessions: Sessions
    config: Config
    from_repository: frozenset[str]
    trusted: Trust
    clock: Clock
    tools: Tools

    @property
    def _planner(self) -> Planner:
        return Planner(self.git, self.mux, self.sessions, self.config, self.from_repository)

    def choices(self) -> SpawnChoices:
        """Read what a form should offer. A repository without a commit offers no base."""
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
        layouts = [name for name in self.config.layouts if name != self.config.layout]
        if self.config.layout in self.config.layouts:
            layouts.insert(0, self.config.layout)
        return SpawnChoices(
            bases=tuple(bases),
            branches=tuple(
                branch
                for branch in branches
                if branch.worktree is None and (branch.remote or branch.name not in held)
            ),
            layouts=tuple(layouts),
            agent=self._planner.agent(),
            names=frozenset(session.name for session in existing),
        )

    def plan(self, request: SpawnRequest) -> SpawnPlan:
        """Say exactly what a request would make, or why it cannot be made. Changes nothing.

        Raises:
            UsageError: When the request itself is wrong (name, base, branch, layout).
            RefusedError: When something is in the way, or no window can be opened.
        """
        return self._planner.prepare(request).plan

    def spawn(self, request: SpawnRequest, progress: Progress = lambda step: None) -> Receipt:
        """Make it. A failure after any step undoes the finished ones.

        Raises:
            TrustNeededError: Before anything is made, when untrusted commands would run.
            UsageError: As for `plan`.
            RefusedError: As for `plan`, or when a step failed; it names what could not be undone.
        """
        undo = Undo()
        maker = Maker(self.git, self.writer, self.mux, self.config, self.clock, undo, progress)
        intent: Intent | None = None
        try:
            # Of two spawns at once the second plans when the first has its name, branch and place.
            with self.tools.guarded():
                prepared = self._planner.prepare(request)
                self._need_trust(prepared)
                intent = self.tools.intents.begin("spawn", _about(prepared))
                maker = replace(maker, finished=intent.finished)
                worktree = maker.worktree(prepared)
            receipt = maker.furnish(prepared, worktree)
            plan = prepared.plan
            journal = {"session": plan.name, "path": plan.directory, "branch": plan.branch}
            told = self.tools.record("spawn", journal, f"pdev remove {plan.name}")
            intent.close()
            return replace(receipt, warnings=(*told, *receipt.warnings))
        except BaseException as error:
            left = undo.unwind()
            if intent is not None:
                intent.close()
            if left:
                reason = error.message if isinstance(error, ParallelError) else str(error)
                raise RefusedError(
                    f"The session was not started ({reason or 'interrupted'}), and not all of it "
                    f"could be taken back. Left behind: {'; '.join(left)}.",
                    hint="`pdev list` shows what is there; remove it by hand.",
                ) from error
            if isinstance(error, OSError):
                raise RefusedError(f"The session was not started: {error}") from error
            raise

    def _need_trust(self, prepared: Prepared) -> None:
        content = prepared.foreign
        if content and not self.trusted.trusts(self.git.repository.common_dir, content):
            raise TrustNeededError(
                "The repository's configuration names commands that would run, "
                "and you have not allowed them yet.",
                hint=content,
                content=content,
            )

    def trust(self, content: str) -> None:
        """Record that the user allowed exactly these commands of this repository."""
        self.trusted.grant(self.git.repository.common_dir, content)


def _about(prepared: Prepared) -> Mapping[str, object]:
    """What has to be known to take a start back that a crash cut off."""
    plan = prepared.plan
    return {
        "name": plan.name,
        "branch": plan.branch,
        "directory": plan.directory,
        "creates_branch": prepared.creates_branch,
        "tip": prepared.tip,
        "folders": [str(folder) for folder in missing_parents(Path(plan.directory))],
    }
