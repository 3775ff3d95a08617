"""Screen with what the check of one session prints, live or as it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from parallel_tui.errors import ParallelError
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import ago, plural
from parallel_tui.model.window.window import Screen as Printed
from parallel_tui.ui.advice import hint_of, keys_of
from parallel_tui.ui.screens.merge.checks import CheckDesk, CheckOutput, CheckRun, CheckStage
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.notice_line import NoticeLine
from parallel_tui.ui.widgets.terminal_view import TerminalView

if TYPE_CHECKING:
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.ui.cockpit import Cockpit

_ROUND: Final = 0.2
"""Seconds between two looks at what was printed."""

_READ: Final = 400_000
"""Bytes of a kept log that are shown."""


class CheckScreen(Screen[None]):
    """What a check prints; closing it ends nothing.

    Args:
        cockpit: The dashboard.
        desk: Runs checks.
        session: Name of the session.
    """

    DEFAULT_CSS = """
    CheckScreen { background: $background; }
    CheckScreen #check-words { height: auto; max-height: 6; padding: 0 1; }
    CheckScreen #check-pane { height: 1fr; }
    """
    MAIN = "again"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "again", "Run again"),
        Binding("x", "stop", "Stop it"),
        Binding("escape,q,ctrl+c", "dismiss", "Back", key_display="Esc"),
    ]
    AUTO_FOCUS = "TerminalView"

    def __init__(self, cockpit: Cockpit, desk: CheckDesk, session: str) -> None:
        super().__init__()
        self._cockpit, self._desk, self._session = cockpit, desk, session
        self._drawn: object = None
        self._kept: CheckOutput | None = None
        self._record: CheckRecord | None = None

    @property
    def _run(self) -> CheckRun | None:
        return self._desk.runs.get(self._session)

    def compose(self) -> ComposeResult:
        """How it stands, and what it printed."""
        yield Static(id="check-words")
        pane = Vertical(TerminalView(id="check-output"), id="check-pane", classes="pane")
        pane.border_title = Content(f"Check of {safe(self._session, 80)}")
        yield pane
        yield NoticeLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Show what there is, and go on doing so while it runs."""
        self._desk.listeners.append(self._told)
        self._timer = self.set_interval(_ROUND, self._show, pause=True)
        if self._run is None:
            self.run_worker(self._read(), group="read", exit_on_error=False)
        self._told()

    def on_unmount(self) -> None:
        """Listen no more."""
        self._desk.listeners.remove(self._told)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only what is possible now."""
        alive = self._run is not None and self._run.alive
        if action == "stop":
            return alive
        if action == "again":
            return not alive
        return True

    def action_again(self) -> None:
        """Run it again, whatever is known."""
        self._kept = None
        self._desk.begin(self._session, again=True)

    def action_stop(self) -> None:
        """End it; nothing is kept of it."""
        self._desk.stop(self._session)

    async def _read(self) -> None:
        """Read what was kept of the check of this commit; run it where there is nothing."""
        try:
            found = await ask(self._desk.checker.last, self._session, _READ)
        except ParallelError as error:
            self._words(self._failed(error))
            return
        if found is None:
            self._desk.begin(self._session)
            return
        self._record, printed = found
        self._kept = CheckOutput()
        self._kept.add(printed)
        self._show()

    def _told(self) -> None:
        running = self._run is not None and self._run.alive
        if running:
            self._timer.resume()
        else:
            self._timer.pause()
        self.refresh_bindings()
        self._show()

    def _show(self) -> None:
        run = self._run
        output = run.output if run is not None else self._kept
        if output is None:
            if run is None and self._record is None:
                self._words("Looking for an earlier result …")
            return
        self._words(self._how(run))
        cut, lines = output.lines
        shown = (cut, len(lines), lines[-1] if lines else "")
        if shown == self._drawn:
            return
        self._drawn = shown
        above = [f"({plural(cut, 'line')} before these are in the log)"] if cut else []
        # A line ends in its own colours: what a program leaves switched on is its own affair.
        every = tuple(f"{line.rstrip(chr(13))}\x1b[m" for line in (*above, *lines))
        self.query_one(TerminalView).show(Printed(self._session, every, 0))

    def _how(self, run: CheckRun | None) -> str:
        record = run.record if run is not None else self._record
        if run is not None and run.stage is CheckStage.QUEUED:
            return "Waiting for the check before it. It goes ahead also when you close this."
        if run is not None and run.stage is CheckStage.RUNNING:
            ending = (
                "Stopping …"
                if run.stop.is_set()
                else "Running. It goes ahead also when you close this."
            )
            return ending
        if run is not None and run.failure is not None:
            stopped = "Stopped; there is no result." if run.stopped else ""
            return stopped or self._failed(run.failure)
        if record is None:
            return "Stopped before it began."
        when = ago(record.at, self._cockpit.now)
        how = "Passed" if record.passed else f"Failed: {record.ending}"
        return (
            f"{how} at {record.commit[:10]}, {when}, in {record.seconds:.1f}s.\n"
            f"Its output: {record.log}"
        )

    def _failed(self, error: ParallelError) -> str:
        hint = hint_of(error, keys_of(self.app))
        return f"{error.title}: {error.message}" + (f"\n{hint}" if hint else "")

    def _words(self, words: str) -> None:
        lines = (safe(line, 600) for line in words.split("\n"))
        self.query_one("#check-words", Static).update(Content("\n".join(lines)))
