"""Finishing or taking back what a crash left half done, before anything new begins."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parallel_tui.adapters.git.at_work import wait_for_git
from parallel_tui.adapters.git.writer import BEING_MADE
from parallel_tui.adapters.intents import Intent
from parallel_tui.errors import ParallelError
from parallel_tui.model.trash import TrashItem
from parallel_tui.services.disposal import Disposal
from parallel_tui.services.restoring import Restoring
from parallel_tui.services.tools import Tools


@dataclass(frozen=True, slots=True)
class Recovery:
    """Settles abandoned changes.

    Attributes:
        tools: The neighbours.
    """

    tools: Tools

    def run(self) -> tuple[str, ...]:
        """Settle all of them; returns what was done, for a person. The caller holds the guard.

        One that cannot be settled now stays, is told, and keeps nobody from anything else.
        """
        told: list[str] = []
        for intent in self.tools.intents.abandoned():
            if intent.problem:
                told.append(intent.problem)
                continue
            try:
                told += self._settle(intent)
            except (ParallelError, OSError, ValueError, LookupError, TypeError) as error:
                told.append(f"an interrupted {intent.verb} is still unfinished: {error}")
        self.tools.trash.sweep()
        return tuple(told)

    def _settle(self, intent: Intent) -> tuple[str, ...]:
        match intent.verb:
            case "remove":
                name = intent.about["item"]["session"]
                done = Disposal(self.tools).settle(intent)
                if done.item is None:
                    return (f"an interrupted removal of {name} was taken back",)
                return (f"an interrupted removal of {name} was finished", *done.warnings)
            case "restore":
                return self._restore(intent)
            case "spawn":
                return self._spawn(intent)
        return (f"an interrupted {intent.verb} was left by another version; it stays",)

    def _restore(self, intent: Intent) -> tuple[str, ...]:
        item = TrashItem.from_json(intent.about["item"])
        restoring = Restoring(self.tools)
        try:
            warnings = restoring.advance(intent)
        except (ParallelError, OSError):
            if restoring.take_back(intent):
                return (f"an interrupted restore of {item.session} was taken back",)
            raise
        return (f"an interrupted restore of {item.session} was finished", *warnings)

    def _spawn(self, intent: Intent) -> tuple[str, ...]:
        about = intent.about
        name, directory = str(about["name"]), str(about["directory"])
        wait_for_git(directory)
        if "complete" in intent.steps or self._has_window(name):
            intent.close()
            return (f"an interrupted start of {name} was complete; it stays",)
        told: list[str] = []
        real = os.path.realpath(directory)
        tree = next(
            (t for t in self.tools.git.worktrees() if os.path.realpath(t.path) == real), None
        )
        delete_at = str(about["tip"]) if about["creates_branch"] else None
        if tree is not None and not tree.is_main:
            if (tree.locked or "").startswith(BEING_MADE):
                Path(tree.git_dir, "locked").unlink(missing_ok=True)
            done = Disposal(self.tools).take(tree, name, delete_at=delete_at, reason="spawn")
            kept = f"; what was in it: pdev undo {done.item.id}" if done.item else ""
            told += [f"an interrupted start of {name} was taken back{kept}", *done.warnings]
        else:
            told.append(f"an interrupted start of {name} was taken back")
            if delete_at is not None and self.tools.backups.tip(str(about["branch"])) == delete_at:
                self.tools.writer.delete_branch(str(about["branch"]), delete_at)
        for folder in (directory, *about["folders"]):
            with suppress(OSError):  # only empty ones go
                Path(folder).rmdir()
        intent.close()
        return tuple(told)

    def _has_window(self, name: str) -> bool:
        try:
            windows = self.tools.mux.listing().windows
        except ParallelError:
            return False
        return any(window.ours and window.owner == name for window in windows)
