"""Dialog that starts a session, with a preview of what it will make."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Input, Select, Static, TextArea

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnPlan, SpawnRequest, names_in
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.text.safe import safe
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.advice import keys_of
from parallel_tui.ui.dialogs.frame import SUBMIT_KEYS, SentOff, box
from parallel_tui.ui.dialogs.spawn_form import agent_shown, branches, fields
from parallel_tui.ui.fields import suggest
from parallel_tui.ui.present.starting import as_refusal, failure, outcome
from parallel_tui.ui.tasks import ask

DEBOUNCE = 0.12
"""Seconds without typing after which git is asked."""


class SpawnDialog(SentOff[SpawnRequest | None]):
    """Asks for a new session; it can be submitted only while its preview is up to date.

    It opens with what is known at once; what has to be asked for is filled in when it is there.

    Args:
        choices: What is known at once.
        plan: Plans a request; called in a thread.
        prompt_first: Whether the prompt is what it was opened for.
        request: What stands in the fields at first; `refused` why that was, if it was.
        read: Reads all choices; called in a thread.
        make: Starts the session, and says whether it will be made. The form closes then.
    """

    DEFAULT_CSS = """
    SpawnDialog .field { height: auto; width: 100%; }
    SpawnDialog .label { width: 9; color: $text-muted; }
    SpawnDialog Input, SpawnDialog Select, SpawnDialog TextArea { width: 1fr; }
    SpawnDialog TextArea { height: 4; background: $panel; }
    SpawnDialog Input { background: $panel; }
    SpawnDialog #result { height: auto; min-height: 4; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(SUBMIT_KEYS, "submit", "Create", priority=True)
    ]
    AUTO_FOCUS = "#name"
    heading = "New session"

    def __init__(
        self,
        choices: SpawnChoices,
        plan: Callable[[SpawnRequest], SpawnPlan],
        *,
        prompt_first: bool = False,
        request: SpawnRequest | None = None,
        refused: Exception | None = None,
        read: Callable[[], SpawnChoices] | None = None,
        make: Callable[[SpawnRequest], Awaitable[bool]] | None = None,
    ) -> None:
        super().__init__()
        self._choices, self._plan = choices, plan
        self._read, self._make, self._refusal = read, make, refused
        self._written: SpawnRequest | None = None
        self._asked: list[SpawnRequest] = []
        self._sent, self._prompt_first = False, prompt_first
        before = self._before = request or SpawnRequest("")
        self._agent_shown = agent_shown(choices, before)
        self._agent_given = before.agent is not None
        origin = before.agent_origin if self._agent_given else choices.agent_origin
        self._agent_origin = origin if self._agent_shown else Origin.TYPED
        self._planned: SpawnRequest | None = None
        self._eager: SpawnRequest | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Fields, which scroll; result and buttons, which do not."""
        yield box(
            self.heading,
            VerticalScroll(*fields(self._choices, self._before), classes="body", can_focus=False),
            Static(id="result", classes="text"),
            Horizontal(
                Button("Create (ctrl+s)", id="create", variant="primary", compact=True),
                Button("Cancel", id="cancel", compact=True),
                classes="buttons",
            ),
        )

    def on_mount(self) -> None:
        """Read the choices."""
        self._arrange()
        if self._refusal is None:
            self._changed()
        else:
            self._say(failure(as_refusal(self._refusal), keys_of(self.app)))
        if self._read is not None:
            self.run_worker(self._fill(self._read), group="choices", exit_on_error=False)
        if self._prompt_first:
            body, prompt = self.query_one(".body"), self.query_one("#field-prompt")
            # The prompt is what this form was opened for, so it stands right below the name.
            body.move_child(prompt, after=self.query_one("#field-name"))

    async def _fill(self, read: Callable[[], SpawnChoices]) -> None:
        """Offer what had to be asked for; nothing waits for it."""
        try:
            self._choices = await ask(read)
        except Exception:
            return  # the names can be typed, and planning says what is wrong
        base = self.query_one("#base", Input)
        base.suggester = suggest(list(self._choices.bases))
        base.placeholder = safe(self._choices.bases[0]) if self._choices.bases else ""
        self._arrange()

    @property
    def worth_keeping(self) -> SpawnRequest | None:
        """What was typed, when a prompt is among it and the form was closed without effect."""
        return self._written if self._written is not None and self._written.prompt.strip() else None

    @property
    def request(self) -> SpawnRequest:
        """Build the request from the fields."""
        source = self.query_one("#source", Select).value
        source = source if isinstance(source, BranchSource) else BranchSource.NEW
        layout = self.query("#layout")
        box = self.query_one("#agent", Input)
        given = self._agent_given or box.value != self._agent_shown
        new = source is BranchSource.NEW
        return SpawnRequest(
            name=self._text("name"),
            kind=self.query_one("#kind", Select).value,  # type: ignore[arg-type]
            base=(self._text("base") or None) if new else None,
            source=source,
            branch=None if new else (self._text("branch") or None),
            agent=box.value.strip() if given else None,
            agent_origin=self._agent_origin if given else Origin.TYPED,
            prompt=self.query_one("#prompt", TextArea).text,
            layout=self._layout(layout.first(Select)) if layout else None,
            window=self._before.window,
            after=names_in(self._text("after")),
        )

    def _layout(self, box: Select[str]) -> str | None:
        """The chosen layout; `None` for the first, which is the configured one."""
        value = str(box.value)
        return None if value == self._choices.layouts[0] else value

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    @on(Select.Changed, "#source")
    def _arrange(self) -> None:
        source = self.query_one("#source", Select).value
        new = source is BranchSource.NEW
        self.query_one("#field-base").display = new
        self.query_one("#field-kind").display = new
        self.query_one("#field-branch").display = not new
        if isinstance(source, BranchSource) and not new:
            box = self.query_one("#branch", Input)
            box.suggester = suggest(branches(self._choices, source))

    @on(Input.Changed, "#agent")
    def _agent_edited(self, event: Input.Changed) -> None:
        """Track who wrote the agent command: its author, until the field is emptied.

        The text alone would not tell: what the repository wrote may look like what was typed.
        """
        if event.value != self._agent_shown:
            self._agent_given = True
        if not event.value:
            self._agent_origin = Origin.TYPED

    @on(Input.Changed)
    @on(Select.Changed)
    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._planned = self._eager = self._refusal = None
        self.query_one("#create", Button).disabled = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._look)

    def _look(self, *, at_once: bool = False) -> None:
        """Ask for the plan; while one is being made, the next waits for it unless it is urgent."""
        if not self._asked or (at_once and self.request not in self._asked):
            self.run_worker(self._ask(self.request), group="plan", exit_on_error=False)

    async def _ask(self, request: SpawnRequest) -> None:
        if not request.name and not request.branch:
            self._say(Content.styled("Type a name.", "dim"))
            return
        self._asked.append(request)
        try:
            found: SpawnPlan | ParallelError = await ask(self._plan, request)
        except ParallelError as error:
            found = error
        except Exception as error:
            found = CouldNotLookError(f"It could not be worked out what would be made: {error}")
        self._asked.remove(request)
        if self._sent:  # by the answer to the same question, asked before
            return
        if request != self.request:  # typed on meanwhile
            if self._eager is None:
                self._look()
            return
        if isinstance(found, ParallelError):
            self.thaw()
            self._say(failure(found, keys_of(self.app)))
            return
        if self._eager == request and not found.changes and not found.warnings:
            self._send(request)
            return
        self.thaw()
        self._planned = request
        self.query_one("#create", Button).disabled = False
        self._say(outcome(request, found))

    def _send(self, request: SpawnRequest) -> None:
        """Have the session made; the form stays until that cannot be refused any more."""
        self._sent = True
        if self._make is None:
            self.dismiss(request)
            return
        self.freeze()
        self._planned = None
        self._say(Content.styled("Starting …", "dim"))
        self.run_worker(self._made(self._make, request), group="make", exit_on_error=False)

    async def _made(
        self, make: Callable[[SpawnRequest], Awaitable[bool]], request: SpawnRequest
    ) -> None:
        try:
            done = await make(request)
        except Exception as error:
            self._sent_back(failure(as_refusal(error), keys_of(self.app)))
            return
        if done:
            self.dismiss(request)
        else:
            self._sent_back(Content.styled("Not started: its commands were not allowed.", "dim"))

    def _sent_back(self, words: Content) -> None:
        self.thaw()
        self._eager, self._sent = None, False
        self._planned = self.request
        self.query_one("#create", Button).disabled = False
        self._say(words)

    def _say(self, words: Content) -> None:
        self.query_one("#result", Static).update(words)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "create":
            self.action_submit()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close the form; take back a submission that waits for its plan."""
        if self._eager is not None and self._eager == self.request and self._asked:
            self._eager = None
            self.thaw(taken_back=True)
            self._say(Content.styled("Not sent.", "dim"))
        elif self.frozen:
            self.app.bell()
        else:
            self._written = self.request
            self.dismiss(None)

    def action_submit(self) -> None:
        """Submit what the preview shows, or as soon as the plan turns out to be as typed.

        What is changed or warned about has to be seen first.
        """
        request = self.request
        if not self.frozen and self._planned is not None and self._planned == request:
            self._send(request)
        elif not self.frozen and self._timer is not None and (request.name or request.branch):
            self._timer.stop()
            self._eager = request
            self.freeze()
            self._look(at_once=True)
        else:
            self.app.bell()
