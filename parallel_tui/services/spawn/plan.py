"""Plan the start of a session, or refuse it with a reason. Changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import GitError, MuxError, RefusedError, UsageError
from parallel_tui.model.layout.opening import for_one, layout_named
from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest, fingerprint_of
from parallel_tui.model.machine.load import Machine, too_many
from parallel_tui.model.session import naming
from parallel_tui.model.session.branch import Branch
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.join import Joined, inside
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Config, Layout, LayoutPane
from parallel_tui.model.settings.consent import Wanted
from parallel_tui.model.settings.consent_question import ShellLine
from parallel_tui.model.text.words import plural
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.record import dataclass, replace
from parallel_tui.services.consent import Gate
from parallel_tui.services.landing.needs import LandingNeeds
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.session.place import directory_of
from parallel_tui.services.spawn.branch import BranchResolver


@dataclass(frozen=True, slots=True)
class Prepared:
    """A spawn plan with everything needed to carry it out.

    Attributes:
        plan: What is shown.
        title: The feature as the user called it.
        start: Object id a new branch starts at; `None` for an existing or a remote one.
        track: Remote-tracking branch a new local one follows.
        tip: Object id the branch will stand at when the worktree is made.
        creates_branch: Whether the branch does not exist yet.
        prompt: First prompt of the agent; empty for none.
        wanted: Commands that would run, none of them approved yet.
        layout: The windows that open; without any for none.
    """

    plan: SpawnPlan
    title: str
    start: str | None
    track: str | None
    tip: str
    creates_branch: bool
    prompt: str
    wanted: Wanted
    layout: Layout


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans the start of sessions.

    Attributes:
        git: Questions to git.
        mux: Where the window would open.
        sessions: Look-up of what exists.
        config: Effective settings.
        gate: Knows where the commands came from.
        needs: Knows what lands after what.
        machine: Tells how busy the machine is.
    """

    git: GitReader
    mux: Mux
    sessions: Sessions
    config: Config
    gate: Gate
    needs: LandingNeeds
    machine: Callable[[], Machine | None]

    def prepare(self, request: SpawnRequest) -> Prepared:
        """Resolve a request against the current state of the repository.

        Raises:
            UsageError: When the request itself is wrong (name, base, branch, layout, prompt, or
                what it lands after).
            RefusedError: When something is in the way.
            GitError: When git gave no answer.
        """
        existing = self.sessions.all()
        branches = self.git.branches()
        self._need_a_commit(existing, branches)
        title = request.name.strip() or naming.name_from_branch(request.branch or "")
        if not request.name.strip() and not request.branch:
            raise UsageError("A session needs a name.")
        slug = naming.slugify(title)
        start = BranchResolver(self.git, self.config).resolve(
            request, slug.value, branches, existing
        )
        taken = self._taken(existing)
        if slug.value in taken:
            raise RefusedError(
                f"There is a session named {slug.value!r} already.",
                hint=f"{naming.unique(slug.value, taken)!r} is free.",
            )
        directory = directory_of(
            self.git.repository, self.config.directory, slug.value, request.kind, existing
        )
        layout, wanted = self._launch(request)
        if request.window:
            self._need_mux()
        plan = SpawnPlan(
            name=slug.value,
            branch=start.branch,
            directory=directory,
            window=slug.value if request.window else None,
            changes=slug.changes,
            start=start.words,
            warnings=tuple(
                self._warnings(request, existing, directory, layout.panes, wanted.agent.text)
            ),
            after=self.needs.resolved(slug.value, request.after, existing),
            commit=start.tip,
        )
        plan = replace(plan, fingerprint=fingerprint_of(plan))
        if request.expected not in ("", plan.fingerprint):
            raise RefusedError(
                f"{plan.name} would not start as it was when that was shown; nothing was made",
                hint="Look at what would be made again, then decide.",
            )
        agent_command.prompt_word(request.prompt)
        return Prepared(
            plan=plan,
            title=title,
            start=start.start,
            track=start.track,
            tip=start.tip,
            creates_branch=start.creates,
            prompt=request.prompt,
            wanted=wanted,
            layout=layout,
        )

    def agent(self) -> ShellLine:
        """The default agent command; empty for a plain shell."""
        return self.gate.agent("claude" if shutil.which("claude") else "")

    def _need_a_commit(self, existing: Iterable[Joined], branches: Iterable[Branch]) -> None:
        if any(branches) or any(s.worktree and s.worktree.head for s in existing):
            return
        raise RefusedError(
            f"The repository {self.git.repository.name!r} has no commit yet, "
            "so there is nothing to start from.",
            hint="Make a first commit: git commit --allow-empty -m 'first commit'",
        )

    def _need_mux(self) -> None:
        try:
            self.mux.check()
        except MuxError as error:
            raise RefusedError(
                f"No window can be opened: {error.message}",
                hint=" ".join((error.hint, "Without a window it works: --no-window.")).strip(),
                advice=error.advice,
            ) from error

    @staticmethod
    def _taken(existing: Iterable[Joined]) -> set[str]:
        names: set[str] = set()
        for session in existing:
            names.add(session.name)
            # A window that was renamed still belongs to the name it was made for.
            names |= {w.owner for w in session.windows if w.ours and w.owner}
        return names

    def _launch(self, request: SpawnRequest) -> tuple[Layout, Wanted]:
        name = request.layout or self.config.layout
        layout = request.inline or layout_named(name, self.config.layouts)
        if not for_one(layout):
            raise UsageError(
                f"The layout {name!r} has windows of several sessions: it is the repository's.",
                advice=(Advice("Open it: ", Act.LOAD, (name,)),),
            )
        agent = (
            self.agent()
            if request.agent is None
            else ShellLine(request.agent, request.agent_origin, "agent")
        )
        opened = layout if request.window else Layout(())
        by = request.layout_origin
        if request.inline is not None:
            return opened, self.gate.opened(f"of {request.name}", opened, by, agent, setup=True)
        named, theirs = request.layout is not None, by.asked_about
        origin = self.gate.layout(
            name, asked=named and not theirs, chosen=by if named and theirs else None
        )
        return opened, self.gate.opened(name, opened, origin, agent, setup=True)

    def _warnings(
        self,
        request: SpawnRequest,
        existing: tuple[Joined, ...],
        directory: str,
        panes: tuple[LayoutPane, ...],
        agent: str,
    ) -> Iterable[str]:
        linked = [s for s in existing if s.worktree and not s.worktree.is_main]
        if len(linked) >= self.config.max_sessions:
            yield too_many(len(linked), self.config.max_sessions, self.machine()) or ""
        for session in existing:
            tree = session.worktree
            if tree and not tree.bare and inside(directory, tree.path):
                yield f"the directory lies inside {tree.path} and may show as untracked there"
        if request.prompt.strip():
            if not request.window:
                yield "without a window nobody reads the prompt; it stands in the context file"
            elif not agent.strip() or not agent_command.runs_agent(panes):
                yield "no agent is started, so nobody reads the prompt"
        found = self.gate.prepared_by_others()
        if found.lines:
            yield f"{found.file} prepares the worktree; a setup of your own would override it"
        yield from (*found.beside, *found.problems)
        yield from self._dirt(existing)

    def _dirt(self, existing: Iterable[Joined]) -> Iterable[str]:
        main = next((s.worktree for s in existing if s.worktree and s.worktree.is_main), None)
        if main is None or main.bare or main.missing:
            return
        try:
            work = WorkStatus.of(self.git.status(main))
        except GitError as error:
            yield f"could not see whether the main worktree is clean: {error.message}"
            return
        changed = {e.path for e in work.entries if e.kind.value != "untracked"}
        if changed:
            yield (
                f"the main worktree has {plural(len(changed), 'uncommitted change')}; "
                "the new session starts without"
            )
