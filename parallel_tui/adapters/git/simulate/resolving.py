"""Put resolutions that git remembers into simulated merges, for whoever was allowed to use them.

A merge counts as resolved only where all of its conflicts are: each one of the contents of a file,
and each exactly as it was resolved before, by git's own word.
"""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.merges import Merge
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.simulate.resolutions import (
    RememberedResolutions,
    files_of,
)
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import Conflict, ConflictKind
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_OF_LINES: Final = frozenset({ConflictKind.CONTENT, ConflictKind.ADD_ADD})
_FILES: Final = frozenset({"100644", "100755"})
_BOTH: Final = frozenset({"2", "3"})


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves merges as they were resolved before.

    Attributes:
        runner: The gateway to git.
        quarantine: Where the merges are, and where resolved trees go.
        remembered: What git remembers.
    """

    runner: Runner
    quarantine: Quarantine
    remembered: RememberedResolutions

    def settled(self, merges: Sequence[Merge | Unknown]) -> Sequence[Merge | Unknown]:
        """The same merges, those resolved of which every conflict was resolved before.

        Four processes for each of those, and three for all together; none where nothing conflicts
        or nothing is remembered.

        Args:
            merges: As git made them.

        Raises:
            GitError: When git gave no answer.
            OSError: When nothing can be written in quarantine.
        """
        asked = {
            (merge.tree, each.path): mode
            for merge in merges
            if isinstance(merge, Merge) and not merge.clean
            for modes in [[_mode(each) for each in merge.conflicts]]
            if all(modes)
            for each, mode in zip(merge.conflicts, modes, strict=True)
        }
        if not asked or not self.remembered.kept():
            return merges
        marked = files_of(self.runner, self.quarantine, list(asked))
        known = self.remembered.resolved(marked)
        return [
            self._resolved(merge, {path: asked[tree, path] for tree, path in ours}, known)
            if isinstance(merge, Merge)
            and not merge.clean
            and (ours := [(merge.tree, each.path) for each in merge.conflicts])
            and known.keys() >= set(ours)
            else merge
            for merge in merges
        ]

    def _resolved(
        self, merge: Merge, modes: dict[str, str], known: dict[tuple[str, str], bytes]
    ) -> Merge:
        """A merge with the conflicting files as they were resolved, which is clean then."""
        index = {"GIT_INDEX_FILE": str(self.quarantine.path / "resolved-index")}
        env = {**self.quarantine.env, **index}
        self.runner.run([*OPTIONS, "read-tree", merge.tree], env=env, write=True)
        rows = []
        for path, mode in modes.items():
            args = [*OPTIONS, "hash-object", "-w", "--no-filters", "--stdin"]
            made = self.runner.run(args, env=env, stdin=known[merge.tree, path], write=True)
            rows.append(f"{mode} {made.text.strip()} 0\t{path}\0")
        stdin = "".join(rows).encode("utf-8", "surrogateescape")
        args = [*OPTIONS, "update-index", "-z", "--index-info"]
        self.runner.run(args, env=env, stdin=stdin, write=True)
        tree = self.runner.run([*OPTIONS, "write-tree"], env=env, write=True).text.strip()
        if not tree:
            raise GitError("git made no tree of a merge with its conflicts resolved")
        return replace(merge, tree=tree, clean=True, conflicts=(), resolved=tuple(modes))


def _mode(conflict: Conflict) -> str:
    """The mode of a file that two sides have changed; empty where it is anything else."""
    if conflict.kind not in _OF_LINES:
        return ""
    stages = [each.split(" ") for each in conflict.stages]
    modes = {mode for mode, _, _ in stages}
    both = {stage for _, _, stage in stages} >= _BOTH
    return modes.pop() if both and len(modes) == 1 and modes <= _FILES else ""
