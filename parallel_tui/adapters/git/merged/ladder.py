"""Prove that branches were merged, squashed or not: cheap proofs first, costly ones last.

Ancestor; same tree; merging adds nothing; the patch-id of the whole branch equals that of one
commit of base; the patch-id of each of its commits does. Whatever way it came, base must have its
content now: what was reverted since, in whatever way and words, is not merged. A branch that never
had a commit of its own looks merged to all of them, so its reflog is asked first. A squash that was
edited in review cannot be found from git.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from parallel_tui.adapters.git.merged import lineage
from parallel_tui.adapters.git.merged.content import Content, ContentQuestion
from parallel_tui.adapters.git.merged.lineage import Lineage, Moves
from parallel_tui.adapters.git.merged.same_patch import Found, applied
from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.read.upstream import upstream_of
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.batch import settle
from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.fact import Unknown
from parallel_tui.model.lifecycle.merge_proof import MergeVerdict, Proof, Target
from parallel_tui.model.session.repository import Base
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class _Branch:
    name: str
    head: str
    moves: Moves

    @property
    def new(self) -> bool:
        """Whether the branch never moved, as far as is known here."""
        return bool(self.moves) and all(oid == self.moves[-1][0] for oid, _ in self.moves)


@dataclass(frozen=True, slots=True)
class _Standing:
    """Relation of one branch to one target."""

    verdict: MergeVerdict
    is_ancestor: bool = False
    on_line: bool = False


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

    def judge(self, branch: str, targets: Sequence[Target]) -> MergeVerdict:
        """Whether a branch is merged to one of the targets, and how that is known.

        Raises:
            GitError: When git gave no answer about any branch.
        """
        return self.judge_all([branch], targets)[branch]

    def judge_all(
        self, branches: Iterable[str], targets: Sequence[Target]
    ) -> Mapping[str, MergeVerdict]:
        """Judge many branches; the number of processes does not grow with theirs.

        One that cannot be judged is unknown alone, and says why.

        Raises:
            GitError: When git gave no answer about any branch.
        """
        wanted = list(dict.fromkeys(branches))
        tips = {each.name: each.oid for each in refs.branches(self.runner) if each.remote is None}
        asked = [
            _Branch(name, tips[name], lineage.moves_of(self.runner, name))
            for name in wanted
            if name in tips
        ]
        told: dict[str, list[_Standing]] = {each.name: [] for each in asked}
        quarantine = Quarantine(self.runner.repository)
        try:
            for target in targets:
                work = _Against(self.runner, Content(self.runner, quarantine), target)
                for branch, found in zip(
                    asked, settle(work.stand, asked, "git gave no answer"), strict=True
                ):
                    told[branch.name].append(
                        _Standing(_unknown(found)) if isinstance(found, Unknown) else found
                    )
        finally:
            quarantine.close()
        verdicts = {each.name: _together(each, told[each.name]) for each in asked}
        nothing = MergeVerdict(why_not="its branch has no commit")
        return {name: verdicts.get(name, nothing) for name in wanted}


def _together(branch: _Branch, standings: Sequence[_Standing]) -> MergeVerdict:
    """One verdict from those of all targets."""
    unknown = next((each.verdict for each in standings if each.verdict.unknown), None)
    if not branch.moves and all(each.on_line for each in standings):
        return MergeVerdict(why_not="it cannot be told whether it ever had a commit of its own")
    if branch.new:
        if any(each.is_ancestor for each in standings):
            return MergeVerdict(why_not="it has no commit of its own yet")
        return unknown or MergeVerdict(
            why_not="nothing was committed on it here, so it counts as new"
        )
    last = MergeVerdict(why_not="not merged")
    for each in standings:
        if each.verdict.merged:
            return each.verdict
        if each.verdict.proof is not None or last.proof is None:
            last = each.verdict
    return unknown or last


def _unknown(found: Unknown) -> MergeVerdict:
    return MergeVerdict(why_not=f"unknown: {found.reason}", unknown=True)


@dataclass(frozen=True, slots=True)
class _Against:
    """Judges branches against one target."""

    runner: Runner
    content: Content
    target: Target

    def stand(self, branches: Sequence[_Branch]) -> Sequence[_Standing]:
        """The relation of each branch to the target.

        Raises:
            GitError: When history cannot be read.
        """
        starts = [each.moves[-1][0] for each in branches if each.moves]
        heads = [each.head for each in branches]
        history = lineage.read(self.runner, self.target.oid, heads, starts)
        old = [each for each in branches if history.is_ancestor(each.head)]
        rest = [
            each for each in branches if not (each in old or each.new or each.head in history.apart)
        ]
        verdicts = {**self._ancestors(history, old), **self._by_content(history, rest)}
        line = set(history.line())
        unjudged = MergeVerdict(why_not=f"not merged to {self.target.name}")
        return [
            _Standing(
                verdicts.get(each, unjudged),
                is_ancestor=each in old,
                on_line=each.head in line or each.head == history.root,
            )
            for each in branches
        ]

    def _ancestors(
        self, history: Lineage, branches: Sequence[_Branch]
    ) -> Mapping[_Branch, MergeVerdict]:
        found: dict[_Branch, MergeVerdict] = {}
        landings: dict[_Branch, list[tuple[str, str]]] = {}
        for each in branches:
            own = history.own(each.head, each.moves)
            if each.new or (each.moves and not own & history.base):
                found[each] = MergeVerdict(why_not="it has no commit of its own yet")
            else:
                landings[each] = history.landings(own)
        proved = {each: MergeVerdict(Proof.ANCESTOR, self.target.name) for each in landings}
        return {**found, **self._still_there(history, proved, landings)}

    def _by_content(
        self, history: Lineage, branches: Sequence[_Branch]
    ) -> Mapping[_Branch, MergeVerdict]:
        now = history.nodes[self.target.oid].tree if self.target.oid in history.nodes else None
        now = now or history.tree(self.target.oid) or ""
        found: dict[_Branch, MergeVerdict] = {}
        asked: list[_Branch] = []
        for each in branches:
            if history.nodes[each.head].tree == now:
                found[each] = MergeVerdict(Proof.SAME_TREE, self.target.name)
            elif history.fork(each.head) is None:
                found[each] = MergeVerdict(why_not=f"not merged to {self.target.name}")
            else:
                asked.append(each)
        merges = self.content.merged([(self.target.oid, each.head) for each in asked])
        open_ones: list[_Branch] = []
        unknown: dict[_Branch, Unknown] = {}
        for each, merge in zip(asked, merges, strict=True):
            if isinstance(merge, Merge):
                if merge.clean and merge.tree == now:
                    found[each] = MergeVerdict(Proof.ADDS_NOTHING, self.target.name)
                    continue
            else:
                unknown[each] = merge
            open_ones.append(each)
        patches = applied(self.content, history, [each.head for each in open_ones])
        proved: dict[_Branch, MergeVerdict] = {}
        landings: dict[_Branch, list[tuple[str, str]]] = {}
        for each in open_ones:
            patch = patches[each.head]
            if isinstance(patch, Found):
                proof = Proof.PATCH_ID if patch.whole else Proof.EACH_PATCH
                proved[each] = MergeVerdict(proof, self.target.name, patch.commits[0])
                landings[each] = [
                    (history.nodes[commit].parents[0], commit) for commit in patch.commits
                ]
            elif isinstance(patch, Unknown) or each in unknown:
                reason = patch if isinstance(patch, Unknown) else unknown[each]
                found[each] = _unknown(reason)
            else:
                found[each] = MergeVerdict(why_not=f"not merged to {self.target.name}")
        return {**found, **self._still_there(history, proved, landings)}

    def _still_there(
        self,
        history: Lineage,
        proved: Mapping[_Branch, MergeVerdict],
        landings: Mapping[_Branch, Sequence[tuple[str, str]]],
    ) -> Mapping[_Branch, MergeVerdict]:
        """The verdicts, without those whose work is no longer in the target."""
        now = history.tree(self.target.oid) or ""
        asked: list[tuple[_Branch, str, ContentQuestion, ContentQuestion]] = []
        for each in proved:
            mine = history.tree(each.head) or ""
            for before, after in landings[each]:
                frame = history.tree(before), history.tree(after)
                if frame[0] is not None and frame[1] is not None:
                    there = ContentQuestion(frame[0], frame[1], now)
                    asked.append((each, before, there, ContentQuestion(frame[0], frame[1], mine)))
        told = self.content.missing([change for row in asked for change in row[2:]])
        gone: dict[_Branch, set[str]] = {}
        since: dict[_Branch, str] = {}
        found = dict(proved)
        for (each, before, *_), lost, dropped in zip(asked, told[::2], told[1::2], strict=True):
            if isinstance(lost, Unknown):
                found[each] = _unknown(lost)
                continue
            # What the branch has not itself any more was not taken away from it.
            left = lost if isinstance(dropped, Unknown) else lost - dropped
            if left:
                gone.setdefault(each, set()).update(left)
                since.setdefault(each, before)
        for each, paths in gone.items():
            if not found[each].unknown:
                found[each] = self._reverted(found[each], since[each], sorted(paths))
        return found

    def _reverted(self, verdict: MergeVerdict, since: str, paths: Sequence[str]) -> MergeVerdict:
        """The verdict on work that was merged and is no longer in the target."""
        args = ["log", "-1", "--format=%H", f"{since}..{self.target.oid}", "--", *paths]
        last = self.runner.run(args).text.strip()[:10]
        by = f" by {last}" if last else ""
        more = f" and {plural(len(paths) - 1, 'other file')}" if len(paths) > 1 else ""
        why = f"it was merged to {self.target.name}, and reverted{by}: {paths[0]}{more}"
        return MergeVerdict(verdict.proof, self.target.name, verdict.via, why)
