"""The commits of each session since base, with their trees, from one process for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from parallel_tui.adapters.git.runner import Runner


@dataclass(frozen=True, slots=True)
class Step:
    """One commit that a rebase would replay.

    Attributes:
        commit: Its object id.
        tree: Its tree.
        parent_tree: Tree of its first parent; `None` for a root commit.
    """

    commit: str
    tree: str
    parent_tree: str | None


def steps(runner: Runner, base: str, heads: Collection[str]) -> Mapping[str, tuple[Step, ...]]:
    """What `git rebase base` would replay for each head: its own commits, oldest first, no merges.

    Args:
        runner: The gateway to git.
        base: Object id.
        heads: Object ids.
    """
    wanted = list(dict.fromkeys(heads))
    if not wanted:
        return {}
    stdin = "".join(f"{head}\n" for head in wanted) + f"^{base}\n"
    args = ["log", "--topo-order", "--reverse", "--boundary", "--format=%H %T %P", "--stdin"]
    lines = runner.run(args, stdin=stdin.encode("ascii")).text.splitlines()
    trees: dict[str, str] = {}
    parents: dict[str, list[str]] = {}
    own = _own(runner, base, wanted)
    order: list[str] = []
    for line in lines:
        commit, tree, *rest = line.split(" ")
        trees[commit], parents[commit] = tree, [parent for parent in rest if parent]
        order.append(commit)
    return {
        head: tuple(
            Step(commit, trees[commit], trees.get(parents[commit][0]) if parents[commit] else None)
            for commit in _reachable(head, parents, own, order)
            if len(parents[commit]) < 2
        )
        for head in wanted
    }


def _own(runner: Runner, base: str, heads: Collection[str]) -> frozenset[str]:
    """Commits that base does not have: the boundary of the log is not among them."""
    stdin = "".join(f"{head}\n" for head in heads) + f"^{base}\n"
    return frozenset(runner.run(["rev-list", "--stdin"], stdin=stdin.encode()).text.split())


def _reachable(
    head: str, parents: Mapping[str, list[str]], own: frozenset[str], order: list[str]
) -> list[str]:
    seen: set[str] = set()
    todo = [head] if head in own else []
    while todo:
        commit = todo.pop()
        if commit in seen:
            continue
        seen.add(commit)
        todo += [parent for parent in parents.get(commit, ()) if parent in own]
    return [commit for commit in order if commit in seen]
