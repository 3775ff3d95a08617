"""Plan a sync. Changes nothing but what a fetch updates."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.errors import CouldNotLookError, GitError
from parallel_tui.model.lifecycle.merge_proof import MergeVerdict
from parallel_tui.model.session.join import Joined, inside
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.upstream import Upstream
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.prediction import Prediction
from parallel_tui.model.sync.sync import SessionSync, Skip, SyncPlan, skip_of
from parallel_tui.model.text.words import plural
from parallel_tui.ports.git import GitReader, MergeProofs
from parallel_tui.ports.sync import SyncPreview
from parallel_tui.record import dataclass, replace
from parallel_tui.services.session.at_work import AgentsAtWork
from parallel_tui.services.session.lookup import Sessions, named
from parallel_tui.services.sync.fetch import Fetcher, Tell, no_remote

_MAY_BE_LEVEL = (None, Skip.DIRTY, Skip.WORKING)
"""Being busy is no news for a session that lacks nothing."""


@dataclass(frozen=True, slots=True)
class SyncPlanner:
    """Plans syncs.

    Attributes:
        git: Questions to git.
        look: Simulating.
        fetcher: Asks the remote.
        merged: Tells what is in base already.
        sessions: Look-up of what exists.
        base: Configured base.
        at_work: Tells what agents do.
        cwd: Where we stand: the session that asks is never too busy for its own request.
    """

    git: GitReader
    look: SyncPreview
    fetcher: Fetcher
    merged: MergeProofs
    sessions: Sessions
    base: str | None
    at_work: AgentsAtWork
    cwd: str

    def plan(
        self,
        wanted: Sequence[str] | None,
        *,
        merge: bool = False,
        fetch: bool = True,
        stale: bool = False,
        resolved: bool = False,
        tell: Tell = lambda line: None,
    ) -> SyncPlan:
        """Fetch, and predict the result for each session.

        Args:
            wanted: Names or keys; `None` for all.
            merge: Whether base would be merged in instead.
            fetch: Whether to ask the remote first.
            stale: Whether to go on with what is known when it cannot be asked.
            resolved: Whether conflicts become what they were resolved to before.
            tell: Given each line of git's progress.

        Raises:
            CouldNotLookError: When the remote could not be asked and `stale` does not allow that,
                or sessions cannot be read.
            UsageError: When a session or base does not exist.
        """
        everyone = self.sessions.all(windows_matter=True)
        chosen = (
            [each for each in everyone if each.worktree is not None]
            if wanted is None
            else list({each.key: each for each in (named(everyone, w) for w in wanted)}.values())
        )
        base = self.git.base(self.base)
        upstream = self.look.upstream(base)
        notes: list[str] = []
        fetched = False
        if upstream is None:
            notes.append(no_remote(base.name))
        elif not fetch:
            notes.append(f"{upstream.remote} was not fetched; {upstream.name} may be old")
        else:
            fetched = self._fetch(upstream, notes, tell, stale=stale)
        base = self.git.base(self.base)
        plan = self._onto(base, upstream, notes)
        plan = replace(plan, merge=merge, fetched=fetched, resolved=resolved)
        rows = self._rows(chosen, [s.worktree for s in everyone if s.worktree], plan, base)
        return replace(plan, sessions=rows)

    def _fetch(self, upstream: Upstream, notes: list[str], tell: Tell, *, stale: bool) -> bool:
        try:
            notes.append(self.fetcher.fetch_from(upstream, tell))
        except GitError as error:
            if stale:
                notes.append(f"{error.message}; going on with what {upstream.name} was before")
                return False
            raise CouldNotLookError(
                f"{upstream.remote} could not be asked, so nothing was brought up to date: "
                f"{error.message}",
                hint="--no-fetch goes on with what is known; --stale does when fetching fails.",
            ) from error
        return True

    def _onto(self, base: Base, upstream: Upstream | None, notes: list[str]) -> SyncPlan:
        """The commit that sessions are synced to, and whether base itself may move forward."""
        tip = self.look.commit_of(upstream.tracking) if upstream else None
        if upstream is None or tip is None:
            if upstream is not None:
                notes.append(f"{upstream.name} is not known here; {base.name} stands for it")
            return SyncPlan(base.name, base.oid, base.name, notes=tuple(notes))
        if tip == base.oid or base.ref == upstream.tracking:
            return SyncPlan(base.name, tip, upstream.name, notes=tuple(notes))
        apart = self.git.divergences(base.oid, [tip])[tip]
        if apart.ahead == 0:
            ahead = plural(apart.behind, "commit")
            notes.append(f"{base.name} is {ahead} ahead of {upstream.name} and contains it")
            return SyncPlan(base.name, base.oid, base.name, notes=tuple(notes))
        if apart.behind:
            notes.append(
                f"{base.name} and {upstream.name} have diverged ({apart.behind} and {apart.ahead} "
                f"commits): {base.name} stays, sessions go onto {upstream.name}"
            )
            return SyncPlan(base.name, tip, upstream.name, notes=tuple(notes))
        forward = tip if base.ref.startswith("refs/heads/") else None
        return SyncPlan(base.name, tip, upstream.name, forward=forward, notes=tuple(notes))

    def _rows(
        self,
        chosen: Sequence[Joined],
        trees: Sequence[Worktree],
        plan: SyncPlan,
        base: Base,
    ) -> tuple[SessionSync, ...]:
        rows = [self.row(each, trees, plan) for each in chosen]
        late = [row for row in rows if row.head and row.skip in _MAY_BE_LEVEL]
        apart = self.git.divergences(plan.onto, [row.head for row in late if row.head])
        rows = [
            self._level(replace(row, behind=apart[row.head].behind), plan)
            if row.head and row.skip in _MAY_BE_LEVEL
            else row
            for row in rows
        ]
        open_heads = [row.head for row in rows if row.head and not row.skip]
        try:
            found = self.look.predict(
                plan.onto, open_heads, merge=plan.merge, resolved=plan.resolved
            )
        except GitError as error:
            note = f"conflicts are not predicted: {error.message}"
            found = {head: Prediction(notes=(note,)) for head in open_heads}
        rows = [
            replace(
                row,
                steps=seen.steps,
                conflicts=seen.conflicts,
                notes=seen.notes,
                remembered=seen.remembered,
                resolved=seen.resolved,
                tree=seen.tree,
            )
            if row.head and not row.skip and (seen := found.get(row.head))
            else row
            for row in rows
        ]
        if not any(row.conflicting for row in rows):
            return tuple(rows)
        try:
            judged = self.merged.judge_all(
                [row.branch for row in rows if row.conflicting and row.branch is not None],
                self.merged.targets(base),
            )
        except GitError:
            return tuple(rows)  # the rebases will tell
        return tuple(_unless_merged(row, judged.get(row.branch or "")) for row in rows)

    def row(self, session: Joined, trees: Sequence[Worktree], plan: SyncPlan) -> SessionSync:
        """The plan row of one session without its prediction: skipped or not, and why."""
        tree = session.worktree
        if tree is None:
            return SessionSync(
                session.key, session.name, "", None, None, skip=Skip.MISSING,
                detail="it has no worktree",
            )  # fmt: skip
        row = SessionSync(session.key, session.name, tree.path, tree.own_branch, tree.head)
        found = skip_of(tree, trees, plan.base)
        if found is None:
            try:
                status = self.git.status(tree)
                working = self.working(session)
                found = skip_of(tree, trees, plan.base, status=status, working=working)
                found = found or self.hidden(tree)
            except GitError as error:
                found = (Skip.UNKNOWN, error.message)
        return row if found is None else replace(row, skip=found[0], detail=found[1])

    def hidden(self, tree: Worktree) -> tuple[Skip, str] | None:
        """Why a session with edits hidden from git is skipped: an abort would lose them.

        Raises:
            GitError: When the index cannot be read.
        """
        try:
            edits = self.git.hidden_edits(tree)
        except OSError as error:
            return Skip.UNKNOWN, f"a file that git was told not to see cannot be read: {error}"
        if not edits:
            return None
        more = f" and {len(edits) - 1} more" if len(edits) > 1 else ""
        return Skip.DIRTY, f"edits that git was told not to see: {edits[0]}{more}"

    def working(self, session: Joined) -> str:
        """What a session's agent is doing; empty when it is idle or is ourselves."""
        if session.worktree is not None and inside(self.cwd, session.worktree.path):
            return ""
        return self.at_work.busy(session)

    def _level(self, row: SessionSync, plan: SyncPlan) -> SessionSync:
        if row.behind:
            return row
        return replace(row, skip=Skip.LEVEL, detail=f"it has all of {plan.onto_name}")


def _unless_merged(row: SessionSync, verdict: MergeVerdict | None) -> SessionSync:
    """A plan row, unless it conflicts only because base already contains its work.

    A squash merge leaves commits that no rebase recognises.
    """
    if not row.conflicting or verdict is None or not verdict.merged:
        return row
    return replace(row, skip=Skip.MERGED, detail=f"{verdict.words}; cleanup removes it")
