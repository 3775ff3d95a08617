"""Judge an edit that nobody has made yet: what would it conflict with?

The edit is made, in a copy of the session's work in quarantine: the lines are replaced by a text
that nobody else has, and the result is merged as any other work would be. What the work conflicts
with already, without the edit, is no news about it and left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.snapshot.without_index import Quick
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.inspection import SeenWork, SnapshotTaker
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from parallel_tui.errors import UsageError
from parallel_tui.model.fact import Unknown, why_not
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Level, PathOverlap, Verdict
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.git.simulate.verdict.inspection import Subject

_MARK: Final = b"pdev: what if this line were edited? 7f0c41d2 "
_LINK: Final = "120000"
_FILE: Final = "100644"


class WhatIf:
    """Implements `EditOverlaps`. Not thread-safe."""

    def __init__(self, runner: Runner, *, version: tuple[int, ...] | None = None) -> None:
        """Create one.

        Args:
            runner: The gateway to git.
            version: Version of git to work for; the one in use by default.

        Raises:
            GitError: When there is no place for temporary objects.
        """
        self._runner = runner
        self._quarantine = Quarantine(runner.repository)
        self._predictor = Predictor(runner, self._quarantine, version=version)
        quick = Quick(runner, self._quarantine)
        landings = self._predictor.landings
        self._snapshots = SnapshotTaker(runner, self._quarantine, landings, quick)

    def judge(
        self,
        base: str,
        sessions: Sequence[Subject],
        key: str,
        path: str,
        lines: tuple[int, int] | None,
    ) -> tuple[Overlap, ...]:
        """See `EditOverlaps.judge`."""
        subjects = {
            tree.git_dir: (tree, status)
            for tree, status in sessions
            if isinstance(status, tuple) and tree.head is not None and not tree.missing
        }
        lost = {
            tree.git_dir: Unknown(why_not(status) or "it has no commit yet")
            for tree, status in sessions
            if tree.git_dir not in subjects
        }
        seen = self._snapshots.look(subjects, list(subjects), {}, lambda: False)
        works = {name: each.work for name, each in seen.items() if isinstance(each, SeenWork)}
        lost |= {name: each for name, each in seen.items() if isinstance(each, Unknown)}
        others = sorted({tree.git_dir for tree, _ in sessions} - {key})
        if key not in works:
            reason = lost.get(key, Unknown("it could not be looked at"))
            return tuple(Overlap(key, each, reason) for each in (None, *others))
        now = works[key]
        then = self._edited(now, path, lines)
        overlaps = [Overlap(key, None, self._alone(base, now, then, path))]
        there = [works[each] for each in others if each in works]
        after = self._predictor.between(base, [(then, each) for each in there])
        more = [each for each in there if _tells_more(after[key, each.key], path)]
        before = self._predictor.between(base, [(now, each) for each in more])
        for other in others:
            pair = (key, other)
            verdict = lost[other] if other in lost else _news(before.get(pair), after[pair], path)
            overlaps.append(Overlap(key, other, verdict))
        return tuple(overlaps)

    def close(self) -> None:
        """Delete all temporary objects."""
        self._quarantine.close()

    def _alone(self, base: str, now: Work, then: Work, path: str) -> Verdict | Unknown:
        after = self._predictor.against_base(base, [then])[then.key]
        if not _tells_more(after, path):
            return _news(None, after, path)
        return _news(self._predictor.against_base(base, [now])[now.key], after, path)

    def _edited(self, work: Work, path: str, lines: tuple[int, int] | None) -> Work:
        """The work with some lines of a file replaced, or all of it."""
        env = self._quarantine.env
        listed = self._runner.run(["ls-tree", "-z", work.tree, "--", path], env=env).stdout
        mode, kind, oid = _FILE, "", ""
        if listed:
            mode, kind, oid = listed.split(b"\t")[0].decode("ascii").split(" ")
            if kind != "blob":
                what = "a folder" if kind == "tree" else "a repository of its own"
                raise UsageError(f"{path!r} is {what}, and no file to edit")
        data = self._runner.run(["cat-file", "blob", oid], env=env).stdout if oid else b""
        text = _replaced(data, None if mode == _LINK else lines, path)
        blob = self._quarantine.blob(text, len(work.tree))
        index = {**env, "GIT_INDEX_FILE": str(self._quarantine.path / "what-if")}
        self._runner.run([*OPTIONS, "read-tree", work.tree], env=index)
        entry = f"{mode} {blob}\t".encode() + raw(path) + b"\0"
        # A file where there is a folder now takes its place, as it would on disk.
        command = ["update-index", "--add", "--replace", "-z", "--index-info"]
        self._runner.run([*OPTIONS, *command], stdin=entry, env=index)
        tree = self._runner.run([*OPTIONS, "write-tree"], env=index).text.strip()
        commit = self._quarantine.commit(tree, self._parents(work))
        return replace(work, commit=commit, tree=tree, dirty=True)

    def _parents(self, work: Work) -> Sequence[str]:
        if not work.merging:
            return (work.head,)
        args = ["rev-list", "--parents", "--max-count=1", work.commit, "--"]
        return self._runner.run(args, env=self._quarantine.env).text.split()[1:]


def _replaced(data: bytes, lines: tuple[int, int] | None, path: str) -> bytes:
    """A file with some of its lines replaced; all of it without lines, or where it is no text."""
    if lines is None or b"\0" in data:
        return b"".join(_MARK + b"%d\n" % number for number in range(data.count(b"\n") + 1))
    there = data.split(b"\n")
    count = len(there) - (there[-1] == b"")
    first, last = lines
    if first > count + 1 or last > max(count, first):
        raise UsageError(
            f"{path!r} has {count} lines, and lines {first} to {last} are not all in it",
            hint="Count them in the file as it is in this session now.",
        )
    if first > count:  # goes on behind the last line
        end = b"" if not data or data.endswith(b"\n") else b"\n"
        return data + end + _MARK + b"\n"
    for number in range(first - 1, last):
        cr = b"\r" if there[number].endswith(b"\r") else b""
        there[number] = _MARK + b"%d" % number + cr
    return b"\n".join(there)


def _tells_more(after: Verdict | Unknown, path: str) -> bool:
    """Whether a verdict says something that may have been so without an edit of the path."""
    return isinstance(after, Verdict) and (
        after.level is Level.REBASE or any(each.path != path for each in after.paths)
    )


def _news(
    before: Verdict | Unknown | None, after: Verdict | Unknown, path: str
) -> Verdict | Unknown:
    """What an edit adds to a verdict; `before` is needed only where the other tells more."""
    if isinstance(after, Unknown):
        return after
    old = before if isinstance(before, Verdict) else None
    there = {each.path: each for each in old.paths} if old else {}
    paths = tuple(
        each for each in after.paths if each.path == path or _is_new(each, there.get(each.path))
    )
    level = max((each.level for each in paths), default=Level.CLEAR)
    if after.level is Level.REBASE and (old is None or old.level < Level.CONFLICT):
        level = Level.REBASE
    return replace(after, level=level, paths=paths)


def _is_new(now: PathOverlap, before: PathOverlap | None) -> bool:
    return before is None or now.level > before.level
