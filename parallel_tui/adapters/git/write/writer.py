"""Git commands that change a repository: the facade over this folder."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.read.reader import GitCommands
from parallel_tui.adapters.git.repo import ordinary, worktree_list
from parallel_tui.adapters.git.repo.operation import to_be_updated
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, GitOutput, Runner
from parallel_tui.errors import GitError, HalfMadeError, RefusedError, UsageError
from parallel_tui.model.lifecycle.spawn import BEING_MADE
from parallel_tui.model.session.session_file import SESSION_FILE
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.record import replace

_ANY_STATUS: Final = range(256)
_LOGGED: Final = ("-c", "core.logAllRefUpdates=true")
"""A branch that is made here has a reflog, which tells later whether anything was done on it."""

_SEES_EVERYTHING: Final = (
    # `worktree remove` asks `status` whether it is clean; these settings would blind it.
    "-c",
    "status.showUntrackedFiles=normal",
    "-c",
    "diff.ignoreSubmodules=none",
)


class GitMutations:
    """Implements `GitWriter`. Each method is one step; the caller undoes finished steps."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._reader = GitCommands(runner)

    def add_worktree(
        self, path: str, branch: str, *, start: str | None = None, track: str | None = None
    ) -> Worktree:
        """Create a worktree; a failure removes everything that was made, and nothing else.

        Raises:
            HalfMadeError: When a hook failed and the worktree holds more than was made; it stays.
            RefusedError: When the directory or (for a new one) the branch exists, the branch is
                missing or checked out elsewhere, or git refuses.
        """
        if start is not None and track is not None:
            raise UsageError("A new branch starts at a commit or follows a remote branch, not both")
        if not branch or branch.startswith("-"):
            raise UsageError(f"{branch!r} cannot be the name of a branch")
        if os.path.lexists(path):
            raise RefusedError(
                f"The directory {path} already exists", hint="Choose another name or directory."
            )
        new = start is not None or track is not None
        tip = None if new and self._lacks(branch) else self._tip(branch)
        if new and tip is not None:
            raise RefusedError(
                f"The branch {branch} already exists",
                hint="Choose another name, or start the session on the existing branch.",
            )
        if not new and tip is None:
            raise RefusedError(f"There is no branch named {branch}")
        if not new:
            self._demand_unused(branch)
        # The lock tells our half-made worktree from one that somebody else makes at this moment.
        token = f"{BEING_MADE}{uuid.uuid4()}"
        command = [*_LOGGED, "worktree", "add", "--quiet", "--no-guess-remote"]
        command += ["--lock", "--reason", token]
        if start is not None:
            command += ["--no-track", "-b", branch, "--", path, start]
        elif track is not None:
            command += ["--track", "-b", branch, "--", path, f"refs/remotes/{track}"]
        else:
            command += ["--", path, branch]
        tip = tip or start or refs.commit_of(self._runner, f"refs/remotes/{track}")
        try:
            done = self._write(command)
        except GitError as error:
            if not self._take_back(token, branch, tip, new=new):
                raise HalfMadeError(error.message, hint=error.hint) from error
            raise
        if done.status:
            own_branch = new and "a branch named" not in done.stderr
            refusal = _refusal(f"The worktree {path} could not be made", done)
            if not self._take_back(token, branch, tip, new=own_branch):
                raise HalfMadeError(refusal.message, hint=refusal.hint)
            raise refusal
        made = self._just_made(path, token) or self._made(token)
        if made is None:
            raise GitError(f"git made the worktree {path} but does not list it")
        try:
            Path(made.git_dir, "locked").unlink()  # all that `git worktree unlock` does
        except OSError as error:
            raise GitError(f"The worktree {path} stays locked: {error.strerror}") from error
        return replace(made, locked=None)

    def name_session(self, worktree: Worktree, name: str) -> None:
        """Record the session name in the worktree's git directory, atomically.

        Raises:
            GitError: When it cannot be written.
        """
        if "\n" in name or not name:
            raise UsageError(f"{name!r} cannot be the name of a session")
        temporary = ""
        try:
            with tempfile.NamedTemporaryFile(
                "w", dir=worktree.git_dir, prefix=f".{SESSION_FILE}-", delete=False
            ) as file:
                temporary = file.name
                file.write(f"{name}\n")
            Path(temporary).replace(f"{worktree.git_dir}/{SESSION_FILE}")
        except OSError as error:
            if temporary:
                with suppress(OSError):
                    Path(temporary).unlink()
            raise GitError(
                f"The name of the session cannot be recorded in {worktree.git_dir}: "
                f"{error.strerror}"
            ) from error

    def remove_worktree(self, worktree: Worktree, *, discard: bool, locked: bool) -> None:
        """Unregister and delete one worktree.

        Of a missing directory only the entry goes; other missing ones stay registered.

        Raises:
            RefusedError: When it is the main one, locked without consent, moved or changed hands
                since it was read, or holds uncommitted work without consent.
        """
        if worktree.is_main:
            raise RefusedError("The main worktree is never removed")
        current = self._same(worktree)
        if current.locked is not None and not locked:
            reason = f": {current.locked}" if current.locked else ""
            raise RefusedError(
                f"The worktree {current.path} is locked{reason}",
                hint="Unlock it with git worktree unlock, or consent to overriding the lock.",
            )
        if discard and current.locked is not None:
            force = ["--force", "--force"]
        else:
            # Two `--force` would also discard work; without that consent the lock is taken off.
            force = ["--force"] if discard else []
            if current.locked is not None:
                self._must(["worktree", "unlock", "--", current.path])
        done = self._write(["worktree", "remove", *force, "--", current.path])
        if done.status == 0:
            return
        if self._listed(current) is None:
            raise failure.refused(
                f"The worktree {current.path} was unregistered, but its directory could not be "
                "deleted entirely",
                done,
                hint="Delete what is left of the directory by hand.",
            )
        if current.locked is not None and not discard:
            self._write(["worktree", "lock", "--reason", current.locked, "--", current.path])
        raise _refusal(f"The worktree {current.path} was not removed", done)

    def delete_branch(self, branch: str, expected: str) -> None:
        """Delete a branch by compare-and-swap, with its configuration.

        Raises:
            RefusedError: When it moved, is checked out or being rebased somewhere, or is gone.
        """
        tip = self._tip(branch)
        if tip is None:
            raise RefusedError(f"There is no branch named {branch}")
        if tip != expected:
            raise RefusedError(
                f"The branch {branch} moved to {tip[:10]} since it was looked at",
                hint="Look again before deleting it.",
            )
        # `update-ref -d` would not notice that a worktree stands on it.
        self._demand_unused(branch)
        ref = f"refs/heads/{branch}"
        done = self._write(["update-ref", "--no-deref", "-d", ref, expected])
        if done.status:
            raise _refusal(f"The branch {branch} was not deleted", done)
        # A section that is not there is no failure; one that stays is harmless.
        self._write(["config", "--local", "--remove-section", f"branch.{branch}"])

    def _write(self, args: Sequence[str]) -> GitOutput:
        return self._runner.run(
            [*_SEES_EVERYTHING, *args], ok=_ANY_STATUS, timeout=WRITE_TIMEOUT, write=True
        )

    def _must(self, args: Sequence[str]) -> None:
        done = self._write(args)
        if done.status:
            raise _refusal(f"{failure.subcommand(args)} failed", done)

    def _tip(self, branch: str) -> str | None:
        return refs.commit_of(self._runner, f"refs/heads/{branch}")

    def _demand_unused(self, branch: str) -> None:
        for tree in self._reader.worktrees():
            if tree.own_branch == branch or branch in to_be_updated(tree.git_dir):
                doing = f" ({tree.operation.kind.value} in progress)" if tree.operation else ""
                raise RefusedError(
                    f"The branch {branch} is checked out in {tree.path}{doing}",
                    hint="Use that session, or switch it to another branch first.",
                )

    def _lacks(self, branch: str) -> bool:
        """Whether there is provably no such branch, which git's files mostly tell."""
        repository = self._runner.repository
        return not repository.reftable and ordinary.lacks(repository.common_dir, branch)

    def _just_made(self, path: str, token: str) -> Worktree | None:
        """The worktree that was made here, where git's files tell it."""
        found = ordinary.linked(self._runner.repository.common_dir, path)
        if found is None or found[1].locked != token:
            return None
        return worktree_list.linked(found[1], found[0])

    def _made(self, token: str) -> Worktree | None:
        return next((tree for tree in self._reader.worktrees() if tree.locked == token), None)

    def _listed(self, worktree: Worktree) -> Worktree | None:
        trees = self._reader.worktrees()
        return next((tree for tree in trees if tree.git_dir == worktree.git_dir), None)

    def _same(self, worktree: Worktree) -> Worktree:
        current = self._listed(worktree)
        if current is None or current.path != worktree.path or current.is_main:
            raise RefusedError(
                f"The worktree {worktree.path} is no longer registered there",
                hint="Look again before removing it.",
            )
        return current

    def _take_back(self, token: str, branch: str, tip: str | None, *, new: bool) -> bool:
        """Undo a failed `worktree add`: git leaves the new branch, and a failed hook everything.

        Args:
            token: Reason of the lock of what was made.
            branch: Its branch.
            tip: Where that stood when it was made.
            new: Whether it was made too.

        Returns:
            Whether the worktree is gone; one that a hook worked in stays.
        """
        made = self._made(token)
        if made is not None and not made.is_main:
            if not made.missing and not self._as_made(made, branch, tip):
                return False
            self._write(["worktree", "remove", "--force", "--force", "--", made.path])
        # A hook may have committed to it: then it stays.
        if new and tip is not None and self._tip(branch) == tip:
            with suppress(RefusedError):
                self.delete_branch(branch, tip)
        return True

    def _as_made(self, made: Worktree, branch: str, tip: str | None) -> bool:
        """Whether a worktree holds exactly what git checked out."""
        if (made.branch, made.head) != (branch, tip):
            return False
        status = self._reader.careful_status(made)
        # Git was cut off while it checked out: files are missing, and none is anybody's.
        unfinished = all(e.worktree == "D" or e.index == "D" for e in status)
        return unfinished and not self._reader.ignored(made).names


def _refusal(what: str, done: GitOutput) -> RefusedError:
    error = failure.refused(what, done)
    error.hint = _hint(done.stderr) or error.hint
    return error


def _hint(stderr: str) -> str:
    if "submodules" in stderr:
        return "It holds submodules, which git removes only with consent to discarding work."
    if "modified or untracked" in stderr:
        return "Commit the work, or consent to discarding it."
    if "already checked out" in stderr or "already used by" in stderr:
        return "Use the session that has it, or choose another branch."
    if "already registered" in stderr:
        return "A removed worktree is still registered there: remove that session first."
    if "'.git' does not exist" in stderr or "is not a .git file" in stderr:
        return "Its link to the repository is lost: git worktree repair restores it."
    return ""
