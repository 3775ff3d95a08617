"""Read branches and revisions, and find the base branch."""

from __future__ import annotations

import re

from parallel_tui.errors import GitError, UsageError
from parallel_tui.model.session.branch import Branch
from parallel_tui.model.session.repository import Base, Divergence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner

_BRANCH_FORMAT: Final = "%00".join(
    (
        "%(refname)",
        "%(objectname)",
        "%(symref)",
        "%(worktreepath)",
        "%(committerdate:unix)",
        "",
    )
)
_TIP_FORMAT: Final = "%00".join(
    (
        "%(refname)",
        "%(objectname)",
        # Whether there is an upstream, for being level with it prints nothing either.
        "%(upstream)",
        "%(upstream:track,nobracket)",
        "",
    )
)
_LIKELY_FORMAT: Final = "%(refname)%00%(objectname)%00%(symref)%00%(upstream)%00"
"""Without `track`, which counts commits: that is asked of the one branch that is base."""

_HEADS: Final = "refs/heads/"
_REMOTES: Final = "refs/remotes/"
_USUAL: Final = tuple(
    prefix + name for prefix in (_HEADS, f"{_REMOTES}origin/") for name in ("main", "master")
)
"""What a base is mostly called, the likeliest first."""


def branches(runner: Runner) -> tuple[Branch, ...]:
    """Local and remote-tracking branches, most recently committed first; one process."""
    args = ["for-each-ref", "--sort=-committerdate", f"--format={_BRANCH_FORMAT}"]
    rows = _records(runner, [*args, _HEADS, _REMOTES], 5)
    found: list[Branch] = []
    for ref, oid, symref, worktree, committed in rows:
        if ref.startswith(_HEADS):
            remote = None
            name = ref.removeprefix(_HEADS)
        elif symref:
            continue  # origin/HEAD is a second name of a branch, not a branch
        else:
            name = ref.removeprefix(_REMOTES)
            remote = name.partition("/")[0]
        found.append(
            Branch(
                name=name,
                oid=oid,
                remote=remote,
                worktree=worktree or None,
                committed=int(committed) if committed.isdigit() else 0,
            )
        )
    return tuple(found)


def resolve(runner: Runner, revision: str) -> str:
    """Object id of the commit that a revision given by a user names.

    Raises:
        UsageError: When it names none.
    """
    oid = commit_of(runner, revision)
    if oid is None:
        raise UsageError(
            f"There is no commit named {revision!r} in this repository",
            hint="Name a branch, a tag or a commit; git branch -a lists the branches.",
        )
    return oid


def commit_of(runner: Runner, revision: str) -> str | None:
    """Like `resolve`, with `None` instead of an error."""
    if not revision or "\0" in revision:
        return None
    args = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"]
    done = runner.run(args, ok=(0, 1, 128))
    # 128 is both "not a revision at all" and damage; damage is told by every other question.
    return done.text.strip() if done.status == 0 and done.stdout.strip() else None


class BaseFinder:
    """Chooses the branch to measure against; one process where it has a usual name and no upstream.

    At most four.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._seen: dict[str, tuple[str, str]] = {}

    def find(self, configured: str | None) -> Base:
        """The configured branch, else the remote's HEAD, else `main`/`master`, else HEAD's branch.

        A remote-tracking branch gives way to the local branch of its name, for that is what
        sessions start from and merge to; how far that one is from its upstream is told with it.

        Raises:
            UsageError: When `configured` names no commit, or there is no commit yet.
            GitError: When git gave no answer.
        """
        if configured:
            return self._configured(configured)
        args = ["for-each-ref", f"--format={_LIKELY_FORMAT}", f"{_REMOTES}**/HEAD", *_USUAL]
        rows = _records(self._runner, args, 4)
        self._seen = {ref: (oid, upstream) for ref, oid, _, upstream in rows if ref in _USUAL}
        return self._by_remote(rows) or self._likely(_USUAL) or self._by_head()

    def _configured(self, name: str) -> Base:
        if name.startswith("refs/"):
            refs = [name]
        else:
            refs = [_HEADS + name, _REMOTES + name, f"refs/tags/{name}"]
        found = self._tips(refs) if re.search(r"[\0*?\[\\]", name) is None else {}
        for ref in refs:
            if ref in found and not ref.startswith("refs/tags/"):
                return _base(ref, found[ref], "config")
        oid = commit_of(self._runner, name)
        if oid is None:
            raise UsageError(
                f"The base {name!r} that is configured names no commit",
                hint="Correct `base` in the configuration, or give another with --base.",
            )
        return Base(name=name, ref=next(iter(found), oid), oid=oid, source="config")

    def _by_remote(self, rows: Sequence[Sequence[str]]) -> Base | None:
        heads = {ref: symref for ref, _, symref, _ in rows
                 if ref.startswith(_REMOTES) and symref.startswith(_REMOTES)
                 and ref.endswith("/HEAD")}  # fmt: skip
        target = heads.get(f"{_REMOTES}origin/HEAD")
        if target is None and len(heads) == 1:
            target = next(iter(heads.values()))
        if target is None:
            return None
        head = next(ref for ref, symref in heads.items() if symref == target)
        remote = head.removesuffix("HEAD")
        local = _HEADS + target.removeprefix(remote)
        return self._likely((local, target), "remote HEAD")

    def _likely(self, refs: Sequence[str], source: str = "") -> Base | None:
        """The first of some references that exists; asked only for what was not seen already."""
        unseen = [ref for ref in refs if ref not in _USUAL]
        found = self._tips(unseen) if unseen else {}
        for ref in refs:
            if ref in self._seen:
                oid, upstream = self._seen[ref]
                tip = self._tips([ref]).get(ref) if upstream else (oid, "")
            else:
                tip = found.get(ref)
            if tip is not None:
                return _base(ref, tip, source or ref.rpartition("/")[2])
        return None

    def _by_head(self) -> Base:
        done = self._runner.run(["symbolic-ref", "--quiet", "HEAD"], ok=(0, 1))
        ref = done.text.removesuffix("\n")
        if ref:
            found = self._tips([ref])
            if ref in found:
                return _base(ref, found[ref], "current branch")
        else:
            oid = commit_of(self._runner, "HEAD")
            if oid is not None:
                return Base(name=oid[:10], ref=oid, oid=oid, source="current commit")
        if not branches(self._runner):
            raise UsageError(
                f"The repository {self._runner.repository.main_path} has no commit yet",
                hint="Make the first commit; sessions start from it.",
            )
        raise UsageError(
            f"It cannot be told which branch is the base: HEAD names {ref.removeprefix(_HEADS)}, "
            "which has no commit",
            hint="Set `base` in the configuration, or give one with --base.",
        )

    def _tips(self, refs: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Object id and upstream distance of the references that exist and are commits."""
        args = ["for-each-ref", f"--format={_TIP_FORMAT}", *refs]
        # A pattern also matches what lies below it.
        rows = [row for row in _records(self._runner, args, 4) if row[0] in refs]
        return {
            ref: (oid, (track or "level") if upstream else "") for ref, oid, upstream, track in rows
        }


def _base(ref: str, tip: tuple[str, str], source: str) -> Base:
    oid, track = tip
    name = ref.removeprefix(_HEADS).removeprefix(_REMOTES)
    return Base(name=name, ref=ref, oid=oid, source=source, upstream=_track(ref, track))


def _track(ref: str, track: str) -> Divergence | None:
    """`ahead 1, behind 2` as numbers; `None` where there is no upstream, or it was deleted."""
    if not ref.startswith(_HEADS) or track in ("", "gone"):
        return None
    counts = {key: int(number) for key, number in re.findall(r"(ahead|behind) (\d+)", track)}
    return Divergence(counts.get("ahead", 0), counts.get("behind", 0))


def _records(runner: Runner, args: Sequence[str], width: int) -> list[list[str]]:
    """Rows of a for-each-ref whose format ends each field with NUL (and each row with newline)."""
    fields = runner.run(args).text.split("\0")
    if len(fields) % width != 1 or fields[-1].strip("\n"):
        raise GitError("git for-each-ref printed rows that cannot be read")
    rows = [fields[start : start + width] for start in range(0, len(fields) - 1, width)]
    for row in rows:
        row[0] = row[0].lstrip("\n")
    return rows
