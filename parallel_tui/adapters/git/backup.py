"""Keeping alive what a worktree in the trash still needs, and putting branches back.

Once a worktree is unregistered, git no longer sees its HEAD, index, reflog and half-done operation
and would in time delete what only they name. One commit keeps all of it: its parents are every
commit named there, its tree holds every blob of the index.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git import refs
from parallel_tui.adapters.git.runner import Runner
from parallel_tui.errors import GitError, RefusedError

PREFIX: Final = "refs/pdev/backup/"
_OID: Final = re.compile(rb"\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b")
_LARGEST: Final = 8 << 20
_MOST: Final = 10_000
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

    def keep(self, item_id: str, git_dir: str, head: str | None) -> None:
        """Keep everything alive that a worktree's git directory names.

        Raises:
            GitError: When git did not do it; then nothing may be moved.
        """
        named = {oid for oid in (head,) if oid is not None}
        named |= _named_in(Path(git_dir))
        named |= _cached_trees(Path(git_dir, "index"), 32 if head and len(head) == 64 else 20)
        commits, blobs, trees = self._kinds([*named, *self._index(git_dir)])
        entries = [f"100644 blob {oid}\t{oid}" for oid in blobs]
        entries += [f"040000 tree {oid}\t{oid}" for oid in trees]
        if not commits and not entries:
            return
        listing = "".join(f"{entry}\n" for entry in entries).encode()
        tree = self.runner.run(["mktree"], stdin=listing, write=True).text.strip()
        parents = [word for oid in commits for word in ("-p", oid)]
        made = self.runner.run(
            ["commit-tree", *parents, "-m", f"What the removed session {item_id} needs", tree],
            env=_US,
            write=True,
        ).text.strip()
        self.runner.run(["update-ref", f"{PREFIX}{item_id}", made, "0" * len(made)], write=True)

    def drop(self, item_id: str) -> None:
        """Keep it no longer. One that is not there is no error."""
        self.runner.run(["update-ref", "-d", f"{PREFIX}{item_id}"], write=True)

    def _index(self, git_dir: str) -> list[str]:
        try:
            stages = self.runner.run(
                [f"--git-dir={git_dir}", "--work-tree=.", "ls-files", "--stage", "-z"]
            )
        except GitError:
            # One that git cannot read (cut off by a crash) names nothing; it moves as it is.
            return []
        found = {record.split(" ", 2)[1] for record in stages.fields()}
        return sorted(found)

    def _kinds(self, oids: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
        """Those of some ids that exist here: commits, blobs and trees."""
        asked = list(dict.fromkeys(oids))
        listing = "".join(f"{oid}\n" for oid in asked).encode()
        answer = self.runner.run(
            ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
            stdin=listing,
            env={"GIT_NO_LAZY_FETCH": "1"},
        )
        found: dict[str, list[str]] = {"commit": [], "blob": [], "tree": []}
        for line in answer.text.splitlines():
            oid, _, kind = line.partition(" ")
            if kind in found:
                found[kind].append(oid)
        return found["commit"][:_MOST], found["blob"], found["tree"]

    def tip(self, branch: str) -> str | None:
        """Commit that a branch stands at; `None` when there is no such branch."""
        return refs.commit_of(self.runner, f"refs/heads/{branch}")

    def branch_config(self, branch: str) -> tuple[tuple[str, str], ...]:
        """The settings of a branch, as key and value."""
        prefix = f"branch.{branch}."
        done = self.runner.run(["config", "--local", "-z", "--list"], ok=_ANY)
        pairs = (entry.partition("\n") for entry in done.fields())
        return tuple((key, value) for key, _, value in pairs if key.startswith(prefix))

    def restore_branch(
        self, branch: str, tip: str, config: Iterable[tuple[str, str]], why: str
    ) -> None:
        """Make a deleted branch again, if there is none of the name.

        Raises:
            RefusedError: When git refuses, such as for a branch `a` beside one `a/b`.
        """
        done = self.runner.run(
            [
                "update-ref",
                "--create-reflog",
                "-m",
                why,
                f"refs/heads/{branch}",
                tip,
                "0" * len(tip),
            ],
            ok=_ANY,
            write=True,
        )
        if done.status:
            raise RefusedError(
                f"The branch {branch} cannot be made again: {done.stderr.strip()}",
                hint="Rename the branch that is in its way.",
            )
        if not self.branch_config(branch):
            for key, value in config:
                self.runner.run(["config", "--local", "--add", key, value], ok=_ANY, write=True)

    def detach(self, git_dir: str, commit: str) -> None:
        """Let a worktree's HEAD name a commit instead of a branch; files and index stay."""
        place = [f"--git-dir={git_dir}", "--work-tree=."]
        done = [*place, "update-ref", "--no-deref", "-m", "pdev undo", "HEAD", commit]
        self.runner.run(done, write=True)

    def repair(self, path: str) -> None:
        """Tell a worktree that was moved by hand where it is now.

        Raises:
            RefusedError: When git refuses.
        """
        done = self.runner.run(["worktree", "repair", "--", path], ok=_ANY, write=True)
        if done.status:
            raise RefusedError(f"{path} was not repaired: {done.stderr.strip()}")


def _named_in(git_dir: Path) -> set[str]:
    """Object ids in the text files of a git directory: HEAD, reflog, half-done operations."""
    found: set[str] = set()
    for folder, folders, names in os.walk(git_dir):
        folders[:] = [name for name in folders if name not in ("modules", "objects")]
        for name in names:
            path = Path(folder, name)
            if name == "index" or name.startswith("sharedindex.") or path.is_symlink():
                continue
            try:
                if not path.is_file() or path.stat().st_size > _LARGEST:
                    continue
                found |= {oid.decode() for oid in _OID.findall(path.read_bytes())}
            except OSError:
                continue
    return found - {"0" * 40, "0" * 64}


def _cached_trees(index: Path, width: int) -> set[str]:
    """Trees that an index remembers (its TREE extension); git complains when one is gone.

    Read loosely: what is no object is dropped when the ids are asked about.
    """
    try:
        data = index.read_bytes()
    except OSError:
        return set()
    entry = re.compile(rb"[^\0]*\0(-?\d+) \d+\n")
    found: set[str] = set()
    for start in (match.end() for match in re.finditer(b"TREE", data)):
        place, end = start + 4, start + 4 + int.from_bytes(data[start : start + 4], "big")
        while place < end <= len(data) and (match := entry.match(data, place, end)):
            place = match.end()
            if not match[1].startswith(b"-"):
                found.add(data[place : place + width].hex())
                place += width
    return found
