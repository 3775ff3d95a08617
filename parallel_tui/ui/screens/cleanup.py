"""Screen that lists merged sessions with proofs, and removes several with one consent."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.model.lifecycle.removal import RESTORABLE, Loss
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.removal.cleanup import Candidate, Cleaner
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import brought_back, keys_of, said
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column, Row

_COLUMNS: Final = (
    Column("mark", "", 3, 3),
    Column("session", "Session", 8, 20, keep=102, usual=14, middle=True),
    Column("branch", "Branch", 10, 30, keep=10, usual=20, middle=True),
    Column("why", "Why it can go, or why not", 29, 400, keep=101, usual=48),
)


class CleanupScreen(ListScreen[Receipt]):
    """Judges every session, and removes the chosen ones.

    Args:
        cleaner: Judges and removes.
    """

    HEADING = "Clean up"
    COLUMNS: ClassVar[tuple[Column, ...]] = _COLUMNS
    MAIN = "clean"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose", "Choose", key_display="Space"),
        Binding("a", "choose_all", "All ready"),
        Binding(
            "e",
            "choose_idle",
            "Idle agents too",
            tooltip="Choose all merged sessions, and end the agents at rest in them.",
        ),
        Binding("b", "branches", "Branches"),
        Binding("f", "fetch", "Fetch"),
        Binding("enter", "clean", "Remove", key_display="Enter"),
    ]

    def __init__(self, cleaner: Cleaner) -> None:
        super().__init__()
        self._cleaner = cleaner
        self.candidates: dict[str, Candidate] = {}
        self.chosen: set[str] = set()
        self.delete_branch = False
        self._busy = True
        self._removing = False
        self._note = ""

    def on_mount(self) -> None:
        """Start judging."""
        self.run_worker(self._look(), group="cleanup", exit_on_error=False)

    def action_fetch(self) -> None:
        """Fetch what was merged on the remote, and judge again."""
        if not self._busy:
            self.run_worker(self._look(fetch=True), group="cleanup", exit_on_error=False)

    async def _look(self, *, fetch: bool = False) -> None:
        self._busy = True
        try:
            if fetch:
                self.say("Fetching …")
                self._note = await ask(self._cleaner.fetcher.fetch)
        except Exception as error:
            reporting.report(self.app, error)
        self.say("Looking for what is merged …")
        try:
            found = await ask(self._cleaner.candidates)
        except Exception as error:
            self.say("Which sessions are merged could not be read; nothing was changed.")
            reporting.report(self.app, error)
            return
        first = sorted(found, key=lambda each: not each.ready)
        self.candidates = {str(place): each for place, each in enumerate(first)}
        self.chosen.clear()
        self._busy = False
        self._show()

    def _show(self) -> None:
        self.show_rows(self._row(key, each) for key, each in self.candidates.items())
        if not self.candidates:
            self.say("There is no session besides the main worktree.")
            return
        ready = sum(each.ready for each in self.candidates.values())
        idle = sum(each.choosable and not each.ready for each in self.candidates.values())
        branches = "deleted too" if self.delete_branch else "kept"
        able = f"{ready} of {plural(len(self.candidates), 'session')} can be cleaned up"
        more = f"{idle} more if idle agents may be ended: Space chooses one, e all of them."
        told = [f"{able}, and {more}" if idle else f"{able}."]
        if ready or idle:
            chosen = len(self.chosen) or "None"
            told.append(f"{chosen} chosen. Their branches are {branches}.")
        self.say(*told, *([self._note] if self._note else []))

    def _row(self, key: str, each: Candidate) -> Row:
        mark = "[x]" if key in self.chosen else "[ ]" if each.choosable else " · "
        why = each.why_not or each.proof
        if each.ends:
            why = f"ends its agent, which is at rest; {why}"
        tone = "good" if each.ready else "note" if each.choosable else "dim"
        return Row(
            key,
            {
                "mark": ((mark, tone),),
                "session": ((safe(each.name), "name" if each.choosable else "dim"),),
                "branch": ((safe(each.branch or ""), "dim"),),
                "why": ((safe(why), tone),),
            },
            {"why": safe(why, 2_000)},
        )

    def about(self, key: str) -> Content:
        """The proof in full, and what the trash would keep."""
        each = self.candidates[key]
        told = [safe(each.why_not or each.proof, 2_000)]
        if each.plan is not None:
            told.append(safe(each.plan.path or "", 2_000))
            told += [safe(_lost(loss, each)) for loss in each.plan.losses]
            notes = each.plan.told(delete_branch=self.delete_branch)
            told += [safe(said(note, keys_of(self.app))) for note in notes]
        return Content("\n".join(told))

    def action_choose(self) -> None:
        """Choose or unchoose the row; a row that is not ready says why."""
        key = self.table.cursor
        if self._busy or key is None:
            return
        each = self.candidates[key]
        if not each.choosable:
            words = f"{each.name} stays: {each.why_not}"
            reporting.tell(self.app, words, severity="warning")
            return
        self.chosen ^= {key}
        self._show()
        self.table.action_move(1)

    def action_choose_all(self) -> None:
        """Choose all ready rows, or none when all are chosen."""
        self._choose({key for key, each in self.candidates.items() if each.ready})

    def action_choose_idle(self) -> None:
        """Choose those with an agent at rest as well, or none when all are chosen."""
        self._choose({key for key, each in self.candidates.items() if each.choosable})

    def _choose(self, wanted: set[str]) -> None:
        if not self._busy:
            self.chosen = set() if wanted == self.chosen else wanted
            self._show()

    def action_branches(self) -> None:
        """Toggle the deletion of branches."""
        if not self._busy:
            self.delete_branch = not self.delete_branch
            self._show()

    def action_clean(self) -> None:
        """Remove the chosen sessions, after one question."""
        if self._busy:
            return
        if not self.chosen:
            words = (
                "Nothing is chosen. Press Space to choose a session, or a for all that are ready."
            )
            reporting.tell(self.app, words, severity="warning")
            return
        self._busy = True
        self.run_worker(self._clean(), group="cleanup", exit_on_error=False)

    async def _clean(self) -> None:
        chosen = [each for key, each in self.candidates.items() if key in self.chosen]
        told = [f"{each.name}: {each.proof}" for each in chosen]
        told += [
            f"{each.name}: {_lost(loss, each)}"
            for each in chosen
            for loss in (each.plan.losses if each.plan else ())
        ]
        kept = "Their branches are deleted." if self.delete_branch else "Their branches stay."
        told += [f"They go to the trash; {brought_back('any of them', keys_of(self.app))}.", kept]
        question = ConfirmDialog(
            f"Remove {plural(len(chosen), 'session')}?",
            "\n".join(told),
            confirm="Remove",
            danger=True,
        )
        if not await self.app.push_screen_wait(question):
            self._busy = False
            return
        self.say(f"Removing {plural(len(chosen), 'session')} …")
        self._removing = True
        try:
            receipt = await asyncio.to_thread(
                self._cleaner.clean, chosen, delete_branch=self.delete_branch
            )
        except Exception as error:
            self._removing = False
            reporting.report(self.app, error)
            await self._look()
        else:
            self.dismiss(receipt)

    def action_leave(self) -> None:
        """Close, unless a session is being removed."""
        if not self._removing:
            self.dismiss(None)


def _lost(loss: Loss, candidate: Candidate) -> str:
    """A loss as a line of its own."""
    if loss.happens:
        return loss.summary
    if loss.summary in candidate.ends or loss.kind not in RESTORABLE:
        return f"ends: {loss.summary}"
    return f"goes to the trash too: {loss.summary}"
