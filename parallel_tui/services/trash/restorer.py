"""Restore a removed session from the trash."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import ParallelError, RefusedError, UsageError, disk_refused
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.scope import REMOVED
from parallel_tui.model.session import naming
from parallel_tui.model.settings.config import Config, Kind
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.ports.trash import OpenIntent
from parallel_tui.record import dataclass
from parallel_tui.services.machine.ports import SessionPorts
from parallel_tui.services.receipt import Restored
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.session.place import directory_of
from parallel_tui.services.trash.restore_steps import Restoring
from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class Restorer:
    """Restores sessions.

    Attributes:
        tools: The neighbours.
        sessions: Look-up of what exists.
        config: Effective settings.
        ports: What each session has for itself.
    """

    tools: Tools
    sessions: Sessions
    config: Config
    ports: SessionPorts

    def items(self) -> tuple[TrashItem, ...]:
        """Everything that can be restored, newest first."""
        return self.tools.trash.items()

    def find(self, wanted: str | None) -> TrashItem:
        """An item by its id or its session's name; the newest one without either.

        Raises:
            UsageError: When there is none.
        """
        items = self.items()
        if not items:
            raise UsageError("The trash is empty", hint="Nothing can be undone.")
        if wanted is None:
            return items[0]
        exact = [item for item in items if item.id == wanted]
        named = exact or [item for item in items if item.session == wanted]
        if not named:
            raise UsageError(
                f"There is no {wanted!r} in the trash", advice=(Advice("See: ", Act.TRASH),)
            )
        if len(named) > 1:
            raise UsageError(
                f"{len(named)} sessions named {wanted!r} are in the trash",
                hint="Say which: " + ", ".join(item.id for item in named),
            )
        return named[0]

    def restore(self, wanted: str | None = None, *, name: str | None = None) -> Restored:
        """Restore a session: files, index, branch, registration and any operation in progress.

        Args:
            wanted: Id or session name; the one removed last without it.
            name: Another name to come back under, in another directory.

        Raises:
            UsageError: When there is no such item, or the name is none.
            RefusedError: When its place or its name is taken; nothing was changed.
        """
        try:
            with self.tools.guarded():
                item = self.find(wanted)
                about = self._about(item, name)
                restoring = Restoring(self.tools)
                intent = self.tools.intents.begin("restore", about)
                warnings = self._carry_out(restoring, intent)
        except OSError as error:
            raise disk_refused("It was not restored", error) from error
        session = str(about["name"] or item.session)
        warnings = (*warnings, *self._ports(session, str(about["path"])))
        return Restored(
            message=f"Restored {session} in {about['path']}"
            if item.tree is not None
            else f"Restored git's entry of {session}; its directory {about['path']} is still gone",
            scopes=REMOVED,
            warnings=warnings,
            id=item.id,
            name=session,
            directory=str(about["path"]),
            branch=item.branch,
            undo=(UndoAction(UndoKind.REMOVE, session),),
            session=session,
        )

    def _ports(self, name: str, path: str) -> tuple[str, ...]:
        """See to the session's ports; the session is back whatever becomes of them."""
        listed = self.tools.git.worktrees()
        tree = next((each for each in listed if each.path == path and not each.missing), None)
        return () if tree is None else self.ports.come_back(name, tree)

    @staticmethod
    def _carry_out(restoring: Restoring, intent: OpenIntent) -> tuple[str, ...]:
        try:
            return restoring.advance(intent)
        except BaseException as error:
            if not restoring.take_back(intent) and isinstance(error, ParallelError | OSError):
                return restoring.advance(intent)
            raise

    def _about(self, item: TrashItem, name: str | None) -> Mapping[str, Any]:
        existing = self.sessions.all()
        names = {session.name for session in existing}
        path, git_dir = item.path, item.git_dir
        if name is not None:
            name = naming.slugify(name).value
            if item.tree is not None:
                path = directory_of(
                    self.tools.git.repository, self.config.directory, name, Kind.PLAIN, existing
                )
        if (name or item.session) in names:
            free = naming.unique(name or item.session, names)
            raise RefusedError(
                f"There is a session named {name or item.session!r} already.",
                advice=(
                    Advice("Restore it under another name: ", Act.RESTORE_AS, (item.id, free)),
                ),
            )
        taken = os.path.lexists(path) if item.tree is not None else False
        if taken or any(s.worktree and s.worktree.path == path for s in existing):
            elsewhere = "Move away what is there, or restore it elsewhere: "
            raise RefusedError(
                f"{path} is taken.",
                advice=(Advice(elsewhere, Act.RESTORE_AS, (item.id, "NAME")),),
            )
        number = 1
        while os.path.lexists(git_dir):
            number += 1
            git_dir = f"{item.git_dir}{number}"
        if item.submodules and (path, git_dir) != (item.path, item.git_dir):
            raise RefusedError(
                f"{item.session} holds submodules, whose links name {item.path}; it comes back "
                "only there.",
                hint=f"Move away what is at {item.path} and {item.git_dir}.",
            )
        return {
            "item": item.as_json(),
            "path": path,
            "git_dir": git_dir,
            "name": name,
            "moved": (path, git_dir, name) != (item.path, item.git_dir, None),
            "before": Restoring(self.tools).pointers(item),
        }
