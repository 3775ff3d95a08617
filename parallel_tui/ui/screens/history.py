"""Screen with the journal, newest first, from which a change can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.command_lines import undo_line
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from parallel_tui.model.sharing.sentences import journal_sentence
from parallel_tui.model.text.safe import safe
from parallel_tui.ui import reporting
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column, Row

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.sharing.journal import JournalEntry
    from parallel_tui.services.undo import Undoable

SHOWN: Final = 300
"""Lines of the journal that are read."""

_COLUMNS: Final = (
    Column("when", "When", 16, 16),
    Column("what", "What", 34, 400, keep=60, usual=34),
    Column("undo", "Undo", 4, 24, keep=50, usual=12),
)


class HistoryScreen(ListScreen[UndoAction]):
    """Shows changes; returns the one to undo.

    Args:
        core: The services.
    """

    HEADING = "History"
    COLUMNS: ClassVar[tuple[Column, ...]] = _COLUMNS
    MAIN = "undo"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "undo", "Undo")]

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self.entries: dict[str, JournalEntry] = {}
        self._known: tuple[Undoable, ...] = ()

    def on_mount(self) -> None:
        """Read the journal."""
        self.say("Reading …")
        self.run_worker(self._read(), group="history", exit_on_error=False)

    async def _read(self) -> None:
        try:
            entries = await ask(self._core.shared.store.journal, SHOWN)
            self._known = await ask(self._core.undoer.all)
        except Exception as error:
            self.say("The history could not be read.")
            reporting.report(self.app, error)
            return
        self.entries = {str(place): entry for place, entry in enumerate(entries)}
        self.show_rows(self._row(key, entry) for key, entry in self.entries.items())
        self.say(
            "What was changed, newest first. Press u to undo the selected line."
            if entries
            else "Nothing has been changed yet."
        )

    def _gone(self, entry: JournalEntry) -> bool:
        """Whether the backup that an undo needs is gone."""
        return bool(entry.undo) and not self._core.undoer.can_undo(entry, self._known)

    def _row(self, key: str, entry: JournalEntry) -> Row:
        gone = self._gone(entry)
        undo = "no longer" if gone else undo_line(entry.undo)
        return Row(
            key,
            {
                "when": ((entry.minute, "dim"),),
                "what": ((journal_sentence(entry), ""),),
                "undo": ((safe(undo), "dim" if gone else "note"),),
            },
            {"undo": safe(undo)},
        )

    def about(self, key: str) -> Content:
        """An entry in full, and the command that undoes it."""
        entry = self.entries[key]
        undo = f"\nTo undo it: {safe(undo_line(entry.undo))}" if entry.undo else ""
        return Content(f"{journal_sentence(entry)}{undo}")

    def action_undo(self) -> None:
        """Undo the selected change after a question, or say why not."""
        entry = self.entries.get(self.table.cursor or "")
        if entry is None:
            return
        action = entry.undo
        if action is None:
            self._refuse("There is no undo for this.")
        elif self._gone(entry):
            self._refuse("It can no longer be undone: it was undone already, or deleted for good.")
        elif action.kind is UndoKind.REMOVE:
            self.dismiss(action)  # the removal asks by itself, and better
        else:
            question = ConfirmDialog(
                "Undo this?",
                f"{entry.minute}  {journal_sentence(entry)}\n{undo_line(entry.undo)}",
                confirm="Undo",
            )
            self.run_worker(self._ask(question, action), group="history", exit_on_error=False)

    async def _ask(self, question: ConfirmDialog, action: UndoAction) -> None:
        if await self.app.push_screen_wait(question):
            self.dismiss(action)

    def _refuse(self, why: str) -> None:
        reporting.tell(self.app, why, severity="warning")
