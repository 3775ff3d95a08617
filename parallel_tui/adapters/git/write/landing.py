"""Land one session: in base's own worktree as the user's git does it, else on objects alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, GitOutput, Runner
from parallel_tui.adapters.git.write.rebase import PLAINLY, rewriting
from parallel_tui.errors import GitError
from parallel_tui.model.landing.message import landing_message
from parallel_tui.model.landing.plan import Strategy, Turn
from parallel_tui.model.landing.simulation import Reached
from parallel_tui.model.session.git_status import StatusKind
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.rewriting import Rewriting
from parallel_tui.ports.overlaps import LandingTrial
from parallel_tui.record import dataclass

_ANY: Final = range(256)
_ASK_NOTHING: Final = ("--no-autostash", "--no-edit")


@dataclass(frozen=True, slots=True)
class LandingActs:
    """Implements `LandingSteps`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def merge(self, tree: Worktree, commit: str, message: str) -> Rewriting:
        """See `LandingSteps.merge`."""
        way = ["--ff"] if self._forwards() else ["--no-ff"]
        args = ["merge", *_ASK_NOTHING, "--no-squash", "--commit", *way, "-m", message]
        return rewriting(self._in(tree, [*args, commit]))

    def squash(self, tree: Worktree, commit: str, message: str) -> Rewriting:
        """See `LandingSteps.squash`."""
        # Named, for `merge.ff` would be understood as the opposite of a squash.
        done = rewriting(self._in(tree, ["merge", *_ASK_NOTHING, "--ff", "--squash", commit]))
        if not done.done:
            return done
        args = ["commit", "--quiet", "--allow-empty", "--no-edit", "-F", "-"]
        return rewriting(self._in(tree, args, stdin=os.fsencode(message)))

    def forward(self, tree: Worktree, new: str) -> Rewriting:
        """See `LandingSteps.forward`."""
        return rewriting(self._in(tree, ["merge", "--ff-only", "--no-autostash", new]))

    def swap(self, ref: str, old: str, new: str) -> None:
        """See `LandingSteps.swap`."""
        args = ["update-ref", "--no-deref", "-m", "pdev: landed", ref, new, old]
        done = self.runner.run(args, ok=_ANY, timeout=WRITE_TIMEOUT, write=True)
        if done.status:
            raise failure.refused("Nothing was landed", done)

    def make(
        self,
        trial: LandingTrial,
        turn: Turn,
        onto: str,
        strategy: Strategy,
        message: str = "",
    ) -> str:
        """See `LandingSteps.make`."""
        (reached,) = trial.land(trial.start(), [turn.session])
        if not isinstance(reached, Reached):
            raise GitError(f"{turn.session} does not land any more")
        if self._moves_on(turn.commit, onto, strategy):
            return turn.commit
        if strategy is Strategy.REBASE:
            copies = trial.copies(turn.session)
            trial.keep([tree for _, tree in copies])
            here = onto
            for original, tree in copies:
                here = self._copy(original, tree, here)
            return here
        trial.keep([reached.tree])
        parents = [onto, turn.commit] if strategy is Strategy.MERGE else [onto]
        said = message or self.message(turn, onto, strategy)
        return self._commit(reached.tree, parents, os.fsencode(said))

    def message(self, turn: Turn, onto: str, strategy: Strategy) -> str:
        """See `LandingSteps.message`."""
        if strategy is not Strategy.SQUASH:
            return landing_message(turn.branch, strategy)
        args = ["log", "--reverse", "--no-merges", "--format=%s", f"{onto}..{turn.commit}", "--"]
        subjects = self.runner.run(args).text.splitlines()
        return landing_message(turn.branch, strategy, subjects)

    def contents(self, commit: str) -> tuple[str, tuple[str, ...]]:
        """See `LandingSteps.contents`."""
        args = ["log", "-1", "--format=%T %P", "--end-of-options", commit, "--"]
        tree, *parents = self.runner.run(args).text.split()
        return tree, tuple(parents)

    def arrived(self, commit: str, since: str, tree: str) -> str:
        """See `LandingSteps.arrived`."""
        args = ["log", "--first-parent", "--reverse", "--format=%H %T", f"{since}..{commit}", "--"]
        rows = (line.split() for line in self.runner.run(args).text.splitlines())
        return next((oid for oid, found in rows if found == tree), "")

    def contains(self, commit: str, other: str) -> bool:
        """See `LandingSteps.contains`."""
        args = ["merge-base", "--is-ancestor", other, commit]
        return self.runner.run(args, ok=(0, 1)).status == 0

    def overwritten(self, tree: Worktree, commit: str) -> tuple[str, ...]:
        """See `LandingSteps.overwritten`."""
        gone, new = self._differences(tree, commit)
        return tuple(path for path in sorted(new) if _in_the_way(tree.path, path, gone))

    def put_back(self, tree: Worktree, before: str, made: str, ref: str) -> bool:
        """See `LandingSteps.put_back`."""
        reader = GitCommands(self.runner)
        status = [each for each in reader.status(tree) if each.kind is not StatusKind.UNTRACKED]
        changed = {each.path for each in status}
        staged = ["diff", "--cached", "--name-only", "--no-renames", "-z", before, "--"]
        if not changed <= set(self.runner.run(staged, worktree=tree).fields()):
            return False
        edited = any(each.worktree != "." for each in status)
        if edited or self._in(tree, ["write-tree"]).text.strip() != made:
            kept = self._in(tree, ["stash", "create", "before the landing was taken back"])
            oid = kept.text.strip()
            if kept.status or not oid:
                return False
            if self.runner.run(["update-ref", ref, oid], ok=_ANY, write=True).status:
                return False
        return not self._in(tree, ["reset", "--quiet", "--hard"]).status

    def _differences(self, tree: Worktree, commit: str) -> tuple[set[str], set[str]]:
        """Paths that are only in base's worktree, and those that a commit brings."""
        args = ["diff", "--no-ext-diff", "--no-renames", "--name-status", "-z"]
        done = self.runner.run([*args, f"{tree.head}...{commit}", "--"])
        fields = iter(done.fields())
        rows = list(zip(fields, fields, strict=False))
        return {path for kind, path in rows if kind == "D"}, {p for kind, p in rows if kind == "A"}

    def _forwards(self) -> bool:
        """Whether a merge may simply move a branch on: not where the user wants merge commits."""
        return self._setting("merge.ff") != "false"

    def _setting(self, name: str) -> str:
        """A setting of git's, truth values as `true` and `false`; empty when there is none."""
        args = ["config", "--type=bool-or-int", "--get", name]
        return self.runner.run(args, ok=_ANY).text.strip()

    def _moves_on(self, commit: str, onto: str, strategy: Strategy) -> bool:
        """Whether base comes to stand at the session's own commit, as git would have it."""
        if strategy is Strategy.SQUASH or not self.contains(commit, onto):
            return False
        if strategy is Strategy.MERGE:
            return self._forwards()
        args = ["rev-list", "--count", "--min-parents=2", f"{onto}..{commit}", "--"]
        return self.runner.run(args).text.strip() == "0"

    def _copy(self, original: str, tree: str, parent: str) -> str:
        """A commit as a rebase would copy it: by the same author, with the same words."""
        raw = self.runner.run(["cat-file", "commit", original]).stdout
        head, _, message = raw.partition(b"\n\n")
        facts = dict(line.split(b" ", 1) for line in head.split(b"\n") if b" " in line)
        name, _, rest = os.fsdecode(facts[b"author"]).partition("<")
        email, _, when = rest.rpartition("> ")
        author = {
            "GIT_AUTHOR_NAME": name.strip(),
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": f"@{when}",
        }
        encoding = os.fsdecode(facts.get(b"encoding", b"UTF-8"))
        return self._commit(tree, [parent], message, author, encoding)

    def _commit(
        self,
        tree: str,
        parents: Sequence[str],
        message: bytes,
        author: dict[str, str] | None = None,
        encoding: str = "UTF-8",
    ) -> str:
        sign = ["-S"] if self._setting("commit.gpgSign") == "true" else []
        named = [word for parent in parents for word in ("-p", parent)]
        args = ["-c", f"i18n.commitEncoding={encoding}", "commit-tree", *sign, *named, tree]
        done = self.runner.run(args, stdin=message, env=author, timeout=WRITE_TIMEOUT, write=True)
        return done.text.strip()

    def _in(self, tree: Worktree, args: Sequence[str], stdin: bytes = b"") -> GitOutput:
        # Options of the user's own for merges into base would make something else of it.
        branch = tree.branch or ""
        plain = ["-c", f"branch.{branch}.mergeOptions="] if "=" not in branch else []
        return self.runner.run(
            [*PLAINLY, *plain, *args],
            worktree=tree,
            stdin=stdin,
            ok=_ANY,
            timeout=WRITE_TIMEOUT,
            write=True,
        )


def _in_the_way(root: str, path: str, gone: set[str]) -> bool:
    """Whether something stands where a file is to come, or where one of its folders is."""
    place = Path(root, path)
    if os.path.lexists(place):
        return True
    for above in Path(path).parents:
        folder = Path(root, above)
        if str(above) not in gone and os.path.lexists(folder) and not folder.is_dir():
            return True
    return False
