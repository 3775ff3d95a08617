"""What commits tell of branches before any of them is landed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.landing.readiness import Tip


def tips(runner: Runner, heads: Sequence[str]) -> Mapping[str, Tip]:
    """See `LandingLook.tips`."""
    wanted = list(dict.fromkeys(heads))
    if not wanted:
        return {}
    args = ["log", "--no-walk=unsorted", "--stdin", "-z", "--format=%H %T %ct %s"]
    stdin = "".join(f"{head}\n" for head in wanted).encode("ascii")
    found = {}
    for row in runner.run(args, stdin=stdin).fields():
        commit, tree, when, subject = row.split(" ", 3)
        found[commit] = Tip(commit, tree, int(when), subject)
    return found


def built(runner: Runner, base: str, heads: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """See `LandingLook.built`."""
    if not heads:
        return {}
    stdin = "".join(f"{head}\n" for head in dict.fromkeys(heads.values())) + f"^{base}\n"
    args = ["rev-list", "--parents", "--stdin"]
    lines = runner.run(args, stdin=stdin.encode("ascii")).text.splitlines()
    parents = {commit: rest for commit, *rest in (line.split(" ") for line in lines)}
    own = {head: _reachable(head, parents) for head in set(heads.values())}
    return {
        name: frozenset(
            other for other, theirs in heads.items() if theirs != head and theirs in own[head]
        )
        for name, head in heads.items()
    }


def _reachable(head: str, parents: Mapping[str, Sequence[str]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [head]
    while todo:
        commit = todo.pop()
        if commit not in seen and commit in parents:
            seen.add(commit)
            todo += parents[commit]
    return frozenset(seen)
