"""Keep the objects of a worktree in the trash, and restore branches.

Once a worktree is unregistered, git no longer sees its HEAD, index, reflog and half-done operation
and would in time delete what only they name. One commit keeps all of it: its ancestors are every
commit named there, its tree holds every blob of the index. An annotated tag can be neither, so each
gets a reference of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.repo import objects_here, referenced_objects
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError
from parallel_tui.record import dataclass

PREFIX: Final = "refs/pdev/backup/"
_TAG: Final = ".tag-"
_MOST: Final = 5_000
"""Parents of one commit: a command line has an end."""

_ANY: Final = range(256)
_US: Final = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "pdev"), ("EMAIL", "pdev@localhost"))
}


@dataclass(frozen=True, slots=True)
class Backups:
    """Backup references and branches of one repository.

    Attributes:
        runner: Runs git.
    """

    runner: Runner

    def keep(self, item_id: str, git_dir: str, head: str | None, branch: str | None) -> None:
        """Keep all objects that a worktree's git directory and its branch's reflog name.

        Raises:
            GitError: When git did not do it; then nothing may be moved.
        """
        found = {oid for oid in (head,) if oid is not None}
        found |= referenced_objects.in_folder(Path(git_dir))
        found |= referenced_objects.cached_trees(
            Path(git_dir, "index"), 32 if head and len(head) == 64 else 20
        )
        if branch is not None:
            found |= referenced_objects.in_file(self._log(branch))
        kinds = self._kinds([*found, *self._index(git_dir)])
        entries = [f"100644 blob {oid}\t{oid}" for oid in kinds["blob"]]
        entries += [f"040000 tree {oid}\t{oid}" for oid in kinds["tree"]]
        orders = [f"create {PREFIX}{item_id}{_TAG}{oid} {oid}" for oid in kinds["tag"]]
        if kinds["commit"] or entries:
            made = self._commit(item_id, kinds["commit"], entries)
            orders.append(f"create {PREFIX}{item_id} {made}")
        if orders:
            listing = "".join(f"{order}\n" for order in orders).encode()
            self.runner.run(["update-ref", "--stdin"], stdin=listing, write=True)

    def _commit(self, item_id: str, commits: Sequence[str], entries: Sequence[str]) -> str:
        """One commit with these parents and this tree; several layers for many parents."""
        listing = "".join(f"{entry}\n" for entry in entries).encode()
        tree = self.runner.run(["mktree"], stdin=listing, write=True).text.strip()
        parents = list(commits)
        while True:
            made = []
            for start in range(0, max(len(parents), 1), _MOST):
                words = [word for oid in parents[start : start + _MOST] for word in ("-p", oid)]
                message = f"What the removed session {item_id} needs"
                args = ["commit-tree", *words, "-m", message, tree]
                made.append(self.runner.run(args, env=_US, write=True).text.strip())
            if len(made) == 1:
                return made[0]
            parents = made

    def drop(self, item_id: str) -> None:
        """Delete a backup. A missing one is no error."""
        args = ["for-each-ref", "--format=%(refname)", f"{PREFIX}{item_id}", f"{PREFIX}{item_id}.*"]
        orders = "".join(f"delete {ref}\n" for ref in self.runner.run(args).text.splitlines())
        if orders:
            self.runner.run(["update-ref", "--stdin"], stdin=orders.encode(), write=True)

    def _index(self, git_dir: str) -> list[str]:
        # What conflicts were before they were settled is remembered there too.
        place = [f"--git-dir={git_dir}", "--work-tree=."]
        try:
            stages = self.runner.run([*place, "ls-files", "--stage", "--resolve-undo", "-z"])
        except GitError:
            # One that git cannot read (cut off by a crash) names nothing; it moves as it is.
            return []
        found = {record.split(" ", 2)[1] for record in stages.fields()}
        return sorted(found)

    def _kinds(self, oids: Iterable[str]) -> dict[str, list[str]]:
        """The kinds of those objects among some ids that exist here."""
        found: dict[str, list[str]] = {"commit": [], "blob": [], "tree": [], "tag": []}
        for oid, kind in objects_here.kinds(self.runner, oids).items():
            found[kind].append(oid)
        return found

    def copy_log(self, branch: str, target: Path) -> None:
        """Copy a branch's reflog, which git deletes with the branch; nothing without a reflog.

        Raises:
            OSError: When it cannot be written.
        """
        with suppress(FileNotFoundError):  # reftables keep it elsewhere, and it does not come back
            write_atomically(target, self._log(branch).read_bytes())

    def put_log(self, branch: str, source: Path, why: str) -> None:
        """Restore a reflog over the single line that git wrote when the branch was made again.

        Raises:
            OSError: When it cannot be moved.
        """
        with suppress(FileNotFoundError):  # moved before a crash already
            now = self._log(branch).read_bytes()
            if now.count(b"\n") == 1 and now.endswith(f"\t{why}\n".encode()):
                source.replace(self._log(branch))

    def _log(self, branch: str) -> Path:
        return Path(self.runner.repository.common_dir, "logs/refs/heads", branch)

    def tip(self, branch: str) -> str | None:
        """The commit of a branch; `None` without the branch."""
        return refs.commit_of(self.runner, f"refs/heads/{branch}")

    def branch_config(self, branch: str) -> tuple[tuple[str, str], ...]:
        """The settings of a branch, as key and value."""
        prefix = f"branch.{branch}."
        done = self.runner.run(["config", "--local", "-z", "--list"], ok=_ANY)
        pairs = (entry.partition("\n") for entry in done.fields())
        return tuple((key, value) for key, _, value in pairs if key.startswith(prefix))

    def restore_branch(
        self,
        branch: str,
        tip: str,
        config: Iterable[tuple[str, str]],
        why: str,
        *,
        logged: bool,
    ) -> None:
        """Create a deleted branch again, unless one of its name exists.

        Args:
            branch: Its name.
            tip: Where it stood.
            config: Its settings.
            why: For its reflog.
            logged: Whether it had a reflog.

        Raises:
            RefusedError: When git refuses, such as for a branch `a` beside one `a/b`.
        """
        log = ["--create-reflog"] if logged else []
        made = ["update-ref", *log, "-m", why, f"refs/heads/{branch}", tip, "0" * len(tip)]
        done = self.runner.run(made, ok=_ANY, write=True)
        if done.status:
            raise failure.refused(
                f"The branch {branch} cannot be made again",
                done,
                hint="Rename the branch that is in its way.",
            )
        if not self.branch_config(branch):
            for key, value in config:
                self.runner.run(["config", "--local", "--add", key, value], ok=_ANY, write=True)

    def detach(self, git_dir: str, commit: str) -> None:
        """Point a worktree's HEAD at a commit instead of a branch; files and index stay."""
        place = [f"--git-dir={git_dir}", "--work-tree=."]
        done = [*place, "update-ref", "--no-deref", "-m", "pdev undo", "HEAD", commit]
        self.runner.run(done, write=True)

    def repair(self, path: str) -> None:
        """Tell git where a worktree was moved by hand.

        Raises:
            RefusedError: When git refuses.
        """
        done = self.runner.run(["worktree", "repair", "--", path], ok=_ANY, write=True)
        if done.status:
            raise failure.refused(f"{path} was not repaired", done)
