"""Tab with a session's changed files, and the patch of one of them."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from parallel_tui.errors import ParallelError
from parallel_tui.model.session.diff import FileDiff, SessionDiff
from parallel_tui.model.session.session import Session
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.ui.advice import hint_of, keys_of
from parallel_tui.ui.widgets.patch_view import PatchView
from parallel_tui.ui.widgets.words import say


class DiffPane(Vertical, can_focus=True):
    """Files above, the patch of the selected one below."""

    DEFAULT_CSS = """
    DiffPane { height: 1fr; }
    DiffPane > Static { height: auto; padding: 0 1; color: $text-muted; }
    DiffPane > OptionList {
        height: auto;
        max-height: 40%;
        border: none;
        padding: 0;
        background: $background;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
    }
    DiffPane > OptionList:focus { border: none; }
    DiffPane > #diff-patch { border-top: solid $foreground 20%; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._diff: SessionDiff | None = None
        self._path: str | None = None

    def compose(self) -> ComposeResult:
        """A line of text, the files, the patch."""
        yield Static(id="diff-words")
        yield OptionList(id="diff-files")
        yield PatchView(id="diff-patch")

    def on_mount(self) -> None:
        """Show that nothing is known yet."""
        self.say("Select a session to see what it changed.")

    def say(self, words: str) -> None:
        """Show a text instead of a diff."""
        self._diff = None
        self._path = None
        say(self.query_one("#diff-words", Static), words)
        self._show_files(False)

    def fail(self, error: ParallelError) -> None:
        """Show why there is no diff."""
        hint = f"\n{safe(words)}" if (words := hint_of(error, keys_of(self.app))) else ""
        self.say(f"{error.title}: {safe(error.message)}{hint}")

    def _show_files(self, visible: bool) -> None:
        self.query_one(OptionList).display = visible
        self.query_one(PatchView).display = visible

    def show(self, diff: SessionDiff) -> None:
        """Show a diff, keeping the selected file and the scroll position where possible."""
        if diff == self._diff:
            return
        wanted = self._path
        if not diff.files:
            self.say(f"No changes against {safe(diff.base)}." + _omitted(diff))
            self._path = wanted
            return
        before, self._diff = self._diff, diff
        self.query_one("#diff-words", Static).update(Content(_summary(diff)))
        self._show_files(True)
        files = self.query_one(OptionList)
        if before is None or [_row(f) for f in before.files] != [_row(f) for f in diff.files]:
            # The list answers a new highlight with a message, later; the path decides till then.
            files.clear_options()
            files.add_options(Option(_row(file)) for file in diff.files)
        place = next((n for n, file in enumerate(diff.files) if file.path == wanted), 0)
        files.highlighted = place
        self._show_file(diff.files[place])

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        place = self.query_one(OptionList).highlighted
        if self._diff is not None and place is not None and place < len(self._diff.files):
            self._show_file(self._diff.files[place])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one(PatchView).focus()

    def _show_file(self, file: FileDiff) -> None:
        self._path = file.path
        self.query_one(PatchView).show(file.path, file.patch, notes_on(file))


def notes_on(file: FileDiff) -> list[str]:
    """Facts about a file that its patch does not show."""
    notes = []
    if file.origin is not None:
        verb = "copied" if file.status == "C" else "renamed"
        notes.append(f"{verb} from {safe(file.origin)}")
    if file.added is None:
        notes.append("binary file, no text to show")
    elif not file.patch:
        notes.append("no lines changed" if not file.truncated else "")
    if file.truncated:
        notes.append("cut: the patch is too long to show whole")
    return [note for note in notes if note]


def _row(file: FileDiff) -> Content:
    tone = {"A": "$text-success", "?": "$text-success", "D": "$text-error", "U": "$text-error"}
    where = "both" if file.committed and file.uncommitted else ""
    where = where or ("committed" if file.committed else "uncommitted")
    counts = (
        "   binary   " if file.added is None else f"{f'+{file.added}':>5} {f'−{file.removed}':>5} "
    )
    path = safe(file.path, 1000)
    if file.origin is not None:
        path += f" ← {safe(file.origin, 1000)}"
    return Content.assemble(
        (f"{safe(file.status, 1)} ", f"bold {tone.get(file.status, '$text-accent')}"),
        (counts, ""),
        (f"{where:<12}", "dim"),
        path,
    )


def _summary(diff: SessionDiff) -> str:
    added = sum(file.added or 0 for file in diff.files)
    removed = sum(file.removed or 0 for file in diff.files)
    files = plural(len(diff.files), "file")
    return f"{files} against {safe(diff.base)} (+{added} −{removed})" + _omitted(diff)


def _omitted(diff: SessionDiff) -> str:
    return f" · {plural(diff.omitted, 'more file')} left out for size" if diff.omitted else ""


def waiting_words(session: Session | None) -> str:
    """What is said while a session's changes are not there."""
    if session is None:
        return "Select a session to see what it changed."
    if session.worktree is None:
        return "No worktree: its window stands in none, so there is nothing to compare."
    if session.worktree.bare:
        return "A bare repository has no changes of its own."
    if session.worktree.missing:
        return "Its directory is gone; what was committed is still on its branch."
    return "Reading what changed …"
