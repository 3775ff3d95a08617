"""Take back what the start of a team made: each session by its removal plan, if it is as made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.lifecycle.removal import LossKind, RemovalPlan
from parallel_tui.model.scope import COORDINATION, REMOVED
from parallel_tui.model.session.join import Joined
from parallel_tui.model.team.record import MadeSession, TeamRecord
from parallel_tui.model.text.words import plural
from parallel_tui.ports.team.descriptions import BoundaryFile
from parallel_tui.ports.team.records import TeamRecords
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.removal.remover import Remover
from parallel_tui.services.trash.toolbox import Tools

_AS_MADE: Final = frozenset({LossKind.WINDOWS, LossKind.PROCESSES, LossKind.IGNORED})
"""What a session that was only started may have: the agent that was started with it, and files that
its set-up commands made, which go to the trash."""


@dataclass(frozen=True, slots=True)
class TeamUndo:
    """Takes starts of teams back.

    Attributes:
        records: What they did.
        remover: The one way in which sessions are removed.
        tools: The way in, and the journal.
        boundaries: The repository's file; `None` without a main worktree.
    """

    records: TeamRecords
    remover: Remover
    tools: Tools
    boundaries: BoundaryFile | None

    def all(self) -> Iterator[TeamRecord]:
        """Starts of which something is there that can be taken back, newest first."""
        records = [record for record in self.records.all() if record.undoable]
        if not records:
            return
        places = {os.path.realpath(tree.path) for tree in self.tools.git.worktrees()}
        windows: frozenset[str] | None = None
        for record in records:
            if any(os.path.realpath(made.directory) in places for made in record.sessions):
                yield record
            elif record.windows and not record.sessions:
                if windows is None:
                    windows = self._windows()
                if any(window in windows for _, window in record.windows):
                    yield record

    def _windows(self) -> frozenset[str]:
        try:
            return frozenset(window.id for window in self.tools.mux.listing().windows)
        except ParallelError:
            return frozenset()

    def demand(self, wanted: str) -> None:
        """Say why a start cannot be taken back.

        Args:
            wanted: Its id, or anything else.

        Raises:
            RefusedError: When it was taken back, or nothing of it is left.
        """
        for record in self.records.all():
            if record.id == wanted:
                why = "was undone already" if record.undone else "has left nothing to take back"
                raise RefusedError(f"{wanted} {why}", advice=(Advice("See: ", Act.HISTORY),))

    def undo(self, wanted: str) -> Receipt:
        """Take a start back. What was worked on since stays, and is named.

        Args:
            wanted: Its id.

        Raises:
            UsageError: When there is no such start.
            RefusedError: When it was taken back already, or nothing of it could be.
        """
        record = next((each for each in self.records.all() if each.id == wanted), None)
        if record is None:
            raise UsageError(f"No team was started as {wanted!r}")
        if record.undone:
            self.demand(wanted)
        self.tools.settle()
        removed: list[str] = []
        kept: list[str] = []
        warnings: list[str] = []
        stay, hints = list[str](), list[str]()
        with self.tools.shared.status.once() as of_page:
            for made in reversed(record.sessions):
                try:
                    told = self._session(made, record.id)
                except ParallelError as error:
                    kept.append(f"{made.name} stays: {error.message.rstrip('.')}")
                    stay.append(made.name)
                    hints += [error.hint] if error.hint else []
                    continue
                if told is not None:
                    removed.append(made.name)
                    warnings += told
            closed = self._close(record, kept)
            warnings += self._give_back(record, removed, kept)
        warnings += of_page
        if kept and not removed and not closed:
            raise RefusedError(
                f"Nothing of {record.team} was taken back: {'; '.join(kept)}",
                hint="\n".join(dict.fromkeys(hints)),
                advice=(Advice("What was worked on: ", Act.REMOVE, (stay[0],)),)
                if stay and not hints
                else (),
            )
        if not kept:
            self.records.add(record.id, {"what": "undone"})
        about = {"id": record.id, "team": record.team, "sessions": list(removed)}
        warnings += self.tools.record("undo up", about)  # type: ignore[arg-type]
        undone = [", ".join(removed)] if removed else []
        undone += [f"closed {plural(closed, 'window')}"] if closed else []
        what = "; ".join(undone) or "nothing of it was left"
        return Receipt(
            f"Took back the start of {record.team}: {what}",
            scopes=(*REMOVED, COORDINATION),
            warnings=(*kept, *warnings),
        )

    def _session(self, made: MadeSession, run: str) -> tuple[str, ...] | None:
        """Remove one session that is as it was made; `None` when it is gone already.

        Raises:
            RefusedError: When it was worked on since, or is another one.
        """
        session = next(
            (
                each
                for each in self.remover.sessions.all(windows_matter=True)
                if each.worktree is not None
                and os.path.realpath(each.worktree.path) == os.path.realpath(made.directory)
            ),
            None,
        )
        if session is None:
            return None
        plan = self.remover.plan(session.key, settle=False)
        _demand_as_made(session, plan, made)
        consents = {*(kind.value for kind in _AS_MADE), LossKind.COMMITS.value}
        # A branch that was there before stays; one that was made stands where it was made.
        done = self.remover.remove(plan, consents, delete_branch=made.creates_branch, run=run)
        return done.warnings

    def _close(self, record: TeamRecord, kept: list[str]) -> int:
        """Close windows opened for sessions that were there, where nothing runs in them."""
        closed = 0
        if not record.windows:
            return 0
        from parallel_tui.model.lifecycle.losses import needs_consent

        try:
            there = {window.id: window for window in self.tools.mux.listing().windows}
        except ParallelError as error:
            kept.append(f"windows stay: {error.message}")
            return 0
        for name, id in record.windows:
            window = there.get(id)
            if window is None or window.owner != name:
                continue
            if needs_consent(window):
                kept.append(f"the window of {name} stays, for something runs in it")
                continue
            try:
                self.tools.mux.close_window(id)
                closed += 1
            except ParallelError as error:
                kept.append(f"the window of {name} stays: {error.message}")
        return closed

    def _give_back(
        self, record: TeamRecord, removed: list[str], kept: list[str]
    ) -> tuple[str, ...]:
        """Take back tasks of sessions that went, and boundaries, if no session stays."""
        told: list[str] = []
        stays = {each.split(" ", 1)[0] for each in kept}
        tasks = {name: texts for name, texts in record.tasks if name not in stays}
        try:
            if tasks:
                told += self.tools.shared.tasks.take_back(tasks)
            if record.config is not None and self.boundaries is not None and not stays:
                path, before, after = record.config
                if path == self.boundaries.path:
                    if self.boundaries.read()[0] == after:
                        self.boundaries.write(before)
                    else:
                        told.append(f"the boundaries in {path} stay: the file was changed since")
        except (ParallelError, OSError) as error:
            told.append(f"not all was taken back: {error}")
        return tuple(told)


def _demand_as_made(session: Joined, plan: RemovalPlan, made: MadeSession) -> None:
    if plan.refusal is not None:
        raise RefusedError(plan.refusal)
    if plan.branch != made.branch:
        raise RefusedError(f"it is on {plan.branch or 'no branch'} now")
    if plan.head != made.tip:
        raise RefusedError("it has commits that were made since")
    worked = [loss.summary for loss in plan.losses if loss.kind not in _AS_MADE]
    if worked:
        raise RefusedError(f"it was worked on: {'; '.join(worked)}")
    others = [w.name for w in session.windows if not (w.ours and w.owner == session.name)]
    if others:
        raise RefusedError(f"windows that others opened are in it: {', '.join(others)}")
