"""History of base and of many branches as one graph, and the commits where work entered base."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from parallel_tui.adapters.git.run.environment import text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.record import dataclass, replace

_OWN: Final = re.compile(r"(?:commit|cherry-pick|revert|am)\b")
_REBASED: Final = re.compile(r"rebase.*\((?:finish|pick|continue)\).* onto ([0-9a-f]{40,64})$")
_ANY: Final = range(256)

Moves = tuple[tuple[str, str], ...]
"""Where a branch stood, and what brought it there; newest first."""


class Node(NamedTuple):
    """One commit.

    Attributes:
        tree: Object id of its tree.
        parents: Object ids of its parents.
    """

    tree: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """History down to a common ancestor of everything asked about.

    Attributes:
        tip: Commit of base.
        nodes: Commits by id, children before their parents.
        below: Trees of the parents that are no longer in it, by commit.
        root: The common ancestor; empty where there is none.
        base: Everything in it that base has.
        apart: Heads that have nothing in common with base; they are not in it.
    """

    tip: str
    nodes: Mapping[str, Node]
    below: Mapping[str, str]
    root: str
    base: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()

    def reach(self, commit: str, stop: Collection[str] = ()) -> frozenset[str]:
        """A commit and its ancestors in the graph, stopping before some commits."""
        found: set[str] = set()
        todo = [commit]
        while todo:
            each = todo.pop()
            if each not in found and each in self.nodes and each not in stop:
                found.add(each)
                todo += self.nodes[each].parents
        return frozenset(found)

    def is_ancestor(self, commit: str) -> bool:
        """Whether base contains a commit; commits below the graph are in every history."""
        return commit in self.base or (commit not in self.nodes and commit not in self.apart)

    def tree(self, commit: str) -> str | None:
        """Tree of a commit of the graph, or of a parent just below it."""
        node = self.nodes.get(commit)
        return node.tree if node is not None else self.below.get(commit)

    def fork(self, head: str) -> str | None:
        """The newest commit that base and a head have in common; `None` without any."""
        common = self.reach(head) & self.base
        return next((each for each in self.nodes if each in common), self.root or None)

    def line(self) -> list[str]:
        """Base's first-parent history, newest first."""
        found = []
        each = self.tip
        while each in self.nodes:
            found.append(each)
            parents = self.nodes[each].parents
            if not parents:
                break
            each = parents[0]
        return found

    def landings(self, own: Collection[str]) -> list[tuple[str, str]]:
        """First-parent commits of base that brought in some of these commits, oldest first.

        Returns:
            Commits of base before and after.
        """
        seen: set[str] = set()
        found = []
        for commit in reversed(self.line()):
            fresh = self.reach(commit, seen)
            seen |= fresh
            parents = self.nodes[commit].parents
            if parents and not fresh.isdisjoint(own):
                found.append((parents[0], commit))
        return found

    def own(self, head: str, moves: Moves) -> frozenset[str]:
        """Commits made on a branch that it still contains, according to its reflog.

        Without a reflog only its last one is known to be its own.
        """
        if not moves:
            return frozenset({head}) & frozenset(self.nodes)
        found: set[str] = set()
        for oid, subject in moves:
            rebased = _REBASED.match(subject)
            if rebased is not None:
                found |= self.reach(oid, self.reach(rebased[1]))
            elif _OWN.match(subject):
                found.add(oid)
        return frozenset(found) & self.reach(head)


def read(runner: Runner, tip: str, heads: Iterable[str], starts: Iterable[str]) -> Lineage:
    """Read the graph of base, some heads and their starting points; at most 4 processes.

    One more for each where some have nothing in common with base: their whole history is not read.

    Args:
        runner: The gateway to git.
        tip: Commit of base.
        heads: Commits of branches.
        starts: Where they were made; those that are gone are passed over.

    Raises:
        GitError: When git cannot walk from one of them.
    """
    tips = list(dict.fromkeys((tip, *heads)))
    starts = list(starts)
    around = _around(runner, tips, starts)
    done = runner.run(["merge-base", "--octopus", *tips, *around], ok=(0, 1))
    root = done.text.split("\n")[0]
    apart = frozenset() if root else _unrelated(runner, tip, dict.fromkeys((*tips, *around)))
    if apart:
        near = read(runner, tip, set(tips) - apart, set(starts) - apart)
        return replace(near, apart=near.apart | (apart & set(tips)))
    args = ["log", "--topo-order", "--format=%H %T %P", "--stdin"]
    stdin = "".join(f"{each}\n" for each in tips) + (f"^{root}\n" if root else "")
    nodes: dict[str, Node] = {}
    for line in runner.run(args, stdin=stdin.encode("ascii")).text.splitlines():
        commit, tree, *parents = line.split()
        nodes[commit] = Node(tree, tuple(parents))
    edge = {parent for node in nodes.values() for parent in node.parents} - nodes.keys()
    below = _trees(runner, {*edge, *((root,) if root else ())})
    made = Lineage(tip, nodes, below, root)
    return replace(made, base=made.reach(tip))


def _unrelated(runner: Runner, tip: str, commits: Iterable[str]) -> frozenset[str]:
    """Commits without any history in common with base."""
    return frozenset(
        each for each in commits if runner.run(["merge-base", tip, each], ok=(0, 1)).status
    )


def _around(runner: Runner, tips: Sequence[str], starts: Sequence[str]) -> list[str]:
    """First parents of heads, so that heads are in the graph, and the existing starting points."""
    args = ["log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %P", "--stdin"]
    stdin = "".join(f"{each}\n" for each in dict.fromkeys((*tips, *starts))).encode("ascii")
    rows = [line.split() for line in runner.run(args, stdin=stdin).text.splitlines()]
    known = {row[0] for row in rows}
    if not known.issuperset(tips):
        raise GitError("a branch names a commit that is not there")
    parents = {row[1] for row in rows if row[0] in tips and len(row) > 1}
    return sorted(parents | (known & set(starts)))


def _trees(runner: Runner, commits: Iterable[str]) -> dict[str, str]:
    wanted = sorted(commits)
    if not wanted:
        return {}
    args = ["log", "--no-walk=unsorted", "--ignore-missing", "--format=%H %T", "--stdin"]
    stdin = "".join(f"{each}\n" for each in wanted).encode("ascii")
    rows = (line.split() for line in runner.run(args, stdin=stdin).text.splitlines())
    return {row[0]: row[1] for row in rows}


def moves_of(runner: Runner, branch: str) -> Moves:
    """A branch's reflog, newest first; starts no process, one with reftables."""
    if not runner.repository.reftable:
        try:
            data = Path(runner.repository.common_dir, "logs/refs/heads", branch).read_bytes()
        except OSError:
            return ()
        found: list[tuple[str, str]] = []
        for line in text(data).split("\n"):
            who, _, subject = line.partition("\t")
            words = who.split(" ", 2)
            if len(words) == 3 and words[1].strip("0"):
                found.append((words[1], subject))
        return tuple(found[::-1])
    args = ["log", "--walk-reflogs", "-z", "--format=%H %gs", f"refs/heads/{branch}", "--"]
    done = runner.run(args, ok=_ANY)
    if done.status:
        return ()
    rows = (entry.partition(" ") for entry in done.fields())
    return tuple((oid, subject) for oid, _, subject in rows)
