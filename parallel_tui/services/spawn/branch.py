"""Choose the branch of a new session: new from base, existing, or remote."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.session import naming
from parallel_tui.model.session.branch import Branch
from parallel_tui.model.session.join import Joined
from parallel_tui.model.settings.config import Config
from parallel_tui.model.text.patterns import pattern
from parallel_tui.ports.git import GitReader
from parallel_tui.record import dataclass

_OBJECT_ID: Final = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Start:
    """A branch and the commit where it starts.

    Attributes:
        branch: Short local name.
        words: Where it starts, for a person.
        tip: Object id it stands at when the worktree is made.
        start: Object id a new branch starts at; `None` for an existing or a remote one.
        track: Remote-tracking branch a new one follows.
        creates: Whether the branch does not exist yet.
    """

    branch: str
    words: str
    tip: str
    start: str | None = None
    track: str | None = None
    creates: bool = False


@dataclass(frozen=True, slots=True)
class BranchResolver:
    """Resolves the branch that a spawn request asks for.

    Attributes:
        git: Questions to git.
        config: Effective settings.
    """

    git: GitReader
    config: Config

    def resolve(
        self,
        request: SpawnRequest,
        slug: str,
        branches: tuple[Branch, ...],
        existing: tuple[Joined, ...],
    ) -> Start:
        """The branch and starting commit of a request.

        Args:
            request: What was asked for.
            slug: The session's name.
            branches: All branches.
            existing: All sessions.

        Raises:
            UsageError: When a named branch or base does not exist, or a name is invalid.
            RefusedError: When the branch is in use or in the way.
        """
        local = {branch.name: branch for branch in branches if branch.remote is None}
        match request.source:
            case BranchSource.EXISTING:
                return self._existing(request.branch or slug, local, existing)
            case BranchSource.REMOTE:
                remote = {b.name: b for b in branches if b.remote is not None}
                return self._remote(request.branch or slug, remote, local, existing)
            case BranchSource.NEW:
                return self._new(request, slug, local, [b.name for b in branches])

    def _new(
        self, request: SpawnRequest, slug: str, local: dict[str, Branch], known: list[str]
    ) -> Start:
        name = request.branch or naming.branch_for(slug, request.kind)
        problem = naming.branch_problem(name)
        if problem:
            raise UsageError(f"{name!r} cannot be the name of a branch: {problem}.")
        if name in local:
            where = local[name].worktree
            raise RefusedError(
                f"A branch named {name!r} exists already"
                + (f" and is checked out in {where}." if where else "."),
                hint="Choose another name."
                if where
                else "Start the session on the existing branch, or choose another name.",
            )
        other = naming.overlapping_branch(name, local)
        if other:
            raise RefusedError(
                f"git cannot keep the branches {name!r} and {other!r} side by side: "
                "one would be a folder of the other.",
                hint="Choose another name or another kind.",
            )
        wanted = request.base or self.config.base
        try:
            base = self.git.base(wanted)
        except UsageError as error:
            near = get_close_matches(wanted or "", known, n=1)
            raise UsageError(
                error.message, hint=f"Did you mean {near[0]!r}?" if near else error.hint
            ) from error
        start = self._commit(request.base_commit) if request.base_commit else base.oid
        words = base.name if start == base.oid else f"{base.name} at {start[:10]}"
        return Start(name, words, start, start=start, creates=True)

    def _commit(self, wanted: str) -> str:
        """The commit of a full object id, which this clone must have."""
        if not _OBJECT_ID.fullmatch(wanted):
            raise UsageError(
                f"{wanted!r} is no full id of a commit",
                hint="`git rev-parse NAME` prints that of a branch or a shorter id.",
            )
        try:
            return self.git.resolve(wanted)
        except UsageError:
            raise RefusedError(
                f"This clone has no commit {wanted[:10]} to start from.",
                hint="Fetch it in this clone, once it was pushed: git fetch --all",
            ) from None

    def _existing(self, name: str, local: dict[str, Branch], existing: tuple[Joined, ...]) -> Start:
        found = local.get(name)
        if found is None:
            near = get_close_matches(name, local, n=1)
            raise UsageError(
                f"There is no local branch named {name!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "`git branch` lists them.",
            )
        self._free(name, found, existing)
        return Start(name, "existing branch", found.oid)

    def _remote(
        self,
        name: str,
        remote: dict[str, Branch],
        local: dict[str, Branch],
        existing: tuple[Joined, ...],
    ) -> Start:
        found = remote.get(name)
        if found is None or found.remote is None:
            near = get_close_matches(name, remote, n=1)
            raise UsageError(
                f"No remote-tracking branch is named {name!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else "`git fetch`, then try again.",
            )
        short = name.removeprefix(found.remote + "/")
        mine = local.get(short)
        if mine is None:
            other = naming.overlapping_branch(short, local)
            if other:
                raise RefusedError(f"git cannot keep {short!r} and {other!r} side by side.")
            return Start(short, name, found.oid, track=name, creates=True)
        if mine.oid != found.oid:
            raise RefusedError(
                f"There is a local branch {short!r} already, and it stands elsewhere than {name}.",
                hint=f"Start the session on the existing branch {short!r}.",
            )
        self._free(short, mine, existing)
        return Start(short, name, mine.oid)

    @staticmethod
    def _free(name: str, branch: Branch, existing: Iterable[Joined]) -> None:
        """Refuse a branch that a worktree has checked out or is in the middle of rebasing."""
        where = branch.worktree
        for session in existing:
            if session.worktree and session.worktree.own_branch == name:
                where = session.worktree.path
        if where:
            raise RefusedError(
                f"The branch {name!r} is checked out in {where}.",
                hint="A branch can be checked out in one worktree only; attach that session.",
            )
