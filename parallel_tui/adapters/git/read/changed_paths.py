"""List the paths that sessions changed, in commits and in an index, without their contents."""

from __future__ import annotations

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.errors import GitError
from parallel_tui.model.policy.change import WrittenPath
from parallel_tui.model.session.worktree import OperationKind
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.adapters.git.run.runner import Runner
    from parallel_tui.model.session.worktree import Worktree

# Both names of a rename are paths that were written, so that nobody has to find renames.
_OPTIONS: Final = ("--raw", "-z", "--no-renames", "--no-color", "--ignore-submodules=none")
EMPTY_TREE: Final = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""Tree without entries, by the length of the repository's object ids."""

_HEADER: Final = pattern(rb"([0-9a-f]{40,64} [0-9a-f]{40,64})\n")
_OID: Final = pattern(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_SUBMODULE: Final = b"160000"


class ChangedPaths:
    """Implements `ports.policy.Changes`.

    Args:
        runner: The gateway to git.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def committed(self, base: str, heads: Iterable[str]) -> Mapping[str, tuple[WrittenPath, ...]]:
        """Paths that the commits of each head change since it left base.

        One process a head that is not base, and two more.

        Args:
            base: Object id.
            heads: Object ids.

        Raises:
            GitError: When git gave no answer.
        """
        forks = {head: self._fork(base, head) for head in dict.fromkeys(heads) if head != base}
        wanted = {head: fork for head, fork in forks.items() if fork != head}
        trees = self._trees([*wanted, *wanted.values()])
        pairs = {head: f"{trees[fork]} {trees[head]}" for head, fork in wanted.items()}
        found: dict[str, tuple[WrittenPath, ...]] = {}
        if pairs:
            stdin = "".join(f"{pair}\n" for pair in dict.fromkeys(pairs.values())).encode("ascii")
            args = ["diff-tree", "--stdin", "-r", *_OPTIONS]
            found = _by_pair(self._runner.run(args, stdin=stdin).stdout)
        return {head: found.get(pairs.get(head, ""), ()) for head in heads}

    def staged(self, worktree: Worktree, index: str | None = None) -> tuple[WrittenPath, ...]:
        """Paths that are staged in a worktree; one process, and one for each head of a merge.

        In a merge under way what comes from the other side as it is there was not written here.

        Args:
            worktree: Whose.
            index: The index to look at instead of its own.
        """
        found = self._staged(worktree, index, worktree.head or self._empty())
        merging = worktree.operation and worktree.operation.kind is OperationKind.MERGE
        for head in merged_heads(worktree.git_dir) if merging else ():
            kept = {change.path for change in self._staged(worktree, index, head)}
            found = tuple(change for change in found if change.path in kept)
        return found

    def _staged(
        self, worktree: Worktree, index: str | None, against: str
    ) -> tuple[WrittenPath, ...]:
        env = {} if index is None else {"GIT_INDEX_FILE": index}
        args = ["diff-index", "--cached", *_OPTIONS, against, "--"]
        fields = iter(self._runner.run(args, worktree=worktree, env=env).stdout.split(b"\0"))
        return tuple(_change(field, next(fields)) for field in fields if field)

    def untracked(self, worktree: Worktree) -> tuple[str, ...]:
        """Untracked files that are not ignored; a repository among them ends in `/`."""
        args = ["ls-files", "--others", "--exclude-standard", "-z"]
        return tuple(self._runner.run(args, worktree=worktree).fields())

    def ignores_case(self) -> bool:
        """Whether the repository's file system takes `A` and `a` for one name."""
        args = ["config", "--type=bool", "--default=false", "core.ignorecase"]
        return self._runner.run(args).text.strip() == "true"

    def _fork(self, base: str, head: str) -> str:
        done = self._runner.run(["merge-base", base, head], ok=(0, 1))
        return done.text.strip() or EMPTY_TREE[len(base)]

    def _trees(self, commits: Iterable[str]) -> dict[str, str]:
        asked = list(dict.fromkeys(commits))
        if not asked:
            return {}
        stdin = "".join(f"{each}^{{tree}}\n" for each in asked).encode("ascii")
        lines = self._runner.run(["cat-file", "--batch-check"], stdin=stdin).text.splitlines()
        found = {each: line.split(" ")[0] for each, line in zip(asked, lines, strict=False)}
        if len(lines) != len(asked) or not all(line.split(" ")[1:2] == ["tree"] for line in lines):
            raise GitError("git does not have the trees of all commits")
        return found

    def _empty(self) -> str:
        return self._runner.run(["hash-object", "-t", "tree", "--stdin"]).text.strip()


def merged_heads(git_dir: str) -> tuple[str, ...]:
    """The commits that a merge under way brings in.

    Raises:
        GitError: When they cannot be read.
    """
    try:
        found = small_file.read(f"{git_dir}/MERGE_HEAD").split()
    except OSError as error:
        raise GitError(f"{git_dir}/MERGE_HEAD cannot be read: {error.strerror}") from error
    if not found or not all(_OID.fullmatch(each) for each in found):
        raise GitError(f"{git_dir}/MERGE_HEAD does not name commits")
    return tuple(text(each) for each in found)


def _by_pair(raw: bytes) -> dict[str, tuple[WrittenPath, ...]]:
    """Changes by the two trees of the line that stands before the first of them."""
    found: dict[str, list[WrittenPath]] = {}
    fields = iter(raw.split(b"\0"))
    name = ""
    for field in fields:
        while header := _HEADER.match(field):
            name = text(header[1])
            found[name] = []
            field = field[header.end() :]
        if field.startswith(b":"):
            found[name].append(_change(field, next(fields)))
    return {each: tuple(changes) for each, changes in found.items()}


def _change(about: bytes, path: bytes) -> WrittenPath:
    return WrittenPath(text(path), folder=_SUBMODULE in about[1:].split(b" ")[:2])
