"""Screen that starts a team of sessions: which, every step of it, its run, and how it ended."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.scope import EVERYTHING, Scope
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.consent_question import Question
from parallel_tui.model.team.presets import BUGS
from parallel_tui.model.team.team import Team
from parallel_tui.model.text.safe import safe
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.team.choosing import TeamChoice
from parallel_tui.services.team.planning import Prospect
from parallel_tui.services.team.starting import TeamStarter
from parallel_tui.ui import reporting
from parallel_tui.ui.advice import keys_of
from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog, Values
from parallel_tui.ui.dialogs.trust import TrustDialog
from parallel_tui.ui.present import teams
from parallel_tui.ui.present.starting import failure
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column

_PAUSE: Final = 0.15
"""Seconds that the cursor rests on a team before git is asked what starting it would do."""

_CHOOSE: Final = "Choose a team; what starting it would do is shown below. Nothing is made yet."


class TeamScreen(ListScreen[None]):
    """Chooses a team and starts it.

    Args:
        choice: Knows all teams.
        starter: Plans and starts.
        allow: Records that commands of the repository may run.
        ended: Called after anything may have been made, with what to look at again.
    """

    DEFAULT_CSS = """
    TeamScreen .about { max-height: 65%; }
    """
    HEADING = "Start a team"
    COLUMNS: ClassVar[tuple[Column, ...]] = teams.COLUMNS
    MAIN = "start"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "start", "Start", key_display="Enter"),
        Binding("f", "file", "From a file"),
        Binding("b", "bugs", "Bugs"),
        Binding("escape,ctrl+c,q", "leave", "Stop / close", key_display="Esc"),
    ]

    class Told(Message):
        """A step begins; posted by the run's thread."""

        def __init__(self, number: int, total: int, words: str) -> None:
            super().__init__()
            self.number, self.total, self.words = number, total, words

    def __init__(
        self,
        choice: TeamChoice,
        starter: TeamStarter,
        allow: Callable[[Question], None],
        ended: Callable[[Sequence[Scope]], None],
    ) -> None:
        super().__init__()
        self._choice, self._starter = choice, starter
        self._allow, self._ended = allow, ended
        self.teams: dict[str, Team | str] = {}
        self.prospect: Prospect | None = None
        self.phase = "reading"
        self._shown: dict[str, Content] = {}
        self._done = 0
        self._ran = ""
        self._stop = threading.Event()

    def on_mount(self) -> None:
        """Read all teams."""
        self.say("Reading …")
        self.run_worker(self._read(), group="read", exit_on_error=False)

    def on_unmount(self) -> None:
        """Stop the run before its next step when the program closes."""
        self._stop.set()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable only actions that are possible now."""
        if action == "start":
            return self.phase == "ready"
        if action in ("file", "bugs"):
            return self.phase in ("choosing", "ready", "ended")
        return True

    def _enter(self, phase: str) -> None:
        self.phase = phase
        self.refresh_bindings()

    async def _read(self) -> None:
        try:
            self.teams = dict(await ask(self._choice.all))
        except ParallelError as error:
            self.say(error.message, "Nothing was changed.")
            return
        self._enter("choosing")
        self.say(_CHOOSE)
        self._rows()

    def _rows(self) -> None:
        self.show_rows(teams.team_row(key, team) for key, team in self.teams.items())

    # Before

    def about(self, key: str) -> Content:
        """What starting a team would do, as far as that is known."""
        over = self.phase == "ended" and key != self._ran
        if over or self.phase in ("choosing", "ready"):
            self._plan_soon(key)
        return self._shown.get(key, Content.styled("Looking …", "dim"))

    def _plan_soon(self, key: str) -> None:
        self.prospect = None
        self._enter("choosing")
        self.run_worker(self._plan(key), group="plan", exclusive=True, exit_on_error=False)

    async def _plan(self, key: str) -> None:
        team = self.teams[key]
        if isinstance(team, str):
            self._tell_about(key, Content.styled(safe(team), "$text-error"))
            return
        await asyncio.sleep(_PAUSE)
        try:
            found = await ask(self._starter.look, team)
        except ParallelError as error:
            self._tell_about(key, failure(error, keys_of(self.app)))
            return
        except Exception as error:
            told = CouldNotLookError(f"The plan could not be made: {error}")
            self._tell_about(key, failure(told, keys_of(self.app)))
            return
        if self.table.cursor != key or self.phase != "choosing":
            return
        self.prospect = found
        self._tell_about(key, teams.plan_shown(found.plan))
        possible = found.plan.steps and not found.plan.problems
        self._enter("ready" if possible else "choosing")
        asked = f"Press Enter to start {team.name} as shown below."
        self.say(asked if possible else _CHOOSE)

    def _tell_about(self, key: str, words: Content) -> None:
        self._shown[key] = words
        if self.table.cursor == key:
            self.query_one(".about").display = True
            self.query_one("#list-about", Static).update(words)

    def action_file(self) -> None:
        """Ask for a file that describes a team."""
        form = FormDialog(
            "A team from a file",
            (Field("file", "File", hint="team.yml, seen from where you started"),),
            (Choice("read", "Read"),),
            lambda values, _: self._take(self._choice.find(values["file"].strip())),
        )
        self.run_worker(self._asked(form), group="form", exit_on_error=False)

    def action_bugs(self) -> None:
        """Ask for bugs, one a line."""

        def send(values: Values, _: str) -> Receipt:
            return self._take(self._choice.find(BUGS, None, values["bugs"].split("\n")))

        form = FormDialog(
            "A session for each bug",
            (Field("bugs", "Bugs", area=True, draft=True),),
            (Choice("read", "Take"),),
            send,
            words=Content("One a line, as `name: what is wrong`; the name may be left out."),
            focus="TextArea",
        )
        self.run_worker(self._asked(form), group="form", exit_on_error=False)

    def _take(self, team: Team) -> Receipt:
        """Add a team to the list; called in a thread."""
        key = team.name if team.name == BUGS else team.source
        self.teams = {key: team, **{k: v for k, v in self.teams.items() if k != key}}
        return Receipt(team.name, session=key)

    async def _asked(self, form: FormDialog) -> None:
        taken = await self.app.push_screen_wait(form)
        if taken is not None and taken.session is not None:
            self._rows()
            self.table.select(taken.session)

    # During

    def action_start(self) -> None:
        """Start the team as it is shown."""
        if self.prospect is not None and self.phase == "ready":
            self._enter("running")
            self._stop.clear()
            self._ran, self._done = self.table.cursor or "", 0
            self.table.disabled = True
            self.run_worker(self._carry_out(self.prospect), group="run", exit_on_error=False)

    async def _carry_out(self, prospect: Prospect) -> None:
        key = self.table.cursor or ""
        try:
            if not await self._trusted(prospect):
                self.say("Not started: its commands may not run.")
                self._again()
                return
            self.say("Starting. Escape stops before the next step.")
            receipt = await asyncio.to_thread(
                self._starter.start, prospect, self._tell, self._stop.is_set
            )
        except ParallelError as error:
            self._ended((EVERYTHING,))
            self._shown[key] = Content("\n").join(
                [failure(error, keys_of(self.app)), teams.plan_shown(prospect.plan, self._done)]
            )
            self._over(key, "It did not come to its end; what was made stays.")
            return
        except Exception as error:
            self._ended((EVERYTHING,))
            self._over(key, "It stopped at an error; what was made stays.")
            reporting.report(self.app, error)
            return
        self._ended(receipt.scopes)
        shown = [
            Content.styled(safe(f"! {each}", 500), "$text-warning") for each in receipt.warnings
        ]
        self._shown[key] = Content("\n").join(
            [teams.plan_shown(prospect.plan, len(prospect.plan.steps)), *shown]
        )
        undo = f"To take it back: pdev undo {receipt.id}, or H in the dashboard."
        self._over(key, receipt.message, *([undo] if receipt.id else []))

    async def _trusted(self, prospect: Prospect) -> bool:
        while True:
            try:
                await asyncio.to_thread(self._starter.demand_possible, prospect)
            except TrustNeededError as needed:
                question = TrustDialog(needed.question, "Starting these sessions would run:")
                if not await self.app.push_screen_wait(question):
                    return False
                await asyncio.to_thread(self._allow, needed.question)
            else:
                return True

    def _again(self) -> None:
        self._give_table_back()
        self._enter("ready")

    def _give_table_back(self) -> None:
        self.table.disabled = False
        self.table.focus()

    def _over(self, key: str, *words: str) -> None:
        self._enter("ended")
        self._give_table_back()
        self.say(*words)
        self._tell_about(key, self._shown.get(key, Content("")))

    def _tell(self, number: int, total: int, words: str) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self.post_message(self.Told(number, total, words))

    @on(Told)
    def _show_step(self, message: Told) -> None:
        message.stop()
        if self.phase != "running" or self.prospect is None:
            return
        self._done = message.number - 1
        self.say(
            f"Step {message.number} of {message.total}: {message.words}",
            "Escape stops before the next step.",
        )
        self._tell_about(self.table.cursor or "", teams.plan_shown(self.prospect.plan, self._done))

    def action_leave(self) -> None:
        """Close; during a run, stop before the next step."""
        if self.phase == "running":
            self._stop.set()
            self.say("Finishing this step, then stopping.")
        else:
            self.dismiss(None)
