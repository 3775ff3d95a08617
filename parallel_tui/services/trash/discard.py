"""Move a worktree to the trash, in an order that survives a crash after any step.

Up to the step that unregisters the worktree everything is taken back, from there on it is
finished; which of both is told by where things lie, not by what was written down last.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from parallel_tui.errors import MuxError, ParallelError, RefusedError
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.ports.disk import Pointers
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass, replace
from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class Disposed:
    """Result of moving a worktree to the trash.

    Attributes:
        item: The session as it lies in the trash; `None` when it was taken back.
        branch_deleted: Whether its branch went too.
        warnings: What did not go as wished.
    """

    item: TrashItem | None
    branch_deleted: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Disposal:
    """Moves worktrees to the trash.

    Attributes:
        tools: The neighbours.
    """

    tools: Tools

    def take(
        self,
        tree: Worktree,
        name: str,
        *,
        delete_at: str | None,
        reason: str,
        run: str = "",
        windows: Sequence[str] = (),
    ) -> Disposed:
        """Move one worktree to the trash and unregister it. The caller holds the guard.

        Args:
            tree: As just read from git.
            name: Name of the session.
            delete_at: Delete the branch if it stands at this commit; `None` to keep it.
            reason: The verb.
            run: Common name of what one command removes together.
            windows: Ids of windows that are closed once all else is done.

        Raises:
            RefusedError: When it cannot be moved, or belongs elsewhere; nothing was changed.
            GitError: When git did not keep what it needs; nothing was changed.
            OSError: When a file could not be written; nothing was changed.
        """
        if tree.is_main or tree.bare:
            raise RefusedError("The main worktree is never removed")
        if not tree.missing:
            _demand_back_pointer(tree, self.tools.pointers)
        item = replace(self._describe(tree, name, reason), run=run)
        about = {"item": item.as_json(), "delete_at": delete_at, "windows": list(windows)}
        intent = self.tools.intents.begin("remove", about)
        try:
            self.tools.backups.keep(item.id, tree.git_dir, tree.head, item.branch)
            intent.finished("kept")
            self.tools.trash.write(item)
            if item.branch is not None:
                self.tools.backups.copy_log(item.branch, self.tools.trash.log(item.id))
            intent.finished("listed")
            if not tree.missing:
                item = self.tools.trash.take(item, (t.path for t in self.tools.git.worktrees()))
                intent.finished("moved")
            Path(tree.git_dir).rename(self.tools.trash.git_dir(item.id))
            intent.finished("unregistered")
        except BaseException as error:
            done = self.settle(intent, windows)
            if done.item is None or not isinstance(error, ParallelError | OSError):
                raise
            return done
        return self.settle(intent, windows)

    def settle(self, intent: OpenIntent, windows: Sequence[str] = ()) -> Disposed:
        """Finish an interrupted removal, or undo it, whichever is closer.

        Args:
            intent: Its note.
            windows: Ids of windows to close when it is finished.
        """
        item = TrashItem.from_json(intent.about["item"])
        if not self.tools.trash.git_dir(item.id).is_dir():
            self._take_back(self.tools.trash.read(item.id) or item)
            intent.close()
            return Disposed(None)
        item = self.tools.trash.read(item.id) or item
        warnings: list[str] = []
        deleted = False
        folder = Path(item.git_dir).parent
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()  # as git leaves it when the last one goes
        delete_at = intent.about["delete_at"]
        if delete_at is not None and item.branch is not None:
            try:
                if self.tools.backups.tip(item.branch) is not None:
                    self.tools.writer.delete_branch(item.branch, delete_at)
                deleted = True
            except ParallelError as error:
                deleted = self.tools.backups.tip(item.branch) is None  # a dead pdev's git was there
                if not deleted:
                    warnings.append(f"the branch stays: {error.message}")
        intent.finished("branch")
        warnings += self.tools.end_session(item.session)
        intent.finished("released")
        warnings += self.tools.record(
            item.reason,
            {
                "id": item.id,
                "session": item.session,
                "path": item.path,
                "branch": item.branch,
                "branch_deleted": deleted,
            },
            UndoAction(UndoKind.RESTORE, item.id),
            again=True,
        )
        intent.finished("recorded")
        # Before its windows close: this may run in one of them.
        warnings += self.tools.shared.status.renew(closing=windows)
        for window in windows:
            try:
                self.tools.mux.close_window(window)
            except MuxError as error:
                warnings.append(f"the window {window} stays: {error.message}")
        intent.close()
        return Disposed(item, deleted, tuple(warnings))

    def _describe(self, tree: Worktree, name: str, reason: str) -> TrashItem:
        backups = self.tools.backups
        branch = tree.own_branch
        return TrashItem(
            id=self.tools.trash.new_id(name),
            session=name,
            path=tree.path,
            git_dir=tree.git_dir,
            branch=branch,
            tip=backups.tip(branch) if branch is not None else None,
            head=tree.head,
            removed=self.tools.clock(),
            reason=reason,
            size=0 if tree.missing else self.tools.trash.measure(tree.path),
            inode=0 if tree.missing else Path(tree.path).lstat().st_ino,
            branch_config=backups.branch_config(branch) if branch is not None else (),
            submodules=Path(tree.git_dir, "modules").is_dir(),
        )

    def _take_back(self, item: TrashItem) -> None:
        if item.tree is not None and os.path.lexists(item.tree):
            if not os.path.lexists(item.git_dir):
                raise RefusedError(
                    f"Somebody made git forget {item.session} when its files were on their way to "
                    f"the trash. They are in {item.tree}.",
                    hint=f"Take them from there: mv -- {shlex.quote(item.tree)} "
                    f"{shlex.quote(item.path)}",
                )
            if os.path.lexists(item.path):
                raise RefusedError(
                    f"{item.path} was on its way to the trash, and something else is there now. "
                    f"Its files are in {item.tree}.",
                    hint="Move what is there away and try again.",
                )
            Path(item.tree).rename(item.path)
        self.tools.backups.drop(item.id)
        self.tools.trash.forget(item.id)


def _demand_back_pointer(tree: Worktree, pointers: Pointers) -> None:
    """Check that the directory itself says it belongs to this entry."""
    try:
        named = pointers.named_in(tree.path)
    except OSError as error:
        raise RefusedError(
            f"{tree.path} does not say which repository it belongs to: {error.strerror}",
            hint="`git worktree repair` restores its link to the repository.",
        ) from error
    if named != os.path.realpath(tree.git_dir):
        raise RefusedError(
            f"{tree.path} says that it belongs to {named}, not to {tree.git_dir}.",
            hint="`git worktree repair` restores its link to the repository.",
        )
    if Path(tree.path).is_symlink():
        real = os.path.realpath(tree.path)
        raise RefusedError(
            f"{tree.path} is only a link to {real}, and moving the link would move no files.",
            hint=f"Tell git where it really is: git worktree repair {shlex.quote(real)}",
        )
