"""Recover interrupted changes before anything new begins.

It runs under the guard through which every verb enters (`Tools.guarded`), may be killed at any
moment and run again, and keeps on record what it could not settle.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.lifecycle.recovery import NAMES, End, Settled, remedy_of
from parallel_tui.model.lifecycle.spawn import BEING_MADE
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.text.strict_json import Json
from parallel_tui.ports.system import Processes
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass, replace
from parallel_tui.services.landing.running.recovery import LandingSettler
from parallel_tui.services.sync.recovery import REWRITES, SyncSettler
from parallel_tui.services.trash.discard import Disposal
from parallel_tui.services.trash.restore_steps import Restoring
from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class Recovery:
    """Settles abandoned changes.

    Attributes:
        tools: The neighbours.
        syncs: Settles branches that were on their way.
        landings: Settles base that was on its way.
        processes: Who works in a directory.
    """

    tools: Tools
    syncs: SyncSettler
    landings: LandingSettler
    processes: Processes

    def run(self) -> tuple[Settled, ...]:
        """Recover all abandoned changes; returns what was done. The caller holds the guard.

        One that cannot be settled now stays on record, is told each time, and keeps nobody from
        anything else.
        """
        told: list[Settled] = []
        if self.tools.unfinished():
            self._wait_for_orphans()
        with self.tools.no_sync() as alone, self.tools.shared.status.once():
            for intent in self.tools.intents.abandoned():
                if intent.verb in REWRITES and not alone:
                    continue
                told += self._one(intent)
            if alone:
                told += self.syncs.all()
                told += self.landings.all()
                self.syncs.moves.acts.close()
        for path, error in self.tools.intents.unreadable():
            remedy = remedy_of(error)
            told.append(Settled("unknown", path.name, End.UNFINISHED, error.message, remedy))
        self.tools.trash.sweep()
        for settled in told:
            if not settled.open:
                self._record(settled)
        return tuple(told)

    def _wait_for_orphans(self) -> None:
        """Wait for git commands of a dead pdev that may still change references."""
        with suppress(ParallelError):
            self.tools.running.wait_for_git(idle=(self.tools.git.repository.common_dir,))

    def _one(self, intent: OpenIntent) -> tuple[Settled, ...]:
        settlers: Mapping[str, Callable[[OpenIntent], tuple[Settled, ...]]] = {
            "remove": self._remove,
            "restore": self._restore,
            "spawn": self._spawn,
            **dict.fromkeys(REWRITES, lambda each: (self.syncs.rewrite(each),)),
        }
        settler = settlers.get(intent.verb)
        if settler is None:
            message = f"an interrupted {intent.verb} was left by another version; it stays"
            return (Settled(intent.verb, "", End.UNFINISHED, message),)
        try:
            return settler(intent)
        except (ParallelError, OSError, ValueError, KeyError, TypeError) as error:
            return (_unfinished(intent, error),)

    def _remove(self, intent: OpenIntent) -> tuple[Settled, ...]:
        item = TrashItem.from_json(intent.about["item"])
        what = f"an interrupted removal of {item.session}"
        done = Disposal(self.tools).settle(intent, self._windows_of(item.session, intent))
        if done.item is None:
            return (_settled(intent, item, End.TAKEN_BACK, f"{what} was taken back"),)
        warned = "".join(f"; {each}" for each in done.warnings)
        ended = _settled(intent, item, End.FINISHED, f"{what} was finished{warned}")
        return (replace(ended, undo=UndoAction(UndoKind.RESTORE, item.id)),)

    def _restore(self, intent: OpenIntent) -> tuple[Settled, ...]:
        item = TrashItem.from_json(intent.about["item"])
        what = f"an interrupted restore of {item.session}"
        restoring = Restoring(self.tools)
        try:
            warnings = restoring.advance(intent)
        except (ParallelError, OSError):
            if restoring.take_back(intent):
                return (_settled(intent, item, End.TAKEN_BACK, f"{what} was taken back"),)
            raise
        warned = "".join(f"; {each}" for each in warnings)
        return (_settled(intent, item, End.FINISHED, f"{what} was finished{warned}"),)

    def _spawn(self, intent: OpenIntent) -> tuple[Settled, ...]:
        about = intent.about
        name, directory = str(about["name"]), str(about["directory"])
        self.tools.running.wait_for_git(directory)
        what = f"an interrupted start of {name}"

        def told(end: End, message: str) -> tuple[Settled, ...]:
            branch = str(about["branch"])
            self.tools.shared.status.renew()
            return (Settled("spawn", name, end, f"{what} {message}", branch=branch),)

        trees = self.tools.git.worktrees()
        tree = _made(intent, trees)
        if "complete" in intent.steps or self._has_window(name):
            intent.close()
            return told(End.FINISHED, "was complete; it stays")
        if tree is not None and not _same(tree.path, directory):
            intent.close()
            return told(End.LEFT, f"was left as it is, for it was moved to {tree.path}")
        if tree is not None and (tree.locked or "").startswith(BEING_MADE):
            Path(tree.git_dir, "locked").unlink(missing_ok=True)
        others = tree is None and any(_same(each.path, directory) for each in trees)
        for user in () if others else self.processes.standing_in(directory):
            raise RefusedError(
                f"{user.name} (process {user.pid}) works in {directory}",
                hint=f"When it has ended, or stands elsewhere, or after: kill {user.pid}",
            )
        if tree is not None and (why := self._worked_in(tree, str(about["tip"]))):
            intent.close()
            return told(End.LEFT, f"was left as it is, for {why}")
        delete_at = str(about["tip"]) if about["creates_branch"] else None
        more, undo = "", None
        if tree is not None and not tree.is_main:
            done = Disposal(self.tools).take(tree, name, delete_at=delete_at, reason="spawn")
            if done.item is not None:
                undo = UndoAction(UndoKind.RESTORE, done.item.id)
            more = "".join(f"; {each}" for each in done.warnings)
        elif delete_at is not None and self._nobodys(str(about["branch"]), delete_at, trees):
            self.tools.writer.delete_branch(str(about["branch"]), delete_at)
        for folder in (directory, *about["folders"]):
            with suppress(OSError):  # only empty ones go
                Path(folder).rmdir()
        intent.close()
        return tuple(
            replace(each, undo=undo) for each in told(End.TAKEN_BACK, f"was taken back{more}")
        )

    def _nobodys(self, branch: str, tip: str, trees: Iterable[Worktree]) -> bool:
        """Whether a branch was not moved since it was made, and no worktree uses it."""
        used = any(tree.own_branch == branch for tree in trees)
        return not used and self.tools.backups.tip(branch) == tip

    def _worked_in(self, tree: Worktree, tip: str) -> str:
        """Why a half-made worktree is kept: somebody has started to use it."""
        if tree.missing:
            return ""
        if tree.operation is not None:
            return f"a {tree.operation.kind.value} is under way in it"
        if tree.head not in (None, tip) and tree.branch is not None:
            return "it has commits since"
        return ""

    def _windows_of(self, name: str, intent: OpenIntent) -> list[str]:
        """Windows that a removal had still to close and that are proved to be the same ones."""
        ids = intent.about.get("windows")
        if not isinstance(ids, list) or not ids:
            return []
        try:
            windows = self.tools.mux.listing().windows
        except ParallelError:
            return []
        return [each.id for each in windows if each.id in ids and each.ours and each.owner == name]

    def _has_window(self, name: str) -> bool:
        try:
            windows = self.tools.mux.listing().windows
        except ParallelError:
            return False
        return any(window.ours and window.owner == name for window in windows)

    def _record(self, settled: Settled) -> None:
        """Write a line into the journal; a failure to write it stops nothing."""
        run = settled.run
        if settled.undo is not None and settled.undo.kind is UndoKind.LANDING:
            return  # the run itself is written down, with what landed
        if settled.verb == "sync" and settled.end is End.FINISHED and settled.after:
            sync: dict[str, Json] = {
                "time": run,
                "how": "finished after it was killed",
                "sessions": [settled.session],
            }
            self.tools.record("sync", sync, UndoAction(UndoKind.SYNC, run))
            return
        about: dict[str, Json] = {
            "verb": settled.verb,
            "session": settled.session,
            "end": settled.end.value,
            "message": settled.message,
        }
        self.tools.record("recover", about)


def _same(path: str, other: str) -> bool:
    return os.path.realpath(path) == os.path.realpath(other)


def _made(intent: OpenIntent, trees: Iterable[Worktree]) -> Worktree | None:
    """The worktree that an interrupted start made, even if moved; never one made later.

    It has the session's name in its own git directory; before it was given that, only its place
    can tell.
    """
    name, directory = str(intent.about["name"]), str(intent.about["directory"])
    for tree in trees:
        if tree.assigned_name == name:
            return tree
        unnamed = tree.assigned_name is None and "named" not in intent.steps
        if unnamed and _same(tree.path, directory):
            return tree
    return None


def _settled(intent: OpenIntent, item: TrashItem, end: End, message: str) -> Settled:
    return Settled(intent.verb, item.session, end, message, key=item.git_dir, branch=item.branch)


def _unfinished(intent: OpenIntent, error: Exception) -> Settled:
    about = intent.about
    item = about.get("item")
    found = item if isinstance(item, dict) else about
    name = str(found.get("session") or found.get("name") or "")
    why = error.message if isinstance(error, ParallelError) else str(error)
    kind = NAMES.get(intent.verb, intent.verb)
    return Settled(
        intent.verb,
        name,
        End.UNFINISHED,
        f"{kind} of {name} is still unfinished: {why}",
        remedy_of(error),
        str(found.get("git_dir") or ""),
    )
