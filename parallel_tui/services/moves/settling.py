"""Recover a branch whose move was interrupted: finish it, or restore its worktree."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError, ParallelError, RefusedError
from parallel_tui.model.lifecycle.recovery import End, Settled, remedy_of
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sync.cut_off import Move, Seen
from parallel_tui.model.sync.record import Entry
from parallel_tui.model.sync.sync import Standing
from parallel_tui.ports.cut_off import CutOffEnd, CutOffLook, RunningGit
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.sync import SyncSteps
from parallel_tui.record import dataclass, replace

_WHAT: Final = {
    "sync": "a killed sync of",
    "undo": "a killed undo of the sync of",
    "forward": "a killed move of",
    "land": "a killed landing of",
    "unland": "a killed undo of a landing on",
}
_SHOWN: Final = 5

_Tell = Callable[..., Settled]


class NotRestoredError(ParallelError):
    """A session could not be proved restored to its former state."""

    title = "Not restored"


def way_back(tree: Worktree, backup: str, locks: tuple[str, ...]) -> tuple[str, ...]:
    """Commands that restore a session by hand, one per line."""
    where = shlex.quote(tree.path)
    lines = [
        f"Its commits are safe as {backup}. Look: git -C {where} status",
        f"End what is under way: git -C {where} rebase --abort (or merge --abort)",
        f"Then put the branch back: git -C {where} reset --keep {shlex.quote(backup)}",
    ]
    if locks:
        lines.insert(1, f"If no git runs there, delete {shlex.join(locks)}, and sync again")
    return tuple(lines)


def not_restored(
    name: str, tree: Worktree, backup: str, left: tuple[str, ...], locks: tuple[str, ...]
) -> NotRestoredError:
    """The error that stops a run, with the commands that restore the session by hand."""
    return NotRestoredError(
        f"{name} could not be given back as it was, and nothing further was touched: "
        + "; ".join(left),
        hint="\n".join(way_back(tree, backup, locks)),
    )


@dataclass(frozen=True, slots=True)
class MoveSettler:
    """Recovers interrupted branch moves. The caller holds the guard of syncs.

    Attributes:
        git: Questions to git.
        acts: Backups and lock files.
        look: Looks at what is half done in a worktree.
        half: Ends it.
        running: Waits for git commands of a dead program.
    """

    git: GitReader
    acts: SyncSteps
    look: CutOffLook
    half: CutOffEnd
    running: RunningGit

    @staticmethod
    def what(verb: str) -> str:
        """What was cut off, in words that the name of a session or of base follows."""
        return _WHAT[verb]

    def move(self, verb: str, entry: Entry, move: Move, standing: Standing, backup: str) -> Settled:
        """Recover one move of a branch in its worktree: finish it, or restore the worktree.

        Args:
            verb: Of what was cut off.
            entry: Whose branch.
            move: From where to where.
            standing: How its worktree stood.
            backup: What keeps the commit that the branch stood at.

        Raises:
            ParallelError: When it cannot be settled now.
        """

        def told(end: End, message: str, **more: str | None) -> Settled:
            before = more.get("before") or move.before
            return Settled(
                verb,
                entry.name,
                end,
                message,
                key=entry.git_dir,
                branch=move.branch,
                before=before,
                after=more.get("after"),
                backup=backup,
            )

        what = f"{_WHAT[verb]} {entry.name}"
        tree = self._tree(entry.git_dir)
        if tree is not None and not tree.missing:
            self._wait(tree, what)
            tree = self._tree(entry.git_dir)  # what it did meanwhile counts
        tip = self.look.tip(move.branch)
        done = self.look.result(move, tip)
        if tree is None:
            if done is not None:
                return told(
                    End.FINISHED, f"git had finished {what}; its worktree is gone since",
                    before=done[0], after=done[1],
                )  # fmt: skip
            return told(End.LEFT, f"{what} was left, for its worktree is gone")
        if tree.missing:
            raise CouldNotLookError(
                f"{what} is unfinished, and its directory {tree.path} is gone",
                advice=(Advice("If it is gone for good: ", Act.PRUNE, (entry.name,)),),
            )
        if not self.look.is_ours(tree, move, tip):
            return told(End.LEFT, f"{what} was left: something else is under way in it now")
        here = tree.own_branch in (move.branch, None)
        if done is not None:
            if here:
                self.half.unlock(tree, move)
                self.half.finish(tree, move, done[1])
            return told(End.FINISHED, f"git had finished {what}", before=done[0], after=done[1])
        if tip is not None and tip != move.before and tree.operation is not None and here:
            move = replace(move, before=tip)  # one committed between our look and git's start
        detached = tree.operation is None and tree.branch is None
        if (
            not here
            or tip != move.before
            or (detached and tree.head not in (move.before, move.target))
        ):
            return told(End.LEFT, f"it moved on since {what}, and was left as it is")
        return self._give_back(tree, move, standing, what, told)

    def _give_back(
        self, tree: Worktree, move: Move, standing: Standing, what: str, told: _Tell
    ) -> Settled:
        seen = self.look.look(tree, move)
        if seen.foreign or self.look.taken_over(tree, move):
            where = shlex.quote(tree.path)
            paths = ", ".join(seen.foreign[:_SHOWN]) or "its commits"
            kind = tree.operation.kind.value if tree.operation else ""
            raise WorkedOnError(
                f"{what} left it half done, and it was worked on since ({paths}): "
                + (f"continue or abort the {kind} in its worktree" if kind else "settle it there"),
                hint=f"git -C {where} {kind} --continue\ngit -C {where} {kind} --abort"
                if kind
                else f"git -C {where} status\n"
                f"Then put the rest back: git -C {where} restore --staged --worktree "
                f"--source={move.before[:12]} -- PATH",
            )
        changed = (
            seen.changed
            or tree.operation is not None
            or (tree.branch, tree.head) != (move.branch, move.before)
            or self._leftovers(tree, seen, standing)
        )
        self.half.unlock(tree, move)
        self.half.give_back(tree, move, seen, standing.original)
        now = self.acts.again(tree)
        left = self._left(now, move, seen, standing)
        if left:
            raise not_restored_by_recovery(what, left)
        if not changed:
            return told(End.TAKEN_BACK, f"{what} had changed nothing")
        return told(End.TAKEN_BACK, f"{what} was aborted; it stands exactly as before")

    def _left(self, now: Worktree, move: Move, seen: Seen, standing: Standing) -> tuple[str, ...]:
        found = []
        if now.operation is not None:
            found.append(f"a {now.operation.kind.value} is still under way")
        if (now.branch, now.head) != (move.branch, move.before):
            found.append(f"HEAD is not at {move.before[:10]} of {move.branch}")
        if self._leftovers(now, seen, standing):
            found.append("its files differ")
        return tuple(found)

    def _leftovers(self, tree: Worktree, seen: Seen, standing: Standing) -> bool:
        """Whether any file that git wrote is still changed."""
        before = set(standing.status)
        return any(
            entry.path in seen.paths for entry in self.git.status(tree) if entry not in before
        )

    def _wait(self, tree: Worktree, what: str) -> None:
        try:
            self.running.wait_for_git(tree.path)
        except CouldNotLookError as error:
            raise CouldNotLookError(
                f"{what} is unfinished: {error.message}", hint=error.hint
            ) from error

    def _tree(self, git_dir: str) -> Worktree | None:
        return next((each for each in self.git.worktrees() if each.git_dir == git_dir), None)

    def unfinished(self, verb: str, entry: Entry, backup: str, error: Exception) -> Settled:
        """What is told of a move that cannot be settled now, with the commands that do it."""
        message = error.message if isinstance(error, ParallelError) else str(error)
        remedy = remedy_of(error)
        tree = self._tree(entry.git_dir)
        if not isinstance(error, WorkedOnError) and tree is not None and not tree.missing:
            locks = self.acts.locks(tree, entry.branch)
            remedy = (*remedy, *way_back(tree, backup, locks))
        return Settled(
            verb,
            entry.name,
            End.UNFINISHED,
            message,
            remedy,
            entry.git_dir,
            entry.branch,
            entry.before,
            None,
            backup,
        )


class WorkedOnError(RefusedError):
    """A person worked on the interrupted change, so nothing of it is removed."""


def not_restored_by_recovery(what: str, left: tuple[str, ...]) -> NotRestoredError:
    """The error for a recovery that could not prove a session restored."""
    return NotRestoredError(f"{what} could not be given back as it was: {'; '.join(left)}")
