"""Match commits of base with a branch's patches, as a whole or one by one.

Both sides of every comparison come from one question, so that they are written in one way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from parallel_tui.adapters.git.merged.content import ChangedPath, Content
from parallel_tui.adapters.git.merged.lineage import Lineage
from parallel_tui.adapters.git.run.environment import BY_CONTENT
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS
from parallel_tui.model.fact import Unknown
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass

CAP: Final = 500
"""Commits of base compared with one branch at most, newest first."""

_PATCH: Final = ("-r", "-p", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color",
                 "--full-index", "--binary")  # fmt: skip

Frame = tuple[str, str]
"""Trees before and after a change."""


@dataclass(frozen=True, slots=True)
class Found:
    """Commits of base that equal a branch's changes.

    Attributes:
        commits: Their ids, newest first.
        whole: Whether the one commit is the whole branch.
    """

    commits: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """Patches to compare for one head."""

    whole: Frame
    steps: tuple[Frame, ...]
    """Its own commits one by one; none where one of them is a merge."""
    theirs: Mapping[str, Frame]
    """Commits of base, newest first."""


def applied(
    content: Content, history: Lineage, heads: Sequence[str]
) -> Mapping[str, Found | Unknown | None]:
    """The commits of base that equal the changes of each head; `None` where there are none.

    A merge commit may hold a resolution that is nowhere else, so that a branch with one is never
    proved commit by commit. At most five processes, whatever the number of heads.
    """
    asked = {head: _asked(history, head) for head in heads}
    frames = [
        frame
        for each in asked.values()
        if each is not None
        for frame in (each.whole, *each.steps, *each.theirs.values())
    ]
    rows = content.differences(frames)
    paths = {frame: frozenset(row.path for row in rows[frame]) for frame in frames}
    wanted: set[Frame] = set()
    for each in asked.values():
        if each is not None:
            mine = {paths[frame] for frame in (each.whole, *each.steps)}
            alike = {frame for frame in each.theirs.values() if paths[frame] in mine}
            wanted |= {each.whole, *each.steps, *alike} if alike else set()
    lost = content.absent(sorted({oid for frame in wanted for oid in _blobs(rows[frame])}))
    torn = {frame for frame in wanted if not lost.isdisjoint(_blobs(rows[frame]))}
    ids = _patch_ids(content, sorted(wanted - torn))
    return {
        head: _answer(each, ids, torn, paths) if each is not None else None
        for head, each in asked.items()
    }


def _asked(history: Lineage, head: str) -> _Asked | None:
    fork = history.fork(head)
    before = history.tree(fork) if fork is not None else None
    if before is None:
        return None
    own = history.reach(head, history.base)
    theirs: dict[str, Frame] = {}
    mine = history.reach(head)
    for commit in history.nodes:
        if commit in history.base and commit not in mine and len(theirs) < CAP:
            frame = _frame(history, commit)
            if frame is not None:
                theirs[commit] = frame
    steps = [_frame(history, commit) for commit in history.nodes if commit in own]
    whole = before, history.nodes[head].tree
    alone = tuple(frame for frame in steps if frame is not None)
    return _Asked(whole, alone if len(alone) == len(steps) < CAP else (), theirs)


def _frame(history: Lineage, commit: str) -> Frame | None:
    """Trees before and after a commit; `None` for a merge, and for one without a parent."""
    node = history.nodes[commit]
    before = history.tree(node.parents[0]) if len(node.parents) == 1 else None
    return (before, node.tree) if before is not None else None


def _blobs(rows: Iterable[ChangedPath]) -> set[str]:
    """Objects that a patch reads; a submodule's commit is only named."""
    return {
        oid
        for row in rows
        for mode, oid in zip(row.modes, row.oids, strict=True)
        if oid.strip("0") and mode != "160000"
    }


def _patch_ids(content: Content, frames: Sequence[Frame]) -> Mapping[Frame, str]:
    if not frames:
        return {}
    made = {content.quarantine.commit(b, [content.quarantine.commit(a)]): (a, b) for a, b in frames}
    stdin = "".join(f"{commit}\n" for commit in made).encode("ascii")
    env = content.quarantine.env
    args = [*OPTIONS, *BY_CONTENT, "diff-tree", "--stdin", *_PATCH]
    patches = content.runner.run(args, stdin=stdin, env=env).stdout
    told = content.runner.run(["patch-id", "--stable"], stdin=patches, env=env).text
    rows = (line.split() for line in told.splitlines())
    return {made[commit]: patch for patch, commit in rows if commit in made}


def _answer(
    asked: _Asked,
    ids: Mapping[Frame, str],
    torn: set[Frame],
    paths: Mapping[Frame, frozenset[str]],
) -> Found | Unknown | None:
    # Of several with one patch the newest: an older one may have been reverted in between.
    theirs: dict[str, str] = {}
    for commit, frame in asked.theirs.items():
        if frame in ids:
            theirs.setdefault(ids[frame], commit)
    via = theirs.get(ids.get(asked.whole, ""))
    if via is not None:
        return Found((via,), whole=True)
    # A commit that changes nothing has no patch, and nothing to be missing.
    own = [frame for frame in asked.steps if paths[frame]]
    found = [theirs.get(ids.get(frame, "")) for frame in own]
    commits = tuple(each for each in found if each is not None)
    if own and len(commits) == len(own):
        return Found(commits, whole=False)
    lost = [frame for frame in (asked.whole, *asked.steps, *asked.theirs.values()) if frame in torn]
    if lost:
        return Unknown(
            f"files of {plural(len(lost), 'commit')} are not in this partial clone, and a question "
            "does not fetch them"
        )
    return None
