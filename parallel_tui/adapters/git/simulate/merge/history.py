"""List the commits of all sessions since base, with their trees, in one process."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.errors import GitError
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One commit that a rebase would replay.

    Attributes:
        commit: Its object id.
        tree: Its tree.
        parent_tree: Tree of its first parent; `None` for a root commit.
        uncommitted: Whether it stands for work that is not committed yet.
    """

    commit: str
    tree: str
    parent_tree: str | None
    uncommitted: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """Commits of a head that base does not have.

    Attributes:
        steps: Its commits without merges, oldest first, as `git rebase` would replay them.
        merges: Number of merge commits among them, which a rebase leaves out.
        roots: Whether a commit without parents is among them, so that there may be nothing in
            common with base.
        forks: The commits of base that they build on, with their trees; none without commits.
    """

    steps: tuple[Step, ...] = ()
    merges: int = 0
    roots: bool = False
    forks: tuple[tuple[str, str], ...] = ()


def own_commits(
    runner: Runner, quarantine: Quarantine, base: str, heads: Collection[str]
) -> Mapping[str, Own]:
    """The commits that `git rebase base` would replay for each head.

    Args:
        runner: The gateway to git.
        quarantine: For its environment; nothing is written.
        base: Object id.
        heads: Object ids.
    """
    wanted = list(dict.fromkeys(heads))
    if not wanted:
        return {}
    stdin = "".join(f"{head}\n" for head in wanted) + f"^{base}\n"
    args = ["log", "--topo-order", "--reverse", "--boundary", "--format=%m %H %T %P", "--stdin"]
    lines = runner.run(args, stdin=stdin.encode("ascii"), env=quarantine.env).text.splitlines()
    trees: dict[str, str] = {}
    parents: dict[str, list[str]] = {}  # of own commits only, in the order they are replayed
    for line in lines:
        mark, commit, tree, *rest = line.split(" ")
        trees[commit] = tree
        if mark != "-":
            parents[commit] = [parent for parent in rest if parent]
    found: dict[str, Own] = {}
    for head in wanted:
        commits = _reachable(head, parents)
        if len(wanted) > 1 and _branches(commits, parents):
            # Of two lines that were merged git replays one after the other; which comes first is
            # told only where it walks from this head alone.
            found |= own_commits(runner, quarantine, base, [head])
        else:
            found[head] = _own(commits, trees, parents)
    return found


def _branches(commits: list[str], parents: Mapping[str, list[str]]) -> bool:
    """Whether any of a head's own merge commits joins two of its own lines of history."""
    return any(sum(parent in parents for parent in parents[commit]) > 1 for commit in commits)


def _own(commits: list[str], trees: Mapping[str, str], parents: Mapping[str, list[str]]) -> Own:
    return Own(
        tuple(
            Step(commit, trees[commit], trees.get(parents[commit][0]) if parents[commit] else None)
            for commit in commits
            if len(parents[commit]) < 2
        ),
        merges=sum(len(parents[commit]) > 1 for commit in commits),
        roots=any(not parents[commit] for commit in commits),
        forks=tuple(
            dict.fromkeys(
                (parent, trees[parent])
                for commit in commits
                for parent in parents[commit]
                if parent not in parents and parent in trees
            )
        ),
    )


def _reachable(head: str, parents: Mapping[str, list[str]]) -> list[str]:
    seen: set[str] = set()
    todo = [head]
    while todo:
        commit = todo.pop()
        if commit in seen or commit not in parents:
            continue
        seen.add(commit)
        todo += parents[commit]
    return [commit for commit in parents if commit in seen]


def already_there(runner: Runner, quarantine: Quarantine, onto: str, head: str) -> frozenset[str]:
    """Commits of a head whose patch is in `onto` under another id: a rebase skips them."""
    args = ["rev-list", "--cherry-mark", "--right-only", "--no-merges", f"{onto}...{head}", "--"]
    lines = runner.run(args, env=quarantine.env).text.split()
    return frozenset(line[1:] for line in lines if line.startswith("="))


def trees_of(runner: Runner, quarantine: Quarantine, commits: Iterable[str]) -> Mapping[str, str]:
    """Trees of commits, by commit; one process.

    Raises:
        GitError: When git gave no answer. A commit that is not there is left out instead.
    """
    wanted = list(dict.fromkeys(commits))
    if not wanted:
        return {}
    stdin = "".join(f"{commit}^{{tree}}\n" for commit in wanted).encode("ascii")
    args = ["cat-file", "--batch-check=%(objectname) %(objecttype)"]
    lines = runner.run(args, stdin=stdin, env=quarantine.env).text.splitlines()
    if len(lines) != len(wanted):
        raise GitError(f"git named {len(lines)} of {len(wanted)} trees")
    answered = zip(wanted, lines, strict=True)
    return {commit: line.split()[0] for commit, line in answered if line.endswith(" tree")}
