"""The ladder of proofs that a branch was merged, squashed or not.

Ancestor; same tree; merging adds nothing; the patch-id of the whole branch equals that of one
commit of base; the patch-id of each of its commits does. A branch that never had a commit of its
own looks merged to all of them, so its reflog is asked first. A squash that was edited in review
cannot be found from git.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parallel_tui.adapters.git import refs
from parallel_tui.adapters.git.runner import Output, Runner
from parallel_tui.adapters.git.upstream import upstream_of
from parallel_tui.model.merged import Proof, Verdict
from parallel_tui.model.repository import Base

CAP: Final = 500
"""Commits of base whose patch-id is compared at most, newest first."""

_OWN: Final = re.compile(r"(?:commit|cherry-pick|revert|am)\b")
_REBASED: Final = re.compile(r"rebase.*\((?:finish|pick|continue)\).* onto ([0-9a-f]{40,64})$")
_REVERTS: Final = re.compile(r"This reverts commit ([0-9a-f]{40,64})")
_PLAIN: Final = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--full-index",
                 "--binary")  # fmt: skip
_ANY: Final = range(256)


@dataclass(frozen=True, slots=True)
class Target:
    """A branch that work is merged to.

    Attributes:
        name: Short name.
        oid: Commit it stands at.
    """

    name: str
    oid: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Judges branches of one repository.

    Attributes:
        runner: Runs git.
    """

    runner: Runner

    def targets(self, base: Base) -> tuple[Target, ...]:
        """Base, and the remote branch it follows, where merges may have happened first."""
        found = [Target(base.name, base.oid)]
        if base.ref.startswith("refs/heads/"):
            upstream = upstream_of(self.runner, base)
            oid = refs.commit_of(self.runner, upstream.tracking) if upstream else None
            if upstream is not None and oid is not None and oid != base.oid:
                found.append(Target(upstream.name, oid))
        return tuple(found)

    def judge(self, branch: str, targets: tuple[Target, ...]) -> Verdict:
        """Whether a branch is merged to one of the targets, and how that is known.

        Raises:
            GitError: When git gave no answer.
        """
        head = refs.commit_of(self.runner, f"refs/heads/{branch}")
        if head is None:
            return Verdict(why_not="its branch has no commit")
        moves = self._moves(branch)
        if not moves and all(self._is_on(head, target.oid) for target in targets):
            return Verdict(why_not="it cannot be told whether it ever had a commit of its own")
        if moves and all(oid == moves[-1][0] for oid, _ in moves):
            return Verdict(why_not="it has no commit of its own yet")
        last = Verdict(why_not="not merged")
        for target in targets:
            verdict = self._against(head, target, moves)
            if verdict.merged:
                return verdict
            if verdict.proof is not None or last.proof is None:
                last = verdict
        return last

    def _against(self, head: str, target: Target, moves: list[tuple[str, str]]) -> Verdict:
        applied: frozenset[str] = frozenset()
        if self._is_ancestor(head, target.oid):
            if moves and not any(self._own(move, target.oid) for move in moves):
                return Verdict(why_not="it has no commit of its own yet")
            verdict = Verdict(Proof.ANCESTOR, target.name)
        else:
            found, applied = self._by_content(head, target)
            if found is None:
                return Verdict(why_not=f"not merged to {target.name}")
            verdict = found
        start = moves[-1][0] if moves else None
        reverted = self._reverted(head, target, start, verdict.via, applied)
        if reverted is not None:
            why = f"it was merged to {target.name}, and reverted by {reverted[:10]}"
            return Verdict(verdict.proof, target.name, verdict.via, why)
        return verdict

    def _by_content(self, head: str, target: Target) -> tuple[Verdict | None, frozenset[str]]:
        """The proof, and the commits of target that are its changes where those were found."""
        none: frozenset[str] = frozenset()
        fork = self._text(["merge-base", head, target.oid])
        if not fork:
            return None, none
        trees = ["rev-parse", f"{head}^{{tree}}", f"{target.oid}^{{tree}}", f"{fork}^{{tree}}"]
        mine, theirs, before = self.runner.run(trees).text.split()
        if mine == theirs:
            return Verdict(Proof.SAME_TREE, target.name), none
        if mine == before:
            return Verdict(Proof.ADDS_NOTHING, target.name), none
        # Git before 2.38 does not know it, and says so with another status.
        merge = ["merge-tree", "--write-tree", "--no-messages", target.oid, head]
        done = self.runner.run(merge, ok=_ANY, write=True)
        if done.status == 0 and done.text.strip() == theirs:
            return Verdict(Proof.ADDS_NOTHING, target.name), none
        theirs_by_patch = self._applied(fork, target.oid)
        whole = self.runner.run(["diff-tree", "-p", *_PLAIN, fork, head])
        mine_whole = next(self._patch_ids(whole), None)
        via = theirs_by_patch.get(mine_whole[0]) if mine_whole else None
        if via is not None:
            return Verdict(Proof.PATCH_ID, target.name, via), frozenset({via})
        found = self._each(fork, head, theirs_by_patch)
        if not found:
            return None, none
        return Verdict(Proof.EACH_PATCH, target.name, found[0]), frozenset(found)

    def _applied(self, fork: str, tip: str) -> dict[str, str]:
        """The newest commits above a fork by their patch-id; merges have none.

        Of several with one patch the newest: an older one may have been reverted in between.
        """
        args = ["log", "-p", "--no-merges", f"--max-count={CAP}", "--format=commit %H", *_PLAIN]
        found: dict[str, str] = {}
        for patch, commit in self._patch_ids(self.runner.run([*args, f"{fork}..{tip}", "--"])):
            found.setdefault(patch, commit)
        return found

    def _each(self, fork: str, head: str, theirs: dict[str, str]) -> list[str]:
        """The commits of target that are the branch's own ones, newest first; none unless all.

        A merge commit may hold a resolution that is nowhere else, so that a branch with one is
        never proved this way.
        """
        own = self.runner.run(["rev-list", "--parents", f"--max-count={CAP}", head, f"^{fork}"])
        rows = [row.split() for row in own.text.splitlines()]
        if len(rows) >= CAP or any(len(row) != 2 for row in rows):
            return []
        args = ["log", "-p", "--no-merges", "--format=commit %H", *_PLAIN, f"{fork}..{head}", "--"]
        mine = {commit: patch for patch, commit in self._patch_ids(self.runner.run(args))}
        # A commit that changes nothing has no patch, and nothing to be missing.
        empty = {row[0] for row in rows} - mine.keys()
        found = [theirs.get(mine[row[0]]) for row in rows if row[0] not in empty]
        return [] if None in found else [each for each in found if each is not None]

    def _patch_ids(self, patches: Output) -> Iterator[tuple[str, str]]:
        args = ["patch-id", "--stable"]
        for line in self.runner.run(args, stdin=patches.stdout).text.splitlines():
            patch, _, oid = line.partition(" ")
            yield patch, oid

    def _moves(self, branch: str) -> list[tuple[str, str]]:
        """Where the branch stood, and what brought it there; newest first."""
        args = ["log", "--walk-reflogs", "-z", "--format=%H %gs", f"refs/heads/{branch}", "--"]
        done = self.runner.run(args, ok=_ANY)
        if done.status:
            return []
        rows = (entry.partition(" ") for entry in done.fields())
        return [(oid, subject) for oid, _, subject in rows]

    def _own(self, move: tuple[str, str], base: str) -> bool:
        """Whether a commit was made on the branch, and base has it."""
        oid, subject = move
        rebased = _REBASED.match(subject)
        if rebased is not None:
            return rebased[1] != oid and self._is_ancestor(oid, base)
        return bool(_OWN.match(subject)) and self._is_ancestor(oid, base)

    def _reverted(
        self,
        head: str,
        target: Target,
        start: str | None,
        via: str | None,
        applied: frozenset[str],
    ) -> str | None:
        """A commit of target that undid what the branch brought, and was not undone itself."""
        args = [
            "log",
            "-z",
            "--format=%H%n%B",
            "--grep=This reverts commit",
            f"{head}..{target.oid}",
        ]
        found: list[tuple[str, list[str]]] = []
        for entry in self.runner.run([*args, "--"]).fields():
            oid, _, message = entry.partition("\n")
            found.append((oid, _REVERTS.findall(message)))
        undone = {oid for _, oids in found for oid in oids}
        for oid, reverts in found:
            if oid not in undone and any(
                r in applied or self._brought(r, head, start, via) for r in reverts
            ):
                return oid
        return None

    def _brought(self, commit: str, head: str, start: str | None, via: str | None) -> bool:
        """Whether a commit is the branch's own, or is what brought it to base."""
        if via is not None:
            return commit == via
        if refs.commit_of(self.runner, commit) is None:
            return False
        if self._is_ancestor(commit, head):
            return start is not None and not self._is_ancestor(commit, start)
        first = refs.commit_of(self.runner, f"{commit}^1")
        is_merge = refs.commit_of(self.runner, f"{commit}^2") is not None
        return (
            is_merge
            and first is not None
            and self._is_ancestor(head, commit)
            and not self._is_ancestor(head, first)
        )

    def _is_ancestor(self, commit: str, of: str) -> bool:
        done = self.runner.run(["merge-base", "--is-ancestor", commit, of], ok=(0, 1))
        return done.status == 0

    def _is_on(self, commit: str, base: str) -> bool:
        """Whether a commit lies on base's own line, where a branch without commits starts."""
        if not self._is_ancestor(commit, base):
            return False
        args = ["rev-list", "--first-parent", "--parents", base, f"^{commit}", "--"]
        line = self.runner.run(args)
        return commit == base or any(commit == row.split()[1] for row in _rows(line))

    def _text(self, args: list[str]) -> str:
        return self.runner.run(args, ok=(0, 1)).text.split("\n")[0]


def _rows(output: Output) -> Iterator[str]:
    return (row for row in output.text.splitlines() if " " in row)
