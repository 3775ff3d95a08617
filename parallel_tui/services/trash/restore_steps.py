"""Steps of a restore, each repeatable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from parallel_tui.errors import RefusedError, disk_refused
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.session.session_file import SESSION_FILE
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass
from parallel_tui.services.trash.toolbox import Tools

_BACK: Final = "gitdir"
"""In the worktree's git directory: where its directory is."""


@dataclass(frozen=True, slots=True)
class Restoring:
    """Carries out a restore.

    Attributes:
        tools: The neighbours.
    """

    tools: Tools

    def pointers(self, item: TrashItem) -> Mapping[str, str]:
        """The current pointers between directory and git directory, and the recorded name."""
        git_dir = self.tools.trash.git_dir(item.id)
        places = {_BACK: git_dir / _BACK, SESSION_FILE: git_dir / SESSION_FILE}
        if item.tree is not None:
            places[".git"] = Path(item.tree, ".git")
        found = {
            name: self.tools.disk.read(place) for name, place in places.items() if place.is_file()
        }
        return {name: os.fsdecode(raw) for name, raw in found.items() if raw is not None}

    def advance(self, intent: OpenIntent) -> tuple[str, ...]:
        """Do every step that is not done yet; returns warnings. The caller holds the guard.

        Raises:
            RefusedError: When something is in the way.
        """
        item = TrashItem.from_json(intent.about["item"])
        path, git_dir = str(intent.about["path"]), str(intent.about["git_dir"])
        stored = self.tools.trash.git_dir(item.id)
        self._branch(item)
        intent.finished("branch")
        if item.tree is not None and os.path.lexists(item.tree):
            _move(Path(item.tree), Path(path))
            intent.finished("placed")
        if stored.is_dir():
            if intent.about["moved"]:
                self._point(item, stored, path, git_dir, intent.about["name"])
                intent.finished("pointed")
            _move(stored, Path(git_dir))
            intent.finished("registered")
        warnings = list(self._attach(item, git_dir))
        intent.finished("attached")
        self.tools.backups.drop(item.id)
        self.tools.trash.forget(item.id)
        intent.finished("forgotten")
        name = str(intent.about["name"] or item.session)
        warnings += self.tools.resume_session(name)
        warnings += self.tools.not_taken_again(item.session, item.removed)
        warnings += self.tools.record(
            "restore",
            {"id": item.id, "session": name, "path": path, "branch": item.branch},
            UndoAction(UndoKind.REMOVE, name),
            again=True,
        )
        warnings += self.tools.shared.status.renew()
        intent.close()
        return tuple(warnings)

    def take_back(self, intent: OpenIntent) -> bool:
        """Return everything to the trash; false when git lists the worktree again."""
        item = TrashItem.from_json(intent.about["item"])
        stored = self.tools.trash.git_dir(item.id)
        if not stored.is_dir():
            return False
        path = Path(str(intent.about["path"]))
        before = intent.about["before"]
        if item.tree is not None and not os.path.lexists(item.tree):
            if not os.path.lexists(path) or path.lstat().st_ino != item.inode:
                raise RefusedError(f"The files of {item.session} were at {path} and are gone.")
            path.rename(item.tree)
        for name, content in before.items():
            if name == ".git" and item.tree is None:
                continue
            place = Path(item.tree or "", ".git") if name == ".git" else stored / name
            self._write(place, content)
        intent.close()
        return True

    def _branch(self, item: TrashItem) -> None:
        if item.branch is None or item.tip is None:
            return
        backups, why = self.tools.backups, f"pdev: undo {item.id}"
        log = self.tools.trash.log(item.id)
        if backups.tip(item.branch) is None:
            logged = log.exists()
            backups.restore_branch(item.branch, item.tip, item.branch_config, why, logged=logged)
        backups.put_log(item.branch, log, why)

    def _point(
        self, item: TrashItem, stored: Path, path: str, git_dir: str, name: str | None
    ) -> None:
        if (path, git_dir) != (item.path, item.git_dir):
            self._write(stored / _BACK, f"{path}/.git\n")
            if item.tree is not None:
                self._write(Path(path, ".git"), f"gitdir: {git_dir}\n")
        if name is not None:
            self._write(stored / SESSION_FILE, f"{name}\n")

    def _attach(self, item: TrashItem, git_dir: str) -> tuple[str, ...]:
        """Detach from a branch that moved or is in use, so that no false changes show."""
        trees = self.tools.git.worktrees()
        mine = next((tree for tree in trees if tree.git_dir == git_dir), None)
        if mine is None:
            raise RefusedError(f"git does not list {item.session} although it was restored.")
        if item.branch is None or mine.branch != item.branch or item.head is None:
            return ()
        user = next(
            (t for t in trees if t.git_dir != git_dir and t.own_branch == item.branch), None
        )
        if user is None and self.tools.backups.tip(item.branch) == item.head:
            return ()
        self.tools.backups.detach(git_dir, item.head)
        why = f"is checked out in {user.path}" if user else "has moved on"
        return (
            f"the branch {item.branch} {why}: {item.session} came back detached at "
            f"{item.head[:10]}",
        )

    def _write(self, path: Path, content: str) -> None:
        data = os.fsencode(content)
        if self.tools.disk.read(path) != data:
            self.tools.disk.write(path, data)


def _move(source: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise RefusedError(f"{target} is taken.", hint="Move away what is there.")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        raise disk_refused(f"{source} cannot be moved to {target}", error) from error
